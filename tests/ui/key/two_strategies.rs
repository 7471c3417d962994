use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(auto, assigned))]
    id: i64,
}

fn main() {}
