use orm::prelude::*;
use orm::BelongsTo;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "''")]
    name: String,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    #[orm(belongs_to(counter_cache = name))]
    artist: BelongsTo<Artist>,
}

fn main() {}
