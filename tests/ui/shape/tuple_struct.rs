use orm::prelude::*;

#[derive(ActiveRecord)]
struct User(i64, String);

fn main() {}
