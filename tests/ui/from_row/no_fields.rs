use orm::prelude::*;

#[derive(FromRow)]
struct TrackName {}

fn main() {}
