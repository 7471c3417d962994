use orm::prelude::*;

#[derive(ActiveRecord)]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

fn main() {
    let _ = Vehicle::query()
        .filter(Vehicle::CAR.is())
        .filter(Vehicle::ID.eq(1));
}
