//! Whole queries in SQL of the user, with typed rows.

use std::fmt;
use std::ops::ControlFlow;

use super::select::{Read, read_entity};
use super::selection;
use crate::connection::{Executor, Sql};
use crate::driver::Statement;
use crate::error::{Error, Result};
use crate::gateway;
use crate::mapping::{Source, Table};
use crate::value::{Mismatch, Value};

/// A query in SQL of your own, whose rows are entities of a mapping or a struct with
/// `#[derive(FromRow)]`.
///
/// It has to select as many columns as the mapping has, in their order: `SELECT *` of the table does, as
/// long as the table has just these columns. Values are bound to its placeholders.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::query::RawQuery;
///
/// #[derive(FromRow)]
/// struct Hit {
///     name: String,
///     minutes: f64,
/// }
///
/// let hits = RawQuery::new::<Hit>(
///     "SELECT name, round(seconds / 60.0, 1) FROM track WHERE name GLOB ? ORDER BY name",
///     ["S*".into()],
/// );
/// let hits = hits.all(&db)?;
/// assert_eq!((hits[0].name.as_str(), hits[0].minutes), ("Sinnerman", 10.4));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a query does nothing until it is run"]
pub struct RawQuery<R> {
    sql: String,
    values: Vec<Value>,
    table: &'static Table,
    read: Read<R>,
}

impl<R> RawQuery<R> {
    /// A query for rows of a mapping.
    ///
    /// Whether the SQL makes sense is found out when it is run.
    pub fn new<M: Source<Entity = R>>(sql: impl Into<Sql>, values: impl Into<Vec<Value>>) -> Self {
        Self {
            sql: sql.into().into_text(),
            values: values.into(),
            table: M::TABLE,
            read: read_entity::<M>,
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// [`Error::Decode`] for a row of another width or a value that a field cannot hold, and the
    /// condition that the database reports.
    pub fn all(&self, db: &dyn Executor) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.for_each(db, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn first(&self, db: &dyn Executor) -> Result<Option<R>> {
        let mut first = None;
        self.each(db, &mut |row| {
            first = Some(row);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    /// Calls `work` with one row after the other.
    ///
    /// Rows are not kept: a result of any size takes the memory of one row.
    ///
    /// # Errors
    /// Those of `work`, which end the query, and those of [`all`](Self::all).
    pub fn for_each(&self, db: &dyn Executor, mut work: impl FnMut(R) -> Result<()>) -> Result<()> {
        self.each(db, &mut |row| work(row).map(ControlFlow::Continue))
    }

    fn each(
        &self,
        db: &dyn Executor,
        work: &mut dyn FnMut(R) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let statement = Statement::built(&self.sql, self.table.name);
        gateway::select(db, statement, &self.values, &mut |row| {
            if row.width() != self.table.columns.len() {
                let expected = "as many columns as the mapping has";
                let error = Error::decode(0, Mismatch::invalid(expected, "another number"));
                return Err(self.table.named(error, 0));
            }
            work((self.read)(row, 0).map_err(|error| selection::named(error, &[]))?)
        })
    }
}

impl<R> fmt::Debug for RawQuery<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawQuery")
            .field("table", &self.table.name)
            .finish_non_exhaustive()
    }
}
