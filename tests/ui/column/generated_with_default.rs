use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(generated = "1 + 1", db_default = "2")]
    sum: i32,
}

fn main() {}
