//! What an application does with dependent rows before it deletes a row: `dependent = …`.
//!
//! Rows are found level by level, by their keys and not as entities, and the statements are run when it is
//! known that nothing forbids them.

use std::collections::{HashMap, HashSet, VecDeque};

use super::change::{add_new, key_params, key_set};
use super::keys::Key;
use super::parents::{count_deleted, has_parents, update_rows};
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway::{self, Matching, Set};
use crate::key::Key as _;
use crate::mapping::{Dependent, Mapping, RelationDef, Step, Table};
use crate::value::Value;

/// Whether something is to be done before rows of the table are deleted.
fn has_dependents(table: &Table) -> bool {
    table.relations.iter().any(|def| def.dependent.is_some())
}

/// Deletes a row with what depends on it, if it has this version or none is given, and says whether it was there.
pub(crate) fn delete<M: Mapping>(
    db: &dyn Executor,
    key: &M::Key,
    version: Option<&Value>,
) -> Result<bool> {
    if !has_dependents(M::TABLE) && !has_parents(M::TABLE) {
        return gateway::delete_version::<M>(db, key, version);
    }
    atomically(db, |db| {
        // What others compare with is what is stored, which may be of other letter case.
        let columns = M::TABLE
            .identity()
            .take(M::Key::WIDTH + usize::from(version.is_some()));
        let columns: Vec<usize> = columns.collect();
        let values: Vec<Value> = key_params::<M>(key)?
            .into_iter()
            .chain(version.cloned())
            .collect();
        let keys = Matching::all(M::TABLE, &columns, &values).select(db, M::TABLE.key)?;
        if keys.is_empty() {
            return Ok(false);
        }
        if delete_dependents(db, M::TABLE, &keys)? > 0 {
            return Ok(true);
        }
        count_deleted(db, Matching::any(M::TABLE, M::TABLE.key, &keys))?;
        gateway::delete_version::<M>(db, key, version)
    })
}

/// Does what has to be done with the rows that depend on some rows of a table. Returns how many of these rows
/// had to be deleted along with them.
fn delete_dependents(db: &dyn Executor, table: &'static Table, keys: &[Vec<Value>]) -> Result<u64> {
    if !has_dependents(table) {
        return Ok(0);
    }
    Plan::new(db, table, keys)?.carry_out(db, table, keys)
}

/// Deletes rows of a table by their keys, with what depends on them.
pub(crate) fn delete_rows(
    db: &dyn Executor,
    table: &'static Table,
    keys: &[Vec<Value>],
) -> Result<u64> {
    let along = delete_dependents(db, table, keys)?;
    let rows = Matching::any(table, table.key, keys);
    count_deleted(db, rows)?;
    Ok(along + rows.delete(db)?)
}

/// Deletes rows of a table, with what depends on them.
pub(super) fn delete_matching(db: &dyn Executor, rows: Matching<'_>) -> Result<u64> {
    if !has_dependents(rows.table) {
        count_deleted(db, rows)?;
        return rows.delete(db);
    }
    let keys = rows.select(db, rows.table.key)?;
    delete_rows(db, rows.table, &keys)
}

/// What is to be done, in the order in which it was found.
#[derive(Default)]
struct Plan {
    updates: Vec<Update>,
    deletes: Vec<Delete>,
    /// The rows that are deleted, by table.
    gone: HashMap<(Option<&'static str>, &'static str), HashSet<Key>>,
    /// Relations that must not lead to rows that stay.
    restricted: Vec<(&'static Table, &'static RelationDef, Step, Vec<Vec<Value>>)>,
}

/// References that are given up.
struct Update {
    step: Step,
    values: Vec<Vec<Value>>,
    set: Vec<(usize, Set<'static>)>,
}

/// Rows that go.
struct Delete {
    table: &'static Table,
    keys: Vec<Vec<Value>>,
}

impl Plan {
    fn new(db: &dyn Executor, table: &'static Table, keys: &[Vec<Value>]) -> Result<Self> {
        let mut plan = Self::default();
        plan.add_gone(table, keys.to_vec())?;
        let mut queue = VecDeque::from([(table, keys.to_vec())]);
        while let Some((table, keys)) = queue.pop_front() {
            for def in table.relations {
                let Some(rule) = def.dependent else { continue };
                if let Some(found) = plan.follow(db, table, def, rule, &keys)? {
                    queue.push_back((found.table, found.keys.clone()));
                    plan.deletes.push(found);
                }
            }
        }
        plan.check_restricted(db)?;
        Ok(plan)
    }

    /// Notes rows as gone, and returns those that were not noted before.
    fn add_gone(
        &mut self,
        table: &'static Table,
        keys: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Value>>> {
        let gone = self.gone.entry((table.schema, table.name)).or_default();
        add_new(gone, table, table.key, keys)
    }

    /// Applies the rule of one relation of some rows. Returns rows that are to be deleted.
    fn follow(
        &mut self,
        db: &dyn Executor,
        table: &'static Table,
        def: &'static RelationDef,
        rule: Dependent,
        keys: &[Vec<Value>],
    ) -> Result<Option<Delete>> {
        let steps = def.steps();
        let [step] = steps[..] else {
            return Err(Error::InvalidMapping {
                table: table.name,
                reason: format!(
                    "{} is a relation over others, whose rows do not depend on it",
                    def.path
                ),
            });
        };
        let values = if step.from == table.key {
            keys.to_vec()
        } else {
            Matching::any(table, table.key, keys).select(db, step.from)?
        };
        let dependents = Matching::after(&step, &values);
        match rule {
            Dependent::Cascade => {
                let found = dependents.select(db, step.table.key)?;
                let keys = self.add_gone(step.table, found)?;
                let table = step.table;
                return Ok((!keys.is_empty()).then_some(Delete { table, keys }));
            }
            Dependent::Protect => {
                if !dependents.select(db, step.table.key)?.is_empty() {
                    return Err(restricted(table, def));
                }
            }
            Dependent::Restrict => self.restricted.push((table, def, step, values)),
            Dependent::SetNull => self.give_up(step, values, |_, _| Ok(Set::Value(Value::Null)))?,
            Dependent::SetDefault => self.give_up(step, values, |table, at| {
                let default = table.columns[at].default;
                default
                    .map(Set::Default)
                    .ok_or_else(|| Error::InvalidMapping {
                        table: table.name,
                        reason: format!(
                            "{} has no default that it could be set to",
                            table.columns[at].name
                        ),
                    })
            })?,
        }
        Ok(None)
    }

    fn give_up(
        &mut self,
        step: Step,
        values: Vec<Vec<Value>>,
        set: impl Fn(&'static Table, usize) -> Result<Set<'static>>,
    ) -> Result<()> {
        let set = step.to.iter().map(|&at| Ok((at, set(step.table, at)?)));
        self.updates.push(Update {
            step,
            values,
            set: set.collect::<Result<_>>()?,
        });
        Ok(())
    }

    /// Refuses to go on if a row that stays depends on one that goes.
    fn check_restricted(&self, db: &dyn Executor) -> Result<()> {
        let none = HashSet::new();
        for (table, def, step, values) in &self.restricted {
            let dependent = step.table;
            let gone = self.gone.get(&(dependent.schema, dependent.name));
            let gone = gone.unwrap_or(&none);
            let found = Matching::after(step, values).select(db, dependent.key)?;
            if !key_set(dependent, dependent.key, &found)?.is_subset(gone) {
                return Err(restricted(table, def));
            }
        }
        Ok(())
    }

    /// Runs the statements. The rows themselves are deleted here only if others of their table are, since
    /// they may refer to each other; the answer is how many of them were.
    fn carry_out(
        mut self,
        db: &dyn Executor,
        table: &'static Table,
        keys: &[Vec<Value>],
    ) -> Result<u64> {
        for update in &self.updates {
            update_rows(
                db,
                Matching::after(&update.step, &update.values),
                &update.set,
            )?;
        }
        let mut along = 0;
        if self.deletes.iter().any(|delete| delete.table.is(table)) {
            along = Matching::any(table, table.key, keys)
                .select(db, table.key)?
                .len() as u64;
            let keys = keys.to_vec();
            self.deletes.insert(0, Delete { table, keys });
        }
        self.count_all(db)?;
        while let Some(Delete { table, keys }) = self.next() {
            Matching::any(table, table.key, &keys).delete(db)?;
        }
        Ok(along)
    }

    /// Tells others of all rows that are to be deleted, those of one table together.
    fn count_all(&self, db: &dyn Executor) -> Result<()> {
        let mut told: Vec<&Table> = Vec::new();
        for Delete { table, .. } in &self.deletes {
            if told.iter().any(|told| told.is(table)) {
                continue;
            }
            told.push(table);
            let same = self.deletes.iter().filter(|delete| delete.table.is(table));
            let keys: Vec<Vec<Value>> = same
                .flat_map(|delete| delete.keys.iter().cloned())
                .collect();
            count_deleted(db, Matching::any(table, table.key, &keys))?;
        }
        Ok(())
    }

    /// All rows of a table to which no other table refers of which rows are still to come, in one statement,
    /// since they may refer to each other; in a circle of tables, the rows that were found last.
    fn next(&mut self) -> Option<Delete> {
        let tables = self.deletes.iter().rev().map(|delete| delete.table);
        let Some(table) = tables.clone().find(|table| self.is_free(table)) else {
            return self.deletes.pop();
        };
        let (mut together, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.deletes)
            .into_iter()
            .partition(|delete| delete.table.is(table));
        self.deletes = others;
        // Where they do not fit into one statement, those that were found last go first.
        together.reverse();
        let keys = together.into_iter().flat_map(|delete| delete.keys);
        let keys = keys.collect();
        Some(Delete { table, keys })
    }

    /// Whether no other table refers to a table of which rows are still to be deleted.
    fn is_free(&self, table: &Table) -> bool {
        let others = self.deletes.iter().map(|delete| delete.table);
        let mut keys = others
            .filter(|other| !other.is(table))
            .flat_map(|other| other.foreign_keys);
        !keys.any(|key| (key.target)().is(table))
    }
}

fn restricted(table: &'static Table, def: &'static RelationDef) -> Error {
    Error::DeleteRestricted {
        table: table.name,
        relation: def.path,
    }
}
