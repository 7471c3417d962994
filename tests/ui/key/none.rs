use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    id: i64,
    name: String,
}

fn main() {}
