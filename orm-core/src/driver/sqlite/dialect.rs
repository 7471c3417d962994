//! SQLite's SQL.

use std::borrow::Cow;

use super::{decimal, functions};
use crate::driver::{Dialect, Function, IndexHint, PatternStyle};
use crate::value::{ColumnDef, SqlType};

/// SQLite's SQL.
///
/// ```
/// use orm::driver::Dialect;
/// use orm::driver::sqlite::SqliteDialect;
/// use orm::mapping::ColumnDef;
/// use orm::value::SqlType;
///
/// assert_eq!(SqliteDialect.name(), "sqlite");
/// assert_eq!(SqliteDialect.column_type(&ColumnDef::new(SqlType::Timestamp, false)), "TEXT");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    /// One of the five types that a STRICT table takes too. What the value is (a boolean, a
    /// timestamp) SQLite does not need to know; the length becomes a check of the column.
    fn column_type(&self, column: &ColumnDef) -> Cow<'static, str> {
        if let Some(sql_type) = column.sql_type {
            return Cow::Borrowed(sql_type);
        }
        Cow::Borrowed(match column.ty {
            SqlType::Bool | SqlType::SmallInt | SqlType::Int | SqlType::BigInt => "INTEGER",
            SqlType::Real | SqlType::Double => "REAL",
            SqlType::Blob | SqlType::Uuid => "BLOB",
            SqlType::Decimal
            | SqlType::Text
            | SqlType::Date
            | SqlType::Time
            | SqlType::DateTime
            | SqlType::Timestamp
            | SqlType::Json => "TEXT",
        })
    }

    /// `GLOB`, since `LIKE` does not tell upper case from lower case.
    fn pattern_style(&self) -> PatternStyle {
        PatternStyle::Glob
    }

    fn defer_foreign_keys(&self) -> Option<&'static str> {
        Some("PRAGMA defer_foreign_keys = ON")
    }

    /// Decimal numbers are text in SQLite.
    fn collation(&self, ty: SqlType) -> Option<&'static str> {
        (ty == SqlType::Decimal).then_some(decimal::COLLATION)
    }

    fn byte_order(&self) -> Option<&'static str> {
        Some("BINARY")
    }

    fn function(&self, function: Function) -> Option<&'static str> {
        functions::template(function)
    }

    fn index_hint(&self, hint: IndexHint) -> Option<&'static str> {
        Some(match hint {
            IndexHint::Use => " INDEXED BY {}",
            IndexHint::None => " NOT INDEXED",
        })
    }

    fn explain(&self) -> Option<&'static str> {
        Some("EXPLAIN QUERY PLAN ")
    }
}
