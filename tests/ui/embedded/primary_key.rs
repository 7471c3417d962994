use orm::prelude::*;

#[derive(Embedded)]
struct Address {
    #[orm(primary_key)]
    id: i64,
    city: String,
}

fn main() {}
