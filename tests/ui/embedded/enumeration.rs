use orm::prelude::*;

#[derive(Embedded)]
enum Address {
    Home,
}

fn main() {}
