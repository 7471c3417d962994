use orm::prelude::*;

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(FromRow)]
#[orm(from = Track)]
struct TrackName {
    id: i64,
    name: i64,
}

fn main() {}
