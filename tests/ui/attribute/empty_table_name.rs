use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(table = "")]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
