//! The Query Object: what it asks for, in which words, and what comes back.

mod change;
mod limits;
mod logic;
mod names;
mod nested;
mod operators;
mod order;
mod patterns;
mod rows;
mod slice;

use orm::prelude::*;
use orm::query::IntoCondition;
use orm::{Database, Query, Result, Value};

use crate::recorder::{self, Log};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "tracks")]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
    composer: Option<String>,
    seconds: i64,
    rating: Option<i64>,
    explicit: bool,
}

const SELECT: &str = r#"SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."seconds", "tracks"."rating", "tracks"."explicit" FROM "tracks""#;

fn track(name: &str, composer: Option<&str>, seconds: i64, rating: Option<i64>) -> Track {
    Track {
        id: 0,
        name: name.into(),
        composer: composer.map(str::to_owned),
        seconds,
        rating,
        explicit: seconds > 200,
    }
}

/// A database with five tracks, whose keys are 1 to 5, and the log of what happens from then on.
fn five_tracks() -> Result<(Database, Log)> {
    let (db, log) = recorder::recorded(&orm::schema![Track])?;
    let mut tracks = [
        track("Sinnerman", None, 622, Some(5)),
        track("Feeling Good", Some("Bricusse"), 173, Some(4)),
        track("Peace Piece", Some("Evans"), 404, None),
        track("Pink Moon", Some("Drake"), 126, Some(4)),
        track("Blue in Green", Some("Evans"), 327, Some(2)),
    ];
    Track::insert_many(&db, &mut tracks)?;
    log.take();
    Ok((db, log))
}

fn ids(tracks: &[Track]) -> Vec<i64> {
    tracks.iter().map(|track| track.id).collect()
}

/// Runs a query, and checks what it says after `FROM "tracks"` and which rows it finds.
#[track_caller]
fn assert_query(query: &Query<Track>, sql: &str, rows: &[i64]) -> Result<()> {
    let (db, _) = five_tracks()?;
    let (text, _) = query.to_sql(&db)?;
    let clauses = text.strip_prefix(SELECT).unwrap_or(&text);
    assert_eq!(clauses.trim_start(), sql);
    assert_eq!(ids(&query.all(&db)?), rows, "{text}");
    Ok(())
}

/// The same for a condition, of which the SQL is what follows `WHERE`.
#[track_caller]
fn assert_filter(
    condition: impl IntoCondition<Track>,
    sql: &str,
    values: &[Value],
    rows: &[i64],
) -> Result<()> {
    let (db, _) = five_tracks()?;
    let query = Track::query().filter(condition);
    let (text, bound) = query.to_sql(&db)?;
    let prefix = format!("{SELECT} WHERE ");
    assert_eq!(text.strip_prefix(&prefix), Some(sql));
    assert!(bound == values, "{bound:?}");
    assert_eq!(ids(&query.order_by(Track::ID).all(&db)?), rows, "{text}");
    Ok(())
}
