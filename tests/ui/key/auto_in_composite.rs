use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(auto))]
    id: i64,
    #[orm(primary_key)]
    shard: i32,
}

fn main() {}
