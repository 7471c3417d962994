use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(table = "users", strict, table = "people")]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
