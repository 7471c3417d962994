use orm::prelude::*;

struct Name;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: Name,
}

fn main() {}
