use orm::prelude::*;

#[derive(Mapper)]
#[orm(construct = Order::restore)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip)]
    attempts: u8,
}

impl Order {
    fn restore(id: i64) -> Self {
        Self { id, attempts: 0 }
    }
}

fn main() {}
