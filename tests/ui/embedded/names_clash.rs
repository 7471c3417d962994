use orm::prelude::*;

#[derive(Embedded)]
struct Address {
    city: String,
}

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(embed)]
    home: Address,
    #[orm(embed)]
    work: Address,
}

fn main() {}
