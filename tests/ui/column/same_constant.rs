use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[expect(non_snake_case)]
    firstName: String,
    first_name: String,
}

fn main() {}
