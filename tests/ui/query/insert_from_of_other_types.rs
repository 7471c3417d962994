use orm::prelude::*;
use orm::Query;

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
    let tracks = Track::query().select((Track::ALBUM_ID, Track::SECONDS));
    Query::<Album>::insert_from(&db, (Album::ARTIST_ID, Album::TITLE), &tracks)?;
    Ok(())
}
