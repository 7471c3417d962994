use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(rename_all = "snakecase")]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
