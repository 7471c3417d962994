use orm::prelude::*;

#[derive(ActiveRecord)]
#[orm(joined)]
struct Vehicle {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
