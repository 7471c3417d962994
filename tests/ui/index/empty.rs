use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(index())]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
