use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(skip)]
    seen: std::cell::Cell<bool>,
}

fn main() {}
