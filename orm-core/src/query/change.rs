//! Changing rows that a query finds.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use super::assignment::{self, AssignmentList, SetTerm};
use super::node::Node;
use super::parts::{self, Parts};
use super::run;
use super::scope::Scope;
use super::select::{Query, Read};
use super::selection::{self, Selection, Terms};
use super::writer::{Select, Writer};
use crate::connection::{Access, Executor};
use crate::driver::{Dialect, Statement, Write};
use crate::error::Result;
use crate::mapping::{Column, ColumnList, Mapping, Table};
use crate::value::{Row, SqlType};

impl<M: Mapping> Query<M> {
    /// Sets columns of all rows, and returns how many rows there were.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let short = Track::query().filter(Track::SECONDS.lt(60));
    /// assert_eq!(short.update(&db, Track::SECONDS.set(60))?, 1);
    /// let all = Track::query().update(&db, Track::SECONDS.set(0));
    /// assert!(matches!(all, Err(orm::Error::ConditionRequired { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ConditionRequired`](crate::error::Error::ConditionRequired) without a filter or
    /// [`all_rows`](Self::all_rows); the violated constraint; those of [`all`](Self::all).
    pub fn update(&self, db: &dyn Executor, set: impl AssignmentList<M>) -> Result<u64> {
        let set = assignment::terms(set);
        if set.is_empty() {
            return self.parts.check().map(|()| 0);
        }
        run::change(db, &update_sql(&self.parts, &set, db.dialect())?, M::TABLE)
    }

    /// Deletes all rows, and returns how many there were.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// assert_eq!(Track::query().filter(Track::SECONDS.lt(60)).delete(&db)?, 1);
    /// assert_eq!(Track::query().all_rows().delete(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ConditionRequired`](crate::error::Error::ConditionRequired) without a filter or
    /// [`all_rows`](Self::all_rows);
    /// [`Error::ForeignKeyViolation`](crate::error::Error::ForeignKeyViolation) if others refer to a row;
    /// those of [`all`](Self::all).
    pub fn delete(&self, db: &dyn Executor) -> Result<u64> {
        run::change(db, &delete_sql(&self.parts, db.dialect())?, M::TABLE)
    }

    /// What an update or delete of the rows is to give back: of updated rows the new values, of
    /// deleted ones the last.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // A tenth more for every track of album 1: what do they cost now?
    /// let new_prices = Track::query()
    ///     .filter(Track::ALBUM_ID.eq(1))
    ///     .returning((Track::NAME, Track::PRICE))
    ///     .update(&db, Track::PRICE.set((Track::PRICE * 1.1).round(2)))?;
    /// assert_eq!(new_prices.len(), 2);
    /// assert!(new_prices.iter().all(|(_, price)| *price == 1.09));
    /// # Ok(())
    /// # }
    /// ```
    pub fn returning<L: Selection<M, At, T>, At, T>(mut self, selection: L) -> Returning<M, T> {
        let columns = self.parts.take_in_all(Terms::of(selection));
        Returning {
            query: self,
            columns,
            read: L::read,
        }
    }

    /// Inserts what a query selects, and returns how many rows that were.
    ///
    /// The columns are given as a tuple, and the query selects a tuple of the same types. Columns that are not
    /// named get their defaults.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// #[derive(ActiveRecord)]
    /// struct Favorite {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     track_id: i64,
    ///     name: String,
    /// }
    ///
    /// db.create_tables(orm::schema![Favorite])?;
    /// let long = Track::query().filter(Track::SECONDS.gt(200)).select((Track::ID, Track::NAME));
    /// let inserted = Query::<Favorite>::insert_from(&db, (Favorite::TRACK_ID, Favorite::NAME), &long)?;
    /// assert_eq!(inserted, 2);
    /// assert_eq!(Favorite::get(&db, 1)?.name, "Sinnerman");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) for a column that is generated or
    /// read-only; the violated constraint; those of [`all`](Self::all).
    pub fn insert_from<S: Scope, C: Fillable<M>>(
        db: &dyn Executor,
        columns: C,
        query: &Query<S, C::Values>,
    ) -> Result<u64> {
        let mut writer = Writer::new(db.dialect(), M::TABLE);
        parts::require_one_table(M::TABLE)?;
        writer.push("INSERT INTO ");
        writer.target(M::TABLE);
        writer.push(" (");
        let columns = columns.positions();
        for &at in &columns {
            require_writable(M::TABLE, at)?;
        }
        writer.names_of(M::TABLE, columns.into_iter());
        writer.push(") ");
        writer.select(&query.parts, Select::Rows)?;
        run::change(db, &writer, M::TABLE)
    }
}

/// Columns of mapping `M` that [`Query::insert_from`] fills: a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of columns of `{M}`",
    label = "expected a tuple of columns of `{M}`",
    note = "write the columns as a tuple: `({M}::A, {M}::B)`, or `({M}::A,)` for one"
)]
pub trait Fillable<M>: ColumnList<M> {
    /// The types of their values, as a tuple.
    type Values;
}

macro_rules! fillable {
    ($($T:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($T),+> Fillable<M> for ($(Column<M, $T>,)+) {
            type Values = ($($T,)+);
        }
    };
}

fillable!(A);
fillable!(A, B);
fillable!(A, B, C);
fillable!(A, B, C, D);
fillable!(A, B, C, D, E);
fillable!(A, B, C, D, E, F);
fillable!(A, B, C, D, E, F, G);
fillable!(A, B, C, D, E, F, G, H);

/// An update or delete that gives values of the rows back; made by [`Query::returning`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let deleted = Track::query()
///     .filter(Track::SECONDS.lt(200))
///     .returning(Track::NAME)
///     .delete(&db)?;
/// assert_eq!(deleted, ["Peri's Scope"]);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is changed until `update` or `delete` is called"]
pub struct Returning<M: Mapping, R> {
    query: Query<M>,
    columns: Vec<Node>,
    read: Read<R>,
}

impl<M: Mapping, R> Returning<M, R> {
    /// Sets columns of all rows, and returns what was selected of each, with its new values.
    ///
    /// # Errors
    /// Those of [`Query::update`], and [`Error::Decode`](crate::error::Error::Decode), after which nothing is
    /// changed.
    pub fn update(&self, db: &dyn Executor, set: impl AssignmentList<M>) -> Result<Vec<R>> {
        let set = assignment::terms(set);
        if set.is_empty() {
            self.query.parts.check()?;
            return Ok(Vec::new());
        }
        self.run(db, update_sql(&self.query.parts, &set, db.dialect())?)
    }

    /// Deletes all rows, and returns what was selected of each.
    ///
    /// # Errors
    /// Those of [`Query::delete`], and [`Error::Decode`](crate::error::Error::Decode), after which nothing is
    /// changed.
    pub fn delete(&self, db: &dyn Executor) -> Result<Vec<R>> {
        self.run(db, delete_sql(&self.query.parts, db.dialect())?)
    }

    fn run<'q>(&'q self, db: &dyn Executor, mut writer: Writer<'q>) -> Result<Vec<R>> {
        writer.returning(&self.columns)?;
        write_rows(db, &writer, M::TABLE, &self.columns, self.read)
    }
}

impl<M: Mapping, R> Clone for Returning<M, R> {
    fn clone(&self) -> Self {
        Self {
            query: self.query.clone(),
            columns: self.columns.clone(),
            read: self.read,
        }
    }
}

impl<M: Mapping, R> fmt::Debug for Returning<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Returning").field(&self.query).finish()
    }
}

/// Runs a statement that writes and gives rows back. A row that cannot be read undoes it.
pub(super) fn write_rows<R>(
    db: &dyn Executor,
    writer: &Writer<'_>,
    table: &'static Table,
    columns: &[Node],
    read: Read<R>,
) -> Result<Vec<R>> {
    let write = Write {
        statement: Statement::built(&writer.sql, table.name),
        returning: &[],
        generated_key: false,
    };
    let mut rows = Vec::new();
    db.atomically(&mut |db| {
        db.run(Access::Write, &mut |connection| {
            let on_row = &mut |row: &Row<'_>| {
                let value = read(row, 0).map_err(|error| selection::named(error, columns))?;
                rows.push(value);
                Ok(ControlFlow::Continue(()))
            };
            let written = connection.write(&write, &writer.params, on_row);
            written.map(drop).map_err(|error| run::named(error, table))
        })
    })?;
    Ok(rows)
}

fn update_sql<'q>(
    query: &'q Parts,
    set: &'q [SetTerm],
    dialect: &'static dyn Dialect,
) -> Result<Writer<'q>> {
    query.require_condition()?;
    let mut writer = Writer::new(dialect, query.table);
    writer.with(query)?;
    writer.push("UPDATE ");
    let columns: Vec<usize> = set.iter().map(|term| term.column.at).collect();
    writer.target_of(query.table, &columns)?;
    writer.assignments(query.table, set)?;
    writer.next_version(query.table, &columns)?;
    writer.changed_rows(query)?;
    Ok(writer)
}

fn delete_sql<'q>(query: &'q Parts, dialect: &'static dyn Dialect) -> Result<Writer<'q>> {
    query.require_condition()?;
    let mut writer = Writer::new(dialect, query.table);
    writer.with(query)?;
    writer.push("DELETE FROM ");
    writer.target(query.table);
    writer.changed_rows(query)?;
    Ok(writer)
}

impl<'q> Writer<'q> {
    /// `SET` of some columns.
    pub(super) fn assignments(&mut self, table: &'static Table, set: &'q [SetTerm]) -> Result<()> {
        for (nth, SetTerm { column, value }) in set.iter().enumerate() {
            require_writable(table, column.at)?;
            self.push(if nth == 0 { " SET " } else { ", " });
            table.push_column_name(&mut self.sql, column.at);
            self.push(" = ");
            self.expression(value)?;
        }
        Ok(())
    }

    /// One more assignment beside those of some columns, by which the rows become other versions, if they have any
    /// and it is not set already.
    pub(super) fn next_version(&mut self, table: &'static Table, columns: &[usize]) -> Result<()> {
        let Some(at) = table.version.filter(|at| !columns.contains(at)) else {
            return Ok(());
        };
        if !columns.iter().all(|at| table.holds(*at)) {
            let reason = "the version of its rows is in another table than what is set: update them one by one";
            return Err(parts::invalid(table, reason));
        }
        self.push(", ");
        table.push_column_name(&mut self.sql, at);
        self.push(" = ");
        if table.counts_versions() {
            self.next_number(table, at);
        } else {
            self.push("?");
            self.bind(Cow::Owned(table.now(at)?));
        }
        Ok(())
    }

    /// The next number, or zero after the last that every type of such a column takes.
    fn next_number(&mut self, table: &'static Table, at: usize) {
        let last = match table.columns[at].ty {
            SqlType::SmallInt => i64::from(i8::MAX),
            SqlType::Int => i64::from(i16::MAX),
            _ => i64::from(u32::MAX),
        };
        let mut name = String::new();
        table.push_column_name(&mut name, at);
        let next = format!("CASE WHEN {name} < {last} THEN {name} + 1 ELSE 0 END");
        self.push(&next);
    }

    /// `RETURNING` of some expressions.
    pub(super) fn returning(&mut self, columns: &'q [Node]) -> Result<()> {
        self.push(" RETURNING ");
        for (nth, column) in columns.iter().enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            self.expression(column)?;
        }
        Ok(())
    }
}

fn require_writable(table: &'static Table, at: usize) -> Result<()> {
    if table.columns[at].writable {
        return Ok(());
    }
    let reason = "it sets a column that is generated or read-only";
    Err(parts::invalid(table, reason))
}
