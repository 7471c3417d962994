use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        truck: i64,
    },
    Truck {
        id: i64,
    },
}

fn main() {}
