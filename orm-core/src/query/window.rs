//! Window functions: values of a row and the rows around it.

use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::node::{Bound, Frame, FrameUnit, Node, Windowed, WindowedFunction};
use super::operand::Argument;
use super::order::{Order, OrderTerm};
use super::scope::{Any, Grouped, Within};
use super::selection::Terms;
use super::term::Term;
use crate::mapping::{Column, Source};
use crate::value::{ColumnType, Value};

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

impl<M: Within<M>> Window<M> {
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
    pub fn partition<K: PartitionKeys>(mut self, keys: K) -> Self
    where
        K::Of: Within<M>,
    {
        for term in keys.into_terms().0 {
            self.levels = self.levels.max(term.levels);
            self.partition.push(term.node);
        }
        self
    }

    /// The rows in an order, behind the orders said before.
    #[must_use]
    pub fn order_by<O: WindowOrders>(mut self, orders: O) -> Self
    where
        O::Of: Within<M>,
    {
        for term in orders.into_list().0 {
            self.levels = self.levels.max(term.levels);
            self.order.push(term);
        }
        self
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

impl<M, T> Expr<Grouped<M>, T> {
    /// The aggregate over the rows around each row, which stay rows of their own.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Window;
    ///
    /// // The playing time up to the end of each track.
    /// let so_far = Track::SECONDS.sum().over(Window::ordered_by(Track::ID));
    /// let rows = Track::query().order_by(Track::ID).select(so_far).all(&db)?;
    /// assert_eq!(rows, [Some(622), Some(842), Some(1035)]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn over<W: Within<M>>(self, window: Window<W>) -> Expr<M, T> {
        let term = self.into_term();
        Expr::new(window.call(WindowedFunction::Aggregate(term.node), term.levels))
    }
}

/// A function of a value in the rows around a row, which lacks its window; made by [`WindowExpression`].
#[must_use = "a window function is an expression once it has its window, by `.over(…)`"]
pub struct WindowFunction<M, T> {
    name: &'static str,
    arguments: Vec<Term>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> WindowFunction<M, T> {
    fn new(name: &'static str, arguments: Vec<Term>) -> Self {
        let types = PhantomData;
        Self {
            name,
            arguments,
            types,
        }
    }

    /// The function over the rows around each row.
    #[must_use]
    pub fn over<W: Within<M>>(self, window: Window<W>) -> Expr<M, T> {
        Expr::new(call(window, self.name, self.arguments))
    }
}

impl<M, T> fmt::Debug for WindowFunction<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A function of the place of a row among the rows around it, which lacks its window.
///
/// It is made by [`func::row_number`](super::func::row_number), [`rank`](super::func::rank) and the like, which
/// do not say of which table they are; their window does.
#[must_use = "a window function is an expression once it has its window, by `.over(…)`"]
pub struct Ranking<T> {
    name: &'static str,
    arguments: Vec<Term>,
    value: PhantomData<fn() -> T>,
}

impl<T> Ranking<T> {
    fn new(name: &'static str, arguments: Vec<Term>) -> Self {
        let value = PhantomData;
        Self {
            name,
            arguments,
            value,
        }
    }

    /// The function over the rows around each row.
    #[must_use]
    pub fn over<W>(self, window: Window<W>) -> Expr<W, T> {
        Expr::new(call(window, self.name, self.arguments))
    }
}

impl<T> fmt::Debug for Ranking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn call<W>(window: Window<W>, name: &'static str, arguments: Vec<Term>) -> Term {
    let levels = arguments.iter().map(|term| term.levels).max();
    let arguments = arguments.into_iter().map(|term| term.node).collect();
    window.call(
        WindowedFunction::Named(name, arguments),
        levels.unwrap_or(0),
    )
}

/// The number of the row in its window, from 1.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::Window;
/// use orm::func::{dense_rank, rank, row_number};
///
/// // Albums by artist: 1, 2 and 2.
/// let by_artist = Window::ordered_by(Album::ARTIST_ID.desc());
/// let places = Album::query()
///     .order_by((Album::ARTIST_ID.desc(), Album::ID))
///     .select((
///         rank().over(by_artist.clone()),
///         dense_rank().over(by_artist),
///         row_number().over(Window::ordered_by((Album::ARTIST_ID.desc(), Album::ID))),
///     ))
///     .all(&db)?;
/// assert_eq!(places, [(1, 1, 1), (1, 1, 2), (3, 2, 3)]);
/// # Ok(())
/// # }
/// ```
pub fn row_number() -> Ranking<i64> {
    Ranking::new("row_number", Vec::new())
}

/// The rank of the row in its window: rows that are equal in the order have the same, and as many are
/// passed over behind them.
///
/// [`row_number`] has an example.
pub fn rank() -> Ranking<i64> {
    Ranking::new("rank", Vec::new())
}

/// The rank of the row in its window: rows that are equal in the order have the same, and none is
/// passed over.
///
/// [`row_number`] has an example.
pub fn dense_rank() -> Ranking<i64> {
    Ranking::new("dense_rank", Vec::new())
}

/// The rank of the row as a part of the others, from 0 for the first to 1.
pub fn percent_rank() -> Ranking<f64> {
    Ranking::new("percent_rank", Vec::new())
}

/// The part of all rows that are not behind the row in the order, up to 1 for the last.
pub fn cume_dist() -> Ranking<f64> {
    Ranking::new("cume_dist", Vec::new())
}

/// The number of the row's part, from 1, where the window is cut into so many parts of nearly the same
/// size.
///
/// `ntile(0)` is [`Error::Database`](crate::error::Error::Database) when the query is run.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::Window;
/// use orm::func::ntile;
///
/// // The shorter and the longer half of the tracks.
/// let half = ntile(2).over(Window::ordered_by(Track::SECONDS));
/// let halves = Track::query().order_by(Track::SECONDS).select((Track::NAME, half)).all(&db)?;
/// assert_eq!(halves[0], ("Peri's Scope".to_owned(), 1));
/// assert_eq!(halves[2], ("Sinnerman".to_owned(), 2));
/// # Ok(())
/// # }
/// ```
pub fn ntile(parts: u32) -> Ranking<i64> {
    Ranking::new("ntile", vec![number(parts)])
}

/// What a column or an expression is in the rows around a row.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::{FrameBound, Window};
///
/// let by_length = Window::ordered_by(Track::SECONDS);
/// let whole = by_length.clone().rows(FrameBound::FIRST, FrameBound::LAST);
/// let rows = Track::query()
///     .order_by(Track::SECONDS)
///     .select((
///         Track::NAME.lag(1).over(by_length.clone()),
///         Track::NAME.lead_or(1, "the end").over(by_length),
///         Track::NAME.last_value().over(whole),
///     ))
///     .all(&db)?;
/// let longest = Some("Sinnerman".to_owned());
/// assert_eq!(rows[0], (None, "Strange Fruit".to_owned(), longest.clone()));
/// assert_eq!(rows[2], (Some("Strange Fruit".to_owned()), "the end".to_owned(), longest));
/// # Ok(())
/// # }
/// ```
pub trait WindowExpression<M, T>: Expression<M, T> {
    /// Its value so many rows before, NULL where there is no such row.
    fn lag(self, rows: u32) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("lag", vec![self.into_expr().into_term(), number(rows)])
    }

    /// Its value so many rows before, another one where there is no such row.
    fn lag_or(self, rows: u32, otherwise: impl Argument<M, T>) -> WindowFunction<M, T> {
        let otherwise = otherwise.into_argument().into_term();
        let arguments = vec![self.into_expr().into_term(), number(rows), otherwise];
        WindowFunction::new("lag", arguments)
    }

    /// Its value so many rows behind, NULL where there is no such row.
    fn lead(self, rows: u32) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("lead", vec![self.into_expr().into_term(), number(rows)])
    }

    /// Its value so many rows behind, another one where there is no such row.
    fn lead_or(self, rows: u32, otherwise: impl Argument<M, T>) -> WindowFunction<M, T> {
        let otherwise = otherwise.into_argument().into_term();
        let arguments = vec![self.into_expr().into_term(), number(rows), otherwise];
        WindowFunction::new("lead", arguments)
    }

    /// Its value in the first row of the frame, NULL where the frame has no rows.
    fn first_value(self) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("first_value", vec![self.into_expr().into_term()])
    }

    /// Its value in the last row of the frame, which is the row itself where the window has an order and no
    /// frame.
    fn last_value(self) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("last_value", vec![self.into_expr().into_term()])
    }

    /// Its value in a certain row of the frame, counted from 1; NULL where there is no such row.
    ///
    /// `nth_value(0)` is [`Error::Database`](crate::error::Error::Database) when the query is run.
    fn nth_value(self, row: u32) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("nth_value", vec![self.into_expr().into_term(), number(row)])
    }
}

impl<M, T, E: Expression<M, T>> WindowExpression<M, T> for E {}

fn number(number: u32) -> Term {
    Term::leaf(Node::Value(Value::Int(number.into())))
}
