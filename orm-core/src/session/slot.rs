//! One object of a session, and what is known of its row.

use crate::error::Result;
use crate::mapping::Mapping;
use crate::value::{Row, Value};

/// An object in a session.
pub(super) struct Slot<E> {
    pub(super) entity: E,
    pub(super) state: State,
    /// The values of all columns at the last flush, as soon as the object may have been changed since.
    pub(super) kept: Option<Box<[Value]>>,
}

/// What is known of the row of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is to be inserted.
    New,
    /// It is there.
    Stored,
    /// It is there, and what is in memory is to be read again.
    Expired,
    /// It is to be deleted.
    Removed,
    /// It was deleted in this transaction.
    Gone,
    /// It was inserted in a transaction that was rolled back.
    Detached,
}

/// The values of all columns of an entity. One that cannot be stored is NULL, and differs from what it was.
pub(super) fn values_of<M: Mapping>(entity: &M::Entity) -> Box<[Value]> {
    let columns = 0..M::TABLE.columns.len();
    let values = columns.map(|at| M::value(entity, at).into_value().unwrap_or(Value::Null));
    values.collect()
}

/// Whether an entity has another value in a column than among the values of all.
pub(super) fn differs<M: Mapping>(entity: &M::Entity, before: &[Value], at: usize) -> bool {
    M::value(entity, at).as_ref() != Ok(before[at].as_ref())
}

/// The columns in which an entity differs from the values of all.
pub(super) fn changed_columns<M: Mapping>(entity: &M::Entity, before: &[Value]) -> Vec<usize> {
    let columns = 0..before.len();
    columns
        .filter(|&at| differs::<M>(entity, before, at))
        .collect()
}

/// Whether an entity differs from the values of all columns.
pub(super) fn is_changed<M: Mapping>(entity: &M::Entity, before: &[Value]) -> bool {
    (0..before.len()).any(|at| differs::<M>(entity, before, at))
}

/// The key among the values of all columns.
pub(super) fn key_among<M: Mapping>(values: &[Value]) -> Vec<Value> {
    let key = M::TABLE.key.iter().map(|&at| values[at].clone());
    key.collect()
}

/// Lets an object be what it was at the last flush.
pub(super) fn give_up<M: Mapping>(slot: &mut Slot<M::Entity>) -> Result<()> {
    match slot.kept.take() {
        Some(before) => restore::<M>(&mut slot.entity, &before),
        None => Ok(()),
    }
}

/// Lets an object that is stored be read again, and gives up what was changed.
pub(super) fn expire<M: Mapping>(slot: &mut Slot<M::Entity>) -> Result<()> {
    if slot.state != State::Stored {
        return Ok(());
    }
    slot.state = State::Expired;
    give_up::<M>(slot)
}

/// Puts values of all columns into an entity.
pub(super) fn restore<M: Mapping>(entity: &mut M::Entity, values: &[Value]) -> Result<()> {
    let row = Row::new(&values);
    for at in changed_columns::<M>(entity, values) {
        if M::assign(entity, at, &row, at).is_err() {
            // A column of an embedded value has no place of its own.
            *entity = M::hydrate(&row, 0).map_err(|error| M::TABLE.named(error, 0))?;
            return Ok(());
        }
    }
    Ok(())
}
