//! The workloads as a user of this library writes them.

mod blog;
mod objects;

use std::error::Error;
use std::path::Path;

use orm::prelude::*;
use orm::{Database, Query, Transactional};

use crate::Result;
use crate::side::{Program, Scope, Store, Work};
use crate::track::Track;

pub(crate) struct Ours {
    db: Database,
}

impl Ours {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let db = Database::sqlite(path).open()?;
        Ok(Self { db })
    }
}

impl Program for Ours {
    fn run(&mut self, scope: Scope, work: Work<'_>) -> Result<()> {
        match scope {
            Scope::Pool => work(&Calls(&self.db)),
            Scope::Transaction => match self.db.try_transaction(|tx| undone(work(&Calls(tx)))) {
                Err(End::Failed(error)) => Err(error),
                Ok(()) | Err(End::Undone) => Ok(()),
            },
        }
    }
}

/// Why a transaction is rolled back.
enum End {
    Undone,
    Failed(Box<dyn Error>),
}

impl From<orm::Error> for End {
    fn from(error: orm::Error) -> Self {
        Self::Failed(error.into())
    }
}

fn undone(outcome: Result<()>) -> Result<(), End> {
    Err(match outcome {
        Ok(()) => End::Undone,
        Err(error) => End::Failed(error),
    })
}

struct Calls<'a>(&'a dyn Transactional);

impl Store for Calls<'_> {
    fn find(&self, id: i64) -> Result<Option<Track>> {
        Ok(Track::find(self.0, id)?)
    }

    fn all(&self) -> Result<Vec<Track>> {
        Ok(Track::all(self.0)?)
    }

    fn page(&self, album_id: i64, below: f64) -> Result<Vec<Track>> {
        Ok(page(album_id, below).all(self.0)?)
    }

    fn page_sql(&self, album_id: i64, below: f64) -> Result<usize> {
        let (sql, _) = page(album_id, below).to_sql(self.0)?;
        Ok(sql.len())
    }

    fn insert(&self, track: &mut Track) -> Result<()> {
        Ok(track.insert(self.0)?)
    }

    fn insert_many(&self, tracks: &mut [Track]) -> Result<()> {
        Ok(Track::insert_many(self.0, tracks)?)
    }

    fn update(&self, track: &mut Track) -> Result<()> {
        Ok(track.update(self.0)?)
    }

    fn delete(&self, track: &Track) -> Result<()> {
        Ok(track.delete(self.0)?)
    }
}

fn page(album_id: i64, below: f64) -> Query<Track> {
    Track::query()
        .filter(Track::ALBUM_ID.eq(album_id))
        .filter(Track::PRICE.lt(below))
        .order_by(Track::RELEASED.desc())
        .limit(20)
}
