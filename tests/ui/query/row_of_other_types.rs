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
    let _ = Track::query().filter(func::row((Track::ALBUM_ID, Track::NAME)).is_in([(1, 2)]));
}
