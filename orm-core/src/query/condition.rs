//! Conditions, and how they are joined.

use std::ops::{BitAnd, BitOr, BitXor, Not};

use super::expression::{Expr, Expression as _};
use super::node::{BinaryOperator, Node};
use super::operand::Operand;
use super::scope::{Here, In};
use super::term::Term;
use crate::mapping::{Column, Source};

/// A condition on the rows of mapping `M`: an expression that is true, false or unknown.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::Condition;
///
/// fn is_long() -> Condition<Track> {
///     Track::SECONDS.gt(600)
/// }
///
/// assert_eq!(Track::query().filter(is_long() & Track::PRICE.lt(1.0)).count(&db)?, 1);
/// # Ok(())
/// # }
/// ```
pub type Condition<M> = Expr<M, bool>;

/// What can be taken for a condition on the rows of a query with scope `S`: an expression that is true or
/// false, or a column that holds `bool`.
///
/// ```
/// # use orm::prelude::*;
/// use orm::Condition;
/// use orm::query::IntoCondition;
///
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, live: bool, seconds: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// # Track { id: 0, live: true, seconds: 900 }.insert(&db)?;
/// fn either(one: impl IntoCondition<Track>, other: impl IntoCondition<Track>) -> Condition<Track> {
///     one.into_condition().or(other.into_condition())
/// }
///
/// let long_or_live = either(Track::SECONDS.gt(3600), Track::LIVE); // an expression, and a column
/// assert_eq!(Track::query().filter(long_or_live).count(&db)?, 1);
/// assert_eq!(Track::query().filter(Track::LIVE).count(&db)?, 1);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on `{S}`",
    label = "expected a condition on columns of `{S}`",
    note = "it is made of columns, as `COLUMN.eq(value)` is; join the table of another column, or write `.outer()` behind a column of the query around",
    note = "a condition on aggregates, `Grouped<…>`, stands in `having`, behind `group_by`"
)]
pub trait IntoCondition<S, At = Here> {
    /// The condition as an expression.
    fn into_condition(self) -> Condition<S>;
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, At> IntoCondition<S, At> for Expr<M, bool> {
    fn into_condition(self) -> Condition<S> {
        self.retyped()
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: Source + In<S, At>, At> IntoCondition<S, At> for Column<M, bool> {
    fn into_condition(self) -> Condition<S> {
        self.into_expr().retyped()
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
    pub fn and(self, other: impl Operand<M, bool>) -> Self {
        both(self, other.into_operand())
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
    pub fn or(self, other: impl Operand<M, bool>) -> Self {
        either(self, other.into_operand())
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
        Self::new(self.into_term().wrap(Node::Not))
    }

    /// Whether exactly one of the conditions holds; the same as `^`. It is unknown where one of them is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Either by Bill Evans or of the sixties, and not both.
    /// let bill_evans = Album::ARTIST_ID.eq(2);
    /// let sixties = Album::YEAR.between(1960, 1969);
    /// let albums = Album::query().filter(bill_evans ^ sixties);
    /// assert_eq!(albums.count(&db)?, 2); // not the one without a year, for which it is unknown
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn xor(self, other: impl Operand<M, bool>) -> Self {
        let other = other.into_operand().into_term();
        Self::new(self.into_term().wrap_with(other, |left, right| {
            Node::Binary(Box::new(left), BinaryOperator::NotEqual, Box::new(right))
        }))
    }

    /// All of the conditions; without any, always true.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Condition;
    ///
    /// let words = ["a", "m"]; // what somebody searches for
    /// let every_word = Condition::all(words.map(|word| Track::NAME.contains(word)));
    /// assert_eq!(Track::query().filter(every_word).count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        let conditions = conditions.into_iter();
        conditions
            .reduce(both)
            .unwrap_or_else(|| Self::constant(true))
    }

    /// At least one of the conditions; without any, never true.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Condition;
    ///
    /// let words = ["Fruit", "Scope", "Moon"];
    /// let some_word = Condition::any(words.map(|word| Track::NAME.contains(word)));
    /// assert_eq!(Track::query().filter(some_word).count(&db)?, 2);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        let conditions = conditions.into_iter();
        conditions
            .reduce(either)
            .unwrap_or_else(|| Self::constant(false))
    }

    /// A condition that no row meets.
    pub(crate) fn never() -> Self {
        Self::constant(false)
    }

    fn constant(outcome: bool) -> Self {
        Self::leaf(Node::Constant(outcome))
    }
}

fn both<M>(one: Condition<M>, other: Condition<M>) -> Condition<M> {
    join(one, other, |node| matches!(node, Node::And(_)), Node::and)
}

fn either<M>(one: Condition<M>, other: Condition<M>) -> Condition<M> {
    join(one, other, |node| matches!(node, Node::Or(_)), Node::or)
}

/// Joins two conditions to a list, which each of them may be already.
fn join<M>(
    one: Condition<M>,
    other: Condition<M>,
    is_list: fn(&Node) -> bool,
    join: fn(Node, Node) -> Node,
) -> Condition<M> {
    let (one, other) = (one.into_term(), other.into_term());
    let levels = one.levels_inside(is_list).max(other.levels_inside(is_list));
    Expr::new(Term::above(levels, join(one.node, other.node)))
}

/// The operators of conditions; a column that holds `bool` is joined as the condition that it is.
macro_rules! operators {
    ($($Operator:ident::$operator:ident => $method:ident;)*) => {$(
        impl<M, C: Operand<M, bool>> $Operator<C> for Expr<M, bool> {
            type Output = Self;

            fn $operator(self, other: C) -> Self {
                self.$method(other)
            }
        }

        impl<M: Source, C: Operand<M, bool>> $Operator<C> for Column<M, bool> {
            type Output = Condition<M>;

            fn $operator(self, other: C) -> Condition<M> {
                self.into_expr().$method(other)
            }
        }
    )*};
}

operators! {
    BitAnd::bitand => and;
    BitOr::bitor => or;
    BitXor::bitxor => xor;
}

impl<M> Not for Expr<M, bool> {
    type Output = Self;

    fn not(self) -> Self {
        Expr::not(self)
    }
}

impl<M: Source> Not for Column<M, bool> {
    type Output = Condition<M>;

    fn not(self) -> Condition<M> {
        self.into_expr().not()
    }
}
