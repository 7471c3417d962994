use orm::prelude::*;

#[derive(ActiveRecord)]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(owned)]
    lines: Vec<Line>,
}

struct Line;

fn main() {}
