//! Rows that are stored already and are to refer to others than before.

use std::collections::HashMap;

use super::change::{key_of, reference};
use super::keys::Key;
use super::parents::update_rows;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway::Matching;
use crate::mapping::Step;
use crate::value::Value;

/// Rows by their primary keys, and the values by which each is to refer to its owner.
#[derive(Default)]
pub(super) struct Moved {
    keys: Vec<Vec<Value>>,
    owners: Vec<Vec<Value>>,
}

impl Moved {
    pub(super) fn add(&mut self, key: Vec<Value>, owner: &[Value]) {
        self.keys.push(key);
        self.owners.push(owner.to_vec());
    }

    /// Refuses rows that are stored, if what refers to the owner is part of their primary key: they would
    /// become other rows. Those that are not have no row to be moved.
    pub(super) fn refuse_keys(&mut self, db: &dyn Executor, step: &Step) -> Result<()> {
        let table = step.table;
        if self.keys.is_empty() || !step.to.iter().any(|&at| table.is_key(at)) {
            return Ok(());
        }
        let stored = Matching::any(table, table.key, &self.keys).select(db, table.key)?;
        if stored.is_empty() {
            *self = Self::default();
            return Ok(());
        }
        Err(Error::InvalidQuery {
            table: table.name,
            reason: "its reference is part of its primary key: delete the row, and add one with another key",
        })
    }

    /// Lets the rows refer to their owners, those of one owner in one statement. Rows that refer to it already,
    /// such as those that were just inserted, are passed over.
    pub(super) fn update(&self, db: &dyn Executor, step: &Step) -> Result<()> {
        if self.keys.is_empty() {
            return Ok(());
        }
        let table = step.table;
        let columns: Vec<usize> = table.key.iter().chain(step.to).copied().collect();
        let mut stored = HashMap::with_capacity(self.keys.len());
        for row in Matching::any(table, table.key, &self.keys).select(db, &columns)? {
            let (key, referred) = row.split_at(table.key.len());
            stored.insert(key_of(table, table.key, key)?, referred.to_vec());
        }
        let mut by_owner: HashMap<Key, (&[Value], Vec<Vec<Value>>)> = HashMap::new();
        for (key, owner) in self.keys.iter().zip(&self.owners) {
            let Some(referred) = stored.get(&key_of(table, table.key, key)?) else {
                return Err(Error::NotFound { table: table.name });
            };
            if referred != owner {
                let of_owner = by_owner.entry(key_of(table, step.to, owner)?);
                of_owner.or_insert((owner, Vec::new())).1.push(key.clone());
            }
        }
        for (owner, keys) in by_owner.into_values() {
            let rows = Matching::any(table, table.key, &keys);
            update_rows(db, rows, &reference(step, owner))?;
        }
        Ok(())
    }
}
