use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key, skip)]
    id: i64,
}

fn main() {}
