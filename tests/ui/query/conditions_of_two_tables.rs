use orm::prelude::*;

#[derive(ActiveRecord)]
struct Album {
    #[orm(primary_key)]
    id: i64,
    artist_id: i64,
    title: String,
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
    let tracks = Track::query().join(Track::ALBUM_ID.on(Album::ID));
    let _ = tracks.filter(Track::SECONDS.gt(60) & Album::TITLE.eq("Blue Train"));
}
