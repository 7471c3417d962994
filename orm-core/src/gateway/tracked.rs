//! Entities that remember what their rows hold: only what has changed is written, and what was written is remembered.
//!
//! What is remembered here is right for as long as the write stands. Whoever rolls it back puts back what was remembered
//! before.

use super::changed::{Changed, ChangedColumns, update_changed};
use super::{advancing, find, require_writable, returned_columns, update_columns, with_version};
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::mapping::{Change, KeyStrategy, Mapping, Record, Snapshot, SnapshotRef, loaded_of};
use crate::value::Row;

/// Whether an entity is tracked and has no row yet.
pub(super) fn is_new<M: Mapping>(entity: &M::Entity) -> bool {
    M::remembered(entity).is_some_and(|record| record.loaded().is_none())
}

/// Whether an entity holds what its row holds, as far as is known.
pub(crate) fn is_clean<M: Mapping>(entity: &M::Entity) -> bool {
    loaded_of::<M>(entity).is_some_and(|loaded| !loaded.is_changed::<M>(entity))
}

/// The key of an entity's row: the one that it was read with, if that is known.
pub(crate) fn row_key<M: Mapping>(entity: &M::Entity) -> Result<M::Key> {
    match loaded_of::<M>(entity) {
        Some(loaded) if has_moved::<M>(entity, loaded) => {
            M::Key::read(&Row::new(&loaded.key::<M>()), 0)
        }
        _ => Ok(M::key(entity)),
    }
}

/// The key of an entity's row, if that is known and the entity has another one.
pub(crate) fn key_before<M: Mapping>(entity: &M::Entity) -> Result<Option<M::Key>> {
    let has_moved = loaded_of::<M>(entity).is_some_and(|loaded| has_moved::<M>(entity, loaded));
    has_moved.then(|| row_key::<M>(entity)).transpose()
}

fn has_moved<M: Mapping>(entity: &M::Entity, loaded: SnapshotRef<'_>) -> bool {
    let mut key = M::TABLE.key.iter();
    key.any(|&at| loaded.differs::<M>(entity, at))
}

/// Refuses an entity that has another key than its row.
pub(super) fn require_key<M: Mapping>(entity: &M::Entity) -> Result<()> {
    if loaded_of::<M>(entity).is_some_and(|loaded| has_moved::<M>(entity, loaded)) {
        return Err(Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "its key was changed, which is written by `save`, and not with some of the columns",
        });
    }
    Ok(())
}

/// Updates what has changed of a row, by the key that it had, and says whether the row was there. None for an entity
/// that does not know its row.
pub(super) fn update<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
) -> Result<Option<bool>> {
    let Some(loaded) = loaded_of::<M>(entity) else {
        return Ok(None);
    };
    let columns = loaded.changed::<M>(entity);
    if columns.is_empty() {
        remember_columns::<M>(entity, &columns);
        return Ok(Some(true));
    }
    if columns.iter().any(|&at| M::TABLE.is_key(at)) {
        return update_with_key::<M>(db, entity, &columns).map(Some);
    }
    update_columns::<M>(db, entity, &columns).map(Some)
}

fn update_with_key<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<bool> {
    if M::TABLE.key_strategy != KeyStrategy::Assigned {
        return Err(Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "its key was changed, which is not made by the user: insert another record, and delete this one",
        });
    }
    let others = columns.iter().copied().filter(|&at| !M::TABLE.is_key(at));
    require_writable(M::TABLE, &others.collect::<Vec<usize>>())?;
    writing::<M>(entity, columns, |entity| {
        if M::TABLE.returning.is_empty() {
            return move_row::<M>(db, entity, columns);
        }
        atomically(db, |db| {
            Ok(move_row::<M>(db, entity, columns)? && read_computed::<M>(db, entity)?)
        })
    })
}

/// Updates columns of a row, the key among them, by the key that it had.
fn move_row<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<bool> {
    let Some(before) = loaded_of::<M>(entity).map(SnapshotRef::to_owned) else {
        return Ok(false);
    };
    let columns = with_version(M::TABLE, columns);
    advancing::<M>(entity, |entity, _| {
        let row = Changed {
            entity,
            before: before.as_ref(),
        };
        let columns = ChangedColumns {
            written: &columns,
            compared: &[],
            followed: &[],
        };
        let missed = update_changed::<M>(db, &[row], columns)?;
        Ok(missed.is_none())
    })
}

/// Takes over what the database computed, and says whether the row is there.
fn read_computed<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    let Some(now) = find::<M>(db, &M::key(entity))? else {
        return Ok(false);
    };
    let now = Snapshot::of::<M>(&now);
    now.as_ref()
        .fill::<M>(entity, &returned_columns(M::TABLE))?;
    Ok(true)
}

/// Writes some columns of a row by `write`, which says whether the row was there, and remembers what they hold then,
/// together with what the database made.
pub(super) fn writing<M: Mapping>(
    entity: &mut M::Entity,
    columns: &[usize],
    write: impl FnOnce(&mut M::Entity) -> Result<bool>,
) -> Result<bool> {
    if loaded_of::<M>(entity).is_none() {
        return write(entity);
    }
    let before = Snapshot::of::<M>(entity);
    let found = write(entity)?;
    if found {
        let after = Snapshot::of::<M>(entity);
        let mut known = before.as_ref().differing(after.as_ref());
        known.extend(returned_columns(M::TABLE));
        known.extend(columns);
        remember_columns::<M>(entity, &known);
    }
    Ok(found)
}

/// Remembers that the row of an entity holds in some columns what the entity holds.
pub(crate) fn remember_columns<M: Mapping>(entity: &mut M::Entity, columns: &[usize]) {
    let Some(mut loaded) = loaded_of::<M>(entity).map(SnapshotRef::to_owned) else {
        return;
    };
    let now = Snapshot::of::<M>(entity);
    let changes = loaded.take::<M>(now.as_ref(), columns);
    remember::<M>(entity, loaded, changes);
}

/// Remembers that a row was inserted.
pub(super) fn remember_inserted<M: Mapping>(entity: &mut M::Entity) {
    if M::remembered(entity).is_some() {
        remember_from::<M>(entity, Snapshot::nothing::<M>());
    }
}

/// Remembers that a row was written as a whole, which may have been there.
pub(super) fn remember_row<M: Mapping>(entity: &mut M::Entity) {
    if M::remembered(entity).is_some() {
        let before = loaded_of::<M>(entity).map(SnapshotRef::to_owned);
        remember_from::<M>(entity, before.unwrap_or_else(Snapshot::nothing::<M>));
    }
}

fn remember_from<M: Mapping>(entity: &mut M::Entity, mut before: Snapshot) {
    let columns: Vec<usize> = (0..M::TABLE.columns.len()).collect();
    let now = Snapshot::of::<M>(entity);
    let changes = before.take::<M>(now.as_ref(), &columns);
    remember::<M>(entity, before, changes);
}

fn remember<M: Mapping>(entity: &mut M::Entity, loaded: Snapshot, saved: Vec<Change>) {
    if let Some(record) = M::remembered_mut(entity) {
        record.remember(loaded, saved);
    }
}

/// What entities remember, to be put back if what is written of them is rolled back.
pub(crate) fn remembered<'e, M: Mapping>(
    entities: impl IntoIterator<Item = &'e M::Entity>,
) -> Vec<Option<Record<M::Entity>>> {
    let records = entities
        .into_iter()
        .map(|entity| M::remembered(entity).cloned());
    records.collect()
}
