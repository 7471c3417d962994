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
    if let Some(next) = Track::query().keyset(&db, 20)?.next {
        let _ = Album::query().after(&next)?;
    }
    Ok(())
}
