//! One object of a session, and what is known of its row.

use super::past::{Kept, Past};
use crate::error::{Error, Result};
use crate::mapper::DataMapper;

/// An object in a session.
pub(super) struct Slot<E> {
    pub(super) entity: E,
    pub(super) state: State,
    /// What it was at the last flush, as soon as it may have been changed since.
    pub(super) kept: Option<Kept>,
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
pub(super) fn give_up<M: DataMapper>(slot: &mut Slot<M::Entity>, past: &Past<M>) -> Result<()> {
    match slot.kept.take() {
        Some(kept) => past.get(kept).restore::<M>(&mut slot.entity),
        None => Ok(()),
    }
}

/// Lets an object that is stored be read again, and gives up what was changed.
pub(super) fn expire<M: DataMapper>(slot: &mut Slot<M::Entity>, past: &Past<M>) -> Result<()> {
    if slot.state != State::Stored {
        return Ok(());
    }
    slot.state = State::Expired;
    give_up(slot, past)
}

/// The slots in some places, in the order of the places.
pub(super) fn slots_in<'s, E>(
    slots: &'s mut [Option<Slot<E>>],
    places: &[u32],
) -> Vec<&'s mut Slot<E>> {
    let mut sorted: Vec<(u32, usize)> = places.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let mut found = Vec::with_capacity(sorted.len());
    let (mut rest, mut begin) = (slots, 0);
    for (at, nth) in sorted {
        let Some((until, behind)) = rest.split_at_mut_checked(at as usize + 1 - begin) else {
            break;
        };
        (rest, begin) = (behind, at as usize + 1);
        if let Some(Some(slot)) = until.last_mut() {
            found.push((nth, slot));
        }
    }
    found.sort_unstable_by_key(|(nth, _)| *nth);
    found.into_iter().map(|(_, slot)| slot).collect()
}

/// An error about one of some objects that were written together, as one about its place.
pub(super) fn in_place(error: Error, places: &[u32]) -> Error {
    error.in_row_of(|row| places.get(row).map(|&at| at as usize))
}
