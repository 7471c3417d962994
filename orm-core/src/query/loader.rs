//! What a query loads beside its rows: the seam at which relations, which know of queries, are seen by
//! queries, which know nothing of relations.

use std::borrow::Cow;
use std::sync::Arc;

use super::parts::Parts;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::Table;
use crate::value::Row;

/// Something that is loaded for every entity of a result.
pub(crate) trait Loader<E>: Send + Sync {
    /// Adds the tables that are joined for it to the query of the entities, and what is selected of them.
    fn join(&self, joins: &mut Joins<'_, '_>) {
        let _ = joins;
    }

    /// How many columns it selects of joined tables.
    fn width(&self) -> usize {
        0
    }

    /// Takes what was joined out of a row, at position `at`, and returns the position behind it.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode).
    fn attach(&self, entity: &mut E, row: &Row<'_>, at: usize) -> Result<usize> {
        let _ = (entity, row);
        Ok(at)
    }

    /// Whether it is there because of the mapping, and was not asked for.
    fn is_implied(&self) -> bool {
        false
    }

    /// Loads by statements of its own, once for all entities.
    ///
    /// # Errors
    /// Those of the queries, after which no entity has been changed.
    fn load(&self, from: Reader<'_>, entities: &mut [&mut E]) -> Result<()>;
}

/// What every query of some entities loads.
pub(crate) type ImpliedLoader<E> = Arc<dyn Loader<E>>;

/// Where loaders read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'d> {
    pub(crate) db: &'d dyn Executor,
    /// Whether nothing must be loaded lazily of what they read.
    pub(crate) strict: bool,
    /// Children of how many levels they are in.
    pub(crate) depth: u32,
}

impl<'d> Reader<'d> {
    /// For entities of which more may be loaded later.
    pub(crate) fn new(db: &'d dyn Executor) -> Self {
        Self {
            db,
            strict: false,
            depth: 0,
        }
    }
}

/// The query of the entities, to which tables are joined.
pub(crate) struct Joins<'j, 'q> {
    /// Copied only if something is joined.
    pub(super) parts: &'j mut Cow<'q, Parts>,
    /// The table that is joined to, and the name under which it is joined itself; none for the table that
    /// the query is of.
    pub(super) around: Option<(&'static Table, &'static str)>,
}

impl Joins<'_, '_> {
    /// Says what makes no sense about the joins.
    pub(crate) fn refuse(&mut self, misuse: &'static str) {
        self.parts.to_mut().refuse(misuse);
    }
}

/// The loader for entities that stand first in a pair.
pub(super) fn of_first<E: 'static, T: 'static>(
    loader: Arc<dyn Loader<E>>,
) -> Arc<dyn Loader<(E, T)>> {
    Arc::new(OfFirst(loader))
}

struct OfFirst<E>(Arc<dyn Loader<E>>);

impl<E, T> Loader<(E, T)> for OfFirst<E> {
    fn join(&self, joins: &mut Joins<'_, '_>) {
        self.0.join(joins);
    }

    fn width(&self) -> usize {
        self.0.width()
    }

    fn attach(&self, pair: &mut (E, T), row: &Row<'_>, at: usize) -> Result<usize> {
        self.0.attach(&mut pair.0, row, at)
    }

    fn is_implied(&self) -> bool {
        self.0.is_implied()
    }

    fn load(&self, from: Reader<'_>, pairs: &mut [&mut (E, T)]) -> Result<()> {
        let mut entities: Vec<&mut E> = pairs.iter_mut().map(|pair| &mut pair.0).collect();
        self.0.load(from, &mut entities)
    }
}
