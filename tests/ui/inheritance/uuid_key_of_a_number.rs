use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind", joined)]
enum Vehicle {
    Car {
        #[orm(primary_key(uuid_v7))]
        id: i64,
    },
}

fn main() {}
