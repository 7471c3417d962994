use orm::prelude::*;

#[derive(FromRow)]
#[orm(from = "Track")]
struct TrackName {
    name: String,
}

fn main() {}
