use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(User, on_remove = cascade))]
    boss: i64,
}

fn main() {}
