//! Values on their way into a SQLite statement and out of a row.

use rusqlite::types::{Null, ToSqlOutput, ValueRef as SqliteValue};

use super::error::classify;
use crate::driver::{Params, RowValues};
use crate::error::{Error, Result};
use crate::value::{CalendarText, Mismatch, ValueRef};

/// Binds all parameters of a statement.
pub(super) fn bind(statement: &mut rusqlite::Statement<'_>, params: &dyn Params) -> Result<()> {
    let count = params.count();
    if count != statement.parameter_count() {
        let mismatch = Mismatch::invalid(
            "as many values as the statement has placeholders",
            "another number",
        );
        return Err(Error::encode("", "", mismatch));
    }
    for at in 0..count {
        let param = params.param(at);
        let value = param
            .as_ref()
            .map_err(|mismatch| refused(params, at, mismatch))?;
        match bind_one(statement, at + 1, value) {
            Ok(outcome) => outcome.map_err(|error| classify(&error, ""))?,
            Err(mismatch) => return Err(refused(params, at, mismatch)),
        }
    }
    Ok(())
}

#[cold]
fn refused(params: &dyn Params, at: usize, mismatch: Mismatch) -> Error {
    let (table, column) = params.target(at);
    Error::encode(table, column, mismatch)
}

/// Binds one value in the form in which SQLite stores it.
#[inline]
fn bind_one(
    statement: &mut rusqlite::Statement<'_>,
    at: usize,
    value: ValueRef<'_>,
) -> Result<rusqlite::Result<()>, Mismatch> {
    Ok(match value {
        ValueRef::Null => statement.raw_bind_parameter(at, Null),
        ValueRef::Bool(value) => statement.raw_bind_parameter(at, i64::from(value)),
        ValueRef::Int(value) => statement.raw_bind_parameter(at, value),
        ValueRef::Real(value) if value.is_nan() => {
            return Err(Mismatch::invalid(
                "a number",
                "NaN, which SQLite turns into NULL",
            ));
        }
        ValueRef::Real(value) => statement.raw_bind_parameter(at, value),
        ValueRef::Text(value) => statement.raw_bind_parameter(at, value),
        ValueRef::MalformedText(_) => return Err(Mismatch::new("text", value)),
        ValueRef::Blob(value) => statement.raw_bind_parameter(at, value),
        ValueRef::Uuid(value) => statement.raw_bind_parameter(at, &value[..]),
        ValueRef::Date(value) => bind_calendar(statement, at, &value.format()),
        ValueRef::Time(value) => bind_calendar(statement, at, &value.format()),
        ValueRef::DateTime(value) => bind_calendar(statement, at, &value.format()),
        ValueRef::Timestamp(value) => bind_calendar(statement, at, &value.format()),
    })
}

/// Binds the text form of a calendar value, whose bytes are known to be ASCII.
fn bind_calendar(
    statement: &mut rusqlite::Statement<'_>,
    at: usize,
    text: &CalendarText,
) -> rusqlite::Result<()> {
    let bytes = SqliteValue::Text(text.as_bytes());
    statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(bytes))
}

/// A value as SQLite gives it.
#[inline]
pub(super) fn value_of(value: SqliteValue<'_>) -> ValueRef<'_> {
    match value {
        SqliteValue::Integer(value) => ValueRef::Int(value),
        SqliteValue::Real(value) => ValueRef::Real(value),
        SqliteValue::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => ValueRef::Text(text),
            Err(_) => ValueRef::MalformedText(bytes),
        },
        SqliteValue::Blob(bytes) => ValueRef::Blob(bytes),
        SqliteValue::Null => ValueRef::Null,
    }
}

/// A row that SQLite stands on.
pub(super) struct SqliteRow<'a, 'stmt>(pub(super) &'a rusqlite::Row<'stmt>);

impl RowValues for SqliteRow<'_, '_> {
    #[inline]
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.0.get_ref(at).map_or(ValueRef::Null, value_of)
    }

    fn width(&self) -> usize {
        self.0.as_ref().column_count()
    }
}
