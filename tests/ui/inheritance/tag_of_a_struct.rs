use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(tag = "kind")]
struct Vehicle {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
