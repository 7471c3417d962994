use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(index(id, when = "id > 0"))]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
