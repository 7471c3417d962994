use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(uuid7))]
    id: i64,
}

fn main() {}
