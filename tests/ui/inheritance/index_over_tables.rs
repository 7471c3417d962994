use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind", joined, index(name, doors))]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        name: String,
        doors: i32,
    },
    Truck {
        id: i64,
        name: String,
    },
}

fn main() {}
