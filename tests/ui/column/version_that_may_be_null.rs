use orm::prelude::*;

#[derive(Mapper)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(version)]
    version: Option<i64>,
}

fn main() {}
