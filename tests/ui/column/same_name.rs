use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(column = "NAME")]
    label: String,
}

fn main() {}
