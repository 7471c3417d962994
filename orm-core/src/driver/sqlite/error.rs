//! What SQLite's error codes and messages mean.

use rusqlite::{Connection, ErrorCode, ffi};

use super::catalog;
use crate::error::{DriverError, Error};

/// The condition behind an error, with the names that only the database knows.
pub(super) fn describe(connection: &Connection, error: &rusqlite::Error, table: &str) -> Error {
    match classify(error, table) {
        Error::UniqueViolation {
            source,
            table,
            columns,
        } => {
            let index = source
                .message()
                .split_once(": index '")
                .map(|(_, rest)| rest.trim_end_matches('\''));
            let found =
                index.and_then(|index| catalog::index_columns(connection, index).ok().flatten());
            let (table, columns) = found.unwrap_or((table, columns));
            Error::UniqueViolation {
                table,
                columns,
                source,
            }
        }
        Error::CheckViolation {
            table,
            constraint,
            source,
            ..
        } => {
            let found = catalog::check_constraint(connection, &table, &constraint)
                .ok()
                .flatten();
            let (table, condition) = found.unwrap_or_else(|| (table, constraint.clone()));
            let columns =
                catalog::columns_named_in(connection, &table, &condition).unwrap_or_default();
            Error::CheckViolation {
                table,
                columns,
                constraint,
                source,
            }
        }
        other => other,
    }
}

/// The condition behind an error, as far as code and message tell. `table` is the table that the
/// statement wrote, if that is known.
pub(super) fn classify(error: &rusqlite::Error, table: &str) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            let message = message.clone().unwrap_or_else(|| code.to_string());
            by_code(*code, message, table)
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => by_code(*error, msg.clone(), table),
        rusqlite::Error::NulError(_) => Error::InvalidIdentifier {
            reason: "the SQL contains a NUL character",
        },
        // The message of every other variant is about the call and contains no data.
        other => Error::Database {
            source: DriverError::new("", other.to_string()),
        },
    }
}

fn by_code(code: ffi::Error, message: String, table: &str) -> Error {
    let source = DriverError::new(code.extended_code.to_string(), message);
    match code.code {
        ErrorCode::ConstraintViolation => violation(code.extended_code, source, table),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy { source },
        ErrorCode::OperationInterrupted => Error::Interrupted { source },
        ErrorCode::ReadOnly => Error::ReadOnly {
            source: Some(source),
        },
        ErrorCode::DiskFull => Error::StorageFull { source },
        ErrorCode::CannotOpen
        | ErrorCode::NotADatabase
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::SystemIoFailure
        | ErrorCode::PermissionDenied => Error::Connection { source },
        _ => by_message(source),
    }
}

fn violation(extended_code: i32, source: DriverError, table: &str) -> Error {
    let subject = source
        .message()
        .split_once(": ")
        .map_or("", |(_, subject)| subject)
        .to_owned();
    match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => {
            let (table, columns) = columns_of(&subject, table);
            Error::UniqueViolation {
                table,
                columns,
                source,
            }
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let (table, columns) = columns_of(&subject, table);
            Error::NotNullViolation {
                table,
                columns,
                source,
            }
        }
        ffi::SQLITE_CONSTRAINT_CHECK => Error::CheckViolation {
            table: table.to_owned(),
            columns: Vec::new(),
            constraint: subject,
            source,
        },
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKeyViolation {
            table: table.to_owned(),
            columns: Vec::new(),
            source,
        },
        _ => Error::Database { source },
    }
}

/// Reads `table.column, table.column`. Where the table is known, names may contain any character but
/// a comma followed by the table's name and a dot.
fn columns_of(subject: &str, table: &str) -> (String, Vec<String>) {
    let known = format!("{table}.");
    if !table.is_empty() && subject.starts_with(&known) {
        let separator = format!(", {known}");
        let columns = subject[known.len()..].split(&separator);
        return (table.to_owned(), columns.map(str::to_owned).collect());
    }
    let mut found = String::new();
    let mut columns = Vec::new();
    for name in subject.split(", ") {
        if let Some((table, column)) = name.split_once('.') {
            table.clone_into(&mut found);
            columns.push(column.to_owned());
        }
    }
    (found, columns)
}

fn by_message(source: DriverError) -> Error {
    let message = source.message();
    if let Some((_, name)) = message.split_once("no such table: ") {
        let table = name.to_owned();
        return Error::UnknownTable { table, source };
    }
    let column = message
        .split_once("no such column: ")
        .or_else(|| message.split_once(" has no column named "));
    if let Some((_, name)) = column {
        // A name in double quotes is followed by the advice to use single ones for a string.
        let name = name.split(" - should this be").next().unwrap_or(name);
        let column = name.trim_matches('"').to_owned();
        return Error::UnknownColumn { column, source };
    }
    Error::Database { source }
}
