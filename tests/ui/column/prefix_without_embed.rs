use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(prefix = "home_")]
    name: String,
}

fn main() {}
