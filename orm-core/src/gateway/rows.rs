//! Rows of a table that are found by the values of some columns, for what is written because of a relation:
//! the mapping of the table is not known here, only its description.

use std::ops::ControlFlow;

use super::{diagnose, execute, select};
use crate::connection::{Access, Executor, with_connection};
use crate::driver::{Batch, Params, Statement, Write};
use crate::error::{Error, Result};
use crate::mapping::{Step, Table, Tag};
use crate::value::Value;

/// The rows of a table that have one of some combinations of values in some columns.
#[derive(Clone, Copy)]
pub(crate) struct Matching<'a> {
    pub(crate) table: &'static Table,
    /// Values that all of them have.
    pub(crate) all: (&'a [usize], &'a [Value]),
    /// What says to which table their key refers, where it may be another one.
    pub(crate) tag: Option<Tag>,
    /// Values of which each row has one combination.
    pub(crate) any: (&'a [usize], &'a [Vec<Value>]),
}

impl<'a> Matching<'a> {
    /// Rows that have one of some combinations.
    pub(crate) fn any(table: &'static Table, columns: &'a [usize], of: &'a [Vec<Value>]) -> Self {
        Self {
            table,
            all: (&[], &[]),
            tag: None,
            any: (columns, of),
        }
    }

    /// Rows that have certain values.
    pub(crate) fn all(table: &'static Table, columns: &'a [usize], values: &'a [Value]) -> Self {
        Self {
            table,
            all: (columns, values),
            tag: None,
            any: (&[], &[]),
        }
    }

    /// Rows to which a step leads from rows with certain values.
    pub(crate) fn after(step: &Step, of: &'a [Vec<Value>]) -> Self {
        Self {
            tag: step.tag,
            ..Self::any(step.table, step.to, of)
        }
    }

    /// Calls `work` with conditions of which each fits into one statement, beside `others` values.
    fn each(
        self,
        db: &dyn Executor,
        others: usize,
        mut work: impl FnMut(&str, Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let (columns, combinations) = self.any;
        if columns.is_empty() {
            return work(&self.condition(0), self.fixed().collect());
        }
        let most = with_connection(db, Access::Read, |connection| {
            Ok(connection.max_parameters())
        })?;
        let room = most.saturating_sub(others + self.fixed().count());
        for some in combinations.chunks((room / columns.len()).max(1)) {
            let values = self.fixed().chain(some.iter().flatten().cloned());
            work(&self.condition(some.len()), values.collect())?;
        }
        Ok(())
    }

    /// The values that all rows have.
    fn fixed(self) -> impl Iterator<Item = Value> {
        let tag = self.tag.into_iter().map(|tag| Value::from(tag.value));
        self.all.1.iter().cloned().chain(tag)
    }

    /// The condition, for so many combinations.
    fn condition(self, combinations: usize) -> String {
        let mut sql = String::from(" WHERE ");
        let tag = self.tag.into_iter().map(|tag| tag.column);
        for at in self.all.0.iter().copied().chain(tag) {
            self.table.push_column(&mut sql, at);
            sql.push_str(" = ? AND ");
        }
        let columns = self.any.0;
        if columns.is_empty() {
            sql.truncate(sql.len() - " AND ".len());
            return sql;
        }
        let composite = columns.len() > 1;
        sql.push_str(if composite { "(" } else { "" });
        self.table
            .push_list(&mut sql, columns.iter().copied(), Table::push_column);
        sql.push_str(if composite { ") IN (VALUES " } else { " IN (" });
        let one = if composite {
            format!("({})", vec!["?"; columns.len()].join(", "))
        } else {
            "?".to_owned()
        };
        sql.push_str(&vec![one.as_str(); combinations].join(", "));
        sql.push(')');
        sql
    }

    /// Some columns of the rows.
    pub(crate) fn select(self, db: &dyn Executor, columns: &[usize]) -> Result<Vec<Vec<Value>>> {
        let mut rows = Vec::new();
        self.each(db, 0, |condition, values| {
            let mut sql = String::from("SELECT ");
            self.table
                .push_list(&mut sql, columns.iter().copied(), Table::push_column);
            sql.push_str(" FROM ");
            self.table.push_rows(&mut sql);
            sql.push_str(condition);
            let statement = Statement::built(&sql, self.table.name);
            select(db, statement, &values, &mut |row| {
                rows.push(row.to_values()?);
                Ok(ControlFlow::Continue(()))
            })
        })?;
        Ok(rows)
    }

    /// Sets some columns, each to a value or to SQL. Returns how many rows were there.
    pub(crate) fn update(self, db: &dyn Executor, set: &[(usize, Set<'_>)]) -> Result<u64> {
        if self.table.is_joined() {
            return self.update_joined(db, set);
        }
        self.update_stored(db, set)
    }

    /// The same where the rows are those of several tables: of the base table, found by its key.
    fn update_joined(self, db: &dyn Executor, set: &[(usize, Set<'_>)]) -> Result<u64> {
        if !set.iter().all(|(at, _)| self.table.holds(*at)) {
            return Err(Error::InvalidQuery {
                table: self.table.name,
                reason: "a relation sets a column that not all variants have: save the rows themselves",
            });
        }
        let keys = self.select(db, self.table.key)?;
        Matching::any(self.table, self.table.key, &keys).update_stored(db, set)
    }

    fn update_stored(self, db: &dyn Executor, set: &[(usize, Set<'_>)]) -> Result<u64> {
        let given: Vec<Value> = set.iter().filter_map(|(_, set)| set.value()).collect();
        let mut updated = 0;
        self.each(db, given.len(), |condition, values| {
            let mut sql = String::from("UPDATE ");
            self.table.push_name(&mut sql);
            for (nth, (at, set)) in set.iter().enumerate() {
                sql.push_str(if nth == 0 { " SET " } else { ", " });
                self.table.push_column_name(&mut sql, *at);
                sql.push_str(" = ");
                set.push(self.table, *at, &mut sql);
            }
            sql.push_str(condition);
            let values: Vec<Value> = given.iter().cloned().chain(values).collect();
            let statement = Statement::built(&sql, self.table.name);
            updated += execute(db, statement, &values)?;
            Ok(())
        })?;
        Ok(updated)
    }

    /// Deletes the rows. Returns how many there were.
    pub(crate) fn delete(self, db: &dyn Executor) -> Result<u64> {
        if self.table.is_joined() {
            let keys = self.select(db, self.table.key)?;
            return Matching::any(self.table, self.table.key, &keys).delete_stored(db);
        }
        self.delete_stored(db)
    }

    fn delete_stored(self, db: &dyn Executor) -> Result<u64> {
        let mut deleted = 0;
        self.each(db, 0, |condition, values| {
            let mut sql = String::from("DELETE FROM ");
            self.table.push_name(&mut sql);
            sql.push_str(condition);
            let statement = Statement::built(&sql, self.table.name);
            deleted += execute(db, statement, &values)?;
            Ok(())
        })?;
        Ok(deleted)
    }
}

/// What a column is set to.
#[derive(Debug, Clone)]
pub(crate) enum Set<'a> {
    Value(Value),
    /// The default of the column, in SQL.
    Default(&'a str),
    /// The value that it has and a number.
    Plus(i64),
}

impl Set<'_> {
    fn value(&self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value.clone()),
            Self::Plus(number) => Some(Value::Int(*number)),
            Self::Default(_) => None,
        }
    }

    fn push(&self, table: &Table, at: usize, sql: &mut String) {
        match self {
            Self::Value(_) => sql.push('?'),
            Self::Default(default) => sql.extend(["(", default, ")"]),
            Self::Plus(_) => {
                table.push_column_name(sql, at);
                sql.push_str(" + ?");
            }
        }
    }
}

/// Inserts rows of some columns, in one batch.
pub(crate) fn insert_rows(
    db: &dyn Executor,
    table: &'static Table,
    columns: &[usize],
    rows: &[Vec<Value>],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = table.insert_sql(columns);
    let write = Write {
        statement: Statement::built(&sql, table.name),
        returning: &[],
        generated_key: false,
    };
    let written = db.run(Access::Write, &mut |connection| {
        connection.write_batch(&write, &Rows(rows), &mut Vec::new())
    });
    written.map_err(|error| diagnose::rows(db, table, columns, rows, error))
}

struct Rows<'a>(&'a [Vec<Value>]);

impl Batch for Rows<'_> {
    fn rows(&self) -> usize {
        self.0.len()
    }

    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
        work(&self.0[at])
    }
}

/// A row that is referred to by other values than before.
pub(crate) struct Move {
    pub(crate) before: Vec<Value>,
    pub(crate) now: Vec<Value>,
}

/// Lets all rows that refer to moved ones by some columns refer to them still. One statement changes all of them,
/// since one may refer now by what another one referred by before.
pub(crate) fn follow(
    db: &dyn Executor,
    table: &'static Table,
    columns: &[usize],
    moves: &[Move],
) -> Result<()> {
    let most = with_connection(db, Access::Write, |connection| {
        Ok(connection.max_parameters())
    })?;
    if moves.len() * columns.len() * 2 > most {
        return Err(Error::InvalidQuery {
            table: table.name,
            reason: "it refers to more keys that are changed than one statement can tell apart: flush some of them first",
        });
    }
    let sql = table.follow_sql(columns, moves.len());
    let values = moves
        .iter()
        .flat_map(|row| row.before.iter().chain(&row.now));
    let values: Vec<Value> = values.cloned().collect();
    execute(db, Statement::built(&sql, table.name), &values).map(drop)
}
