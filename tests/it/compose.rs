//! Queries made of several tables, of selections and of other queries.

mod aggregates;
mod aliases;
mod batches;
mod changes;
mod cte;
mod derived;
mod groups;
mod inserts;
mod joins;
mod keyset;
mod many;
mod mixed;
mod names;
mod natural;
mod plans;
mod raw;
mod recursive;

mod selection;
mod sets;
mod shapes;
mod subqueries;
mod values;
mod windows;

use orm::prelude::*;
use orm::{Database, Query, Result, Value};

use crate::recorder::{self, Log};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "genres")]
struct Genre {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "tracks", index(seconds))]
struct Track {
    #[orm(primary_key)]
    id: i64,
    name: String,
    composer: Option<String>,
    genre_id: Option<i64>,
    seconds: i64,
    price: f64,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "sales")]
struct Sale {
    #[orm(primary_key)]
    id: i64,
    track_id: i64,
    quantity: i64,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "employees")]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    name: String,
    manager_id: Option<i64>,
}

/// A genre or a composer, and a number.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Named {
    name: String,
    number: i64,
}

fn track(name: &str, composer: Option<&str>, genre: Option<i64>, seconds: i64) -> Track {
    Track {
        id: 0,
        name: name.into(),
        composer: composer.map(str::to_owned),
        genre_id: genre,
        seconds,
        price: 0.5,
    }
}

/// A database without rows, and the log of what happens from then on.
fn empty() -> Result<(Database, Log)> {
    recorder::recorded(&orm::schema![Genre, Track, Sale, Employee])
}

/// The same with three genres, five tracks, four sales and four employees, whose keys begin with 1.
fn store() -> Result<(Database, Log)> {
    let (db, log) = empty()?;
    let mut genres = ["Jazz", "Soul", "Polka"].map(|name| Genre {
        id: 0,
        name: name.into(),
    });
    Genre::insert_many(&db, &mut genres)?;
    let mut tracks = [
        track("Sinnerman", None, Some(2), 622),
        track("Feeling Good", Some("Bricusse"), Some(2), 173),
        track("Peace Piece", Some("Evans"), Some(1), 404),
        track("Pink Moon", Some("Drake"), None, 126),
        track("Blue in Green", Some("Evans"), Some(1), 327),
    ];
    Track::insert_many(&db, &mut tracks)?;
    let mut sales = [(1, 2), (1, 1), (3, 4), (5, 1)].map(|(track_id, quantity)| Sale {
        id: 0,
        track_id,
        quantity,
    });
    Sale::insert_many(&db, &mut sales)?;
    let people = [
        ("Ada", None),
        ("Bob", Some(1)),
        ("Cyd", Some(1)),
        ("Dan", Some(2)),
    ];
    let mut people = people.map(|(name, manager_id)| Employee {
        id: 0,
        name: name.into(),
        manager_id,
    });
    Employee::insert_many(&db, &mut people)?;
    log.take();
    Ok((db, log))
}

fn ids(tracks: &[Track]) -> Vec<i64> {
    tracks.iter().map(|track| track.id).collect()
}

fn texts<const N: usize>(texts: [&str; N]) -> [String; N] {
    texts.map(str::to_owned)
}

/// Checks what a query says behind the columns of its tracks, and which tracks it finds.
#[track_caller]
fn assert_tracks(query: &Query<Track>, sql: &str, values: &[Value], rows: &[i64]) -> Result<()> {
    let (db, _) = store()?;
    let (text, bound) = query.to_sql(&db)?;
    assert_eq!(text.strip_prefix(TRACKS).unwrap_or(&text), sql);
    assert_eq!(bound, values);
    assert_eq!(ids(&query.all(&db)?), rows, "{text}");
    Ok(())
}

const TRACKS: &str = r#"SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price" FROM "tracks" "#;
