use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: Option<i32>,
}

fn main() {
    let db = orm::Database::open("sqlite::memory:").unwrap();
    let _ = Artist::get(&db, "1");
}
