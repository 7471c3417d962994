use orm::prelude::*;
use orm::HasMany;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(key = artist))]
    albums: HasMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
}

fn main() {}
