use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(table = "vehicles", tag = "kind", joined)]
enum Vehicle {
    #[orm(table = "vehicles")]
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {}
