use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        wheels: i32,
    },
    Truck {
        id: i64,
        wheels: i64,
    },
}

fn main() {}
