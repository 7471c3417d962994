use orm::prelude::*;
use orm::{BelongsTo, HasMany};

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many)]
    albums: HasMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
    artist_id: i64,
    #[orm(belongs_to)]
    artist: BelongsTo<Artist>,
}

fn main() {
    let _ = Artist::query().with(Album::ARTIST);
}
