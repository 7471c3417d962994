use orm::Record;
use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(tracked, column = "record")]
    record: Record<Self>,
}

fn main() {}
