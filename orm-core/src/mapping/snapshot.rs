//! The values of an entity at one moment, with which it is compared later.

mod packed;

use super::{Mapping, Places, assign};
use crate::error::{Error, Result};
use crate::value::{Param, Row, RowValues, Value, ValueRef};

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
///
/// They are packed one behind the other, since an object that may be changed is copied for that.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot(Vec<u8>);

impl Snapshot {
    pub(crate) fn of<M: Mapping>(entity: &M::Entity) -> Self {
        let columns = M::TABLE.columns.len();
        // Room for some text in each.
        let mut packed = Vec::with_capacity(columns * 32);
        for at in 0..columns {
            match M::value(entity, at) {
                Param::Borrowed(value) => packed::push(&mut packed, &value),
                Param::Owned(value) => packed::push(&mut packed, &value.as_ref()),
                Param::Invalid(_) => packed::push(&mut packed, &ValueRef::Null),
            }
        }
        Self(packed)
    }

    /// What is known of a row that is not there.
    pub(crate) fn nothing<M: Mapping>() -> Self {
        Self::packed(M::TABLE.columns.iter().map(|_| ValueRef::Null))
    }

    /// What a column held.
    pub(crate) fn value(&self, at: usize) -> ValueRef<'_> {
        packed::value(self.from(at))
    }

    /// What the columns of the primary key held.
    pub(crate) fn key<M: Mapping>(&self) -> Vec<Value> {
        self.at(M::TABLE.key)
    }

    /// What some columns held.
    pub(crate) fn at(&self, columns: &[usize]) -> Vec<Value> {
        columns.iter().map(|&at| self.owned(at)).collect()
    }

    /// An entity that holds the same.
    pub(crate) fn hydrate<M: Mapping>(&self) -> Result<M::Entity> {
        let values = Columns(self, M::TABLE.columns.len());
        let entity = M::hydrate(&Row::new(&values), 0);
        entity.map_err(|error| M::TABLE.named(error, 0))
    }

    fn owned(&self, at: usize) -> Value {
        Value::try_from_ref(self.value(at)).unwrap_or(Value::Null)
    }

    /// The columns from one on.
    fn from(&self, at: usize) -> &[u8] {
        (0..at).fold(&self.0[..], |rest, _| packed::skip(rest))
    }

    /// Whether an entity holds something else in a column.
    pub(crate) fn differs<M: Mapping>(&self, entity: &M::Entity, at: usize) -> bool {
        same::<M>(self.from(at), entity, at).is_none()
    }

    /// Whether an entity holds something else in any column.
    pub(crate) fn is_changed<M: Mapping>(&self, entity: &M::Entity) -> bool {
        let mut rest = &self.0[..];
        for at in 0..M::TABLE.columns.len() {
            match same::<M>(rest, entity, at) {
                Some(behind) => rest = behind,
                None => return true,
            }
        }
        false
    }

    /// The columns in which an entity holds something else.
    pub(crate) fn changed<M: Mapping>(&self, entity: &M::Entity) -> Vec<usize> {
        let mut changed = Vec::new();
        self.note_changed::<M>(entity, &mut changed);
        changed
    }

    /// Notes the columns in which an entity holds something else, and nothing besides.
    pub(crate) fn note_changed<M: Mapping>(&self, entity: &M::Entity, changed: &mut Vec<usize>) {
        changed.clear();
        let mut rest = &self.0[..];
        for at in 0..M::TABLE.columns.len() {
            rest = same::<M>(rest, entity, at).unwrap_or_else(|| {
                changed.push(at);
                packed::skip(rest)
            });
        }
    }

    /// In what an entity differs, in the order of the columns.
    pub(crate) fn changes<M: Mapping>(&self, entity: &M::Entity) -> Result<Vec<Change>> {
        self.changes_in::<M>(entity, self.changed::<M>(entity))
    }

    /// What some columns held, and hold.
    pub(crate) fn changes_in<M: Mapping>(
        &self,
        entity: &M::Entity,
        columns: Vec<usize>,
    ) -> Result<Vec<Change>> {
        let changes = columns.into_iter().map(|at| {
            let column = M::TABLE.columns[at].name;
            let new = M::value(entity, at).into_value();
            let new = new.map_err(|mismatch| Error::encode(M::TABLE.name, column, mismatch))?;
            let old = self.owned(at);
            Ok(Change { column, old, new })
        });
        changes.collect()
    }

    fn packed<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> Self {
        let mut packed = Vec::new();
        values.for_each(|value| packed::push(&mut packed, &value));
        Self(packed)
    }

    /// Takes over some columns of another one, and says which of them were changed by that.
    pub(crate) fn take<M: Mapping>(&mut self, now: &Self, columns: &[usize]) -> Vec<Change> {
        let mut taken = self.differing::<M>(now);
        taken.retain(|at| columns.contains(at));
        let changes = taken.iter().map(|&at| Change {
            column: M::TABLE.columns[at].name,
            old: self.owned(at),
            new: now.owned(at),
        });
        let changes = changes.collect();
        let values = (0..M::TABLE.columns.len()).map(|at| {
            let from = if taken.contains(&at) { now } else { &*self };
            from.value(at)
        });
        *self = Self::packed(values);
        changes
    }

    /// The columns in which two of them differ.
    pub(crate) fn differing<M: Mapping>(&self, other: &Self) -> Vec<usize> {
        let columns = 0..M::TABLE.columns.len();
        columns
            .filter(|&at| self.value(at) != other.value(at))
            .collect()
    }

    /// Puts the values of some columns into an entity.
    pub(crate) fn fill<M: Mapping>(&self, entity: &mut M::Entity, columns: &[usize]) -> Result<()> {
        let values = Columns(self, M::TABLE.columns.len());
        assign::<M>(entity, &Row::new(&values), columns, Places::Own)
    }

    /// Lets an entity be what it was.
    pub(crate) fn restore<M: Mapping>(&self, entity: &mut M::Entity) -> Result<()> {
        self.fill::<M>(entity, &self.changed::<M>(entity))
    }
}

/// What stands behind a column, if an entity holds in it what it did.
#[inline]
fn same<'p, M: Mapping>(packed: &'p [u8], entity: &M::Entity, at: usize) -> Option<&'p [u8]> {
    match M::value(entity, at) {
        Param::Borrowed(value) => packed::strip(packed, &value),
        Param::Owned(value) => packed::strip(packed, &value.as_ref()),
        Param::Invalid(_) => None,
    }
}

/// All columns as a row of so many.
struct Columns<'a>(&'a Snapshot, usize);

impl RowValues for Columns<'_> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.0.value(at)
    }

    fn width(&self) -> usize {
        self.1
    }
}
