use orm::prelude::*;

#[derive(FromRow)]
#[orm(from = Trakc)]
struct TrackName {
    id: i64,
    name: String,
}

fn main() {}
