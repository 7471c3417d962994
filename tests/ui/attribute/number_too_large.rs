use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(precision = 300)]
    price: f64,
}

fn main() {}
