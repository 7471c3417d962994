use orm::Record;
use orm::prelude::*;

#[derive(Mapper)]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(tracked)]
    record: Record<Self>,
}

fn main() {}
