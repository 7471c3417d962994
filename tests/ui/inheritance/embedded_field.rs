use orm::prelude::*;

#[derive(Embedded)]
struct Engine {
    power: i64,
}

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
        #[orm(embed)]
        engine: Engine,
    },
}

fn main() {}
