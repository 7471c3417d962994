//! Entities and keys as the parameters of statements, without copying a value.

use std::borrow::Borrow;
use std::marker::PhantomData;

use crate::driver::{Batch, Params};
use crate::error::Result;
use crate::key::Key;
use crate::mapping::{Mapping, Table};
use crate::value::Param;

/// Some columns of an entity, and then columns of its key.
pub(super) struct EntityParams<'a, M: Mapping> {
    pub(super) entity: &'a M::Entity,
    pub(super) columns: &'a [usize],
    pub(super) key: &'a [usize],
}

impl<M: Mapping> EntityParams<'_, M> {
    #[inline]
    fn column(&self, at: usize) -> usize {
        match self.columns.get(at) {
            Some(&column) => column,
            None => self.key[at - self.columns.len()],
        }
    }
}

impl<M: Mapping> Params for EntityParams<'_, M> {
    #[inline]
    fn count(&self) -> usize {
        self.columns.len() + self.key.len()
    }

    #[inline]
    fn param(&self, at: usize) -> Param<'_> {
        M::value(self.entity, self.column(at))
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        (M::TABLE.name, M::TABLE.columns[self.column(at)].name)
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
        work(&EntityParams::<M> {
            entity: self.all[self.rows[at]].borrow(),
            columns: self.columns,
            key: &[],
        })
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

/// A key.
pub(super) struct KeyParams<'a, M: Mapping>(pub(super) &'a M::Key);

impl<M: Mapping> Params for KeyParams<'_, M> {
    fn count(&self) -> usize {
        M::Key::WIDTH
    }

    fn param(&self, at: usize) -> Param<'_> {
        self.0.param(at)
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        key_column(M::TABLE, at)
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
