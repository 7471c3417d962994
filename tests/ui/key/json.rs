use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(assigned), json)]
    tags: Vec<String>,
}

fn main() {}
