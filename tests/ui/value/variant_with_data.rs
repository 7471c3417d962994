use orm::prelude::*;

#[derive(Value)]
enum Status {
    Draft,
    Sent(String),
}

fn main() {}
