//! What both sides can do, so that one loop drives either.

use std::path::Path;

use crate::Result;
use crate::blog::Blog;
use crate::hand::Hand;
use crate::objects::Objects;
use crate::ours::Ours;
use crate::track::Track;

/// Who does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Hand,
}

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In one transaction, which is rolled back so that every round finds the same rows.
    Transaction,
    /// Outside a transaction, where every call commits: ours through the pool, the other on its one
    /// connection.
    Pool,
}

/// A side's open database.
pub(crate) trait Program {
    fn run(&mut self, scope: Scope, work: Work<'_>) -> Result<()>;
}

pub(crate) type Work<'a> = &'a mut dyn FnMut(&dyn Store) -> Result<()>;

/// The operations that are compared. Rows to write get their new key, or keep the one they have.
pub(crate) trait Store: Blog + Objects {
    fn find(&self, id: i64) -> Result<Option<Track>>;
    fn all(&self) -> Result<Vec<Track>>;
    fn page(&self, album_id: i64, below: f64) -> Result<Vec<Track>>;
    /// The statement for a page and its values, which are not run; the length of the text.
    fn page_sql(&self, album_id: i64, below: f64) -> Result<usize>;
    fn insert(&self, track: &mut Track) -> Result<()>;
    fn insert_many(&self, tracks: &mut [Track]) -> Result<()>;
    fn update(&self, track: &mut Track) -> Result<()>;
    fn delete(&self, track: &Track) -> Result<()>;
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Ours, Self::Hand];

    pub(crate) fn open(self, path: &Path) -> Result<Box<dyn Program>> {
        Ok(match self {
            Self::Ours => Box::new(Ours::open(path)?),
            Self::Hand => Box::new(Hand::open(path)?),
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Hand => "hand",
        }
    }
}
