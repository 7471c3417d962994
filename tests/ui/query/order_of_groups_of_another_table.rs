use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: Option<i32>,
}

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
    let albums = Track::query().group_by(Track::ALBUM_ID);
    let _ = albums.select((Track::ALBUM_ID, Track::SECONDS.sum())).order_by(Artist::NAME);
}
