use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(table = 5)]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
