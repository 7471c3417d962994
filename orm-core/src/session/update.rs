//! Updating changed objects, and writing the children of new and changed ones.

use super::shelf::Shelf;
use super::slot::{State, in_place, slots_in};
use crate::connection::Executor;
use crate::error::Result;
use crate::gateway::{self, Changed};
use crate::mapper::DataMapper;
use crate::mapping;
use crate::relation::owned::{self, Check, Gone, Journal, Reference};
use crate::relation::{self, Compared, Groups, add_to};

/// What a shelf does with changed objects.
pub(super) trait Updates {
    /// Writes what has changed of objects. Some of their references have followed changed keys already.
    fn update(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()>;

    /// Deletes the children that changed objects no longer have.
    fn take_out_children(
        &mut self,
        db: &dyn Executor,
        check: Check<'_>,
        gone: &mut Gone,
    ) -> Result<()>;

    /// Writes the children of new and changed objects.
    fn put_children(&mut self, db: &dyn Executor, check: Check<'_>, gone: &Gone) -> Result<()>;
}

impl<M: DataMapper> Updates for Shelf<M> {
    fn update(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()> {
        let compared = self.compare_loaded.unwrap_or(compared);
        self.update_touched(db, compared, followed)
    }

    fn take_out_children(
        &mut self,
        db: &dyn Executor,
        check: Check<'_>,
        gone: &mut Gone,
    ) -> Result<()> {
        let check = check.of(self.compare_loaded);
        let (places, mut roots) = self.with_children();
        let taken = owned::take_out::<M>(db, &mut roots, check, gone);
        taken.map_err(|error| in_place(error, &places))
    }

    fn put_children(&mut self, db: &dyn Executor, check: Check<'_>, gone: &Gone) -> Result<()> {
        let check = check.of(self.compare_loaded);
        let (places, mut roots) = self.with_children();
        let put = owned::put::<M>(db, &mut roots, check, gone);
        put.map_err(|error| in_place(error, &places))
    }
}

impl<M: DataMapper> Shelf<M> {
    /// The objects whose children are written: new ones, and those with others than before.
    pub(super) fn with_written_children(&self) -> Vec<u32> {
        if !M::OWNS {
            return Vec::new();
        }
        let new = self.flush.new.iter().map(|(at, _)| *at);
        let changed = self.flush.journals.iter().map(|(at, _)| *at);
        new.chain(changed).collect()
    }

    /// The same objects with what they were, and their places.
    fn with_children(&mut self) -> (Vec<u32>, Vec<owned::Written<'_, '_, M::Entity>>) {
        let places = self.with_written_children();
        let (slots, past) = (slots_in(&mut self.slots, &places), &self.past);
        let roots = slots.into_iter().map(|slot| {
            let before = slot.kept.map(|kept| past.get(kept));
            (&mut slot.entity, before)
        });
        let roots = roots.collect();
        (places, roots)
    }

    /// Compares with what was kept, and writes what differs.
    fn update_touched(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()> {
        let mut groups: Groups = Groups::new();
        // One that was read again in between is there twice.
        self.touched.sort_unstable();
        self.touched.dedup();
        let moved: Vec<usize> = owned::columns_of(followed, M::TABLE).collect();
        let by_database = self.followed_alone();
        let mut columns = Vec::new();
        for nth in 0..self.touched.len() {
            let at = self.touched[nth];
            let Some(slot) = self.slot(at) else { continue };
            let (State::Stored, Some(before)) = (slot.state, self.before(slot)) else {
                continue;
            };
            before.values.note_changed::<M>(&slot.entity, &mut columns);
            if columns.iter().any(|at| M::TABLE.version == Some(*at)) {
                // It is what somebody else has read, at another time.
                return Err(gateway::stale::<M>(before.values.key::<M>()));
            }
            if by_database.contains(&at) && columns.iter().all(|at| moved.contains(at)) {
                // The database has done it.
                columns.clear();
            }
            let has_moved = || columns.iter().any(|at| M::TABLE.is_key(*at));
            if M::OWNS && (has_moved() || before.has_other_children::<M>(&slot.entity)) {
                let journal = Journal::of::<M>(&slot.entity)?;
                self.flush.journals.push((at, journal));
                if columns.is_empty() && M::TABLE.version.is_none() {
                    self.flush.updated.push(at);
                    continue;
                }
            } else if columns.is_empty() {
                continue;
            }
            add_to(&mut groups, &columns, at);
        }
        for (columns, places) in groups {
            let others = columns.iter().copied().filter(|at| !moved.contains(at));
            relation::require_changeable(M::TABLE, &others.collect::<Vec<usize>>())?;
            let columns = gateway::with_version(M::TABLE, &columns);
            self.advance(&places)?;
            let mut rows: Vec<Changed<'_, M::Entity>> = Vec::with_capacity(places.len());
            rows.extend(places.iter().filter_map(|&at| {
                let slot = self.slot(at)?;
                Some(Changed {
                    entity: &slot.entity,
                    before: self.before(slot)?.values,
                })
            }));
            let updated = relation::with_parents::<M, _, _>(db, &mut rows, |db, rows| {
                relation::update::<M>(db, rows, &columns, &moved, compared)
            });
            updated.map_err(|error| in_place(error, &places))?;
            self.flush.updated.extend(places);
        }
        Ok(())
    }

    /// Gives objects their next versions, and notes those that they had.
    fn advance(&mut self, places: &[u32]) -> Result<()> {
        for &at in places {
            if let Some(Some(slot)) = self.slots.get_mut(at as usize)
                && let Some(before) = mapping::advance::<M>(&mut slot.entity)?
            {
                self.flush.versions.push((at, before));
            }
        }
        Ok(())
    }
}
