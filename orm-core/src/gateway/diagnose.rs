//! Which foreign key was violated, where the database does not say.
//!
//! SQLite reports a violated foreign key without naming it. The statement has been undone by then, so
//! the row that would have violated it is compared with the tables that are there.

use std::ops::ControlFlow;

use crate::connection::{Access, Executor};
use crate::driver::{Connection, Reference, Statement, push_identifier};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::mapping::Mapping;
use crate::value::Value;

/// Adds the names to the error of a row that could not be written.
pub(super) fn write<M: Mapping>(db: &dyn Executor, entity: &M::Entity, error: Error) -> Error {
    many::<M>(db, std::slice::from_ref(entity), error)
}

/// Adds the names to the error of rows one of which could not be written.
pub(super) fn many<M: Mapping>(db: &dyn Executor, entities: &[M::Entity], error: Error) -> Error {
    refine(error, M::TABLE.name, || {
        outgoing(db, M::TABLE.name, &|column| {
            let at = M::TABLE
                .columns
                .iter()
                .position(|def| def.name.eq_ignore_ascii_case(column))?;
            let values = entities
                .iter()
                .map(|entity| M::value(entity, at).into_value());
            values.collect::<Result<Vec<_>, _>>().ok()
        })
    })
}

/// Adds the names to the error of a row that could not be deleted.
pub(super) fn deletion<M: Mapping>(db: &dyn Executor, key: &M::Key, error: Error) -> Error {
    refine(error, M::TABLE.name, || {
        incoming(db, M::TABLE.name, &|column| {
            let nth = M::TABLE
                .key_columns()
                .position(|def| def.name.eq_ignore_ascii_case(column))?;
            key.param(nth).into_value().ok()
        })
    })
}

fn refine(error: Error, table: &str, find: impl FnOnce() -> Result<Option<Reference>>) -> Error {
    let Error::ForeignKeyViolation {
        columns, source, ..
    } = error
    else {
        return error;
    };
    match find() {
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
    }
}

/// The reference of a table that points nowhere, given the values of the rows that were to be written.
fn outgoing(
    db: &dyn Executor,
    table: &str,
    values_of: &dyn Fn(&str) -> Option<Vec<Value>>,
) -> Result<Option<Reference>> {
    first(db, table, &|connection, reference| {
        if !reference.from.eq_ignore_ascii_case(table) {
            return Ok(false);
        }
        let Some(columns) = all(&reference.from_columns, values_of) else {
            return Ok(false);
        };
        for row in 0..columns.first().map_or(0, Vec::len) {
            let values: Vec<Value> = columns.iter().map(|column| column[row].clone()).collect();
            let null = values.contains(&Value::Null);
            if !null && !row_exists(connection, &reference.to, &reference.to_columns, &values)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// The reference to a row that was to be deleted, given the values of its key.
fn incoming(
    db: &dyn Executor,
    table: &str,
    value_of: &dyn Fn(&str) -> Option<Value>,
) -> Result<Option<Reference>> {
    first(db, table, &|connection, reference| {
        if !reference.to.eq_ignore_ascii_case(table) {
            return Ok(false);
        }
        match all(&reference.to_columns, value_of) {
            Some(values) => row_exists(
                connection,
                &reference.from,
                &reference.from_columns,
                &values,
            ),
            None => Ok(false),
        }
    })
}

fn all<T>(columns: &[String], value_of: &dyn Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    columns.iter().map(|column| value_of(column)).collect()
}

fn first(
    db: &dyn Executor,
    table: &str,
    violated: &dyn Fn(&mut dyn Connection, &Reference) -> Result<bool>,
) -> Result<Option<Reference>> {
    super::with_connection(db, Access::Read, |connection| {
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
