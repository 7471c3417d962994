use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(joined)]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {}
