use orm::prelude::*;

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
    let _ = Track::query().aggregate(&db, (Track::ALBUM_ID, Track::SECONDS.sum()))?;
    Ok(())
}
