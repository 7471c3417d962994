//! Grouped rows.

use std::fmt;
use std::marker::PhantomData;

use super::condition::IntoCondition;
use super::order::{self, OrderList};
use super::parts::Parts;
use super::scope::{Grouped, Scope};
use super::select::Query;
use super::selection::Selection;

/// A query whose rows have been grouped, and which lacks what is selected from the groups; made by
/// [`Query::group_by`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::count;
///
/// // Albums with more than one track.
/// let tracks = Track::query()
///     .join(Track::ALBUM_ID.on(Album::ID))
///     .group_by(Album::TITLE)
///     .select((Album::TITLE, count()))
///     .having(count().gt(1))
///     .all(&db)?;
/// assert_eq!(tracks, [("Pastel Blues".to_owned(), 2)]);
/// # Ok(())
/// # }
/// ```
#[must_use = "groups give nothing until something is selected from them"]
pub struct GroupBy<S> {
    parts: Parts,
    scope: PhantomData<fn() -> S>,
}

impl<S: Scope> GroupBy<S> {
    pub(super) fn new(parts: Parts) -> Self {
        let scope = PhantomData;
        Self { parts, scope }
    }

    /// Only groups that meet a condition, which may be about aggregates.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, album: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # let track = |album: &str| Track { id: 0, album: album.into() };
    /// # Track::insert_many(&db, &mut ["Pastel Blues", "Pastel Blues", "Bootleg"].map(track))?;
    /// use orm::func::count;
    ///
    /// let several = Track::query().group_by(Track::ALBUM).having(count().gt(1)).select(Track::ALBUM);
    /// assert_eq!(several.all(&db)?, ["Pastel Blues"]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn having<At>(mut self, condition: impl IntoCondition<Grouped<S>, At>) -> Self {
        self.parts
            .add_having(condition.into_condition().into_term());
        self
    }

    /// Sorts the groups, by what they are made by or by aggregates.
    pub fn order_by<At>(mut self, orders: impl OrderList<Grouped<S>, At>) -> Self {
        self.parts.add_orders(order::terms(orders));
        self
    }

    /// Selects what the rows are grouped by, and aggregates.
    ///
    /// A column that is neither, nor one of a table whose primary key is grouped by, is
    /// [`Error::UngroupedColumn`](crate::error::Error::UngroupedColumn) when the query is run.
    pub fn select<L: Selection<Grouped<S>, At, T>, At, T>(
        self,
        selection: L,
    ) -> Query<Grouped<S>, T> {
        let unread = |_: &crate::value::Row<'_>, _: usize| Ok(());
        Query::<Grouped<S>, ()>::of(self.parts, unread).select(selection)
    }
}

impl<S: Scope, R> Query<Grouped<S>, R> {
    /// Only groups that meet a condition, which may be about aggregates.
    ///
    /// `filter` is about the rows before they are grouped, wherever it stands.
    pub fn having<At>(mut self, condition: impl IntoCondition<Grouped<S>, At>) -> Self {
        self.parts
            .add_having(condition.into_condition().into_term());
        self
    }
}

impl<S> Clone for GroupBy<S> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            scope: PhantomData,
        }
    }
}

impl<S> fmt::Debug for GroupBy<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupBy")
    }
}
