use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    #[orm(belongs_to)]
    artist: Artist,
}

fn main() {}
