//! Running a query.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::loader::{Joins, Reader};
use super::parts::{self, Parts};
use super::scope::Scope;
use super::select::Query;
use super::selection;
use super::writer::{Select, Writer};
use crate::connection::{Executor, next_result};
use crate::driver::{Dialect, OnRow, Statement};
use crate::error::{Error, Result};
use crate::gateway;
use crate::mapping::Table;
use crate::value::{ColumnType, Origin, Row, Value};

impl<S: Scope, R> Query<S, R> {
    /// All rows.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// let artists = Artist::query().order_by(Artist::NAME).all(&db)?;
    /// let names: Vec<_> = artists.iter().map(|artist| artist.name.as_str()).collect();
    /// assert_eq!(names, ["Bill Evans", "Nick Drake", "Nina Simone"]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`], [`Error::Encode`], [`Error::Decode`], and the condition that the database
    /// reports.
    pub fn all(&self, db: &dyn Executor) -> Result<Vec<R>> {
        self.collect(db, &self.parts)
    }

    /// The first row in the order of the query, or by primary key if it has none.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let first = Track::query().first(&db)?;
    /// assert!(first.is_some_and(|track| track.id == 1));
    /// let longest = Track::query().order_by(Track::SECONDS.desc()).first(&db)?;
    /// assert!(longest.is_some_and(|track| track.seconds == 90));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn first(&self, db: &dyn Executor) -> Result<Option<R>> {
        let parts = self.parts.clone().ordered().at_most(1);
        self.first_of(db, &parts)
    }

    /// The last row in the order of the query, or by primary key if it has none.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let longest = Track::query().order_by(Track::SECONDS).last(&db)?;
    /// assert!(longest.is_some_and(|track| track.seconds == 90));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn last(&self, db: &dyn Executor) -> Result<Option<R>> {
        let parts = self.parts.clone().reversed().at_most(1);
        self.first_of(db, &parts)
    }

    /// The one row that there is.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// let bill = Artist::query().filter(Artist::NAME.starts_with("B")).one(&db)?;
    /// assert_eq!(bill.name, "Bill Evans");
    /// let several = Artist::query().filter(Artist::NAME.starts_with("N")).one(&db);
    /// assert!(matches!(several, Err(orm::Error::MultipleFound { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::MultipleFound`] if there are several; those of
    /// [`all`](Self::all).
    pub fn one(&self, db: &dyn Executor) -> Result<R> {
        self.one_or_none(db)?.ok_or(Error::NotFound {
            table: self.parts.table.name,
        })
    }

    /// The one row that there is, if there is one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// let bill = Artist::query().filter(Artist::NAME.starts_with("B")).one_or_none(&db)?;
    /// assert!(bill.is_some_and(|artist| artist.name == "Bill Evans"));
    /// let nobody = Artist::query().filter(Artist::NAME.starts_with("X")).one_or_none(&db)?;
    /// assert!(nobody.is_none());
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MultipleFound`] if there are several; those of [`all`](Self::all).
    pub fn one_or_none(&self, db: &dyn Executor) -> Result<Option<R>> {
        let mut found = self.collect(db, &self.parts.clone().at_most(2))?;
        if found.len() > 1 {
            return Err(Error::MultipleFound {
                table: self.parts.table.name,
            });
        }
        Ok(found.pop())
    }

    /// How many rows there are.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// assert_eq!(Track::query().filter(Track::SECONDS.ge(60)).count(&db)?, 2);
    /// assert_eq!(Track::query().limit(1).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn count(&self, db: &dyn Executor) -> Result<u64> {
        let mut writer = Writer::new(db.dialect(), self.parts.table);
        writer.count(&self.parts)?;
        scalar(db, &writer, self.parts.table)
    }

    /// Whether there is a row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// assert!(Track::query().filter(Track::SECONDS.gt(60)).exists(&db)?);
    /// assert!(!Track::query().filter(Track::SECONDS.gt(90)).exists(&db)?);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn exists(&self, db: &dyn Executor) -> Result<bool> {
        let mut writer = Writer::new(db.dialect(), self.parts.table);
        writer.has_rows(&self.parts)?;
        scalar(db, &writer, self.parts.table)
    }

    /// Calls `work` with one row after the other, without keeping them: a result of any size takes the
    /// memory of one row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let mut total = 0;
    /// Track::query().for_each(&db, |track| {
    ///     total += track.seconds;
    ///     Ok(())
    /// })?;
    /// assert_eq!(total, 180);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, which end the query, and those of [`all`](Self::all).
    pub fn for_each(&self, db: &dyn Executor, work: impl FnMut(R) -> Result<()>) -> Result<()> {
        if !self.loaders.is_empty() {
            let reason = if self.loaders.iter().all(|loader| loader.is_implied()) {
                "its rows have children, which are loaded for many of them together: use `chunks`"
            } else {
                "it loads relations, and hands its rows over one by one: use `chunks`"
            };
            return Err(parts::invalid(self.parts.table, reason));
        }
        self.each(db, &self.parts, work)
    }

    /// The SQL of [`all`](Self::all), and the values bound to its placeholders.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// let long = Track::query().filter(Track::SECONDS.gt(60)).limit(10);
    /// let (sql, values) = long.to_sql(&db)?;
    /// assert!(sql.ends_with(r#"WHERE "track"."seconds" > ? LIMIT 10"#));
    /// assert_eq!(values, [orm::Value::Int(60)]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`], [`Error::Encode`].
    pub fn to_sql(&self, db: &dyn Executor) -> Result<(String, Vec<Value>)> {
        let joined = self.with_joins(&self.parts);
        let writer = written(&joined, db.dialect())?;
        Ok((writer.sql, writer.params.into_values()))
    }

    /// All rows of a query like this one, with their relations.
    pub(super) fn collect(&self, db: &dyn Executor, parts: &Parts) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.each(db, parts, |row| {
            rows.push(row);
            Ok(())
        })?;
        self.load(db, &mut rows)?;
        Ok(rows)
    }

    /// Loads what is to be loaded beside the rows.
    pub(super) fn load(&self, db: &dyn Executor, rows: &mut [R]) -> Result<()> {
        if self.loaders.is_empty() || rows.is_empty() {
            return Ok(());
        }
        self.load_all(Reader::new(db), rows.iter_mut().collect())
    }

    /// Loads what is to be loaded beside rows that are there already.
    pub(crate) fn load_all(&self, from: Reader<'_>, mut rows: Vec<&mut R>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let strict = from.strict || self.parts.strict;
        for loader in &self.loaders {
            loader.load(Reader { strict, ..from }, &mut rows)?;
        }
        Ok(())
    }

    /// Reads one row after the other of a query like this one.
    fn each(
        &self,
        db: &dyn Executor,
        parts: &Parts,
        mut work: impl FnMut(R) -> Result<()>,
    ) -> Result<()> {
        let selected = parts.columns().unwrap_or_default();
        let (width, joined) = (parts.width(), self.with_joins(parts));
        let is_joined = matches!(joined, Cow::Owned(_));
        read(db, &joined, &mut |row| {
            let value = if is_joined {
                self.value(row, width)
            } else {
                (self.read)(row, 0)
            };
            work(value.map_err(|error| selection::named(error, selected))?)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    /// The parts of a query like this one, with the tables that are joined for relations.
    pub(super) fn with_joins<'p>(&self, parts: &'p Parts) -> Cow<'p, Parts> {
        let mut joined = Cow::Borrowed(parts);
        for loader in &self.loaders {
            loader.join(&mut Joins {
                parts: &mut joined,
                around: None,
            });
        }
        joined
    }

    /// One row, with what was joined for relations behind the values of the row itself.
    pub(super) fn value(&self, row: &Row<'_>, width: usize) -> Result<R> {
        if self.loaders.is_empty() {
            return (self.read)(row, 0);
        }
        // Where nothing goes wrong the value stays in the place where it was read.
        let mut read = (self.read)(row, 0);
        if let Ok(value) = &mut read {
            let mut at = width;
            for loader in &self.loaders {
                at = loader.attach(value, row, at)?;
            }
        }
        read
    }

    fn first_of(&self, db: &dyn Executor, parts: &Parts) -> Result<Option<R>> {
        Ok(self.collect(db, parts)?.pop())
    }
}

/// Runs a query, and hands over one row after the other.
pub(super) fn read(db: &dyn Executor, parts: &Parts, on_row: OnRow<'_>) -> Result<()> {
    let writer = written(parts, db.dialect())?;
    let origin = if parts.has_relations() {
        Origin::new(next_result(), parts.strict)
    } else {
        Origin::NONE
    };
    select_of(origin, db, &writer, parts.table, on_row)
}

/// A query as SQL.
pub(super) fn written<'q>(parts: &'q Parts, dialect: &'static dyn Dialect) -> Result<Writer<'q>> {
    let mut writer = Writer::new(dialect, parts.table);
    writer.select(parts, Select::Rows)?;
    Ok(writer)
}

pub(super) fn select(
    db: &dyn Executor,
    writer: &Writer<'_>,
    table: &Table,
    on_row: OnRow<'_>,
) -> Result<()> {
    select_of(Origin::NONE, db, writer, table, on_row)
}

fn select_of(
    origin: Origin,
    db: &dyn Executor,
    writer: &Writer<'_>,
    table: &Table,
    on_row: OnRow<'_>,
) -> Result<()> {
    let statement = Statement::built(&writer.sql, table.name).of(origin);
    let outcome = gateway::select(db, statement, &writer.params, on_row);
    outcome.map_err(|error| named(error, table))
}

/// Tells an error of the database about the query as a whole which table the query is of.
pub(super) fn named(error: Error, known: &Table) -> Error {
    match error {
        Error::ExpressionTooDeep { table: "", limit } => {
            let table = known.name;
            Error::ExpressionTooDeep { table, limit }
        }
        Error::InvalidQuery { table: "", reason } => {
            let table = known.name;
            Error::InvalidQuery { table, reason }
        }
        other => other,
    }
}

/// Runs a statement that writes, and returns how many rows it changed.
pub(super) fn change(db: &dyn Executor, writer: &Writer<'_>, table: &Table) -> Result<u64> {
    let statement = Statement::built(&writer.sql, table.name);
    let changed = gateway::execute(db, statement, &writer.params);
    changed.map_err(|error| named(error, table))
}

fn scalar<T: ColumnType>(db: &dyn Executor, writer: &Writer<'_>, table: &Table) -> Result<T> {
    let mut found = None;
    select(db, writer, table, &mut |row| {
        found = Some(T::read(row, 0)?);
        Ok(ControlFlow::Break(()))
    })?;
    found.ok_or(Error::TransactionLost)
}
