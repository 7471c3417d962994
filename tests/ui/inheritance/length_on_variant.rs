use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    #[orm(length = 80)]
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {}
