use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(without_rowid)]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
