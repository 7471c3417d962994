//! The rows, as one struct for both sides.

use std::path::Path;

use chrono::{DateTime, Utc};
use orm::Database;
use orm::prelude::*;

use crate::Result;
use crate::blog::{self, POSTS_EACH, USERS};
use crate::objects::{LineMapper, OrderMapper};

/// The rows in the table at the beginning; their keys are 1 to this.
pub(crate) const STORED: usize = 10_000;

/// The rows of the table that the tracks refer to.
pub(crate) const ALBUMS: usize = 200;

#[derive(Debug, ActiveRecord)]
#[orm(table = "albums")]
pub(crate) struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
}

/// Stored by both patterns: as a record, and as an object of a session.
#[derive(Debug, Clone, PartialEq, ActiveRecord, Mapper)]
#[orm(table = "tracks")]
pub(crate) struct Track {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) composer: String,
    pub(crate) note: Option<String>,
    pub(crate) price: f64,
    pub(crate) available: bool,
    pub(crate) released: DateTime<Utc>,
    #[orm(index, references(Album))]
    pub(crate) album_id: i64,
}

/// Makes the database that every measurement starts from a copy of.
pub(crate) fn create_database(path: &Path) -> Result<()> {
    let db = create_database_of(path, STORED)?;
    blog::fill(&db, USERS, POSTS_EACH)
}

/// Makes a database of so many tracks.
pub(crate) fn create_database_of(path: &Path, count: usize) -> Result<Database> {
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Album, Track, OrderMapper, LineMapper])?;
    let mut albums: Vec<Album> = (1..=ALBUMS)
        .map(|nth| Album {
            id: 0,
            title: format!("Album {nth}"),
        })
        .collect();
    Album::insert_many(&db, &mut albums)?;
    Track::insert_many(&db, &mut tracks(count))?;
    Ok(db)
}

/// Rows to insert, the same ones in every run.
pub(crate) fn tracks(count: usize) -> Vec<Track> {
    let mut random = Random(1);
    (0..count).map(|nth| track(nth, &mut random)).collect()
}

fn track(nth: usize, random: &mut Random) -> Track {
    let cents = random.below(2_000);
    Track {
        id: 0,
        title: format!("Track {nth} of {}", "a longer title ".repeat(nth % 3)),
        composer: format!("Composer {}", random.below(500)),
        note: (!nth.is_multiple_of(3)).then(|| format!("Recorded in studio {}", random.below(50))),
        price: f64::from(cents) / 100.0,
        available: random.below(4) != 0,
        released: released(random),
        album_id: i64::from(random.below(u32::try_from(ALBUMS).unwrap_or(1))) + 1,
    }
}

/// An instant to the microsecond, as programs get them from other databases and from the web.
fn released(random: &mut Random) -> DateTime<Utc> {
    let seconds = i64::from(random.below(1_700_000_000));
    DateTime::from_timestamp(seconds, random.below(1_000_000) * 1000).unwrap_or_default()
}

/// The keys of stored rows in a random order, the same one in every run.
pub(crate) fn keys(count: usize) -> Vec<i64> {
    let mut keys: Vec<i64> = (1..).take(STORED).collect();
    let mut random = Random(2);
    for at in (1..STORED).rev() {
        let other = random.below(u32::try_from(at + 1).unwrap_or(1));
        keys.swap(at, other as usize);
    }
    keys.truncate(count);
    keys
}

/// `SplitMix64`: random enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from(((mixed >> 32) * u64::from(end)) >> 32).unwrap_or(0)
    }
}
