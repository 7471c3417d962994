use orm::prelude::*;

#[derive(Value)]
enum Priority {
    #[orm(integer)]
    Low,
}

fn main() {}
