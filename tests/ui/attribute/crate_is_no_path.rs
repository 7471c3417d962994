use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(crate = "::orm::")]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
