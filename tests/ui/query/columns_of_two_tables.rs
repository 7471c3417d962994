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
    let _ = Artist::query().filter(Artist::NAME.eq(Album::TITLE));
}
