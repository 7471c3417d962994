//! Functions in Rust that SQL can call.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value as SqliteValue};

use super::bind;
use crate::driver::SqlFunction;
use crate::error::Result;
use crate::value::{ColumnType, Row, RowValues, Value, ValueRef};

/// What a function gets and gives, without types.
type Call = dyn Fn(&Row<'_>) -> Result<Value, Box<dyn StdError + Send + Sync>> + Send + Sync;

/// A function in Rust under the name by which SQL calls it.
///
/// [`SqliteBuilder::function`](crate::connection::SqliteBuilder::function) makes one and gives it to the
/// database. Where the database is opened by its driver:
///
/// ```
/// use orm::SqlFunction;
/// use orm::driver::sqlite::{Location, Sqlite, UserFunction};
/// use orm::prelude::*;
///
/// const INITIAL: SqlFunction<(String,), String> = SqlFunction::new("initial");
///
/// let initial = UserFunction::new(INITIAL, |(name,)| name.chars().take(1).collect());
/// let sqlite = Sqlite { functions: vec![initial], ..Sqlite::new(Location::Memory) };
/// let db = orm::Database::builder().connect(sqlite)?;
/// assert_eq!(db.query("SELECT initial(?)", &["Nina".into()])?, [["N".into()]]);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Clone)]
pub struct UserFunction {
    name: &'static str,
    arguments: usize,
    call: Arc<Call>,
}

impl UserFunction {
    /// A function for its declaration. It has to give the same value for the same arguments.
    pub fn new<A: Arguments + 'static, T: ColumnType>(
        declaration: SqlFunction<A, T>,
        function: impl Fn(A) -> T + Send + Sync + 'static,
    ) -> Self {
        let call = move |row: &Row<'_>| {
            let value = function(A::read(row)?);
            value
                .encode()
                .into_value()
                .map_err(|mismatch| mismatch.to_string().into())
        };
        Self {
            name: declaration.name,
            arguments: A::NUMBER,
            call: Arc::new(call),
        }
    }

    pub(super) fn register(&self, connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        let arguments = i32::try_from(self.arguments).unwrap_or(-1);
        let call = AssertUnwindSafe(Arc::clone(&self.call));
        connection.create_scalar_function(self.name, arguments, flags, move |cx| {
            let value =
                call(&Row::new(&ArgumentRow(cx))).map_err(rusqlite::Error::UserFunctionError)?;
            Ok(stored(value))
        })
    }
}

impl std::fmt::Debug for UserFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The arguments of a function as a tuple of up to four, each of a type that a column can have.
///
/// An argument that may be NULL is an `Option`; a NULL for another one is an error of the statement.
pub trait Arguments: Sized {
    /// How many there are.
    const NUMBER: usize;

    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) for a value of another type.
    fn read(row: &Row<'_>) -> Result<Self>;
}

impl Arguments for () {
    const NUMBER: usize = 0;

    fn read(_: &Row<'_>) -> Result<Self> {
        Ok(())
    }
}

macro_rules! arguments {
    ($number:literal: $($T:ident $at:tt),+) => {
        impl<$($T: ColumnType),+> Arguments for ($($T,)+) {
            const NUMBER: usize = $number;

            fn read(row: &Row<'_>) -> Result<Self> {
                Ok(($($T::read(row, $at)?,)+))
            }
        }
    };
}

arguments!(1: A 0);
arguments!(2: A 0, B 1);
arguments!(3: A 0, B 1, C 2);
arguments!(4: A 0, B 1, C 2, D 3);

/// The arguments of a call, as SQLite gives them.
struct ArgumentRow<'a, 'c>(&'a Context<'c>);

impl RowValues for ArgumentRow<'_, '_> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        if at < self.0.len() {
            bind::value_of(self.0.get_raw(at))
        } else {
            ValueRef::Null
        }
    }

    fn width(&self) -> usize {
        self.0.len()
    }
}

/// A value in the form in which SQLite stores it.
fn stored(value: Value) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(match value {
        Value::Null => SqliteValue::Null,
        Value::Bool(value) => SqliteValue::Integer(value.into()),
        Value::Int(value) => SqliteValue::Integer(value),
        Value::Real(value) => SqliteValue::Real(value),
        Value::Text(value) => SqliteValue::Text(value),
        Value::Blob(value) => SqliteValue::Blob(value),
        Value::Uuid(value) => SqliteValue::Blob(value.to_vec()),
        Value::Date(value) => SqliteValue::Text(value.to_string()),
        Value::Time(value) => SqliteValue::Text(value.to_string()),
        Value::DateTime(value) => SqliteValue::Text(value.to_string()),
        Value::Timestamp(value) => SqliteValue::Text(value.to_string()),
    })
}
