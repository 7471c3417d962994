use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(index(cache))]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip)]
    cache: i32,
}

fn main() {}
