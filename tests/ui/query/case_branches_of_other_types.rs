use orm::prelude::*;
use orm::func;

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    album_id: i64,
    name: String,
    seconds: i64,
    plays: Option<i64>,
}

fn main() {
    let length = func::case().when(Track::SECONDS.gt(600), "long").otherwise(0);
    let _ = Track::query().select(length);
}
