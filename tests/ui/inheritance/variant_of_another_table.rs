use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
enum Vehicle {
    Car {
        #[orm(primary_key)]
        id: i64,
    },
}

#[derive(ActiveRecord)]
struct Owner {
    #[orm(primary_key)]
    id: i64,
}

fn main() {
    let _ = Owner::query().filter(Vehicle::CAR.is());
}
