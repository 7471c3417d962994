//! The values of an entity at one moment, with which it is compared later.

use super::{Mapping, assign};
use crate::error::{Error, Result};
use crate::value::{Row, Value, ValueRef};

/// One column in which an object differs from what was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The name of the column.
    pub column: &'static str,
    /// What it held when it was read, or at the last flush.
    pub old: Value,
    /// What it holds now.
    pub new: Value,
}

/// The values of all columns of an entity. One that cannot be stored is NULL, and differs from what it was.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot(Box<[Value]>);

impl Snapshot {
    pub(crate) fn of<M: Mapping>(entity: &M::Entity) -> Self {
        let columns = 0..M::TABLE.columns.len();
        let values = columns.map(|at| M::value(entity, at).into_value().unwrap_or(Value::Null));
        Self(values.collect())
    }

    /// What a column held.
    pub(crate) fn value(&self, at: usize) -> ValueRef<'_> {
        self.0[at].as_ref()
    }

    /// What the columns of the primary key held.
    pub(crate) fn key<M: Mapping>(&self) -> Vec<Value> {
        self.at(M::TABLE.key)
    }

    /// What some columns held.
    pub(crate) fn at(&self, columns: &[usize]) -> Vec<Value> {
        columns.iter().map(|&at| self.0[at].clone()).collect()
    }

    /// An entity that holds the same.
    pub(crate) fn hydrate<M: Mapping>(&self) -> Result<M::Entity> {
        let values: &[Value] = &self.0;
        let entity = M::hydrate(&Row::new(&values), 0);
        entity.map_err(|error| M::TABLE.named(error, 0))
    }

    /// Whether an entity holds something else in a column.
    pub(crate) fn differs<M: Mapping>(&self, entity: &M::Entity, at: usize) -> bool {
        M::value(entity, at).as_ref() != Ok(self.value(at))
    }

    /// Whether an entity holds something else in any column.
    pub(crate) fn is_changed<M: Mapping>(&self, entity: &M::Entity) -> bool {
        (0..self.0.len()).any(|at| self.differs::<M>(entity, at))
    }

    /// The columns in which an entity holds something else.
    pub(crate) fn changed<M: Mapping>(&self, entity: &M::Entity) -> Vec<usize> {
        let columns = 0..self.0.len();
        columns
            .filter(|&at| self.differs::<M>(entity, at))
            .collect()
    }

    /// In what an entity differs, in the order of the columns.
    pub(crate) fn changes<M: Mapping>(&self, entity: &M::Entity) -> Result<Vec<Change>> {
        let changes = self.changed::<M>(entity).into_iter().map(|at| {
            let column = M::TABLE.columns[at].name;
            let new = M::value(entity, at).into_value();
            let new = new.map_err(|mismatch| Error::encode(M::TABLE.name, column, mismatch))?;
            let old = self.0[at].clone();
            Ok(Change { column, old, new })
        });
        changes.collect()
    }

    /// Lets an entity be what it was.
    pub(crate) fn restore<M: Mapping>(&self, entity: &mut M::Entity) -> Result<()> {
        let values: &[Value] = &self.0;
        let row = Row::new(&values);
        let changed = self.changed::<M>(entity);
        assign::<M>(entity, &row, changed.iter().map(|&at| (at, at)))
    }
}
