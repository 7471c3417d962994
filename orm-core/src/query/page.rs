//! Reading much in parts: pages by number, and keyset pagination, which stays fast however far it goes.

use std::ops::{ControlFlow, Range};

use super::cursor::{Cursor, beyond, fingerprint};
use super::entities::Entities;
use super::node::Node;
use super::parts::{self, Parts};
use super::run;
use super::scope::Scope;
use super::select::Query;
use super::selection;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::mapping::Source;
use crate::value::{Row, Value};

/// One page of a result; made by [`Query::page`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let page = Track::query().order_by(Track::NAME).page(&db, 1, 2)?;
/// assert_eq!(page.items[0].name, "Peri's Scope");
/// assert_eq!((page.number, page.pages(), page.total), (1, 2, 3));
/// assert!(page.has_next() && !page.has_previous());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of the page.
    pub items: Vec<T>,
    /// Which page it is, counted from 1.
    pub number: u64,
    /// How many rows a page has at most.
    pub size: u64,
    /// How many rows all pages have.
    pub total: u64,
}

impl<T> Page<T> {
    /// How many pages there are; none without rows.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.size.max(1))
    }

    /// Whether there is a page behind this one.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.number < self.pages()
    }

    /// Whether there is a page before this one.
    #[must_use]
    pub fn has_previous(&self) -> bool {
        self.number > 1
    }
}

/// Some rows of a result in its order, and where those behind them begin; made by [`Query::keyset`].
#[derive(Debug, Clone)]
pub struct KeysetPage<S: Scope> {
    /// The rows.
    pub items: Vec<S::Entity>,
    /// Where the next rows begin, if there are some: for [`Query::after`].
    pub next: Option<Cursor<S>>,
}

impl<S: Scope, R> Query<S, R> {
    /// A page of the rows, and how many rows there are. Pages are counted from 1. The primary key
    /// decides between rows that the order leaves equal.
    ///
    /// The rows and their number come from two statements; in a transaction they belong together.
    ///
    /// A page behind the last one has no items. The farther behind a page is, the longer it takes, unlike
    /// [`keyset`](Query::keyset).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let second = Track::query().order_by(Track::SECONDS.desc()).page(&db, 2, 2)?;
    /// assert_eq!(second.items[0].name, "Peri's Scope");
    /// assert_eq!(second.total, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for page 0, for pages without rows, and of a query that has a limit
    /// already; those of [`all`](Self::all).
    pub fn page(&self, db: &dyn Executor, number: u64, size: u64) -> Result<Page<R>> {
        let table = self.parts.table;
        if number == 0 || size == 0 {
            return Err(parts::invalid(
                table,
                "it asks for page 0, or for pages of 0 rows",
            ));
        }
        if self.parts.is_slice() {
            return Err(parts::invalid(
                table,
                "it asks for a page after `limit` or `offset`",
            ));
        }
        let total = self.count(db)?;
        let mut parts = self.parts.clone().uniquely_ordered();
        parts.limit = Some(size);
        parts.offset = (number - 1).saturating_mul(size);
        Ok(Page {
            items: self.collect(db, &parts)?,
            number,
            size,
            total,
        })
    }
}

impl<S: Entities> Query<S> {
    /// The first rows in the order of the query, and a cursor behind the last of them. The primary key
    /// decides between rows that the order leaves equal.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // All tracks, two at a time.
    /// let by_name = Track::query().order_by(Track::NAME);
    /// let (mut query, mut names) = (by_name.clone(), Vec::new());
    /// loop {
    ///     let page = query.keyset(&db, 2)?;
    ///     names.extend(page.items.into_iter().map(|track| track.name));
    ///     let Some(cursor) = page.next else { break };
    ///     query = by_name.clone().after(&cursor)?;
    /// }
    /// assert_eq!(names, ["Peri's Scope", "Sinnerman", "Strange Fruit"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for 0 rows, of a query that has a limit already, and of rows that no primary
    /// key tells apart; those of [`all`](Self::all).
    pub fn keyset(&self, db: &dyn Executor, rows: u64) -> Result<KeysetPage<S>> {
        let (items, last) = self.stretch(db, rows)?;
        let next = match last {
            Some(values) => Some(Cursor::new(fingerprint(&self.keyset_parts())?, values)),
            None => None,
        };
        Ok(KeysetPage { items, next })
    }

    /// Only rows behind a cursor. The order has to be that of the query which the cursor is of.
    ///
    /// Other conditions may stand in the query than in the one that the cursor is of.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let by_name = Track::query().order_by(Track::NAME);
    /// let cursor = by_name.keyset(&db, 1)?.next.expect("there are three tracks");
    /// let long = by_name.filter(Track::SECONDS.gt(300)).after(&cursor)?;
    /// assert_eq!(long.all(&db)?[0].name, "Sinnerman");
    ///
    /// let by_length = Track::query().order_by(Track::SECONDS).after(&cursor);
    /// assert!(matches!(by_length, Err(orm::Error::InvalidCursor { .. })));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] for a cursor of another table or another order.
    pub fn after(mut self, cursor: &Cursor<S>) -> Result<Self> {
        let parts = self.keyset_parts();
        let values = cursor.values_for(fingerprint(&parts)?, parts.order.len())?;
        self.parts.add_condition(beyond(&parts.order, values));
        Ok(self)
    }

    /// Calls `work` with up to so many rows after the other. Every part is a query of its own that
    /// begins behind the last row, so that it stays fast and `work` may change the rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut sizes = Vec::new();
    /// Track::query().chunks(&db, 2, |tracks| {
    ///     sizes.push(tracks.len());
    ///     Ok(())
    /// })?;
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `work`, which end it, and those of [`keyset`](Self::keyset).
    pub fn chunks(
        &self,
        db: &dyn Executor,
        rows: u64,
        mut work: impl FnMut(Vec<S::Entity>) -> Result<()>,
    ) -> Result<()> {
        let orders = self.keyset_parts().order;
        let mut query = self.clone();
        loop {
            let (items, last) = query.stretch(db, rows)?;
            if !items.is_empty() {
                work(items)?;
            }
            let Some(values) = last else {
                return Ok(());
            };
            query = self.clone();
            query.parts.add_condition(beyond(&orders, &values));
        }
    }

    /// Some rows from the first on, and by what the last of them is sorted if others follow.
    fn stretch(&self, db: &dyn Executor, rows: u64) -> Result<Stretch<S::Entity>> {
        let table = self.parts.table;
        if rows == 0 {
            return Err(parts::invalid(table, "it asks for parts of 0 rows"));
        }
        if self.parts.is_slice() || self.parts.distinct {
            let reason = "it is read in parts after `limit`, `offset` or `distinct`: write `.subquery()` between";
            return Err(parts::invalid(table, reason));
        }
        if !self.parts.has_keys() {
            let reason = "it is read in parts, and no primary keys tell its rows apart; a subquery with joins has to be `distinct`";
            return Err(parts::invalid(table, reason));
        }
        let mut parts = self.keyset_parts();
        parts.limit = Some(rows.saturating_add(1));
        let sorted_by: Vec<Node> = parts.order.iter().map(|term| term.node.clone()).collect();
        parts.more().added = sorted_by;
        let columns = <S::Mapping as Source>::TABLE.columns.len();
        let width = parts.width();
        let (mut items, mut last, mut more) = (Vec::new(), None, false);
        run::read(db, &self.with_joins(&parts), &mut |row| {
            if items.len() as u64 == rows {
                more = true;
                return Ok(ControlFlow::Break(()));
            }
            let value = self.value(row, width);
            items.push(value.map_err(|error| selection::named(error, &[]))?);
            if items.len() as u64 == rows {
                last = Some(values_in(row, columns..width)?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.load(db, &mut items)?;
        Ok((items, last.filter(|_| more)))
    }

    fn keyset_parts(&self) -> Parts {
        self.parts.clone().uniquely_ordered().with_fixed_nulls()
    }
}

/// Rows, and by what the last of them is sorted if others follow.
type Stretch<E> = (Vec<E>, Option<Vec<Value>>);

fn values_in(row: &Row<'_>, positions: Range<usize>) -> Result<Vec<Value>> {
    let values = positions.map(|at| {
        let value = Value::try_from_ref(row.value(at));
        value.map_err(|mismatch| Error::decode(at, mismatch))
    });
    values.collect()
}
