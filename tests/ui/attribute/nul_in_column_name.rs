use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(column = "na\0me")]
    name: String,
}

fn main() {}
