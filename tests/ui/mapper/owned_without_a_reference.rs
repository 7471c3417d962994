use orm::prelude::*;

#[derive(Mapper)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(owned)]
    lines: Vec<Line>,
}

#[derive(Mapper)]
struct Line {
    #[orm(primary_key)]
    id: i64,
    order_id: i64,
}

fn main() {}
