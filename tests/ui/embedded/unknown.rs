use orm::prelude::*;

#[derive(Embedded)]
struct Address {
    #[orm(uniqe)]
    city: String,
}

fn main() {}
