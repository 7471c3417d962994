use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(unique)]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
