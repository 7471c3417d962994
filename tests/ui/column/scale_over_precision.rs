use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(precision = 2, scale = 4)]
    price: f64,
}

fn main() {}
