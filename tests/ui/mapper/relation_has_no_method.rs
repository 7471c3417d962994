use orm::prelude::*;
use orm::{BelongsTo, Database};

#[derive(ActiveRecord)]
struct Customer {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    customer_id: i64,
    #[orm(belongs_to)]
    customer: BelongsTo<Customer>,
}

fn customer(db: &Database, order: &Order) -> orm::Result<i64> {
    Ok(order.customer(db)?.id)
}

fn main() {}
