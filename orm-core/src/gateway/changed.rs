//! Rows of which only some columns have changed since they were read.

use std::borrow::Borrow;
use std::marker::PhantomData;

use super::diagnose;
use super::params::Noting;
use crate::connection::{Access, Executor};
use crate::driver::{Batch, Params, Statement, Write};
use crate::error::{Error, Result};
use crate::mapping::{Mapping, SnapshotRef, Table};
use crate::value::Param;

/// An entity, and what it was when it was read.
pub(crate) struct Changed<'a, E> {
    pub(crate) entity: &'a E,
    pub(crate) before: SnapshotRef<'a>,
}

impl<E> Borrow<E> for Changed<'_, E> {
    fn borrow(&self) -> &E {
        self.entity
    }
}

/// The columns that are written of rows, and those by which the rows are found besides their keys and versions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangedColumns<'a> {
    pub(crate) written: &'a [usize],
    /// These have to be as they were.
    pub(crate) compared: &'a [usize],
    /// These have been changed by the database, and are what they are in the entity.
    pub(crate) followed: &'a [usize],
}

/// Updates the same columns of some rows, each by the key that it had and, if there is one, the version. One that has not
/// in the compared columns what it had, or is not there, is the answer: its place.
pub(crate) fn update_changed<M: Mapping>(
    db: &dyn Executor,
    rows: &[Changed<'_, M::Entity>],
    columns: ChangedColumns<'_>,
) -> Result<Option<usize>> {
    let ChangedColumns {
        written,
        compared,
        followed,
    } = columns;
    let sql = update_sql(M::TABLE, written, compared);
    let write = Write {
        statement: Statement::built(&sql, M::TABLE.name),
        returning: &[],
        generated_key: false,
    };
    let found_by = M::TABLE.identity().chain(compared.iter().copied());
    let batch = ChangedRows::<M> {
        rows,
        columns: written,
        found_by: &found_by.collect::<Vec<usize>>(),
        followed,
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
            let error = diagnose::write::<M>(db, row.entity, written, error);
            Err(error.in_row(last))
        }
        (Err(error), None) => Err(error),
    }
}

/// Rows, the columns that are written, and those by which the rows are found: key, version and what is compared.
struct ChangedRows<'a, M: Mapping> {
    rows: &'a [Changed<'a, M::Entity>],
    columns: &'a [usize],
    found_by: &'a [usize],
    followed: &'a [usize],
}

impl<M: Mapping> Batch for ChangedRows<'_, M> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
        work(&ChangedParams::<M> {
            row: &self.rows[at],
            columns: self.columns,
            found_by: self.found_by,
            followed: self.followed,
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

/// The new values, and what the row is found by as it was.
struct ChangedParams<'a, M: Mapping> {
    row: &'a Changed<'a, M::Entity>,
    columns: &'a [usize],
    found_by: &'a [usize],
    followed: &'a [usize],
    mapping: PhantomData<M>,
}

impl<M: Mapping> Params for ChangedParams<'_, M> {
    fn count(&self) -> usize {
        self.columns.len() + self.found_by.len()
    }

    fn param(&self, at: usize) -> Param<'_> {
        if let Some(&column) = self.columns.get(at) {
            return M::value(self.row.entity, column);
        }
        let column = self.found_by[at - self.columns.len()];
        if self.followed.contains(&column) {
            return M::value(self.row.entity, column);
        }
        Param::Borrowed(self.row.before.get(column))
    }

    fn target(&self, at: usize) -> (&'static str, &'static str) {
        let column = match self.columns.get(at) {
            Some(&column) => column,
            None => self.found_by[at - self.columns.len()],
        };
        (M::TABLE.name, M::TABLE.columns[column].name)
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
