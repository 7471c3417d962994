//! Statements and their parameters, on the way to a driver.

use std::ops::ControlFlow;

use crate::error::Result;
use crate::value::{Mismatch, Origin, Param, Row, RowValues, Value};

/// The parameters of one statement, in the order of its placeholders.
///
/// ```
/// use orm::Value;
/// use orm::driver::Params;
///
/// let values: &[Value] = &[7.into(), "jazz".into()];
/// let params: &dyn Params = &values;
/// assert_eq!(params.count(), 2);
/// assert_eq!(params.param(1).into_value(), Ok(Value::from("jazz")));
/// assert_eq!(params.target(1), ("", "")); // written to no column that it knows of
/// ```
pub trait Params {
    /// How many there are.
    fn count(&self) -> usize;

    /// The parameter at a position, counted from zero.
    fn param(&self, at: usize) -> Param<'_>;

    /// The table and the column that a parameter is written to, for messages; empty where it is
    /// written to none.
    fn target(&self, at: usize) -> (&'static str, &'static str) {
        let _ = at;
        ("", "")
    }
}

/// Values are parameters, however many of them are kept together.
macro_rules! params_of_values {
    ($([$($generics:tt)*] $values:ty;)*) => {$(
        impl<$($generics)*> Params for $values {
            fn count(&self) -> usize {
                self.len()
            }

            fn param(&self, at: usize) -> Param<'_> {
                match self.get(at) {
                    Some(value) => Param::Borrowed(value.as_ref()),
                    None => Param::Invalid(Mismatch::invalid("a parameter", "none")),
                }
            }
        }
    )*};
}

params_of_values! {
    [] &[Value];
    [] Vec<Value>;
    [const N: usize] [Value; N];
}

/// The parameters of a statement that is run once for each of several rows.
///
/// ```
/// use orm::driver::{Batch, Params};
/// use orm::{Result, Value};
///
/// struct Rows(Vec<Vec<Value>>);
///
/// impl Batch for Rows {
///     fn rows(&self) -> usize {
///         self.0.len()
///     }
///
///     fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
///         work(&self.0[at].as_slice())
///     }
/// }
///
/// let rows = Rows(vec![vec![1.into()], vec![2.into()]]);
/// let mut widths = Vec::new();
/// for at in 0..rows.rows() {
///     rows.with_row(at, &mut |params| Ok(widths.push(params.count())))?;
/// }
/// assert_eq!(widths, [1, 1]);
/// # Ok::<(), orm::Error>(())
/// ```
pub trait Batch {
    /// How many rows there are.
    fn rows(&self) -> usize;

    /// Calls `work` with the parameters of one row.
    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()>;
}

/// The text of a statement, and what a driver may want to know about it.
///
/// ```
/// use orm::driver::Statement;
///
/// let fixed = Statement::fixed("SELECT 1", "");
/// assert!(fixed.fixed);
///
/// let sql = format!("SELECT {}", ["?"; 3].join(", "));
/// let built = Statement::built(&sql, "artists");
/// assert_eq!((built.text, built.table, built.fixed), ("SELECT ?, ?, ?", "artists", false));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The SQL: names in double quotes, parameters as `?`.
    pub text: &'a str,
    /// Whether the text lives as long as the program, so that it can be known again by its address.
    pub fixed: bool,
    /// The table that is read or written, for messages; empty where that is not known.
    pub table: &'a str,
    origin: Origin,
}

impl<'a> Statement<'a> {
    /// Text that lives as long as the program.
    #[must_use]
    pub const fn fixed(text: &'static str, table: &'static str) -> Self {
        Statement {
            text,
            fixed: true,
            table,
            origin: Origin::NONE,
        }
    }

    /// Text that was put together at run time.
    #[must_use]
    pub const fn built(text: &'a str, table: &'a str) -> Self {
        Statement {
            text,
            fixed: false,
            table,
            origin: Origin::NONE,
        }
    }

    /// The statement, for rows of which is known what may be loaded for them later.
    pub(crate) const fn of(self, origin: Origin) -> Self {
        Statement { origin, ..self }
    }

    /// A row of the result, as a driver hands it on.
    #[must_use]
    #[inline]
    pub fn row<'r>(&self, values: &'r dyn RowValues) -> Row<'r> {
        Row::of(values, self.origin)
    }
}

/// An INSERT or UPDATE of one row, after which the database hands back what it made.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::driver::{Row, Statement, Write};
/// use orm::value::ColumnType;
/// use orm::{Access, Value};
///
/// let write = Write {
///     statement: Statement::fixed(r#"INSERT INTO "artist" ("name") VALUES (?)"#, "artist"),
///     returning: &["id"],
///     generated_key: true,
/// };
/// let values: &[Value] = &["Nina Simone".into()];
/// let mut key = None;
/// db.run(Access::Write, &mut |connection| {
///     let read_key = &mut |row: &Row<'_>| {
///         key = Some(i64::read(row, 0)?);
///         Ok(std::ops::ControlFlow::Continue(()))
///     };
///     assert_eq!(connection.write(&write, &values, read_key)?, 1);
///     Ok(())
/// })?;
/// assert_eq!(key, Some(1));
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Write<'a> {
    /// The statement, without a RETURNING clause.
    pub statement: Statement<'a>,
    /// The names of the columns to hand back, in this order.
    pub returning: &'static [&'static str],
    /// Whether all there is to hand back is the key that the database gave a new row.
    pub generated_key: bool,
}

impl<'a> Write<'a> {
    /// The statement with the text that a driver made of it, which is not known by its address.
    ///
    /// ```
    /// use orm::driver::{Statement, Write};
    ///
    /// let write = Write {
    ///     statement: Statement::fixed("INSERT INTO notes (text) VALUES (?)", "notes"),
    ///     returning: &["id"],
    ///     generated_key: true,
    /// };
    /// let text = format!("{} RETURNING {}", write.statement.text, write.returning.join(", "));
    /// assert!(write.with_text(&text).text.ends_with("RETURNING id"));
    /// ```
    #[must_use]
    pub fn with_text(&self, text: &'a str) -> Statement<'a> {
        Statement {
            text,
            fixed: false,
            ..self.statement
        }
    }
}

/// Takes the rows of a result one by one, and says whether it wants more.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// # let artist = |name: &str| Artist { id: 0, name: name.into() };
/// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
/// use std::ops::ControlFlow;
/// use orm::Access;
/// use orm::driver::{OnRow, Statement};
/// use orm::value::ColumnType;
///
/// let mut first = None;
/// let on_row: OnRow<'_> = &mut |row| {
///     first = Some(String::read(row, 0)?);
///     Ok(ControlFlow::Break(())) // one is enough
/// };
/// db.run(Access::Read, &mut |connection| {
///     let statement = Statement::fixed("SELECT name FROM artist ORDER BY name", "artist");
///     connection.query(statement, &[].as_slice(), on_row)
/// })?;
/// assert_eq!(first.as_deref(), Some("Bill Evans"));
/// # Ok::<(), orm::Error>(())
/// ```
pub type OnRow<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>>;

#[cfg(test)]
mod tests {
    use super::*;

    /// The text may be freed and its address be that of another statement.
    #[test]
    fn text_that_a_driver_made_is_not_known_by_its_address() {
        let write = Write {
            statement: Statement::fixed("INSERT INTO notes DEFAULT VALUES", "notes"),
            returning: &["id"],
            generated_key: false,
        };
        let made = String::from("INSERT INTO notes DEFAULT VALUES RETURNING \"id\"");
        let statement = write.with_text(&made);
        assert!(!statement.fixed);
        assert_eq!((statement.text, statement.table), (made.as_str(), "notes"));
    }
}
