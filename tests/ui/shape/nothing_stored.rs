use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(skip)]
    id: i64,
}

fn main() {}
