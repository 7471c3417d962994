use orm::prelude::*;

#[derive(Embedded)]
struct Name {
    first: String,
}

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(embed, references(User))]
    name: Name,
}

fn main() {}
