use orm::prelude::*;

#[derive(Value)]
#[orm(integer)]
enum Priority {
    #[orm(rename = "low")]
    Low = 1,
}

fn main() {}
