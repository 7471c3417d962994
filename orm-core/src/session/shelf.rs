//! The objects of one mapper in a session.

use std::collections::HashMap;

use super::identity::{self, IdentityMap};
use super::moved::Followed;
use super::past::{Kept, Past};
use super::resolve::{Awaiting, Resolved};
use super::slot::{Slot, State, expire, slots_in};
use crate::error::{Error, Result};
use crate::mapper::DataMapper;
use crate::mapping::{Change, set_version, version_of};
use crate::relation::owned::{Journal, TreeRef, TreesMark};
use crate::relation::{Compared, Key, key_values};
use crate::value::{Held, Object, Value};

/// The objects of one mapper.
pub(super) struct Shelf<M: DataMapper> {
    pub(super) slots: Vec<Option<Slot<M::Entity>>>,
    pub(super) rows: IdentityMap,
    /// What objects were before they may have been changed.
    pub(super) past: Past<M>,
    /// Whether rows are compared with what was read, if it is said for this mapper.
    pub(super) compare_loaded: Option<Compared>,
    /// Objects that are to be inserted, in the order in which they were added.
    pub(super) added: Vec<u32>,
    /// Objects that may have been changed.
    pub(super) touched: Vec<u32>,
    /// Objects that are to be deleted.
    pub(super) removed: Vec<u32>,
    /// What was written in the transaction, in its order.
    pub(super) log: Vec<(u32, Undo<M>)>,
    /// What a flush has done so far.
    pub(super) flush: Flush<M>,
}

/// Where an object was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Outside a transaction: what was read there is what is stored.
    Committed,
    /// In the transaction of the session.
    Transaction,
}

/// How an object becomes what it was.
pub(super) enum Undo<M: DataMapper> {
    Inserted(New<M>),
    Updated(Kept),
    Deleted,
    /// A column referred to this object, which had no key.
    Referred(usize, Object),
    /// It held this in some columns, by which it follows a changed key.
    Followed(&'static [usize], Vec<Value>),
    /// It was read in the transaction, and may never have been so.
    Read,
}

/// How much was written in the transaction at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    pub(super) log: usize,
    pub(super) past: TreesMark,
}

/// The work of one flush.
pub(super) struct Flush<M: DataMapper> {
    pub(super) new: Vec<(u32, New<M>)>,
    /// References that are written when all rows are there.
    pub(super) deferred: Vec<Deferred>,
    /// References of new objects to others that have still to get their keys, by the places of those that refer.
    pub(super) awaiting: HashMap<u32, Vec<Awaiting>>,
    /// References that have got their keys.
    pub(super) resolved: Vec<Resolved>,
    pub(super) updated: Vec<u32>,
    /// What referred to objects whose keys have changed.
    pub(super) followed: Vec<Followed>,
    /// The keys and versions that rows have by now which are to be deleted, where a key has followed another.
    pub(super) moved: HashMap<u32, Vec<Value>>,
    /// What the children of changed objects held before they were written.
    pub(super) journals: Vec<(u32, Journal)>,
    /// The versions of changed objects before they were written.
    pub(super) versions: Vec<(u32, Value)>,
    pub(super) deleted: Vec<u32>,
}

/// What a new object was before it was inserted.
pub(super) struct New<M: DataMapper> {
    key: M::Key,
    /// What else is filled in when it is inserted; nothing for most objects.
    rest: Option<Box<(Option<Value>, Journal)>>,
}

impl<M: DataMapper> New<M> {
    pub(super) fn of(entity: &M::Entity) -> Result<Self> {
        let mut rest = None;
        if M::OWNS || M::TABLE.version.is_some() {
            let journal = Journal::of::<M>(entity)?;
            rest = Some(Box::new((version_of::<M>(entity)?, journal)));
        }
        let key = M::key(entity);
        Ok(Self { key, rest })
    }

    /// Lets the object be that again.
    pub(super) fn undo(self, entity: &mut M::Entity) -> Result<()> {
        M::set_key(entity, self.key);
        let Some(rest) = self.rest else {
            return Ok(());
        };
        let (version, journal) = *rest;
        journal.undo::<M>(entity)?;
        version.map_or(Ok(()), |version| set_version::<M>(entity, &version))
    }

    /// The children were read again, and may be others.
    fn forget_children(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.1 = Journal::default();
        }
    }
}

/// References of one new row to others that come after it.
pub(super) struct Deferred {
    pub(super) at: u32,
    pub(super) columns: Vec<usize>,
    pub(super) values: Vec<Held>,
}

impl<M: DataMapper> Default for Flush<M> {
    fn default() -> Self {
        Self {
            new: Vec::new(),
            deferred: Vec::new(),
            awaiting: HashMap::new(),
            resolved: Vec::new(),
            updated: Vec::new(),
            followed: Vec::new(),
            moved: HashMap::new(),
            journals: Vec::new(),
            versions: Vec::new(),
            deleted: Vec::new(),
        }
    }
}

impl<M: DataMapper> Default for Shelf<M> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            rows: IdentityMap::default(),
            past: Past::default(),
            compare_loaded: None,
            added: Vec::new(),
            touched: Vec::new(),
            removed: Vec::new(),
            log: Vec::new(),
            flush: Flush::default(),
        }
    }
}

impl<M: DataMapper> Shelf<M> {
    pub(super) fn slot(&self, at: u32) -> Option<&Slot<M::Entity>> {
        self.slots.get(at as usize)?.as_ref()
    }

    pub(super) fn slot_mut(&mut self, at: u32) -> Option<&mut Slot<M::Entity>> {
        self.slots.get_mut(at as usize)?.as_mut()
    }

    /// What an object was at the last flush, if it may have been changed since.
    pub(super) fn before(&self, slot: &Slot<M::Entity>) -> Option<TreeRef<'_>> {
        slot.kept.map(|kept| self.past.get(kept))
    }

    /// The places of all objects in a state.
    pub(super) fn in_state(&self, state: State) -> impl Iterator<Item = u32> {
        let slots = (0u32..).zip(&self.slots);
        slots.filter_map(move |(at, slot)| (slot.as_ref()?.state == state).then_some(at))
    }

    /// The object of a row.
    pub(super) fn find(&self, key: &Key) -> Option<u32> {
        self.rows.get(key)
    }

    /// Takes in an object that is to be inserted.
    pub(super) fn add(&mut self, entity: M::Entity) -> Result<u32> {
        let at = self.next()?;
        self.push(entity, State::New);
        self.added.push(at);
        Ok(at)
    }

    /// Takes in an object that was read. If there is one of its row, that one stays as it is, unless it was to be
    /// read again.
    pub(super) fn intern(&mut self, entity: M::Entity, source: Source) -> Result<u32> {
        let next = self.next()?;
        let key = identity::of_entity::<M>(&entity)?;
        let known = self.rows.get_or_insert(key, next);
        let at = *known;
        let slot = self.slots.get(at as usize).and_then(Option::as_ref);
        match slot.map(|slot| slot.state) {
            Some(State::Expired) => self.refresh(at, entity, source),
            Some(_) => {}
            None => {
                *known = next;
                self.push(entity, State::Stored);
                self.note_read(next, source);
                return Ok(next);
            }
        }
        Ok(at)
    }

    /// Makes room for the first objects, when it is known how many are read.
    pub(super) fn expect(&mut self, count: usize) {
        if self.slots.is_empty() {
            self.slots.reserve(count);
            self.rows.reserve::<M>(count);
        }
    }

    fn note_read(&mut self, at: u32, source: Source) {
        if source == Source::Transaction {
            self.log.push((at, Undo::Read));
        }
    }

    /// The place of the next object.
    fn next(&self) -> Result<u32> {
        u32::try_from(self.slots.len()).map_err(|_| Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "a session holds no more than four billion objects of one mapper",
        })
    }

    fn push(&mut self, entity: M::Entity, state: State) {
        let kept = None;
        self.slots.push(Some(Slot {
            entity,
            state,
            kept,
        }));
    }

    /// Replaces what is in memory by what is in the database.
    pub(super) fn refresh(&mut self, at: u32, entity: M::Entity, source: Source) {
        if let Some(slot) = self.slot_mut(at) {
            (slot.entity, slot.state, slot.kept) = (entity, State::Stored, None);
        }
        self.removed.retain(|removed| *removed != at);
        if M::OWNS {
            for (_, undo) in self.log.iter_mut().filter(|(place, _)| *place == at) {
                if let Undo::Inserted(new) = undo {
                    new.forget_children();
                }
            }
        }
        self.note_read(at, source);
    }

    pub(super) fn expire(&mut self, at: u32) -> Result<()> {
        match self.slots.get_mut(at as usize) {
            Some(Some(slot)) => expire(slot, &self.past),
            _ => Ok(()),
        }
    }

    /// An object, to be changed. What it was is kept the first time.
    /// One that was deleted is not to be changed.
    pub(super) fn touch(&mut self, at: u32) -> Option<&mut M::Entity> {
        let slot = self.slots.get_mut(at as usize)?.as_mut()?;
        if slot.state == State::Expired {
            // What is changed now must not be overwritten by what is read later, unless it is given up.
            slot.state = State::Stored;
            self.log.push((at, Undo::Read));
        }
        if matches!(slot.state, State::Stored | State::Removed) && slot.kept.is_none() {
            slot.kept = Some(self.past.keep(&slot.entity)?);
            self.touched.push(at);
        }
        (slot.state != State::Gone).then_some(&mut slot.entity)
    }

    /// Several objects, to be changed.
    pub(super) fn touch_disjoint<const N: usize>(
        &mut self,
        places: [u32; N],
    ) -> Option<[&mut M::Entity; N]> {
        for at in places {
            self.touch(at)?;
        }
        let slots = self
            .slots
            .get_disjoint_mut(places.map(|at| at as usize))
            .ok()?;
        let mut slots = slots.into_iter().flatten();
        let entities = [(); N].map(|()| slots.next().map(|slot| &mut slot.entity));
        let all: Option<Vec<&mut M::Entity>> = entities.into_iter().collect();
        all?.try_into().ok()
    }

    /// Whether an object has changed since it was read.
    pub(super) fn is_changed(&self, at: u32) -> bool {
        let slot = self.slot(at);
        slot.is_some_and(|slot| {
            let before = self.before(slot);
            before.is_some_and(|before| before.is_changed::<M>(&slot.entity))
        })
    }

    /// What has changed in an object since it was read.
    pub(super) fn changes(&self, at: u32) -> Result<Vec<Change>> {
        let Some(slot) = self.slot(at) else {
            return Ok(Vec::new());
        };
        match self.before(slot) {
            Some(before) => before.values.changes::<M>(&slot.entity),
            None => Ok(Vec::new()),
        }
    }

    /// Marks an object to be deleted. One that was never inserted is forgotten.
    pub(super) fn remove(&mut self, at: u32) {
        let Some(Some(slot)) = self.slots.get_mut(at as usize) else {
            return;
        };
        match slot.state {
            State::New => {
                slot.state = State::Detached;
                self.added.retain(|added| *added != at);
            }
            State::Stored | State::Expired => {
                if slot.state == State::Expired {
                    // It still is when it comes back.
                    self.log.push((at, Undo::Read));
                }
                slot.state = State::Removed;
                self.removed.push(at);
            }
            State::Removed | State::Gone | State::Detached => {}
        }
    }

    /// Takes an object out.
    pub(super) fn detach(&mut self, at: u32) -> Option<M::Entity> {
        let key = self.stored_key(at);
        let slot = self.slots.get_mut(at as usize)?.take()?;
        for list in [&mut self.added, &mut self.touched, &mut self.removed] {
            list.retain(|place| *place != at);
        }
        if let Ok(key) = key.and_then(|key| identity::of_values::<M>(&key)) {
            self.rows.forget(&key, at);
        }
        Some(slot.entity)
    }

    /// The key of an object's row, which may have been changed in memory since it was read.
    pub(super) fn stored_key(&self, at: u32) -> Result<Vec<Value>> {
        let Some(slot) = self.slot(at) else {
            return Ok(Vec::new());
        };
        match self.before(slot) {
            Some(before) => Ok(before.values.key::<M>()),
            None => key_values::<M>(&slot.entity),
        }
    }

    /// The key of an object's row, and its version if there is one, as they were read.
    pub(super) fn stored_identity(&self, at: u32) -> Result<Vec<Value>> {
        let mut row = self.stored_key(at)?;
        if let (Some(slot), Some(column)) = (self.slot(at), M::TABLE.version) {
            row.extend(match self.before(slot) {
                Some(before) => before.values.at(&[column]).pop(),
                None => version_of::<M>(&slot.entity)?,
            });
        }
        Ok(row)
    }

    /// The objects in some places, in the order of the places.
    pub(super) fn entities(&mut self, places: &[u32]) -> Vec<&mut M::Entity> {
        let slots = slots_in(&mut self.slots, places).into_iter();
        slots.map(|slot| &mut slot.entity).collect()
    }
}
