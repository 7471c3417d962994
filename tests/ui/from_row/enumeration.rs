use orm::prelude::*;

#[derive(FromRow)]
enum TrackName {
    Known(String),
}

fn main() {}
