use orm::prelude::*;

struct Engine;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        engine: Engine,
    },
    Bike {
        id: i64,
    },
}

fn main() {}
