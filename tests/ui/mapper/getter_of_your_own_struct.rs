use orm::prelude::*;

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(getter = Order::note)]
    note: String,
}

fn main() {}
