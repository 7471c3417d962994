//! Inserting new objects: in an order in which what others refer to comes first, as far as there is one.

use std::collections::{HashMap, HashSet};

use super::identity;
use super::shelf::{Deferred, New, Shelf};
use super::slot::in_place;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway;
use crate::key::Key as _;
use crate::mapper::DataMapper;
use crate::mapping::{ForeignKey, Table, version_of};
use crate::relation::{self, Key, assign, assign_held, key_of, reference_of};
use crate::value::{Held, Value};

/// What a shelf does with new objects.
pub(super) trait Inserts {
    /// Makes the keys of new objects that the program makes, and tells which rows they will be.
    fn announce(&mut self, pending: &mut Pending) -> Result<()>;

    fn insert(&mut self, db: &dyn Executor, pending: &Pending) -> Result<()>;

    fn update_deferred(&mut self, db: &dyn Executor) -> Result<()>;
}

impl<M: DataMapper> Inserts for Shelf<M> {
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
}

impl<M: DataMapper> Shelf<M> {
    /// New objects in such an order that those that others refer to come first, as far as there is one.
    pub(super) fn in_order(&self, places: &[u32]) -> Result<Vec<u32>> {
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
    pub(super) fn put_back(&mut self, deferred: &Deferred) -> Result<()> {
        match self.slot_mut(deferred.at) {
            Some(slot) => assign_held::<M>(&mut slot.entity, &deferred.columns, &deferred.values),
            None => Ok(()),
        }
    }
}

/// The foreign keys by which rows of a table refer to the primary keys of others of it.
pub(super) fn own_references(table: &'static Table) -> impl Iterator<Item = &'static ForeignKey> {
    let keys = table.foreign_keys.iter();
    keys.filter(move |key| (key.target)().is(table) && key.referenced() == table.key)
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
