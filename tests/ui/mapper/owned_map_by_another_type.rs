use orm::prelude::*;

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(owned(by = id))]
    lines: std::collections::HashMap<String, Line>,
}

#[derive(Mapper)]
struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(OrderMapper))]
    order_id: i64,
    sku: String,
}

fn main() {}
