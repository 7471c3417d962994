//! SQL that the user wrote.

use std::ops::ControlFlow;

use super::executor::{Access, Executor, with_connection};
use crate::driver::{Statement, Write};
use crate::error::Result;
use crate::value::{Row, Value};

/// A statement that the user wrote: a literal in the program, or text that was explicitly marked as
/// [trusted](Sql::trusted). Values belong into the parameters.
///
/// ```
/// use orm::prelude::*;
/// use orm::Sql;
///
/// fn how_many(db: &orm::Database, sql: impl Into<Sql>) -> orm::Result<usize> {
///     Ok(db.query(sql, &[])?.len())
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// assert_eq!(how_many(&db, "SELECT 1 UNION SELECT 2")?, 2);
/// let numbers = ["1", "2", "3"].join("), (");
/// assert_eq!(how_many(&db, Sql::trusted(format!("VALUES ({numbers})")))?, 3);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sql(std::borrow::Cow<'static, str>);

impl Sql {
    /// Marks text that was put together at run time as free of anything that came from outside.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::Sql;
    ///
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// db.execute("CREATE TABLE notes (text TEXT)", &[])?;
    /// let descending = true;
    /// let direction = if descending { "DESC" } else { "ASC" }; // nothing from outside
    /// let sql = Sql::trusted(format!("SELECT text FROM notes ORDER BY text {direction}"));
    /// assert!(db.query(sql, &[])?.is_empty());
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn trusted(text: String) -> Self {
        Self(text.into())
    }
}

impl Sql {
    pub(crate) fn into_text(self) -> String {
        self.0.into_owned()
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

/// SQL of one's own, on every [`Executor`].
///
/// ```
/// use orm::prelude::*;
/// use orm::Value;
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// db.execute("CREATE TABLE notes (text TEXT)", &[])?;
/// db.execute("INSERT INTO notes VALUES (?)", &["it's fine".into()])?;
/// let rows = db.query("SELECT text, ? FROM notes", &[7.into()])?;
/// assert_eq!(rows, [[Value::from("it's fine"), Value::Int(7)]]);
/// # Ok::<(), orm::Error>(())
/// ```
pub trait RawSql: Executor {
    /// Runs one statement that may write, and returns the number of rows it changed.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// db.execute("CREATE TABLE notes (text TEXT)", &[])?;
    /// let inserted = db.execute("INSERT INTO notes VALUES (?), (?)", &["one".into(), "two".into()])?;
    /// assert_eq!(inserted, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The condition that the database reports.
    fn execute(&self, sql: impl Into<Sql>, params: &[Value]) -> Result<u64> {
        let sql = sql.into();
        with_connection(&self, Access::Write, |connection| {
            connection.execute(Statement::built(&sql.0, ""), &params)
        })
    }

    /// Runs one statement that only reads, and returns its rows.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::Value;
    ///
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// let rows = db.query("SELECT ? + 1, NULL", &[41.into()])?;
    /// assert_eq!(rows, [[Value::Int(42), Value::Null]]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The condition that the database reports, and [`Error::Decode`](crate::error::Error::Decode) for text that is not UTF-8.
    fn query(&self, sql: impl Into<Sql>, params: &[Value]) -> Result<Vec<Vec<Value>>> {
        let sql = sql.into();
        let mut rows = Vec::new();
        self.run(Access::Read, &mut |connection| {
            connection.query(Statement::built(&sql.0, ""), &params, &mut |row| {
                rows.push(row.to_values()?);
                Ok(ControlFlow::Continue(()))
            })
        })?;
        Ok(rows)
    }

    /// Runs one statement that writes and returns rows, and returns them.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::Value;
    ///
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", &[])?;
    /// let made = db.execute_returning("INSERT INTO notes (text) VALUES (?) RETURNING id", &["a".into()])?;
    /// assert_eq!(made, [[Value::Int(1)]]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The condition that the database reports, and [`Error::Decode`](crate::error::Error::Decode) for text that is not UTF-8, after
    /// which nothing has been written.
    fn execute_returning(&self, sql: impl Into<Sql>, params: &[Value]) -> Result<Vec<Vec<Value>>> {
        let sql = sql.into();
        let write = Write {
            statement: Statement::built(&sql.0, ""),
            returning: &[],
            generated_key: false,
        };
        let mut rows = Vec::new();
        self.atomically(&mut |db| {
            db.run(Access::Write, &mut |connection| {
                let on_row = &mut |row: &Row<'_>| {
                    rows.push(row.to_values()?);
                    Ok(ControlFlow::Continue(()))
                };
                connection.write(&write, &params, on_row).map(drop)
            })
        })?;
        Ok(rows)
    }
}

impl<X: Executor + ?Sized> RawSql for X {}
