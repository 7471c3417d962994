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
    let tracks = Track::query().select((Track::ID, Track::NAME));
    let albums = Album::query().select((Album::ID, Album::ARTIST_ID));
    let _ = tracks.union(albums);
}
