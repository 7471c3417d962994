//! References to objects that are inserted by the same flush: they get the keys as soon as there are some, and are what
//! they were when the flush fails.

use std::collections::{HashMap, HashSet};

use super::shelf::{Deferred, Shelf};
use super::slot::State;
use super::work::AnyShelf;
use crate::error::{Error, Result};
use crate::mapper::DataMapper;
use crate::relation::pending::{self, Awaited, ObjectKeys};
use crate::relation::{held_at, is_unsaved};
use crate::value::{Held, Object, Value};

/// What of the objects is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// New objects, before they are inserted.
    New,
    /// Changed objects, and references that were deferred, when all new ones are there.
    Changed,
    /// The children of both.
    Children,
}

/// A reference of a new object to one that has no key yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Awaiting {
    column: usize,
    object: Object,
    /// The place of the other one, if it is of the same mapper.
    above: Option<u32>,
}

/// A reference that has got its key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolved {
    pub(super) at: u32,
    pub(super) column: usize,
    pub(super) object: Object,
}

/// What a shelf does about references to objects without keys.
pub(super) trait References {
    /// The objects that are referred to.
    fn awaited(&self, part: Part) -> Result<Vec<Awaited>>;

    /// Puts keys in place of objects. This shelf is at this place in the session.
    fn resolve(&mut self, part: Part, here: usize, keys: &ObjectKeys) -> Result<()>;

    /// The key of an object; none if it has still to get one.
    fn key_at(&self, at: u32) -> Result<Option<Value>>;
}

/// Gives the references of one shelf the keys that there are by now.
pub(super) fn references(
    shelves: &mut [Box<dyn AnyShelf>],
    here: usize,
    session: u64,
    part: Part,
) -> Result<()> {
    let awaited = shelves[here].awaited(part)?;
    if awaited.is_empty() {
        return Ok(());
    }
    let mut keys = ObjectKeys::new();
    let mut seen = HashSet::new();
    for (object, table) in awaited {
        if !seen.insert(object) {
            continue;
        }
        let mut known = shelves.get(object.mapper());
        known = known.filter(|_| object.session() == session);
        let shelf = known.ok_or(Error::UnknownHandle { table })?;
        if let Some(key) = shelf.key_at(object.at())? {
            keys.insert(object, key);
        }
    }
    shelves[here].resolve(part, here, &keys)
}

/// The places of the shelves whose objects new objects of one shelf refer to.
pub(super) fn targets(shelves: &[Box<dyn AnyShelf>], here: usize, session: u64) -> Vec<usize> {
    // What cannot be found out here is an error later.
    let awaited = shelves[here].awaited(Part::New).unwrap_or_default();
    let objects = awaited.into_iter().map(|(object, _)| object);
    let known = objects.filter(|object| object.session() == session);
    let mut targets: Vec<usize> = known.map(Object::mapper).collect();
    targets.retain(|target| *target < shelves.len());
    targets.sort_unstable();
    targets.dedup();
    targets
}

impl<M: DataMapper> References for Shelf<M> {
    fn awaited(&self, part: Part) -> Result<Vec<Awaited>> {
        let mut awaited = Vec::new();
        match part {
            Part::New => self.awaited_in(&self.added, &mut awaited),
            Part::Changed => {
                self.awaited_in(&self.touched, &mut awaited);
                for deferred in &self.flush.deferred {
                    awaited.extend(deferred.objects().map(|object| (object, M::TABLE.name)));
                }
            }
            Part::Children => {
                for at in self.with_written_children() {
                    if let Some(slot) = self.slot(at) {
                        pending::of_children::<M>(&slot.entity, &mut awaited)?;
                    }
                }
            }
        }
        Ok(awaited)
    }

    fn resolve(&mut self, part: Part, here: usize, keys: &ObjectKeys) -> Result<()> {
        match part {
            Part::New => {
                for (at, column, object) in self.pending_in(&self.added) {
                    match keys.get(&object) {
                        Some(key) => self.settle(at, column, object, key)?,
                        None => self.flush.awaiting.entry(at).or_default().push(Awaiting {
                            column,
                            object,
                            above: (object.mapper() == here).then_some(object.at()),
                        }),
                    }
                }
                Ok(())
            }
            Part::Changed => {
                for (at, column, object) in self.pending_in(&self.touched) {
                    if let Some(key) = keys.get(&object) {
                        self.settle(at, column, object, key)?;
                    }
                }
                self.settle_deferred(keys);
                Ok(())
            }
            Part::Children => {
                let places = self.with_written_children();
                let mut entities = self.entities(&places).into_iter();
                entities.try_for_each(|entity| pending::settle_children::<M>(entity, keys))
            }
        }
    }

    fn key_at(&self, at: u32) -> Result<Option<Value>> {
        let unknown = Error::UnknownHandle {
            table: M::TABLE.name,
        };
        let slot = self.slot(at).ok_or(unknown)?;
        match slot.state {
            State::New if is_unsaved::<M>(&slot.entity) => return Ok(None),
            State::New | State::Stored | State::Expired => {}
            State::Removed | State::Gone | State::Detached => {
                return Err(Error::UnknownHandle {
                    table: M::TABLE.name,
                });
            }
        }
        match M::TABLE.key {
            // The key may be a reference itself.
            &[column] => match held_at::<M>(&slot.entity, column)? {
                Held::Value(key) => Ok(Some(key)),
                Held::Object(_) => Ok(None),
            },
            _ => Ok(None),
        }
    }
}

impl<M: DataMapper> Shelf<M> {
    /// The references of objects in some places to others without keys.
    fn pending_in(&self, places: &[u32]) -> Vec<(u32, usize, Object)> {
        let mut found = Vec::new();
        if pending::columns(M::TABLE).next().is_none() {
            return found;
        }
        for &at in places {
            let slot = self.slot(at);
            let slot = slot.filter(|slot| matches!(slot.state, State::New | State::Stored));
            let pending = slot.map(|slot| pending::of::<M>(&slot.entity));
            let pending = pending.into_iter().flatten();
            found.extend(pending.map(|(column, object)| (at, column, object)));
        }
        found
    }

    fn awaited_in(&self, places: &[u32], awaited: &mut Vec<Awaited>) {
        let pending = self.pending_in(places).into_iter();
        awaited
            .extend(pending.map(|(_, column, object)| (object, pending::target(M::TABLE, column))));
    }

    /// Puts a key in place of an object, and notes it.
    fn settle(&mut self, at: u32, column: usize, object: Object, key: &Value) -> Result<()> {
        if let Some(slot) = self.slot_mut(at) {
            pending::settle::<M>(&mut slot.entity, column, key)?;
            self.flush.resolved.push(Resolved { at, column, object });
        }
        Ok(())
    }

    fn settle_deferred(&mut self, keys: &ObjectKeys) {
        let flush = &mut self.flush;
        for deferred in &mut flush.deferred {
            for (&column, held) in deferred.columns.iter().zip(&mut deferred.values) {
                if let Held::Object(object) = *held
                    && let Some(key) = keys.get(&object)
                {
                    let at = deferred.at;
                    flush.resolved.push(Resolved { at, column, object });
                    *held = Held::Value(key.clone());
                }
            }
        }
    }

    /// The new objects of this mapper that one of them refers to.
    pub(super) fn awaited_here(&self, at: u32) -> impl Iterator<Item = u32> {
        let awaiting = self.flush.awaiting.get(&at);
        awaiting.into_iter().flatten().filter_map(|one| one.above)
    }

    /// New objects, which are in order, in rounds: an object that refers to one whose key the database makes is in a
    /// later round than that. What cannot be waited for is deferred.
    pub(super) fn in_rounds(&mut self, places: Vec<u32>) -> Result<Vec<Vec<u32>>> {
        if self.flush.awaiting.is_empty() {
            return Ok(vec![places]);
        }
        let by_key = self.by_key(&places)?;
        let mut rounds: Vec<Vec<u32>> = Vec::new();
        let mut round_of: HashMap<u32, usize> = HashMap::new();
        for at in places {
            let known = self.known_above(at, &by_key)?;
            let known = known.iter().filter_map(|above| round_of.get(above));
            let waited = self.wait_or_defer(at, &round_of)?;
            let round = known.copied().max().max(waited).unwrap_or(0);
            if round == rounds.len() {
                rounds.push(Vec::new());
            }
            rounds[round].push(at);
            round_of.insert(at, round);
        }
        Ok(rounds)
    }

    /// The first round in which an object knows the keys of those that it waits for, which are in rounds before it.
    /// References to all others are deferred.
    fn wait_or_defer(&mut self, at: u32, round_of: &HashMap<u32, usize>) -> Result<Option<usize>> {
        let mut round = None;
        let mut waiting = Vec::new();
        for one in self.flush.awaiting.remove(&at).unwrap_or_default() {
            match one.above.and_then(|above| round_of.get(&above)) {
                Some(above) => {
                    round = round.max(Some(above + 1));
                    waiting.push(one);
                }
                None => self.defer_object(at, one)?,
            }
        }
        if !waiting.is_empty() {
            self.flush.awaiting.insert(at, waiting);
        }
        Ok(round)
    }

    /// Gives the objects of a round the keys of those before.
    pub(super) fn resolve_round(&mut self, places: &[u32]) -> Result<()> {
        if self.flush.awaiting.is_empty() {
            return Ok(());
        }
        for &at in places {
            for one in self.flush.awaiting.remove(&at).unwrap_or_default() {
                if let Some(key) = self.key_at(one.object.at())? {
                    self.settle(at, one.column, one.object, &key)?;
                }
            }
        }
        Ok(())
    }

    /// Puts NULL in place of a reference to an object that is inserted later.
    fn defer_object(&mut self, at: u32, awaiting: Awaiting) -> Result<()> {
        let Awaiting { column, object, .. } = awaiting;
        if !M::TABLE.columns[column].nullable {
            return Err(Error::InvalidQuery {
                table: M::TABLE.name,
                reason: "new objects refer to each other in a circle, and none of the references may be NULL: make one of them `Option<Ref<…>>`",
            });
        }
        if let Some(slot) = self.slot_mut(at) {
            pending::settle::<M>(&mut slot.entity, column, &Value::Null)?;
            let deferred = &mut self.flush.deferred;
            let known = deferred.iter().position(|deferred| deferred.at == at);
            let known = known.unwrap_or_else(|| {
                deferred.push(Deferred::of(at));
                deferred.len() - 1
            });
            deferred[known].columns.push(column);
            deferred[known].values.push(Held::Object(object));
        }
        Ok(())
    }
}

impl Deferred {
    fn of(at: u32) -> Self {
        Self {
            at,
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    fn objects(&self) -> impl Iterator<Item = Object> {
        self.values.iter().filter_map(|held| match held {
            Held::Object(object) => Some(*object),
            Held::Value(_) => None,
        })
    }
}
