//! Conditions, and how they are joined.

use std::ops::{BitAnd, BitOr, Not};

use super::expression::{Expr, Expression as _};
use super::node::Node;
use crate::mapping::{Column, Mapping};

/// A condition on the rows of mapping `M`: an expression that is true or false, or a column that holds
/// `bool`.
///
/// ```
/// # use orm::prelude::*;
/// use orm::{Condition, Expr};
///
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, live: bool, seconds: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// # Track { id: 0, live: true, seconds: 900 }.insert(&db)?;
/// fn either(one: impl Condition<Track>, other: impl Condition<Track>) -> Expr<Track, bool> {
///     one.into_condition().or(other)
/// }
///
/// let long_or_live = either(Track::SECONDS.gt(3600), Track::LIVE); // an expression, and a column
/// assert_eq!(Track::query().filter(long_or_live).count(&db)?, 1);
/// assert_eq!(Track::query().filter(Track::LIVE).count(&db)?, 1);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on `{M}`",
    label = "expected a condition on `{M}`",
    note = "a condition is about columns of `{M}`, as `{M}::COLUMN.eq(value)` is"
)]
pub trait Condition<M> {
    /// The condition as an expression.
    fn into_condition(self) -> Expr<M, bool>;
}

impl<M> Condition<M> for Expr<M, bool> {
    fn into_condition(self) -> Self {
        self
    }
}

impl<M: Mapping> Condition<M> for Column<M, bool> {
    fn into_condition(self) -> Expr<M, bool> {
        self.into_expr()
    }
}

impl<M> Expr<M, bool> {
    /// Both conditions; the same as `&`.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// let medium = Track::SECONDS.gt(30).and(Track::SECONDS.lt(90));
    /// assert_eq!(Track::query().filter(medium).count(&db)?, 1);
    /// let medium = Track::SECONDS.gt(30) & Track::SECONDS.lt(90);
    /// assert_eq!(Track::query().filter(medium).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn and(self, other: impl Condition<M>) -> Self {
        let other = other.into_condition();
        let is_list = |node: &Node| matches!(node, Node::And(_));
        let levels = self
            .levels_inside(is_list)
            .max(other.levels_inside(is_list));
        Self::above(levels, self.into_node().and(other.into_node()))
    }

    /// At least one of the conditions; the same as `|`.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// let unusual = Track::SECONDS.lt(60).or(Track::SECONDS.gt(60));
    /// assert_eq!(Track::query().filter(unusual).count(&db)?, 2);
    /// let unusual = Track::SECONDS.lt(60) | Track::SECONDS.gt(60);
    /// assert_eq!(Track::query().filter(unusual).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn or(self, other: impl Condition<M>) -> Self {
        let other = other.into_condition();
        let is_list = |node: &Node| matches!(node, Node::Or(_));
        let levels = self
            .levels_inside(is_list)
            .max(other.levels_inside(is_list));
        Self::above(levels, self.into_node().or(other.into_node()))
    }

    /// The opposite, by SQL's logic: the opposite of unknown is unknown. The same as `!`.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// // Albums of 1959, of 1965, and of no known year.
    /// let sixties = Album::YEAR.between(1960, 1969);
    /// assert_eq!(Album::query().filter(!sixties.clone()).count(&db)?, 1); // the one of 1959
    /// assert_eq!(Album::query().exclude(sixties).count(&db)?, 2); // and the one without a year
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it is implemented too")]
    pub fn not(self) -> Self {
        let levels = self.levels_inside(|_| false);
        Self::above(levels, Node::Not(Box::new(self.into_node())))
    }
}

impl<M, C: Condition<M>> BitAnd<C> for Expr<M, bool> {
    type Output = Self;

    fn bitand(self, other: C) -> Self {
        self.and(other)
    }
}

impl<M, C: Condition<M>> BitOr<C> for Expr<M, bool> {
    type Output = Self;

    fn bitor(self, other: C) -> Self {
        self.or(other)
    }
}

impl<M> Not for Expr<M, bool> {
    type Output = Self;

    fn not(self) -> Self {
        Expr::not(self)
    }
}

/// A column that holds `bool` is joined as the condition that it is.
impl<M: Mapping, C: Condition<M>> BitAnd<C> for Column<M, bool> {
    type Output = Expr<M, bool>;

    fn bitand(self, other: C) -> Expr<M, bool> {
        self.into_expr().and(other)
    }
}

impl<M: Mapping, C: Condition<M>> BitOr<C> for Column<M, bool> {
    type Output = Expr<M, bool>;

    fn bitor(self, other: C) -> Expr<M, bool> {
        self.into_expr().or(other)
    }
}

impl<M: Mapping> Not for Column<M, bool> {
    type Output = Expr<M, bool>;

    fn not(self) -> Expr<M, bool> {
        self.into_expr().not()
    }
}
