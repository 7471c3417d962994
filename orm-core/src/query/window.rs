//! Windows: the rows around a row, and the functions that see them.

mod function;

pub use self::function::{
    Ranking, WindowExpression, WindowFunction, cume_dist, dense_rank, ntile, percent_rank, rank,
    row_number,
};

use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expr, Expression as _};
use super::node::{Bound, Frame, FrameUnit, Node, Windowed, WindowedFunction};
use super::order::{Order, OrderTerm};
use super::scope::{Any, Beside, Within};
use super::selection::Terms;
use super::term::Term;
use crate::mapping::{Column, Source};

/// The rows that a window function sees around a row: which rows belong together, in which order, and
/// which of them count.
///
/// Without a frame, an aggregate sees all rows of the window where it has no order, and those up to the row
/// itself and its equals where it has one.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::rank;
/// use orm::{FrameBound, Window};
///
/// // Every track, its place by length on the album, and its part of the album's playing time.
/// let album = Window::partition_by(Track::ALBUM_ID);
/// let place = rank().over(album.clone().order_by(Track::SECONDS.desc()));
/// let playing_time = Track::SECONDS.sum().over(album);
/// let rows = Track::query()
///     .order_by(Track::ID)
///     .select((Track::NAME, place, playing_time))
///     .all(&db)?;
/// assert_eq!(rows[1], ("Strange Fruit".to_owned(), 2, Some(842)));
///
/// // The average of each track and the one before it.
/// let both = Window::ordered_by(Track::ID).rows(FrameBound::preceding(1), FrameBound::CURRENT);
/// let averages = Track::query()
///     .order_by(Track::ID)
///     .select(Track::SECONDS.avg().over(both))
///     .all(&db)?;
/// assert_eq!(averages, [Some(622.0), Some(421.0), Some(206.5)]);
/// # Ok(())
/// # }
/// ```
pub struct Window<M> {
    partition: Vec<Node>,
    order: Vec<OrderTerm>,
    frame: Option<Frame>,
    levels: usize,
    mapping: PhantomData<fn() -> M>,
}

impl<M: Beside<M, Both = M>> Window<M> {
    /// Only rows that are alike in some columns or expressions. What is of another table than the
    /// first of them is `.joined()`.
    #[must_use]
    pub fn partition_by<K: PartitionKeys<Of = M>>(keys: K) -> Self {
        Self::new().partition(keys)
    }

    /// All rows, in an order. What is of another table than the first order is `.joined()`.
    #[must_use]
    pub fn ordered_by<O: WindowOrders<Of = M>>(orders: O) -> Self {
        Self::new().order_by(orders)
    }
}

impl Window<Any> {
    /// All rows, in no order.
    #[must_use]
    pub fn all() -> Self {
        Self::new()
    }
}

impl<M> Window<M> {
    fn new() -> Self {
        Self {
            partition: Vec::new(),
            order: Vec::new(),
            frame: None,
            levels: 0,
            mapping: PhantomData,
        }
    }

    /// Only rows that are alike in some columns or expressions, besides those said before.
    #[must_use]
    pub fn partition<K: PartitionKeys>(mut self, keys: K) -> Window<<K::Of as Beside<M>>::Both>
    where
        K::Of: Beside<M>,
    {
        for term in keys.into_terms().0 {
            self.levels = self.levels.max(term.levels);
            self.partition.push(term.node);
        }
        self.retyped()
    }

    /// The rows in an order, behind the orders said before.
    #[must_use]
    pub fn order_by<O: WindowOrders>(mut self, orders: O) -> Window<<O::Of as Beside<M>>::Both>
    where
        O::Of: Beside<M>,
    {
        for term in orders.into_list().0 {
            self.levels = self.levels.max(term.levels);
            self.order.push(term);
        }
        self.retyped()
    }

    fn retyped<N>(self) -> Window<N> {
        Window {
            partition: self.partition,
            order: self.order,
            frame: self.frame,
            levels: self.levels,
            mapping: PhantomData,
        }
    }

    /// Only rows from one bound to another, counted in rows.
    ///
    /// A row that is not there is passed over: the first row has none before it.
    #[must_use]
    pub fn rows(self, start: FrameBound, end: FrameBound) -> Self {
        self.framed(FrameUnit::Rows, start, end)
    }

    /// Only rows from one bound to another, counted in the value that they are sorted by.
    ///
    /// There has to be one order, by a number: `preceding(10)` are the rows whose value is less by up to 10.
    #[must_use]
    pub fn range(self, start: FrameBound, end: FrameBound) -> Self {
        self.framed(FrameUnit::Range, start, end)
    }

    /// Only rows from one bound to another, counted in groups of rows that are equal in the order.
    #[must_use]
    pub fn groups(self, start: FrameBound, end: FrameBound) -> Self {
        self.framed(FrameUnit::Groups, start, end)
    }

    fn framed(mut self, unit: FrameUnit, start: FrameBound, end: FrameBound) -> Self {
        let (start, end) = (start.0, end.0);
        self.frame = Some(Frame { unit, start, end });
        self
    }

    fn call(self, function: WindowedFunction, levels: usize) -> Term {
        let windowed = Windowed {
            function,
            partition: self.partition,
            order: self.order,
            frame: self.frame,
        };
        Term::above(levels.max(self.levels), Node::Window(Box::new(windowed)))
    }
}

impl<M> Clone for Window<M> {
    fn clone(&self) -> Self {
        Self {
            partition: self.partition.clone(),
            order: self.order.clone(),
            mapping: PhantomData,
            ..*self
        }
    }
}

impl<M> fmt::Debug for Window<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Window")
    }
}

/// Where the rows that a window function sees begin or end.
///
/// See [`Window::rows`], [`Window::range`] and [`Window::groups`].
#[derive(Debug, Clone, Copy)]
pub struct FrameBound(Bound);

impl FrameBound {
    /// The first row of the window.
    pub const FIRST: Self = Self(Bound::First);
    /// The row itself.
    pub const CURRENT: Self = Self(Bound::Current);
    /// The last row of the window.
    pub const LAST: Self = Self(Bound::Last);

    /// So many rows, values or groups before.
    #[must_use]
    pub const fn preceding(number: u32) -> Self {
        Self(Bound::Preceding(number))
    }

    /// So many rows, values or groups behind.
    #[must_use]
    pub const fn following(number: u32) -> Self {
        Self(Bound::Following(number))
    }
}

/// The columns and expressions by which rows of a window belong together: one, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "a window cannot be partitioned by `{Self}`",
    label = "expected columns and expressions, several in a tuple"
)]
pub trait PartitionKeys {
    /// What the first of them is of.
    type Of;

    /// The expressions.
    fn into_terms(self) -> Terms;
}

#[diagnostic::do_not_recommend]
impl<M: Source, T> PartitionKeys for Column<M, T> {
    type Of = M;

    fn into_terms(self) -> Terms {
        self.into_expr().into_terms()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> PartitionKeys for Expr<M, T> {
    type Of = M;

    fn into_terms(self) -> Terms {
        Terms(vec![self.into_term()])
    }
}

/// The orders of a window: an [`Order`], a column or an expression (ascending), or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "a window cannot be sorted by `{Self}`",
    label = "expected columns, expressions and orders, several in a tuple"
)]
pub trait WindowOrders {
    /// What the first of them is of.
    type Of;

    /// The orders.
    fn into_list(self) -> OrderTerms;
}

/// The orders of a window.
pub struct OrderTerms(Vec<OrderTerm>);

#[diagnostic::do_not_recommend]
impl<M: Source, T> WindowOrders for Column<M, T> {
    type Of = M;

    fn into_list(self) -> OrderTerms {
        self.asc().into_list()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> WindowOrders for Expr<M, T> {
    type Of = M;

    fn into_list(self) -> OrderTerms {
        self.asc().into_list()
    }
}

#[diagnostic::do_not_recommend]
impl<M> WindowOrders for Order<M> {
    type Of = M;

    fn into_list(self) -> OrderTerms {
        OrderTerms(vec![self.into_term()])
    }
}

macro_rules! window_tuple {
    ($A:ident $($T:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$A: PartitionKeys $(, $T: PartitionKeys)+> PartitionKeys for ($A, $($T,)+)
        where
            $($T::Of: Within<$A::Of>,)+
        {
            type Of = $A::Of;

            fn into_terms(self) -> Terms {
                let mut terms = self.0.into_terms();
                $(terms.0.extend(self.$at.into_terms().0);)+
                terms
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$A: WindowOrders $(, $T: WindowOrders)+> WindowOrders for ($A, $($T,)+)
        where
            $($T::Of: Within<$A::Of>,)+
        {
            type Of = $A::Of;

            fn into_list(self) -> OrderTerms {
                let mut list = self.0.into_list();
                $(list.0.extend(self.$at.into_list().0);)+
                list
            }
        }
    };
}

window_tuple!(A B 1);
window_tuple!(A B 1, C 2);
window_tuple!(A B 1, C 2, D 3);
