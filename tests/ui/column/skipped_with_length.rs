use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip, length = 80)]
    name: String,
}

fn main() {}
