//! What a row does to the rows that it refers to when it is written: `touch` and `counter_cache`.

use std::borrow::{Borrow, BorrowMut};
use std::collections::HashMap;
use std::slice;

use super::change::{key_of, key_values};
use super::keys::{Key, is_unsaved};
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway::{self, Matching, Set};
use crate::mapping::{Identity, KeyStrategy, Mapping, RelationDef, Step, Table, put_back};
use crate::value::Value;

/// The relations of a table whose target is told when a row is written.
fn told(table: &'static Table) -> impl Iterator<Item = &'static RelationDef> {
    let relations = table.relations.iter();
    relations.filter(|def| def.touch.is_some() || def.counter_cache.is_some())
}

/// Whether a row that is written tells others.
pub(super) fn has_parents(table: &'static Table) -> bool {
    told(table).next().is_some()
}

/// Writes entities by `work`, and tells the rows that they referred to before and refer to afterwards.
pub(crate) fn with_parents<M: Mapping, E: Borrow<M::Entity>, T>(
    db: &dyn Executor,
    entities: &mut [E],
    work: impl FnOnce(&dyn Executor, &mut [E]) -> Result<T>,
) -> Result<T> {
    if !has_parents(M::TABLE) {
        return work(db, entities);
    }
    let (mut work, mut done) = (Some(work), None);
    telling::<M, E>(db, entities, &mut |db, entities| {
        let work = work.take().ok_or(Error::TransactionLost)?;
        done = Some(work(db, entities)?);
        Ok(())
    })?;
    done.ok_or(Error::TransactionLost)
}

/// What writes entities.
type Work<'a, E> = &'a mut dyn FnMut(&dyn Executor, &mut [E]) -> Result<()>;

/// The same, compiled once for each kind of entities.
fn telling<M: Mapping, E: Borrow<M::Entity>>(
    db: &dyn Executor,
    entities: &mut [E],
    work: Work<'_, E>,
) -> Result<()> {
    atomically(db, |db| {
        let mut parents = Parents::default();
        let before = saved_keys::<M, E>(entities)?;
        parents.count(db, Matching::any(M::TABLE, M::TABLE.key, &before), -1)?;
        work(db, entities)?;
        let after = saved_keys::<M, E>(entities)?;
        parents.count(db, Matching::any(M::TABLE, M::TABLE.key, &after), 1)?;
        parents.tell(db)
    })
}

/// The same for entities that may get a key or another version: after an error they have those of before.
pub(crate) fn keyed_with_parents<M: Mapping, E: BorrowMut<M::Entity>, T>(
    db: &dyn Executor,
    entities: &mut [E],
    work: impl FnOnce(&dyn Executor, &mut [E]) -> Result<T>,
) -> Result<T> {
    if !has_parents(M::TABLE) {
        return work(db, entities);
    }
    let before = entities.iter();
    let before = before.map(|entity| Identity::of::<M>(entity.borrow()));
    let before: Vec<Identity<M::Key>> = before.collect::<Result<_>>()?;
    let records = gateway::remembered::<M>(entities.iter().map(Borrow::borrow));
    let done = with_parents::<M, E, T>(db, entities, work);
    if done.is_err() {
        for ((entity, before), record) in entities.iter_mut().zip(before).zip(records) {
            put_back::<M>(entity.borrow_mut(), record);
            before.put_back::<M>(entity.borrow_mut())?;
        }
    }
    done
}

/// Updates the row of an entity by `write`, which says whether it was there. One that is tracked and has another key
/// than its row has that key until the row is written.
pub(crate) fn update_with_parents<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    write: fn(&dyn Executor, &mut M::Entity) -> Result<bool>,
) -> Result<bool> {
    if gateway::is_clean::<M>(entity) {
        gateway::remember_columns::<M>(entity, &[]);
        return Ok(true);
    }
    let entities = slice::from_mut(entity);
    let Some(old) = gateway::key_before::<M>(&entities[0])? else {
        return keyed_with_parents::<M, _, _>(db, entities, |db, rows| write(db, &mut rows[0]));
    };
    let new = M::key(&entities[0]);
    M::set_key(&mut entities[0], old.clone());
    let found = keyed_with_parents::<M, _, _>(db, entities, |db, rows| {
        M::set_key(&mut rows[0], new.clone());
        let found = write(db, &mut rows[0])?;
        if !found {
            M::set_key(&mut rows[0], old);
        }
        Ok(found)
    });
    M::set_key(entity, new);
    found
}

/// The keys of entities that have one.
fn saved_keys<M: Mapping, E: Borrow<M::Entity>>(entities: &[E]) -> Result<Vec<Vec<Value>>> {
    let entities = entities.iter().map(Borrow::borrow);
    let saved = entities.filter(|entity| !is_unsaved::<M>(entity));
    saved.map(|entity| key_values::<M>(entity)).collect()
}

/// Tells the rows that some rows refer to that these are about to be deleted.
pub(super) fn count_deleted(db: &dyn Executor, rows: Matching<'_>) -> Result<()> {
    if !has_parents(rows.table) {
        return Ok(());
    }
    let mut parents = Parents::default();
    parents.count(db, rows, -1)?;
    parents.tell(db)
}

/// Sets columns of rows, and tells the rows that they referred to before and refer to afterwards. Returns how
/// many rows were there.
pub(super) fn update_rows(
    db: &dyn Executor,
    rows: Matching<'_>,
    set: &[(usize, Set<'_>)],
) -> Result<u64> {
    let table = rows.table;
    if !has_parents(table) {
        return rows.update(db, set);
    }
    // What is set may be what they are found by.
    let keys = rows.select(db, table.key)?;
    let rows = Matching::any(table, table.key, &keys);
    let mut parents = Parents::default();
    parents.count(db, rows, -1)?;
    let updated = rows.update(db, set)?;
    parents.count(db, rows, 1)?;
    parents.tell(db)?;
    Ok(updated)
}

/// Inserts rows of some columns, and tells the rows that they refer to by these.
pub(super) fn insert_rows(
    db: &dyn Executor,
    table: &'static Table,
    columns: &[usize],
    rows: &[Vec<Value>],
) -> Result<()> {
    let makes_keys = table.key_strategy == KeyStrategy::Generated;
    if makes_keys && !rows.is_empty() && !table.key.iter().all(|at| columns.contains(at)) {
        return Err(Error::InvalidQuery {
            table: table.name,
            reason: "its keys are made by the program: insert entities of the table in between",
        });
    }
    gateway::insert_rows(db, table, columns, rows)?;
    let mut parents = Parents::default();
    parents.count_given(table, columns, rows)?;
    parents.tell(db)
}

/// The rows that are to be told, and by how many rows more each is referred to.
#[derive(Default)]
struct Parents {
    relations: Vec<(&'static RelationDef, Step, Counts)>,
}

/// The rows that are referred to, by their keys, and by how many rows more.
type Counts = HashMap<Key, (Vec<Value>, i64)>;

impl Parents {
    /// Counts the rows that are there.
    fn count(&mut self, db: &dyn Executor, rows: Matching<'_>, each: i64) -> Result<()> {
        for def in told(rows.table) {
            if let [step] = def.steps()[..] {
                let referring = rows.select(db, step.from)?;
                self.add(def, step, referring, each)?;
            }
        }
        Ok(())
    }

    /// Counts new rows of some columns, by the references that are among these.
    fn count_given(
        &mut self,
        table: &'static Table,
        columns: &[usize],
        rows: &[Vec<Value>],
    ) -> Result<()> {
        for def in told(table) {
            let [step] = def.steps()[..] else { continue };
            let from = step.from.iter();
            let places: Option<Vec<usize>> = from
                .map(|from| columns.iter().position(|column| column == from))
                .collect();
            let Some(places) = places else { continue };
            let referring = rows.iter();
            let referring =
                referring.map(|row| places.iter().map(|&place| row[place].clone()).collect());
            self.add(def, step, referring.collect(), 1)?;
        }
        Ok(())
    }

    /// Counts references by a relation.
    fn add(
        &mut self,
        def: &'static RelationDef,
        step: Step,
        referring: Vec<Vec<Value>>,
        each: i64,
    ) -> Result<()> {
        let mut known = self.relations.iter();
        let nth = known.position(|(known, _, _)| known.path == def.path);
        let nth = nth.unwrap_or_else(|| {
            self.relations.push((def, step, HashMap::new()));
            self.relations.len() - 1
        });
        let Some((_, _, counts)) = self.relations.get_mut(nth) else {
            return Ok(());
        };
        for values in referring
            .into_iter()
            .filter(|row| !row.contains(&Value::Null))
        {
            let key = key_of(step.table, step.to, &values)?;
            counts.entry(key).or_insert((values, 0)).1 += each;
        }
        Ok(())
    }

    /// Writes what was counted.
    fn tell(self, db: &dyn Executor) -> Result<()> {
        for (def, step, counts) in self.relations {
            // Rows by the same number are written together.
            let mut by_number: HashMap<i64, Vec<Vec<Value>>> = HashMap::new();
            for (values, number) in counts.into_values() {
                by_number.entry(number).or_default().push(values);
            }
            for (number, rows) in by_number {
                let mut set = Vec::new();
                if let Some(at) = def.counter_cache.filter(|_| number != 0) {
                    set.push((at, Set::Plus(number)));
                }
                if let Some(at) = def.touch {
                    set.push((at, Set::Value(step.table.now(at)?)));
                }
                if !set.is_empty() {
                    Matching::any(step.table, step.to, &rows).update(db, &set)?;
                }
            }
        }
        Ok(())
    }
}
