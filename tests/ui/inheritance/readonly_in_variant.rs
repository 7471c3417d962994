use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind", joined)]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        #[orm(readonly, db_default = "4")]
        doors: i32,
    },
    Truck {
        id: i64,
    },
}

fn main() {}
