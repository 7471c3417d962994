use orm::prelude::*;

#[derive(Mapper)]
struct Customer {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Customer))]
    customer_id: i64,
}

fn main() {}
