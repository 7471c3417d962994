use orm::prelude::*;
use orm::{BelongsTo, HasOne};

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many)]
    albums: HasOne<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    #[orm(belongs_to)]
    artist: BelongsTo<Artist>,
}

fn main() {}
