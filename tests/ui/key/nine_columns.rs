use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    a: i32,
    #[orm(primary_key)]
    b: i32,
    #[orm(primary_key)]
    c: i32,
    #[orm(primary_key)]
    d: i32,
    #[orm(primary_key)]
    e: i32,
    #[orm(primary_key)]
    f: i32,
    #[orm(primary_key)]
    g: i32,
    #[orm(primary_key)]
    h: i32,
    #[orm(primary_key)]
    i: i32,
}

fn main() {}
