use orm::prelude::*;

#[derive(FromRow)]
struct TrackName {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn main() {}
