use orm::prelude::*;
use orm::BelongsTo;

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
    #[orm(belongs_to(on_deleet = cascade))]
    artist: BelongsTo<Artist>,
}

fn main() {}
