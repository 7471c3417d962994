use orm::prelude::*;

#[derive(ActiveRecord)]
struct User;

fn main() {}
