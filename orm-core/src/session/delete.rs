//! Deleting removed objects, and what that does to others.

use std::collections::HashSet;

use super::insert::own_references;
use super::shelf::Shelf;
use super::slot::State;
use crate::connection::Executor;
use crate::error::Result;
use crate::gateway;
use crate::key::Key as _;
use crate::mapper::DataMapper;
use crate::mapping::{ForeignKey, Table};
use crate::relation::owned::{self, Gone, Reference, TreeRef, Trees};
use crate::relation::{self, Key, key_of, values_at};
use crate::value::{Param, Row, Value};

/// What a shelf does with removed objects.
pub(super) trait Deletes {
    /// Whether a row that is to be deleted stands in the way of one that is to be inserted.
    fn is_in_the_way(&self) -> Result<bool>;

    /// What objects that are to be deleted hold in the columns that a foreign key leads to.
    fn going(&self, key: &ForeignKey) -> Result<Vec<Vec<Value>>>;

    /// Whether changed objects, or children of them, referred to some rows.
    fn has_left(&self, reference: Reference, rows: &HashSet<Key>) -> Result<bool>;

    /// Deletes the children of objects that are to be deleted, so that they stand in nobody's way.
    fn delete_children(&self, db: &dyn Executor, gone: &mut Gone) -> Result<()>;

    fn delete(&mut self, db: &dyn Executor) -> Result<()>;
}

impl<M: DataMapper> Deletes for Shelf<M> {
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

    fn delete_children(&self, db: &dyn Executor, gone: &mut Gone) -> Result<()> {
        let removed = self.removed.iter().filter_map(|&at| self.slot(at));
        let (known, unknown): (Vec<_>, Vec<_>) = removed.partition(|slot| slot.kept.is_some());
        let mut now = Trees::default();
        for slot in unknown {
            now.push::<M>(&slot.entity);
        }
        let known = known.into_iter().filter_map(|slot| self.before(slot));
        let trees: Vec<TreeRef<'_>> = known.chain(now.iter::<M>()).collect();
        owned::delete::<M>(db, &trees, gone)
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
            let columns: Vec<usize> = M::TABLE.identity().collect();
            return owned::delete_there::<M>(db, &columns, &rows);
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
