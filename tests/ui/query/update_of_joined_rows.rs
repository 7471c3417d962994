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

fn main() -> orm::Result<()> {
    let db = orm::Database::open("sqlite::memory:")?;
    let tracks = Track::query().join(Track::ALBUM_ID.on(Album::ID));
    tracks.all_rows().update(&db, Track::SECONDS.set(60))?;
    Ok(())
}
