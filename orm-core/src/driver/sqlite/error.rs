//! What SQLite's error codes and messages mean.

use rusqlite::{Connection, ErrorCode, ffi};

use super::catalog;
use crate::driver::{Params, Statement};
use crate::error::{DriverError, Error};
use crate::value::ValueRef;

/// What SQLite says of every foreign key.
const FOREIGN_KEY: &str = "FOREIGN KEY constraint failed";

/// How the messages begin that an expression is nested too deeply.
const TOO_DEEP: [&str; 3] = [
    "Expression tree is too large",
    "Recursion limit",
    "parser stack overflow",
];

/// How many levels SQLite takes. Those of a query inside another count several times.
const MOST_LEVELS: usize = 1_000;

const TOO_MANY_QUERIES: &str = "too many terms in compound SELECT";

/// The condition behind an error of a statement, with the names that only the database knows, and
/// without the values that were bound to it.
pub(super) fn describe(
    connection: &Connection,
    error: rusqlite::Error,
    statement: Statement<'_>,
    params: &dyn Params,
) -> Error {
    let error = classify(&discreet(error, statement.text, params), statement.table);
    named(connection, statement.table, error)
}

/// Adds the names that the database knows. If it cannot be asked, the error stays as it was. `known` is
/// the table that the statement wrote, if that is known.
fn named(connection: &Connection, known: &str, error: Error) -> Error {
    match error {
        Error::UniqueViolation {
            table,
            columns,
            source,
        } => {
            let reported = subject(&source);
            let index = reported
                .strip_prefix("index '")
                .and_then(|rest| rest.strip_suffix('\''));
            let found = match index {
                Some(index) => catalog::index_columns(connection, &index.replace("''", "'")),
                None => catalog::unique_reported(connection, known, reported),
            };
            let (table, columns) = found.ok().flatten().unwrap_or((table, columns));
            Error::UniqueViolation {
                table,
                columns,
                source,
            }
        }
        Error::NotNullViolation {
            table,
            columns,
            source,
        } => {
            let found = catalog::column_reported(connection, known, subject(&source));
            let found = found
                .ok()
                .flatten()
                .map(|(table, column)| (table, vec![column]));
            let (table, columns) = found.unwrap_or((table, columns));
            Error::NotNullViolation {
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
        } => match catalog::check_constraint(connection, &table, &constraint) {
            Ok(Some(check)) => Error::CheckViolation {
                table: check.table,
                columns: check.columns,
                constraint: check.constraint,
                source,
            },
            _ => Error::CheckViolation {
                table,
                columns: Vec::new(),
                constraint,
                source,
            },
        },
        other => other,
    }
}

/// What a message about a constraint is about.
fn subject(source: &DriverError) -> &str {
    source
        .message()
        .split_once(": ")
        .map_or("", |(_, subject)| subject)
}

/// The error without its message, if that repeats what was bound. Messages about constraints that
/// SQLite checks by itself only name tables, columns and conditions.
fn discreet(error: rusqlite::Error, sql: &str, params: &dyn Params) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, Some(message)) => {
            let by_itself = code.code == ErrorCode::ConstraintViolation
                && (code.extended_code != ffi::SQLITE_CONSTRAINT_TRIGGER || message == FOREIGN_KEY);
            let told = by_itself || !repeats(&message, sql, params);
            rusqlite::Error::SqliteFailure(code, told.then_some(message))
        }
        other => other,
    }
}

/// Whether a message contains a word or a number that was bound, and that is not in the SQL too.
fn repeats(message: &str, sql: &str, params: &dyn Params) -> bool {
    let own = ["no such table: ", "no such column: "];
    let named = own.iter().find_map(|own| message.strip_prefix(own));
    let (message, sql) = (named.unwrap_or(message).to_lowercase(), sql.to_lowercase());
    (0..params.count()).any(|at| {
        let text = match params.param(at).as_ref() {
            Ok(ValueRef::Text(text)) => text.to_lowercase(),
            Ok(ValueRef::Int(number)) => number.to_string(),
            Ok(ValueRef::Real(number)) => number.to_string(),
            _ => return false,
        };
        let mut words = text.split(|character: char| !character.is_alphanumeric());
        words.any(|word| !word.is_empty() && message.contains(word) && !sql.contains(word))
    })
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
    let subject = subject(&source).to_owned();
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
        // RESTRICT is carried out by a trigger of SQLite's own.
        ffi::SQLITE_CONSTRAINT_TRIGGER if source.message() != FOREIGN_KEY => {
            Error::Database { source }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_TRIGGER => {
            Error::ForeignKeyViolation {
                table: table.to_owned(),
                columns: Vec::new(),
                source,
            }
        }
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
    if TOO_DEEP.iter().any(|start| message.starts_with(start)) {
        let (table, limit) = ("", MOST_LEVELS);
        return Error::ExpressionTooDeep { table, limit };
    }
    if message.starts_with(TOO_MANY_QUERIES) {
        return Error::InvalidQuery {
            table: "",
            reason: "it is a set of more queries than SQLite takes",
        };
    }
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
        let source = Some(source);
        return Error::UnknownColumn { column, source };
    }
    Error::Database { source }
}
