use orm::prelude::*;

#[derive(ActiveRecord)]
enum User {
    Named(String),
}

fn main() {}
