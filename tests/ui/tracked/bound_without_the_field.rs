use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key)]
    id: i64,
}

fn is_new<R: Tracked>(record: &R) -> bool {
    record.is_new()
}

fn main() {
    is_new(&User { id: 0 });
}
