//! The Query Object.

use std::fmt;
use std::marker::PhantomData;

use super::assignment::{self, AssignmentList, SetTerm};
use super::condition::Condition;
use super::node::{ColumnRef, Node, Test};
use super::order::{self, Direction, Nulls, OrderList, OrderTerm};
use super::writer::Writer;
use crate::driver::Dialect;
use crate::error::{Error, Result};
use crate::mapping::{Mapping, Table};

/// A query of mapping `M`: which rows, in which order, how many of them.
///
/// It is a value that does nothing by itself. Every method returns a changed copy; the methods that take
/// a database run it.
///
/// ```
/// use orm::prelude::*;
/// use orm::Query;
///
/// #[derive(ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// fn named(letter: &str) -> Query<Artist> {
///     Artist::query().filter(Artist::NAME.starts_with(letter)).order_by(Artist::NAME)
/// }
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![Artist])?;
/// for name in ["Nina Simone", "Bill Evans", "Nick Drake"] {
///     Artist { id: 0, name: name.into() }.insert(&db)?;
/// }
/// let names: Vec<_> = named("N").limit(20).all(&db)?.into_iter().map(|a| a.name).collect();
/// assert_eq!(names, ["Nick Drake", "Nina Simone"]);
/// # Ok::<(), orm::Error>(())
/// ```
#[must_use = "a query does nothing until it is run"]
pub struct Query<M> {
    pub(super) parts: Parts,
    mapping: PhantomData<fn() -> M>,
}

/// A query with its types erased.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) table: &'static Table,
    filter: Option<Node>,
    order: Vec<OrderTerm>,
    limit: Option<u64>,
    offset: u64,
    distinct: bool,
    all_rows: bool,
    /// The first misuse, which is reported when the query is run.
    misuse: Option<&'static str>,
}

impl<M: Mapping> Query<M> {
    /// All rows of the table.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// use orm::Query;
    ///
    /// assert_eq!(Query::<Track>::new().count(&db)?, 3); // the same as `Track::query()`
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn new() -> Self {
        Self {
            parts: Parts::new(M::TABLE),
            mapping: PhantomData,
        }
    }

    /// Only rows that meet a condition, besides those given before.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// let medium = Track::query().filter(Track::SECONDS.gt(30)).filter(Track::SECONDS.lt(90));
    /// assert_eq!(medium.count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.parts
            .add_condition(condition.into_condition().into_node());
        self
    }

    /// Only rows that [`filter`](Self::filter) with the same condition would leave out, rows for which the
    /// condition is unknown (NULL) among them.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// // Albums of 1959, of 1965, and of no known year.
    /// let sixties = Album::YEAR.between(1960, 1969);
    /// assert_eq!(Album::query().filter(sixties.clone()).count(&db)?, 1);
    /// assert_eq!(Album::query().exclude(sixties).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn exclude(mut self, condition: impl Condition<M>) -> Self {
        let condition = Box::new(condition.into_condition().into_node());
        self.parts
            .add_condition(Node::Test(condition, Test::NotTrue));
        self
    }

    /// Sorts the rows; rows that are equal by the orders given before, if there are any.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let longest_first = Track::query().order_by(Track::SECONDS.desc());
    /// let seconds: Vec<_> = longest_first.all(&db)?.iter().map(|track| track.seconds).collect();
    /// assert_eq!(seconds, [90, 60, 30]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn order_by(mut self, orders: impl OrderList<M>) -> Self {
        self.parts
            .refuse_slice("it is sorted after `limit` or `offset`: sort first");
        self.parts.order.extend(order::terms(orders));
        self
    }

    /// At most this many rows.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let query = Track::query().order_by(Track::SECONDS).limit(2);
    /// assert_eq!(query.all(&db)?.len(), 2);
    /// assert_eq!(query.limit(5).all(&db)?.len(), 2); // a limit only ever gets smaller
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.parts = self.parts.at_most(rows);
        self
    }

    /// Passes over this many rows first.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let second_page = Track::query().order_by(Track::SECONDS).limit(2).offset(2).all(&db)?;
    /// let seconds: Vec<_> = second_page.iter().map(|track| track.seconds).collect();
    /// assert_eq!(seconds, [90]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn offset(mut self, rows: u64) -> Self {
        self.parts.offset = rows;
        self
    }

    /// Rows that are alike in all columns only once.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// let (sql, _) = Track::query().distinct().to_sql(&db)?;
    /// assert!(sql.starts_with("SELECT DISTINCT "));
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn distinct(mut self) -> Self {
        self.parts.distinct = true;
        self
    }

    /// Says that an update or delete without a condition is meant to change every row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let refused = Track::query().delete(&db);
    /// assert!(matches!(refused, Err(orm::Error::ConditionRequired { .. })));
    /// assert_eq!(Track::query().all_rows().delete(&db)?, 3);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.parts.all_rows = true;
        self
    }

    /// Applies a scope: a function that adds to a query.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// use orm::Query;
    ///
    /// fn long(tracks: Query<Track>) -> Query<Track> {
    ///     tracks.filter(Track::SECONDS.gt(60))
    /// }
    ///
    /// assert_eq!(Track::query().apply(long).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn apply(self, scope: impl FnOnce(Self) -> Self) -> Self {
        scope(self)
    }

    pub(super) fn update_parts(&self, set: impl AssignmentList<M>) -> Update<'_> {
        Update {
            parts: &self.parts,
            set: assignment::terms(set),
        }
    }
}

impl<M: Mapping> Default for Query<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> Clone for Query<M> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            mapping: PhantomData,
        }
    }
}

/// Shows the table and not the values, because what is logged must not contain data.
impl<M> fmt::Debug for Query<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("table", &self.parts.table.name)
            .finish_non_exhaustive()
    }
}

impl Parts {
    fn new(table: &'static Table) -> Self {
        Self {
            table,
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: 0,
            distinct: false,
            all_rows: false,
            misuse: None,
        }
    }

    fn add_condition(&mut self, condition: Node) {
        self.refuse_slice("it is filtered after `limit` or `offset`: filter first");
        self.filter = Some(match self.filter.take() {
            Some(filter) => filter.and(condition),
            None => condition,
        });
    }

    fn refuse_slice(&mut self, misuse: &'static str) {
        if self.is_slice() {
            self.misuse.get_or_insert(misuse);
        }
    }

    fn is_slice(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }

    /// The misuse that was noticed while the query was built.
    pub(super) fn check(&self) -> Result<()> {
        match self.misuse {
            Some(reason) => Err(Error::InvalidQuery {
                table: self.table.name,
                reason,
            }),
            None => Ok(()),
        }
    }

    /// Sorts by primary key what has no order yet, so that "first" means something.
    pub(super) fn ordered(mut self) -> Self {
        if self.order.is_empty() {
            let table = self.table;
            self.order = table.key.iter().map(|&at| key_order(table, at)).collect();
        }
        self
    }

    /// The same rows from the other end.
    pub(super) fn reversed(mut self) -> Self {
        self = self.ordered();
        if self.is_slice() {
            self.misuse
                .get_or_insert("it asks for the last row after `limit` or `offset`");
        }
        self.order = self.order.into_iter().map(OrderTerm::reversed).collect();
        self
    }

    pub(super) fn at_most(mut self, rows: u64) -> Self {
        self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
        self
    }

    /// `SELECT` of the entities.
    pub(super) fn select(&self, dialect: &'static dyn Dialect) -> Result<Writer<'_>> {
        let mut writer = Writer::new(dialect);
        self.write_select(&mut writer, Columns::All)?;
        Ok(writer)
    }

    /// `SELECT` of the number of entities.
    pub(super) fn count(&self, dialect: &'static dyn Dialect) -> Result<Writer<'_>> {
        let mut writer = Writer::new(dialect);
        if self.is_slice() || self.distinct {
            writer.push("SELECT count(*) FROM (");
            let columns = if self.distinct {
                Columns::All
            } else {
                Columns::One
            };
            self.write_select(&mut writer, columns)?;
            writer.push(") AS \"rows\"");
        } else {
            writer.push("SELECT count(*) FROM ");
            writer.table(self.table);
            self.write_filter(&mut writer)?;
        }
        Ok(writer)
    }

    /// `SELECT` of whether there is a row.
    pub(super) fn exists(&self, dialect: &'static dyn Dialect) -> Result<Writer<'_>> {
        let mut writer = Writer::new(dialect);
        writer.push("SELECT EXISTS (");
        if self.distinct {
            // SQLite takes the rows behind an EXISTS for all different, and then skips too few.
            writer.push("SELECT 1 FROM (");
            self.write_select(&mut writer, Columns::All)?;
            writer.push(") AS \"rows\"");
        } else {
            self.write_select(&mut writer, Columns::One)?;
        }
        writer.push(")");
        Ok(writer)
    }

    /// `DELETE` of the rows.
    pub(super) fn delete(&self, dialect: &'static dyn Dialect) -> Result<Writer<'_>> {
        self.require_condition()?;
        let mut writer = Writer::new(dialect);
        writer.push("DELETE FROM ");
        writer.table(self.table);
        self.write_changed_rows(&mut writer)?;
        Ok(writer)
    }

    fn require_condition(&self) -> Result<()> {
        let everything = self
            .filter
            .as_ref()
            .is_none_or(|filter| filter.is_always(true));
        if everything && !self.all_rows && !self.is_slice() {
            return Err(Error::ConditionRequired {
                table: self.table.name,
            });
        }
        Ok(())
    }

    fn write_select<'q>(&'q self, writer: &mut Writer<'q>, columns: Columns) -> Result<()> {
        writer.push("SELECT ");
        if self.distinct {
            writer.push("DISTINCT ");
        }
        match columns {
            Columns::One => writer.push("1"),
            Columns::Key => self.write_columns(writer, self.table.key.iter().copied()),
            Columns::All => self.write_columns(writer, 0..self.table.columns.len()),
        }
        writer.push(" FROM ");
        writer.table(self.table);
        self.write_filter(writer)?;
        self.write_order(writer)?;
        self.write_slice(writer);
        Ok(())
    }

    fn write_columns(&self, writer: &mut Writer<'_>, columns: impl Iterator<Item = usize>) {
        for (nth, at) in columns.enumerate() {
            writer.push(if nth == 0 { "" } else { ", " });
            self.table.push_column(&mut writer.sql, at);
        }
    }

    fn write_filter<'q>(&'q self, writer: &mut Writer<'q>) -> Result<()> {
        self.check()?;
        if let Some(filter) = &self.filter {
            writer.push(" WHERE ");
            writer.expression(filter)?;
        }
        Ok(())
    }

    fn write_order<'q>(&'q self, writer: &mut Writer<'q>) -> Result<()> {
        for (nth, term) in self.order.iter().enumerate() {
            writer.push(if nth == 0 { " ORDER BY " } else { ", " });
            writer.sorted(&term.node)?;
            writer.push(match term.direction {
                Direction::Ascending => "",
                Direction::Descending => " DESC",
            });
            writer.push(match term.nulls {
                Nulls::Unspecified => "",
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            });
        }
        Ok(())
    }

    /// The numbers stand in the text: SQLite would prepare a statement with a bound limit again on
    /// every run. No table has more rows than the largest signed number.
    fn write_slice(&self, writer: &mut Writer<'_>) {
        if !self.is_slice() {
            return;
        }
        let largest = i64::MAX.unsigned_abs();
        let limit = self.limit.map_or(largest, |limit| limit.min(largest));
        writer.push(" LIMIT ");
        writer.push(&limit.to_string());
        if self.offset > 0 {
            writer.push(" OFFSET ");
            writer.push(&self.offset.min(largest).to_string());
        }
    }

    /// The condition of an UPDATE or DELETE. A slice of rows is named by the keys.
    fn write_changed_rows<'q>(&'q self, writer: &mut Writer<'q>) -> Result<()> {
        if !self.is_slice() {
            return self.write_filter(writer);
        }
        let composite = self.table.key.len() > 1;
        writer.push(if composite { " WHERE (" } else { " WHERE " });
        self.write_columns(writer, self.table.key.iter().copied());
        writer.push(if composite { ") IN (" } else { " IN (" });
        self.write_select(writer, Columns::Key)?;
        writer.push(")");
        Ok(())
    }
}

fn key_order(table: &'static Table, at: usize) -> OrderTerm {
    OrderTerm {
        node: Node::Column(ColumnRef { table, at }),
        direction: Direction::Ascending,
        nulls: Nulls::Unspecified,
    }
}

/// What a SELECT yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    One,
    Key,
    All,
}

/// An UPDATE of the rows of a query.
pub(super) struct Update<'q> {
    parts: &'q Parts,
    set: Vec<SetTerm>,
}

impl Update<'_> {
    /// Whether there is anything to set.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// The statement.
    pub(super) fn write(&self, dialect: &'static dyn Dialect) -> Result<Writer<'_>> {
        let parts = self.parts;
        parts.require_condition()?;
        let mut writer = Writer::new(dialect);
        writer.push("UPDATE ");
        writer.table(parts.table);
        for (nth, SetTerm { column, value }) in self.set.iter().enumerate() {
            if !parts.table.columns[column.at].writable {
                return Err(Error::InvalidQuery {
                    table: parts.table.name,
                    reason: "it sets a column that is generated or read-only",
                });
            }
            writer.push(if nth == 0 { " SET " } else { ", " });
            parts.table.push_column_name(&mut writer.sql, column.at);
            writer.push(" = ");
            writer.expression(value)?;
        }
        parts.write_changed_rows(&mut writer)?;
        Ok(writer)
    }
}
