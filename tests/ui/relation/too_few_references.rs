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
    a: i64,
    b: i64,
    #[orm(belongs_to(key = (a, b), references = id))]
    artist: BelongsTo<Artist>,
}

fn main() {}
