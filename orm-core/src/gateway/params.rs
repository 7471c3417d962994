//! Entities and keys as the parameters of statements, without copying a value.

use std::borrow::Borrow;
use std::cell::Cell;
use std::marker::PhantomData;

use crate::driver::{Batch, Params};
use crate::error::Result;
use crate::key::Key;
use crate::mapping::{Mapping, Table};
use crate::value::{Param, Value};

/// Some columns of an entity, then columns of its key, and then a version that it had.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) columns: &'a [usize],
    pub(super) key: &'a [usize],
    pub(super) version: Option<&'a Value>,
}

impl<'a> Written<'a> {
    /// Columns of an entity without more.
    pub(super) fn new(columns: &'a [usize]) -> Self {
        Self {
            columns,
            key: &[],
            version: None,
        }
    }

    pub(super) fn of<M: Mapping>(self, entity: &'a M::Entity) -> EntityParams<'a, M> {
        EntityParams {
            entity,
            written: self,
        }
    }
}

/// What is written of an entity.
pub(super) struct EntityParams<'a, M: Mapping> {
    entity: &'a M::Entity,
    written: Written<'a>,
}

impl<M: Mapping> EntityParams<'_, M> {
    #[inline]
    fn column(&self, at: usize) -> Option<usize> {
        let Written { columns, key, .. } = self.written;
        match columns.get(at) {
            Some(&column) => Some(column),
            None => key.get(at - columns.len()).copied(),
        }
    }
}

impl<M: Mapping> Params for EntityParams<'_, M> {
    #[inline]
    fn count(&self) -> usize {
        let Written {
            columns,
            key,
            version,
        } = self.written;
        columns.len() + key.len() + usize::from(version.is_some())
    }

    #[inline]
    fn param(&self, at: usize) -> Param<'_> {
        match (self.column(at), self.written.version) {
            (Some(column), _) => M::value(self.entity, column),
            (None, Some(version)) => Param::Borrowed(version.as_ref()),
            (None, None) => Param::NULL,
        }
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        column_of(M::TABLE, self.column(at))
    }
}

/// Some columns of each of some entities.
pub(super) struct Entities<'a, M: Mapping, E = <M as Mapping>::Entity> {
    pub(super) all: &'a [E],
    /// The positions of those that are meant.
    pub(super) rows: &'a [usize],
    pub(super) columns: &'a [usize],
    pub(super) mapping: PhantomData<M>,
}

impl<M: Mapping, E: Borrow<M::Entity>> Batch for Entities<'_, M, E> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
        work(&Written::new(self.columns).of::<M>(self.all[self.rows[at]].borrow()))
    }
}

/// The same, one row after the other in one statement.
impl<M: Mapping, E: Borrow<M::Entity>> Params for Entities<'_, M, E> {
    fn count(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    fn param(&self, at: usize) -> Param<'_> {
        let width = self.columns.len();
        let entity = self.all[self.rows[at / width]].borrow();
        M::value(entity, self.columns[at % width])
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        let column = self.columns[at % self.columns.len()];
        (M::TABLE.name, M::TABLE.columns[column].name)
    }
}

/// Rows of which it is noted which was written last, so that it is known which one was refused.
pub(super) struct Noting<'a> {
    batch: &'a dyn Batch,
    last: Cell<usize>,
}

impl<'a> Noting<'a> {
    pub(super) fn new(batch: &'a dyn Batch) -> Self {
        let last = Cell::new(0);
        Self { batch, last }
    }

    pub(super) fn last(&self) -> usize {
        self.last.get()
    }
}

impl Batch for Noting<'_> {
    fn rows(&self) -> usize {
        self.batch.rows()
    }

    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
        self.last.set(at);
        self.batch.with_row(at, work)
    }
}

/// A key, and perhaps the version that its row had.
pub(super) struct KeyParams<'a, M: Mapping> {
    pub(super) key: &'a M::Key,
    pub(super) version: Option<&'a Value>,
}

impl<'a, M: Mapping> KeyParams<'a, M> {
    pub(super) fn new(key: &'a M::Key) -> Self {
        Self { key, version: None }
    }
}

impl<M: Mapping> Params for KeyParams<'_, M> {
    fn count(&self) -> usize {
        M::Key::WIDTH + usize::from(self.version.is_some())
    }

    fn param(&self, at: usize) -> Param<'_> {
        match self.version {
            Some(version) if at == M::Key::WIDTH => Param::Borrowed(version.as_ref()),
            _ => self.key.param(at),
        }
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        column_of(M::TABLE, M::TABLE.key.get(at).copied())
    }
}

/// Several keys, one after the other.
pub(super) struct KeysParams<'a, M: Mapping>(pub(super) &'a [M::Key]);

impl<M: Mapping> Params for KeysParams<'_, M> {
    fn count(&self) -> usize {
        M::Key::WIDTH * self.0.len()
    }

    fn param(&self, at: usize) -> Param<'_> {
        self.0[at / M::Key::WIDTH].param(at % M::Key::WIDTH)
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        key_column(M::TABLE, at % M::Key::WIDTH)
    }
}

/// The names of the table and of one column of its key.
pub(super) fn key_column(table: &'static Table, at: usize) -> (&'static str, &'static str) {
    (table.name, table.columns[table.key[at]].name)
}

/// The names of the table and of a column, or of the version.
fn column_of(table: &'static Table, at: Option<usize>) -> (&'static str, &'static str) {
    let column = at.or(table.version).map(|at| &table.columns[at]);
    (table.name, column.map_or("", |column| column.name))
}
