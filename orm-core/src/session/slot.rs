//! One object of a session, and what is known of its row.

use crate::error::Result;
use crate::mapping::Mapping;
use crate::relation::Related;
use crate::relation::owned::Tree;
use crate::value::Value;

/// An object in a session.
pub(super) struct Slot<E> {
    pub(super) entity: E,
    pub(super) state: State,
    /// What it was at the last flush, as soon as it may have been changed since.
    pub(super) kept: Option<Tree>,
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

/// Lets an object be what it was at the last flush.
pub(super) fn give_up<M: Related>(slot: &mut Slot<M::Entity>) -> Result<()> {
    match slot.kept.take() {
        Some(before) => before.restore::<M>(&mut slot.entity),
        None => Ok(()),
    }
}

/// Lets an object that is stored be read again, and gives up what was changed.
pub(super) fn expire<M: Related>(slot: &mut Slot<M::Entity>) -> Result<()> {
    if slot.state != State::Stored {
        return Ok(());
    }
    slot.state = State::Expired;
    give_up::<M>(slot)
}

/// What an entity refers to by some columns, if to anything.
pub(super) fn reference<M: Mapping>(entity: &M::Entity, columns: &[usize]) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(columns.len());
    for &at in columns {
        match M::value(entity, at).into_value() {
            Ok(Value::Null) | Err(_) => return None,
            Ok(value) => values.push(value),
        }
    }
    Some(values)
}
