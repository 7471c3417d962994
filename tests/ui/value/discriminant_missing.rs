use orm::prelude::*;

#[derive(Value)]
#[orm(integer)]
enum Priority {
    Low = 1,
    High,
}

fn main() {}
