use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(with))]
    id: i64,
}

fn main() {}
