use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(strict = true)]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
