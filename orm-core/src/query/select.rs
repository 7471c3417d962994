//! The Query Object.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::condition::IntoCondition;
use super::loader::{ImpliedLoader, Loader};
use super::node::{Node, Test};
use super::order::{self, OrderList};
use super::parts::Parts;
use super::scope::Scope;
use crate::error::Result;
use crate::mapping::Source;
use crate::value::Row;

/// A query over scope `S`, most often one table: which rows, in which order, how many of them.
///
/// It is a value that does nothing by itself. Methods that change it take it over and return the changed one,
/// so a query that is wanted again is cloned; the methods that take a database run it.
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
///
/// `Query<Track>` gives tracks. [`select`](Self::select) makes other rows of it, which are the second
/// parameter: `Query<Track, (String, i64)>`. The scope `S` of a query with joins is a chain of
/// [`Join`](super::scope::Join)s.
#[must_use = "a query does nothing until it is run"]
pub struct Query<S: Scope, R = <S as Scope>::Entity> {
    pub(super) parts: Parts,
    pub(super) read: Read<R>,
    /// What is loaded beside the rows.
    pub(super) loaders: Vec<Arc<dyn Loader<R>>>,
    scope: PhantomData<fn() -> S>,
}

/// How a row is read from a position on.
pub(super) type Read<R> = fn(&Row<'_>, usize) -> Result<R>;

/// Reads an entity, and names the column in an error.
pub(super) fn read_entity<M: Source>(row: &Row<'_>, at: usize) -> Result<M::Entity> {
    M::read(row, at).map_err(|error| M::TABLE.named(error, at))
}

impl<M: Source> Query<M> {
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
        let implied = M::implied().and_then(|implied| implied.downcast().ok());
        let loader = implied.map(|implied: Box<ImpliedLoader<M::Entity>>| *implied);
        let loaders = loader.into_iter().collect();
        Self::loading(Parts::new(M::TABLE), read_entity::<M>, loaders)
    }
}

impl<S: Scope, R> Query<S, R> {
    pub(super) fn of(parts: Parts, read: Read<R>) -> Self {
        Self::loading(parts, read, Vec::new())
    }

    pub(super) fn loading(parts: Parts, read: Read<R>, loaders: Vec<Arc<dyn Loader<R>>>) -> Self {
        let scope = PhantomData;
        Self {
            parts,
            read,
            loaders,
            scope,
        }
    }

    /// The same rows, for other types.
    pub(super) fn retyped<T: Scope>(self) -> Query<T, R> {
        Query::loading(self.parts, self.read, self.loaders)
    }

    /// Says that the rows become others, for which nothing could be loaded.
    pub(super) fn refuse_loaders(&mut self) {
        if self.loaders.iter().any(|loader| !loader.is_implied()) {
            self.parts
                .refuse("it loads relations of entities, and selects other rows");
        }
    }

    /// The parts, as they stand inside another query, and the levels that they take there.
    pub(super) fn into_inner(self) -> (Parts, usize) {
        let levels = self.parts.levels_inside();
        (self.parts, levels)
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
    pub fn filter<At>(mut self, condition: impl IntoCondition<S::Rows, At>) -> Self {
        self.parts
            .add_condition(condition.into_condition().into_term());
        self
    }

    /// Only rows that meet a condition about a value, if there is a value.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let least: Option<i64> = None; // what a request may have asked for
    /// let tracks = Track::query().filter_if(least, |least| Track::SECONDS.ge(least));
    /// assert_eq!(tracks.count(&db)?, 3);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn filter_if<T, C: IntoCondition<S::Rows, At>, At>(
        self,
        value: Option<T>,
        condition: impl FnOnce(T) -> C,
    ) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
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
    pub fn exclude<At>(mut self, condition: impl IntoCondition<S::Rows, At>) -> Self {
        let condition = condition.into_condition().into_term();
        let others = condition.wrap(|condition| Node::Test(condition, Test::NotTrue));
        self.parts.add_condition(others);
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
    pub fn order_by<At>(mut self, orders: impl OrderList<S, At>) -> Self {
        self.parts.add_orders(order::terms(orders));
        self
    }

    /// Sorts the rows in another way than was said before.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let by_name = Track::query().order_by(Track::NAME);
    /// let longest = by_name.reorder(Track::SECONDS.desc()).first(&db)?;
    /// assert_eq!(longest.map(|track| track.name), Some("Sinnerman".into()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn reorder<At>(mut self, orders: impl OrderList<S, At>) -> Self {
        self.parts.order.clear();
        self.order_by(orders)
    }

    /// The rows in the opposite order; without an order, from the greatest primary key to the least.
    ///
    /// After `limit` or `offset` it is [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) when the
    /// query is run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let by_length = Track::query().order_by(Track::SECONDS);
    /// let names = by_length.reverse().select(Track::NAME).all(&db)?;
    /// assert_eq!(names, ["Sinnerman", "Strange Fruit", "Peri's Scope"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reverse(mut self) -> Self {
        self.parts = self.parts.reversed();
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
}

impl<M: Source> Default for Query<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scope, R> Clone for Query<S, R> {
    fn clone(&self) -> Self {
        Self::loading(self.parts.clone(), self.read, self.loaders.clone())
    }
}

/// Shows the table and not the values, because what is logged must not contain data.
impl<S: Scope, R> fmt::Debug for Query<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("table", &self.parts.table.name)
            .finish_non_exhaustive()
    }
}
