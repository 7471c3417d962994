use orm::prelude::*;

#[derive(ActiveRecord)]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: Option<i32>,
}

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
    let _ = tracks.order_by((Album::TITLE, Artist::NAME));
}
