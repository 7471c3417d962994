use orm::Record;
use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(tracked)]
    record: Record<Self>,
    #[orm(tracked)]
    another: Record<Self>,
}

fn main() {}
