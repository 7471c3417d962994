use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(index(id, name = ""))]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
