use orm::prelude::*;

#[derive(ActiveRecord)]
enum Color {
    Red,
    Blue,
}

fn main() {}
