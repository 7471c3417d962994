//! The values of entities at one moment, with which they are compared later.

mod columns;
mod packed;

use self::columns::{NoteChanged, Push, Same};
use self::packed::Head;
use super::{Mapping, Places, assign};
use crate::error::{Error, Result};
use crate::value::{Row, RowValues, Value, ValueRef};

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

/// The values of all columns of many entities of one mapping. One that cannot be stored is NULL, and differs from what
/// it was.
///
/// They are kept together, since an object that may be changed is copied for that, and most of what a copy by itself
/// costs is its memory.
#[derive(Clone, Default)]
pub(crate) struct Snapshots {
    /// Those of all columns of the first entity, then those of the next.
    heads: Vec<Head>,
    bytes: Vec<u8>,
}

/// How much was kept at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SnapshotsMark {
    heads: usize,
    bytes: usize,
}

impl Snapshots {
    /// Keeps what an entity holds, behind the others.
    pub(crate) fn push<M: Mapping>(&mut self, entity: &M::Entity) {
        self.heads.reserve(M::TABLE.columns.len());
        columns::each::<M>(entity, &mut Push(self));
    }

    /// How many there are.
    pub(crate) fn len<M: Mapping>(&self) -> usize {
        self.heads.len() / M::TABLE.columns.len()
    }

    /// One of them; of none that there is, one without columns.
    pub(crate) fn get<M: Mapping>(&self, nth: usize) -> SnapshotRef<'_> {
        let columns = M::TABLE.columns.len();
        let heads = self.heads.get(nth * columns..).unwrap_or_default();
        SnapshotRef {
            heads: heads.get(..columns).unwrap_or_default(),
            bytes: &self.bytes,
        }
    }

    pub(crate) fn mark(&self) -> SnapshotsMark {
        SnapshotsMark {
            heads: self.heads.len(),
            bytes: self.bytes.len(),
        }
    }

    /// Forgets what was kept since then.
    pub(crate) fn forget_since(&mut self, mark: SnapshotsMark) {
        self.heads.truncate(mark.heads);
        self.bytes.truncate(mark.bytes);
    }
}

/// The values of all columns of one entity.
#[derive(Clone)]
pub(crate) struct Snapshot(Snapshots);

impl Snapshot {
    pub(crate) fn of<M: Mapping>(entity: &M::Entity) -> Self {
        let mut one = Snapshots::default();
        one.push::<M>(entity);
        Self(one)
    }

    /// What is known of a row that is not there.
    pub(crate) fn nothing<M: Mapping>() -> Self {
        Self::packed(M::TABLE.columns.iter().map(|_| ValueRef::Null))
    }

    pub(crate) fn as_ref(&self) -> SnapshotRef<'_> {
        SnapshotRef {
            heads: &self.0.heads,
            bytes: &self.0.bytes,
        }
    }

    fn packed<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> Self {
        let Snapshots {
            mut heads,
            mut bytes,
        } = Snapshots::default();
        values.for_each(|value| packed::push(&mut heads, &mut bytes, &value));
        Self(Snapshots { heads, bytes })
    }

    /// Takes over some columns of another one, and says which of them were changed by that.
    pub(crate) fn take<M: Mapping>(
        &mut self,
        now: SnapshotRef<'_>,
        columns: &[usize],
    ) -> Vec<Change> {
        let before = self.as_ref();
        let mut taken = before.differing(now);
        taken.retain(|at| columns.contains(at));
        let changes = taken.iter().map(|&at| Change {
            column: M::TABLE.columns[at].name,
            old: before.owned(at),
            new: now.owned(at),
        });
        let changes = changes.collect();
        let values = (0..before.width()).map(|at| {
            let from = if taken.contains(&at) { now } else { before };
            from.get(at)
        });
        *self = Self::packed(values);
        changes
    }
}

/// The values of all columns of one entity, wherever they are kept.
#[derive(Clone, Copy)]
pub(crate) struct SnapshotRef<'a> {
    heads: &'a [Head],
    bytes: &'a [u8],
}

impl<'a> SnapshotRef<'a> {
    /// What a column held.
    #[inline]
    pub(crate) fn get(self, at: usize) -> ValueRef<'a> {
        let head = self.heads.get(at).copied();
        head.map_or(ValueRef::Null, |head| packed::value(head, self.bytes))
    }

    /// What the columns of the primary key held.
    pub(crate) fn key<M: Mapping>(self) -> Vec<Value> {
        self.at(M::TABLE.key)
    }

    /// What some columns held.
    pub(crate) fn at(self, columns: &[usize]) -> Vec<Value> {
        columns.iter().map(|&at| self.owned(at)).collect()
    }

    /// An entity that holds the same.
    pub(crate) fn hydrate<M: Mapping>(self) -> Result<M::Entity> {
        let entity = M::hydrate(&Row::new(&self), 0);
        entity.map_err(|error| M::TABLE.named(error, 0))
    }

    /// The same, kept by itself.
    pub(crate) fn to_owned(self) -> Snapshot {
        Snapshot::packed((0..self.width()).map(|at| self.get(at)))
    }

    fn owned(self, at: usize) -> Value {
        Value::try_from_ref(self.get(at)).unwrap_or(Value::Null)
    }

    /// Whether an entity holds something else in a column.
    pub(crate) fn differs<M: Mapping>(self, entity: &M::Entity, at: usize) -> bool {
        !self.holds(at, &M::value(entity, at))
    }

    /// Whether an entity holds something else in any column.
    pub(crate) fn is_changed<M: Mapping>(self, entity: &M::Entity) -> bool {
        !columns::each::<M>(entity, &mut Same(self))
    }

    /// The columns in which an entity holds something else.
    pub(crate) fn changed<M: Mapping>(self, entity: &M::Entity) -> Vec<usize> {
        let mut changed = Vec::new();
        self.note_changed::<M>(entity, &mut changed);
        changed
    }

    /// Notes the columns in which an entity holds something else, and nothing besides.
    pub(crate) fn note_changed<M: Mapping>(self, entity: &M::Entity, changed: &mut Vec<usize>) {
        changed.clear();
        columns::each::<M>(entity, &mut NoteChanged(self, changed));
    }

    /// In what an entity differs, in the order of the columns.
    pub(crate) fn changes<M: Mapping>(self, entity: &M::Entity) -> Result<Vec<Change>> {
        self.changes_in::<M>(entity, self.changed::<M>(entity))
    }

    /// What some columns held, and hold.
    pub(crate) fn changes_in<M: Mapping>(
        self,
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

    /// The columns in which two of them differ.
    pub(crate) fn differing(self, other: SnapshotRef<'_>) -> Vec<usize> {
        let columns = 0..self.width();
        columns
            .filter(|&at| self.get(at) != other.get(at))
            .collect()
    }

    /// Puts the values of some columns into an entity.
    pub(crate) fn fill<M: Mapping>(self, entity: &mut M::Entity, columns: &[usize]) -> Result<()> {
        assign::<M>(entity, &Row::new(&self), columns, Places::Own)
    }

    /// Lets an entity be what it was.
    pub(crate) fn restore<M: Mapping>(self, entity: &mut M::Entity) -> Result<()> {
        self.fill::<M>(entity, &self.changed::<M>(entity))
    }
}

impl RowValues for SnapshotRef<'_> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.get(at)
    }

    fn width(&self) -> usize {
        self.heads.len()
    }
}
