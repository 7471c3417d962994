use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        #[orm(default = 4)]
        doors: i32,
    },
}

fn main() {}
