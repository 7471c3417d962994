use orm::prelude::*;

struct Name {
    first: String,
}

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(embed)]
    name: Name,
}

fn main() {}
