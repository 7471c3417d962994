//! Functions over the rows around a row.

use std::fmt;
use std::marker::PhantomData;

use super::Window;
use crate::query::expression::{Expr, Expression};
use crate::query::node::{Node, WindowedFunction};
use crate::query::operand::Argument;
use crate::query::scope::{Grouped, Within};
use crate::query::term::Term;
use crate::value::{ColumnType, Value};

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
/// It is made by [`func::row_number`](crate::query::func::row_number), [`rank`](crate::query::func::rank) and the like, which
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
