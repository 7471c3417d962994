use orm::prelude::*;

#[derive(Mapper)]
struct Order<T> {
    #[orm(primary_key)]
    id: i64,
    value: T,
}

fn main() {}
