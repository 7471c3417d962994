use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: Option<i32>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

fn main() {
    let db = orm::Database::open("sqlite::memory:").unwrap();
    let mut artist = Artist::get(&db, 1).unwrap();
    let _ = artist.save_only(&db, Album::TITLE);
}
