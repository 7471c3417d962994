use orm::prelude::*;

#[derive(ActiveRecord)]
struct User {
    #[orm(primary_key(uuid_v7))]
    id: i64,
}

fn main() {
    let db = orm::Database::open("sqlite::memory:").unwrap();
    let _ = User { id: 0 }.save(&db);
}
