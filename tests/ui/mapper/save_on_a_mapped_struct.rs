use orm::prelude::*;

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
}

fn save(db: &orm::Database, mut order: Order) -> orm::Result<()> {
    order.save(db)
}

fn main() {}
