use orm::prelude::*;
use orm::{HasMany, Query};

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = artist_id, scope = newest))]
    albums: HasMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
}

fn newest(artists: Query<Artist>) -> Query<Artist> {
    artists
}

fn main() {}
