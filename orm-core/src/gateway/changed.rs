//! Rows of which only some columns have changed since they were read.

use std::marker::PhantomData;

use super::diagnose;
use super::params::Noting;
use crate::connection::{Access, Executor};
use crate::driver::{Batch, Params, Statement, Write};
use crate::error::{Error, Result};
use crate::mapping::{Mapping, Snapshot, Table};
use crate::value::Param;

/// An entity, and what it was when it was read.
pub(crate) struct Changed<'a, E> {
    pub(crate) entity: &'a E,
    pub(crate) before: &'a Snapshot,
}

/// Updates the same columns of some rows, each by the key that it had and, if there is one, the version. With `compared`, only rows that have in these
/// columns what they had; one that has not, or is not there, is the answer: its place.
pub(crate) fn update_changed<M: Mapping>(
    db: &dyn Executor,
    rows: &[Changed<'_, M::Entity>],
    columns: &[usize],
    compared: &[usize],
) -> Result<Option<usize>> {
    let sql = update_sql(M::TABLE, columns, compared);
    let write = Write {
        statement: Statement::built(&sql, M::TABLE.name),
        returning: &[],
        generated_key: false,
    };
    let batch = ChangedRows::<M> {
        rows,
        columns,
        compared,
    };
    let batch = Noting::new(&batch);
    let updated = db.run(Access::Write, &mut |connection| {
        connection.write_batch(&write, &batch, &mut Vec::new())
    });
    let last = batch.last();
    match (updated, rows.get(last)) {
        (Ok(()), _) => Ok(None),
        (Err(Error::NotWritten { .. }), _) => Ok(Some(last)),
        (Err(error), Some(row)) => {
            let error = diagnose::write::<M>(db, row.entity, columns, error);
            Err(error.in_row(last))
        }
        (Err(error), None) => Err(error),
    }
}

/// The rows.
struct ChangedRows<'a, M: Mapping> {
    rows: &'a [Changed<'a, M::Entity>],
    columns: &'a [usize],
    compared: &'a [usize],
}

impl<M: Mapping> Batch for ChangedRows<'_, M> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
        work(&ChangedParams::<M> {
            row: &self.rows[at],
            columns: self.columns,
            compared: self.compared,
            mapping: PhantomData,
        })
    }
}

fn update_sql(table: &Table, columns: &[usize], compared: &[usize]) -> String {
    let mut sql = table.update_sql(columns);
    for &at in compared {
        sql.push_str(" AND ");
        table.push_column(&mut sql, at);
        sql.push_str(" IS NOT DISTINCT FROM ?");
    }
    sql
}

/// The new values; the key, the version and what is compared as they were.
struct ChangedParams<'a, M: Mapping> {
    row: &'a Changed<'a, M::Entity>,
    columns: &'a [usize],
    compared: &'a [usize],
    mapping: PhantomData<M>,
}

impl<M: Mapping> ChangedParams<'_, M> {
    fn column(&self, at: usize) -> usize {
        let columns = self.columns.iter().copied();
        let compared = self.compared.iter().copied();
        let mut all = columns.chain(M::TABLE.identity()).chain(compared);
        all.nth(at).unwrap_or(usize::MAX)
    }
}

impl<M: Mapping> Params for ChangedParams<'_, M> {
    fn count(&self) -> usize {
        self.columns.len() + M::TABLE.identity().count() + self.compared.len()
    }

    fn param(&self, at: usize) -> Param<'_> {
        match self.columns.get(at) {
            Some(&column) => M::value(self.row.entity, column),
            None => Param::Borrowed(self.row.before.value(self.column(at))),
        }
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        (M::TABLE.name, M::TABLE.columns[self.column(at)].name)
    }
}

/// Refuses the table of an enum whose variants have tables of their own, of which several would have to be written.
pub(crate) fn require_one_table(table: &'static Table) -> Result<()> {
    if table.is_joined() {
        return Err(Error::InvalidQuery {
            table: table.name,
            reason: "rows of joined tables are not compared with what was read: save them by a repository",
        });
    }
    Ok(())
}
