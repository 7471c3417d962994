use orm::prelude::*;

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(FromRow)]
struct TrackName {
    #[orm(expr = Track::NAME)]
    title: String,
}

fn main() {}
