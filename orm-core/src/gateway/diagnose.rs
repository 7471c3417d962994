//! Which foreign key was violated, where the database does not say.
//!
//! SQLite reports a violated foreign key without naming it. The statement has been undone by then, so
//! the row that would have violated it is compared with the tables that are there.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::ops::ControlFlow;

use super::params::KeyParams;
use crate::connection::{Access, Executor, with_connection};
use crate::driver::{Connection, Reference, Statement, push_identifier};
use crate::error::{Error, Result};
use crate::mapping::{Mapping, Table};
use crate::value::Value;

/// Adds the names to the error of a row of which some columns could not be written.
pub(super) fn write<M: Mapping>(
    db: &dyn Executor,
    entity: &M::Entity,
    columns: &[usize],
    error: Error,
) -> Error {
    let written = |at| columns.contains(&at);
    let entities = std::slice::from_ref(entity);
    let error = outgoing_of::<M, _>(db, M::TABLE, entities, &written, error);
    match &error {
        // It points somewhere itself, so it is others that would lose it.
        Error::ForeignKeyViolation { columns, .. } if columns.is_empty() => {
            refine(error, M::TABLE.name, || left_behind::<M>(db, entity))
        }
        _ => error,
    }
}

/// The reference to a row that was to change what is referred to.
fn left_behind<M: Mapping>(db: &dyn Executor, entity: &M::Entity) -> Result<Option<Reference>> {
    incoming::<M>(db, &M::key(entity), &|reference, stored| {
        let value = |column: &str| M::value(entity, position::<M>(column)?).into_value().ok();
        all(&reference.to_columns, &value).is_none_or(|values| values != stored)
    })
}

fn position<M: Mapping>(column: &str) -> Option<usize> {
    let mut columns = M::TABLE.columns.iter();
    columns.position(|def| def.name.eq_ignore_ascii_case(column))
}

/// Adds the names to the error of rows one of which could not be written.
pub(super) fn many<M: Mapping>(
    db: &dyn Executor,
    entities: &[&mut M::Entity],
    error: Error,
) -> Error {
    outgoing_of::<M, _>(db, M::TABLE, entities, &|_| true, error)
}

/// Adds the names to the error of rows one of which could not be written to the table of their variant.
pub(super) fn variant<M: Mapping>(
    db: &dyn Executor,
    table: &'static Table,
    entities: &[impl Borrow<M::Entity>],
    error: Error,
) -> Error {
    outgoing_of::<M, _>(db, table, entities, &|_| true, error)
}

/// Adds the names to the error of rows of a table, of which some columns were given.
pub(super) fn rows(
    db: &dyn Executor,
    table: &'static Table,
    columns: &[usize],
    rows: &[Vec<Value>],
    error: Error,
) -> Error {
    let column_at = |name: &str| {
        let mut names = columns.iter().map(|&at| table.columns[at].name);
        names.position(|column| column.eq_ignore_ascii_case(name))
    };
    refine(error, table.name, || {
        let given = |name: &String| column_at(name).is_some();
        outgoing(db, table.name, &given, &|name| {
            let at = column_at(name)?;
            Some(rows.iter().map(|row| row[at].clone()).collect())
        })
    })
}

fn outgoing_of<M: Mapping, E: Borrow<M::Entity>>(
    db: &dyn Executor,
    table: &'static Table,
    entities: &[E],
    written: &dyn Fn(usize) -> bool,
    error: Error,
) -> Error {
    let written = |column: &String| position::<M>(column).is_some_and(written);
    refine(error, table.name, || {
        outgoing(db, table.name, &written, &|column| {
            let at = position::<M>(column)?;
            let values = entities
                .iter()
                .map(|entity| M::value(entity.borrow(), at).into_value());
            values.collect::<Result<Vec<_>, _>>().ok()
        })
    })
}

/// Adds the names to the error of a row that could not be deleted.
pub(super) fn deletion<M: Mapping>(db: &dyn Executor, key: &M::Key, error: Error) -> Error {
    refine(error, M::TABLE.name, || {
        incoming::<M>(db, key, &|reference, _| !reference.follows)
    })
}

/// The reference to the row with this key that keeps it from being changed, among those of which
/// `affected` says, given what is stored of the row, that the change would touch them.
fn incoming<M: Mapping>(
    db: &dyn Executor,
    key: &M::Key,
    affected: &dyn Fn(&Reference, &[Value]) -> bool,
) -> Result<Option<Reference>> {
    first(db, M::TABLE.name, &|connection, reference| {
        if !reference.to.eq_ignore_ascii_case(M::TABLE.name) {
            return Ok(false);
        }
        let stored = stored::<M>(connection, key, &reference.to_columns)?;
        if !affected(reference, &stored) {
            return Ok(false);
        }
        row_exists(
            connection,
            &reference.from,
            &reference.from_columns,
            &stored,
        )
    })
}

/// Some columns of the row with this key.
fn stored<M: Mapping>(
    connection: &mut dyn Connection,
    key: &M::Key,
    columns: &[String],
) -> Result<Vec<Value>> {
    let mut sql = String::from("SELECT ");
    for (nth, column) in columns.iter().enumerate() {
        sql.push_str(if nth == 0 { "" } else { ", " });
        push_identifier(&mut sql, M::TABLE.name);
        sql.push('.');
        push_identifier(&mut sql, column);
    }
    sql.push_str(" FROM ");
    M::TABLE.push_name(&mut sql);
    M::TABLE.push_key_condition(&mut sql);
    let mut values = Vec::new();
    let statement = Statement::built(&sql, M::TABLE.name);
    connection.query(statement, &KeyParams::<M>::new(key), &mut |row| {
        values = row.to_values()?;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(values)
}

fn refine(error: Error, table: &str, find: impl FnOnce() -> Result<Option<Reference>>) -> Error {
    match error {
        // One whose columns are known has been told apart already.
        Error::ForeignKeyViolation {
            columns, source, ..
        } if columns.is_empty() => match find() {
            Ok(Some(reference)) => Error::ForeignKeyViolation {
                table: reference.from,
                columns: reference.from_columns,
                source,
            },
            _ => Error::ForeignKeyViolation {
                table: table.to_owned(),
                columns,
                source,
            },
        },
        other => other,
    }
}

/// The reference of a table that points nowhere, given the columns and the values of the rows that were
/// to be written.
fn outgoing(
    db: &dyn Executor,
    table: &str,
    written: &dyn Fn(&String) -> bool,
    values_of: &dyn Fn(&str) -> Option<Vec<Value>>,
) -> Result<Option<Reference>> {
    first(db, table, &|connection, reference| {
        let written = reference.from_columns.iter().any(written);
        if !written || !reference.from.eq_ignore_ascii_case(table) {
            return Ok(false);
        }
        let Some(columns) = all(&reference.from_columns, values_of) else {
            return Ok(false);
        };
        // The rows themselves were there too, while the others were written.
        let itself = reference.to.eq_ignore_ascii_case(table);
        let beside = itself.then(|| all(&reference.to_columns, values_of));
        let mut there: HashSet<Vec<u8>> = HashSet::new();
        for values in rows_of(&beside.flatten().unwrap_or_default()) {
            there.insert(bytes(&values));
        }
        for values in rows_of(&columns) {
            // Each is asked for once.
            let is_new = !values.contains(&Value::Null) && there.insert(bytes(&values));
            if is_new && !row_exists(connection, &reference.to, &reference.to_columns, &values)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// The rows that stand beside each other in columns of values.
fn rows_of(columns: &[Vec<Value>]) -> impl Iterator<Item = Vec<Value>> {
    let rows = columns.first().map_or(0, Vec::len);
    (0..rows).map(|row| columns.iter().map(|column| column[row].clone()).collect())
}

fn bytes(values: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        value.as_ref().push_bytes(&mut bytes);
    }
    bytes
}

fn all<T>(columns: &[String], value_of: &dyn Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    columns.iter().map(|column| value_of(column)).collect()
}

fn first(
    db: &dyn Executor,
    table: &str,
    violated: &dyn Fn(&mut dyn Connection, &Reference) -> Result<bool>,
) -> Result<Option<Reference>> {
    with_connection(db, Access::Read, |connection| {
        for reference in connection.references(table)? {
            if violated(connection, &reference)? {
                return Ok(Some(reference));
            }
        }
        Ok(None)
    })
}

fn row_exists(
    connection: &mut dyn Connection,
    table: &str,
    columns: &[String],
    values: &[Value],
) -> Result<bool> {
    if values.len() != columns.len() {
        return Ok(false);
    }
    let mut sql = String::from("SELECT 1 FROM ");
    push_identifier(&mut sql, table);
    for (nth, column) in columns.iter().enumerate() {
        sql.push_str(if nth == 0 { " WHERE " } else { " AND " });
        push_identifier(&mut sql, table);
        sql.push('.');
        push_identifier(&mut sql, column);
        sql.push_str(" = ?");
    }
    let mut found = false;
    connection.query(Statement::built(&sql, table), &values, &mut |_| {
        found = true;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}
