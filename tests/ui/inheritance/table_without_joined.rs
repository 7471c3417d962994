use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    #[orm(table = "cars")]
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {}
