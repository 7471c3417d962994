//! What becomes of objects when what was written of them stays, and when it does not.

use super::identity;
use super::shelf::{Flush, Shelf, Undo, Written};
use super::slot::{State, give_up};
use crate::error::Result;
use crate::mapper::DataMapper;
use crate::mapping::{self, KeyStrategy};
use crate::relation::{assign, pending};

/// How flushes and transactions end for a shelf.
pub(super) trait Outcomes {
    /// Everything was written.
    fn finish(&mut self) -> Result<()>;

    /// Nothing was written.
    fn abandon(&mut self);

    /// How much was written in the transaction so far.
    fn written(&self) -> Written;

    /// Takes everything back that was written after that, and what was not written yet.
    fn roll_back(&mut self, to: Written) -> Result<()>;

    /// What was written stays.
    fn commit(&mut self);
}

impl<M: DataMapper> Outcomes for Shelf<M> {
    fn finish(&mut self) -> Result<()> {
        let Flush {
            new,
            updated,
            followed,
            deleted,
            resolved,
            ..
        } = std::mem::take(&mut self.flush);
        // Others cannot have been changed.
        let are_keys_made = M::TABLE.key_strategy != KeyStrategy::Assigned && followed.is_empty();
        for one in followed {
            let slot = self.slot(one.at);
            if slot.is_some_and(|slot| slot.state == State::New)
                && let Some((columns, before)) = one.before
            {
                self.log.push((one.at, Undo::Followed(columns, before)));
            }
        }
        for one in resolved {
            // What an object was that is not new is known as a whole.
            let slot = self.slot(one.at);
            if slot.is_some_and(|slot| slot.state == State::New) {
                let undo = Undo::Referred(one.column, one.object);
                self.log.push((one.at, undo));
            }
        }
        let wrote = self.log.len();
        self.rows.reserve::<M>(new.len());
        self.log.reserve(new.len() + updated.len());
        for (at, before) in new {
            if let Some(Some(slot)) = self.slots.get_mut(at as usize) {
                slot.state = State::Stored;
                self.rows
                    .insert(identity::of_entity::<M>(&slot.entity)?, at);
                self.log.push((at, Undo::Inserted(before)));
            }
        }
        for at in updated {
            let Some(Some(slot)) = self.slots.get_mut(at as usize) else {
                continue;
            };
            if let Some(kept) = slot.kept.take() {
                if !are_keys_made {
                    let old = identity::of_values::<M>(&self.past.get(kept).values.key::<M>())?;
                    self.rows.forget(&old, at);
                    self.rows
                        .insert(identity::of_entity::<M>(&slot.entity)?, at);
                }
                self.log.push((at, Undo::Updated(kept)));
            }
        }
        for at in deleted {
            let key = identity::of_values::<M>(&self.stored_key(at)?)?;
            if let Some(Some(slot)) = self.slots.get_mut(at as usize) {
                slot.state = State::Gone;
                self.rows.forget(&key, at);
                self.log.push((at, Undo::Deleted));
                // What was changed and then deleted is what it was when it comes back.
                let kept = slot.kept.take();
                self.log.extend(kept.map(|kept| (at, Undo::Updated(kept))));
            }
        }
        for at in std::mem::take(&mut self.touched) {
            if let Some(Some(slot)) = self.slots.get_mut(at as usize) {
                slot.kept = None;
            }
        }
        self.added.clear();
        if self.log.len() > wrote {
            self.past.note_written();
        } else {
            self.past.forget_unwritten();
        }
        Ok(())
    }

    fn abandon(&mut self) {
        self.unfollow();
        for deferred in std::mem::take(&mut self.flush.deferred) {
            // The values were in these fields before.
            let _ = self.put_back(&deferred);
        }
        let Flush {
            new,
            deleted,
            versions,
            journals,
            resolved,
            ..
        } = std::mem::take(&mut self.flush);
        // All of these values were in these fields before. Of several of one object, the first is that of before.
        for (at, journal) in journals.into_iter().rev() {
            if let Some(slot) = self.slot_mut(at) {
                let _ = journal.undo::<M>(&mut slot.entity);
            }
        }
        for (at, version) in versions {
            if let Some(slot) = self.slot_mut(at) {
                let _ = mapping::set_version::<M>(&mut slot.entity, &version);
            }
        }
        for (at, before) in new {
            if let Some(slot) = self.slot_mut(at) {
                let _ = before.undo(&mut slot.entity);
            }
        }
        for one in resolved {
            if let Some(slot) = self.slot_mut(one.at) {
                // The object was in this field before.
                let _ = pending::unsettle::<M>(&mut slot.entity, one.column, one.object);
            }
        }
        let is_removed = |at: &u32| {
            self.slot(*at)
                .is_some_and(|slot| slot.state == State::Removed)
        };
        let mut removed: Vec<u32> = deleted.into_iter().filter(is_removed).collect();
        removed.extend(self.removed.iter().copied());
        removed.sort_unstable();
        removed.dedup();
        self.removed = removed;
    }

    fn written(&self) -> Written {
        Written {
            log: self.log.len(),
            past: self.past.written(),
        }
    }

    fn roll_back(&mut self, to: Written) -> Result<()> {
        // One that cannot become what it was keeps no other from it.
        let mut undone = Ok(());
        for at in std::mem::take(&mut self.touched) {
            if let Some(Some(slot)) = self.slots.get_mut(at as usize) {
                undone = undone.and(give_up(slot, &self.past));
            }
        }
        for at in std::mem::take(&mut self.removed) {
            if let Some(slot) = self.slot_mut(at) {
                slot.state = State::Stored;
            }
        }
        for at in std::mem::take(&mut self.added) {
            if let Some(slot) = self.slot_mut(at) {
                slot.state = State::Detached;
            }
        }
        while self.log.len() > to.log
            && let Some((at, undo)) = self.log.pop()
        {
            let Some(Some(slot)) = self.slots.get_mut(at as usize) else {
                continue;
            };
            match undo {
                Undo::Inserted(before) => {
                    self.rows
                        .forget(&identity::of_entity::<M>(&slot.entity)?, at);
                    slot.state = State::Detached;
                    undone = undone.and(before.undo(&mut slot.entity));
                }
                Undo::Updated(kept) => {
                    self.rows
                        .forget(&identity::of_entity::<M>(&slot.entity)?, at);
                    let before = self.past.get(kept);
                    undone = undone.and(before.restore::<M>(&mut slot.entity));
                    self.rows
                        .insert(identity::of_entity::<M>(&slot.entity)?, at);
                }
                Undo::Referred(column, object) => {
                    let unsettled = pending::unsettle::<M>(&mut slot.entity, column, object);
                    undone = undone.and(unsettled);
                }
                Undo::Followed(columns, before) => {
                    undone = undone.and(assign::<M>(&mut slot.entity, columns, &before));
                }
                Undo::Read if slot.state == State::Stored => slot.state = State::Expired,
                Undo::Read => {}
                Undo::Deleted => {
                    slot.state = State::Stored;
                    self.rows
                        .insert(identity::of_entity::<M>(&slot.entity)?, at);
                }
            }
        }
        self.past.go_back(to.past);
        undone
    }

    fn commit(&mut self) {
        self.past.go_back(Written::default().past);
        for (at, undo) in std::mem::take(&mut self.log) {
            if let Undo::Deleted = undo
                && let Some(slot) = self.slots.get_mut(at as usize)
            {
                *slot = None;
            }
        }
    }
}
