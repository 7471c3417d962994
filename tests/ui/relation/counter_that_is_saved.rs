use orm::prelude::*;
use orm::BelongsTo;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    albums_count: i64,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    #[orm(belongs_to(counter_cache = albums_count))]
    artist: BelongsTo<Artist>,
}

fn main() {}
