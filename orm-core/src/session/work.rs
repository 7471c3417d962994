//! What a flush does with the objects of one mapper: in which order, in how many statements, and what becomes of them
//! when it fails.

use std::any::Any;
use std::collections::{HashMap, HashSet};

use super::identity;
use super::resolve::References;
use super::shelf::{Deferred, Flush, New, Shelf, Undo, Written};
use super::slot::{State, expire, give_up, slots_in};
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway::{self, Changed, Move};
use crate::key::Key as _;
use crate::mapper::DataMapper;
use crate::mapping::{self, ForeignKey, KeyStrategy, Table, version_of};
use crate::relation::owned::{self, Check, Journal, Reference, TreeRef, Trees};
use crate::relation::{
    self, Compared, Groups, Key, add_to, assign, assign_held, key_of, pending, reference_of,
    values_at,
};
use crate::value::{Held, Param, Row, Value};

/// A shelf, whatever its mapper is.
pub(super) trait AnyShelf: Any + References {
    fn table(&self) -> &'static Table;

    /// The table, and those of the children.
    fn tables(&self) -> Vec<&'static Table>;

    /// Whether there is something to write.
    fn has_work(&mut self) -> bool;

    /// Makes the keys of new objects that the program makes, and tells which rows they will be.
    fn announce(&mut self, pending: &mut Pending) -> Result<()>;

    /// Whether a row that is to be deleted stands in the way of one that is to be inserted.
    fn is_in_the_way(&self) -> Result<bool>;

    fn insert(&mut self, db: &dyn Executor, pending: &Pending) -> Result<()>;

    fn update_deferred(&mut self, db: &dyn Executor) -> Result<()>;

    /// Writes what has changed of objects. Some of their references have followed changed keys already.
    fn update(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()>;

    /// What objects that are to be deleted hold in the columns that a foreign key leads to.
    fn going(&self, key: &ForeignKey) -> Result<Vec<Vec<Value>>>;

    /// Whether changed objects, or children of them, referred to some rows.
    fn has_left(&self, reference: Reference, rows: &HashSet<Key>) -> Result<bool>;

    /// The objects to which a foreign key leads by other values than before.
    fn moves(&self, key: &ForeignKey) -> Result<Vec<Move>>;

    /// The foreign keys by which objects and their children refer to others.
    fn foreign_keys(&self) -> Vec<Reference>;

    /// Lets objects that refer to moved rows by a foreign key refer to them still.
    fn follow(&mut self, reference: Reference, moves: &[Move]) -> Result<()>;

    /// Writes the children of new and changed objects. Some of their references have followed changed keys already.
    fn write_children(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()>;

    fn delete(&mut self, db: &dyn Executor) -> Result<()>;

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

    fn expire_all(&mut self) -> Result<()>;

    /// Lets go of all objects.
    fn clear(&mut self);
}

impl<M: DataMapper> AnyShelf for Shelf<M> {
    fn table(&self) -> &'static Table {
        M::TABLE
    }

    fn tables(&self) -> Vec<&'static Table> {
        owned::tables::<M>()
    }

    fn has_work(&mut self) -> bool {
        if !self.added.is_empty() || !self.removed.is_empty() {
            return true;
        }
        while let Some(&at) = self.touched.last() {
            if self.is_changed(at) {
                return true;
            }
            // It is what it was, and need not be looked at again.
            self.touched.pop();
            if let Some(slot) = self.slot_mut(at) {
                slot.kept = None;
            }
        }
        self.past.forget_unwritten();
        false
    }

    fn announce(&mut self, pending: &mut Pending) -> Result<()> {
        let mut rows = pending.rows_of(M::TABLE);
        for &at in &self.added {
            let Some(Some(slot)) = self.slots.get_mut(at as usize) else {
                continue;
            };
            self.flush.new.push((at, New::of(&slot.entity)?));
            M::generate_key(&mut slot.entity)?;
            if let Some(rows) = &mut rows
                && !M::key(&slot.entity).is_unset()
            {
                rows.insert(identity::of_entity::<M>(&slot.entity)?);
            }
        }
        Ok(())
    }

    fn is_in_the_way(&self) -> Result<bool> {
        if self.added.is_empty() || self.removed.is_empty() {
            return Ok(false);
        }
        for columns in unique_columns(M::TABLE) {
            let values = |at: &u32| -> Result<Option<Key>> {
                let Some(slot) = self.slot(*at) else {
                    return Ok(None);
                };
                let values = columns.iter().map(|&at| match self.before(slot) {
                    Some(before) => Param::Borrowed(before.values.get(at)).into_value(),
                    None => M::value(&slot.entity, at).into_value(),
                });
                match values.collect::<Result<Vec<Value>, _>>() {
                    Ok(values) if !values.contains(&Value::Null) => {
                        key_of(M::TABLE, &columns, &values).map(Some)
                    }
                    _ => Ok(None),
                }
            };
            let mut going = HashSet::new();
            for at in &self.removed {
                going.extend(values(at)?);
            }
            for at in &self.added {
                if values(at)?.is_some_and(|values| going.contains(&values)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn insert(&mut self, db: &dyn Executor, pending: &Pending) -> Result<()> {
        if self.added.is_empty() {
            return Ok(());
        }
        let places = self.in_order(&self.added)?;
        self.defer(&places, pending)?;
        for places in self.in_rounds(places)? {
            self.resolve_round(&places)?;
            let mut entities = self.entities(&places);
            let inserted = relation::with_parents::<M, _, _>(db, &mut entities, |db, entities| {
                gateway::insert_all_or_give_up::<M>(db, entities)
            });
            inserted.map_err(|error| in_place(error, &places))?;
        }
        Ok(())
    }

    fn update_deferred(&mut self, db: &dyn Executor) -> Result<()> {
        let deferred = std::mem::take(&mut self.flush.deferred);
        for deferred in &deferred {
            self.put_back(deferred)?;
        }
        for Deferred { at, columns, .. } in deferred {
            if let Some(Some(slot)) = self.slots.get_mut(at as usize) {
                let version = version_of::<M>(&slot.entity)?;
                self.flush
                    .versions
                    .extend(version.map(|version| (at, version)));
                let entities = &mut [&mut slot.entity];
                let updated = relation::with_parents::<M, _, _>(db, entities, |db, entities| {
                    gateway::update_columns::<M>(db, entities[0], &columns)
                });
                updated.map_err(|error| error.in_row(at as usize))?;
            }
        }
        Ok(())
    }

    fn update(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()> {
        let compared = self.compare_loaded.unwrap_or(compared);
        self.update_touched(db, compared, followed)
    }

    fn going(&self, key: &ForeignKey) -> Result<Vec<Vec<Value>>> {
        if !(key.target)().is(M::TABLE) {
            return Ok(Vec::new());
        }
        let slots = self.removed.iter().filter_map(|&at| self.slot(at));
        let rows = slots.map(|slot| match self.before(slot) {
            Some(before) => Ok(before.values.at(key.referenced())),
            None => values_at::<M>(&slot.entity, key.referenced()),
        });
        rows.collect()
    }

    fn has_left(&self, reference: Reference, rows: &HashSet<Key>) -> Result<bool> {
        for slot in self.touched.iter().filter_map(|&at| self.slot(at)) {
            if let (State::Stored, Some(before)) = (slot.state, self.before(slot))
                && before.is_changed::<M>(&slot.entity)
                && before.referred::<M>(reference, rows)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn moves(&self, key: &ForeignKey) -> Result<Vec<Move>> {
        self.moves_of(key)
    }

    fn foreign_keys(&self) -> Vec<Reference> {
        owned::references::<M>()
    }

    fn follow(&mut self, reference: Reference, moves: &[Move]) -> Result<()> {
        self.follow_moves(reference, moves)
    }

    fn write_children(
        &mut self,
        db: &dyn Executor,
        compared: Compared,
        followed: &[Reference],
    ) -> Result<()> {
        let compared = self.compare_loaded.unwrap_or(compared);
        if !M::OWNS {
            return Ok(());
        }
        self.delete_children(db)?;
        let places = self.with_written_children();
        let (slots, past) = (slots_in(&mut self.slots, &places), &self.past);
        let roots = slots.into_iter().map(|slot| {
            let before = slot.kept.map(|kept| past.get(kept));
            (&mut slot.entity, before)
        });
        let mut roots: Vec<_> = roots.collect();
        let written = owned::write::<M>(db, &mut roots, Check::Read(compared, followed));
        written.map_err(|error| in_place(error, &places))
    }

    fn delete(&mut self, db: &dyn Executor) -> Result<()> {
        let mut places = self.in_order(&self.removed)?;
        // Those that refer to others go first.
        places.reverse();
        self.removed.clear();
        self.flush.deleted.extend(&places);
        let rows = places.iter().map(|at| match self.flush.moved.get(at) {
            Some(row) => Ok(row.clone()),
            None => self.stored_identity(*at),
        });
        let rows: Vec<Vec<Value>> = rows.collect::<Result<_>>()?;
        let is_one_by_one = own_references(M::TABLE).next().is_none() && !M::OWNS;
        if !is_one_by_one && rows.len() > 1 {
            return delete_together::<M>(db, &rows);
        }
        for (row, &at) in rows.into_iter().zip(&places) {
            let key = M::Key::read(&Row::new(&row), 0)?;
            let deleted = relation::delete::<M>(db, &key, row.get(M::Key::WIDTH));
            if !deleted.map_err(|error| error.in_row(at as usize))? {
                let mut key = row;
                key.truncate(M::Key::WIDTH);
                return Err(gateway::stale::<M>(key));
            }
        }
        Ok(())
    }

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
            let state = self.kept_state(at);
            if let Some(slot) = self.slot_mut(at) {
                slot.state = state;
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
            let kept_state = self.kept_state(at);
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
                    slot.state = kept_state;
                    self.rows
                        .insert(identity::of_entity::<M>(&slot.entity)?, at);
                }
            }
        }
        self.past.go_back(to.past);
        undone
    }

    fn commit(&mut self) {
        self.unread.clear();
        self.past.go_back(Written::default().past);
        for (at, undo) in std::mem::take(&mut self.log) {
            if let Undo::Deleted = undo
                && let Some(slot) = self.slots.get_mut(at as usize)
            {
                *slot = None;
            }
        }
    }

    fn expire_all(&mut self) -> Result<()> {
        let mut slots = self.slots.iter_mut().flatten();
        slots.try_for_each(|slot| expire(slot, &self.past))
    }

    fn clear(&mut self) {
        *self = Self {
            compare_loaded: self.compare_loaded,
            ..Self::default()
        };
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

    /// Deletes the children of objects that are to be deleted, so that they stand in nobody's way.
    fn delete_children(&self, db: &dyn Executor) -> Result<()> {
        let removed = self.removed.iter().filter_map(|&at| self.slot(at));
        let (known, unknown): (Vec<_>, Vec<_>) = removed.partition(|slot| slot.kept.is_some());
        let mut now = Trees::default();
        for slot in unknown {
            now.push::<M>(&slot.entity);
        }
        let known = known.into_iter().filter_map(|slot| self.before(slot));
        let trees: Vec<TreeRef<'_>> = known.chain(now.iter::<M>()).collect();
        owned::delete::<M>(db, &trees)
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
        let moved: Vec<usize> = followed_columns(M::TABLE, followed).collect();
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

    /// New objects in such an order that those that others refer to come first, as far as there is one.
    fn in_order(&self, places: &[u32]) -> Result<Vec<u32>> {
        if own_references(M::TABLE).next().is_none() && self.flush.awaiting.is_empty() {
            return Ok(places.to_vec());
        }
        let by_key = self.by_key(places)?;
        let (mut ordered, mut seen) = (Vec::with_capacity(places.len()), HashSet::new());
        for &first in places {
            // The way upwards, in a loop, since it may be long: each object, and whether all above it were visited.
            let mut way = vec![(first, false)];
            while let Some((at, is_done)) = way.pop() {
                if is_done {
                    ordered.push(at);
                } else if seen.insert(at) {
                    way.push((at, true));
                    let above = self.known_above(at, &by_key)?.into_iter();
                    let above = above.chain(self.awaited_here(at));
                    way.extend(above.map(|above| (above, false)));
                }
            }
        }
        Ok(ordered)
    }

    /// The places of objects by their rows, if they can refer to each other by keys.
    pub(super) fn by_key(&self, places: &[u32]) -> Result<HashMap<Key, u32>> {
        let mut by_key = HashMap::new();
        if own_references(M::TABLE).next().is_none() {
            return Ok(by_key);
        }
        by_key.reserve(places.len());
        for &at in places {
            if let Some(slot) = self.slot(at) {
                by_key.insert(identity::of_entity::<M>(&slot.entity)?, at);
            }
        }
        Ok(by_key)
    }

    /// Those among some objects that one refers to by their keys.
    pub(super) fn known_above(&self, at: u32, by_key: &HashMap<Key, u32>) -> Result<Vec<u32>> {
        let mut above = Vec::new();
        for reference in own_references(M::TABLE) {
            let key = self.referred(at, reference)?;
            above.extend(key.and_then(|key| by_key.get(&key).copied()));
        }
        Ok(above)
    }

    /// The row of a table that an object refers to by a foreign key.
    fn referred(&self, at: u32, key: &ForeignKey) -> Result<Option<Key>> {
        let Some(slot) = self.slot(at) else {
            return Ok(None);
        };
        let Some(values) = reference_of::<M>(&slot.entity, key.columns) else {
            return Ok(None);
        };
        key_of((key.target)(), key.referenced(), &values).map(Some)
    }

    /// Puts NULL in place of references to rows that are not there yet, and notes them for later.
    fn defer(&mut self, places: &[u32], pending: &Pending) -> Result<()> {
        let mut keys = M::TABLE.foreign_keys.iter();
        if !keys.any(|key| pending.has((key.target)())) {
            return Ok(());
        }
        let mut inserted: HashSet<Key> = HashSet::new();
        for &at in places {
            let mut columns = Vec::new();
            for key in M::TABLE.foreign_keys {
                let optional = M::TABLE.is_optional(key);
                if let Some(row) = self.referred(at, key)?
                    && optional
                    && !((key.target)().is(M::TABLE) && inserted.contains(&row))
                    && pending.contains((key.target)(), &row)
                {
                    columns.extend_from_slice(key.columns);
                }
            }
            let Some(Some(slot)) = self.slots.get_mut(at as usize) else {
                continue;
            };
            inserted.insert(identity::of_entity::<M>(&slot.entity)?);
            if columns.is_empty() {
                continue;
            }
            let values = columns.iter().map(|&column| {
                let value = M::value(&slot.entity, column).into_value();
                let held = value.map(Held::Value);
                held.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))
            });
            let values = values.collect::<Result<Vec<Held>>>()?;
            let nothing = vec![Value::Null; columns.len()];
            assign::<M>(&mut slot.entity, &columns, &nothing)?;
            self.flush.deferred.push(Deferred {
                at,
                columns,
                values,
            });
        }
        Ok(())
    }

    /// Puts the references back that were deferred.
    fn put_back(&mut self, deferred: &Deferred) -> Result<()> {
        match self.slot_mut(deferred.at) {
            Some(slot) => assign_held::<M>(&mut slot.entity, &deferred.columns, &deferred.values),
            None => Ok(()),
        }
    }
}

/// The columns of a table in which references have followed changed keys.
fn followed_columns(table: &Table, followed: &[Reference]) -> impl Iterator<Item = usize> {
    let mine = followed
        .iter()
        .filter(|reference| reference.table.is(table));
    mine.flat_map(|reference| reference.key.columns.iter().copied())
}

/// An error about one of some objects that were written together, as one about its place.
fn in_place(error: Error, places: &[u32]) -> Error {
    error.in_row_of(|row| places.get(row).map(|&at| at as usize))
}

/// The foreign keys by which rows of a table refer to the primary keys of others of it.
fn own_references(table: &'static Table) -> impl Iterator<Item = &'static ForeignKey> {
    let keys = table.foreign_keys.iter();
    keys.filter(move |key| (key.target)().is(table) && key.referenced() == table.key)
}

/// Deletes rows that may refer to each other, which the database looks at when the statement ends. They are given by
/// their keys and versions.
fn delete_together<M: DataMapper>(db: &dyn Executor, rows: &[Vec<Value>]) -> Result<()> {
    let columns: Vec<usize> = M::TABLE.identity().collect();
    owned::require_there::<M>(db, &columns, rows)?;
    let keys = rows.iter().map(|row| row[..M::Key::WIDTH].to_vec());
    relation::delete_rows(db, M::TABLE, &keys.collect::<Vec<_>>()).map(drop)
}

/// The rows that are still to be inserted.
pub(super) struct Pending(Vec<(&'static Table, HashSet<Key>)>);

impl Pending {
    /// The rows of the tables that others refer to before they are there, as far as their keys are known.
    pub(super) fn of(tables: Vec<&'static Table>) -> Self {
        Self(
            tables
                .into_iter()
                .map(|table| (table, HashSet::new()))
                .collect(),
        )
    }

    fn has(&self, table: &Table) -> bool {
        let mut tables = self.0.iter();
        tables.any(|(known, rows)| known.is(table) && !rows.is_empty())
    }

    /// The rows of a table, if anybody asks for them.
    fn rows_of(&mut self, table: &Table) -> Option<&mut HashSet<Key>> {
        let mut tables = self.0.iter_mut();
        tables
            .find(|(known, _)| known.is(table))
            .map(|(_, rows)| rows)
    }

    fn contains(&self, table: &Table, row: &Key) -> bool {
        let mut tables = self.0.iter();
        tables.any(|(known, rows)| known.is(table) && rows.contains(row))
    }

    /// The rows of a table are there now.
    pub(super) fn forget(&mut self, table: &Table) {
        self.0.retain(|(known, _)| !known.is(table));
    }
}

/// The columns of which no two rows may have the same values.
fn unique_columns(table: &'static Table) -> Vec<Vec<usize>> {
    let single = table.columns.iter().enumerate();
    let single = single
        .filter(|(_, column)| column.unique)
        .map(|(at, _)| vec![at]);
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let several = indexes.map(|index| {
        let names = index.columns.iter();
        names.filter_map(|name| table.position(name)).collect()
    });
    let mut all: Vec<Vec<usize>> = single.chain(several).collect();
    all.push(table.key.to_vec());
    all
}
