//! Orders.

use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::node::Node;
use super::scope::{Here, In};
use crate::mapping::{Column, Source};

/// An order of the rows of mapping `M`.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
/// use orm::Order;
///
/// fn by_length(descending: bool) -> Order<Track> {
///     if descending { Track::SECONDS.desc() } else { Track::SECONDS.asc() }
/// }
///
/// let longest = Track::query().order_by(by_length(true)).first(&db)?;
/// assert!(longest.is_some_and(|track| track.seconds == 90));
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Order<M> {
    term: OrderTerm,
    mapping: PhantomData<fn() -> M>,
}

/// One term of an ORDER BY.
#[derive(Debug, Clone)]
pub(crate) struct OrderTerm {
    pub(super) node: Node,
    pub(super) levels: usize,
    pub(super) direction: Direction,
    pub(super) nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Where the database puts them.
    Unspecified,
    First,
    Last,
}

impl<M> Order<M> {
    pub(super) fn ascending<T>(by: Expr<M, T>) -> Self {
        Self::new(by, Direction::Ascending)
    }

    pub(super) fn descending<T>(by: Expr<M, T>) -> Self {
        Self::new(by, Direction::Descending)
    }

    fn new<T>(by: Expr<M, T>, direction: Direction) -> Self {
        let by = by.into_term();
        Self::of(OrderTerm {
            node: by.node,
            levels: by.levels,
            direction,
            nulls: Nulls::Unspecified,
        })
    }

    pub(super) fn into_term(self) -> OrderTerm {
        self.term
    }

    fn of(term: OrderTerm) -> Self {
        let mapping = PhantomData;
        Self { term, mapping }
    }

    /// Puts rows without a value first.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// let undated = Album::query().order_by(Album::YEAR.desc().nulls_first()).first(&db)?;
    /// assert!(undated.is_some_and(|album| album.year.is_none()));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.term.nulls = Nulls::First;
        self
    }

    /// Puts rows without a value last.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// let oldest = Album::query().order_by(Album::YEAR.asc().nulls_last()).first(&db)?;
    /// assert!(oldest.is_some_and(|album| album.year == Some(1959)));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.term.nulls = Nulls::Last;
        self
    }
}

impl OrderTerm {
    /// The same order from the other end.
    pub(super) fn reversed(self) -> Self {
        Self {
            direction: match self.direction {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            },
            nulls: match self.nulls {
                Nulls::Unspecified => Nulls::Unspecified,
                Nulls::First => Nulls::Last,
                Nulls::Last => Nulls::First,
            },
            ..self
        }
    }
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Self {
            term: self.term.clone(),
            mapping: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Order")
    }
}

/// One or more orders: an [`Order`], a column or an expression (ascending), an array, a `Vec` or a tuple.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, disc: i64, seconds: i64 }
/// use orm::query::OrderList;
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// let (sql, _) = Track::query().order_by((Track::DISC, Track::SECONDS.desc())).to_sql(&db)?;
/// assert!(sql.ends_with(r#"ORDER BY "track"."disc", "track"."seconds" DESC"#));
///
/// let mut orders = Track::DISC.into_orders(); // a `Vec`, to which others can be added
/// orders.push(Track::SECONDS.desc());
/// assert_eq!(Track::query().order_by(orders).to_sql(&db)?.0, sql);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order of `{S}`",
    label = "expected columns, expressions and orders of `{S}`",
    note = "write `COLUMN.asc()` or `COLUMN.desc()`, several in a tuple; join the table of another column",
    note = "an order by aggregates, `Grouped<…>`, stands behind `group_by` and `select`"
)]
pub trait OrderList<S, At = Here> {
    /// The orders, the most important one first.
    fn into_orders(self) -> Vec<Order<S>>;
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, At> OrderList<S, At> for Order<M> {
    fn into_orders(self) -> Vec<Order<S>> {
        vec![Order::of(self.term)]
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: Source + In<S, At>, T, At> OrderList<S, At> for Column<M, T> {
    fn into_orders(self) -> Vec<Order<S>> {
        self.asc().into_orders()
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, T, At> OrderList<S, At> for Expr<M, T> {
    fn into_orders(self) -> Vec<Order<S>> {
        self.asc().into_orders()
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, At> OrderList<S, At> for Vec<Order<M>> {
    fn into_orders(self) -> Vec<Order<S>> {
        self.into_iter()
            .map(|order| Order::of(order.term))
            .collect()
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, At, const N: usize> OrderList<S, At> for [Order<M>; N] {
    fn into_orders(self) -> Vec<Order<S>> {
        Vec::from(self).into_orders()
    }
}

macro_rules! order_tuple {
    ($($ty:ident $way:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($ty: OrderList<S, $way>, $way),+> OrderList<S, ($($way,)+)> for ($($ty,)+) {
            fn into_orders(self) -> Vec<Order<S>> {
                let mut orders = Vec::new();
                $(orders.extend(self.$at.into_orders());)+
                orders
            }
        }
    };
}

order_tuple!(A I 0);
order_tuple!(A I 0, B J 1);
order_tuple!(A I 0, B J 1, C K 2);
order_tuple!(A I 0, B J 1, C K 2, D L 3);
order_tuple!(A I 0, B J 1, C K 2, D L 3, E O 4);
order_tuple!(A I 0, B J 1, C K 2, D L 3, E O 4, F P 5);

/// The terms of a list of orders, with the types erased.
pub(super) fn terms<S, At>(orders: impl OrderList<S, At>) -> impl Iterator<Item = OrderTerm> {
    orders.into_orders().into_iter().map(|order| order.term)
}
