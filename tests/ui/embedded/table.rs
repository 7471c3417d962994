use orm::prelude::*;

#[derive(Embedded)]
#[orm(table = "addresses")]
struct Address {
    city: String,
}

fn main() {}
