use orm::prelude::*;
use orm::HasMany;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(has_many(through = album))]
    albums: HasMany<Album>,
}

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
