use orm::prelude::*;

#[derive(ActiveRecord)]
union User {
    id: i64,
    other: f64,
}

fn main() {}
