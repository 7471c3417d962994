use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "1")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {}
