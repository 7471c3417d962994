use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key, readonly)]
    id: i64,
}

fn main() {}
