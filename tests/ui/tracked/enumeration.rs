use orm::Record;
use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        #[orm(tracked)]
        record: Record<Self>,
    },
}

fn main() {}
