use orm::prelude::*;

#[derive(ActiveRecord)]
struct Track {
    #[orm(primary_key)]
    id: i64,
    album_id: i64,
    seconds: i64,
}

fn main() {
    let _ = Track::query().group_by(Track::ALBUM_ID).select(Track::SECONDS.sum().max());
}
