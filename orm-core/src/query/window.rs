//! Window functions: values of a row and the rows around it.

use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::node::{Bound, Frame, FrameUnit, Node, Windowed, WindowedFunction};
use super::operand::Argument;
use super::order::{self, OrderList, OrderTerm};
use super::scope::{Any, Grouped, Within};
use super::selection::{Selection, Terms};
use super::term::Term;
use crate::value::{ColumnType, Value};

/// The rows that a window function sees around a row: which rows belong together, in which order, and
/// which of them count.
pub struct Window<M> {
    partition: Vec<Node>,
    order: Vec<OrderTerm>,
    frame: Option<Frame>,
    levels: usize,
    mapping: PhantomData<fn() -> M>,
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

    /// Only rows that are alike in some columns or expressions.
    #[must_use]
    pub fn partition_by<At>(keys: impl Selection<M, At>) -> Self {
        let mut window = Self::new();
        let mut terms = Terms::default();
        keys.into_terms(&mut terms);
        for term in terms.0 {
            window.levels = window.levels.max(term.levels);
            window.partition.push(term.node);
        }
        window
    }

    /// All rows, in an order.
    #[must_use]
    pub fn ordered_by<At>(orders: impl OrderList<M, At>) -> Self {
        Self::new().order_by(orders)
    }

    /// The rows in an order.
    #[must_use]
    pub fn order_by<At>(mut self, orders: impl OrderList<M, At>) -> Self {
        for term in order::terms(orders) {
            self.levels = self.levels.max(term.levels);
            self.order.push(term);
        }
        self
    }

    /// Only rows from one bound to another, counted in rows.
    #[must_use]
    pub fn rows(self, start: FrameBound, end: FrameBound) -> Self {
        self.framed(FrameUnit::Rows, start, end)
    }

    /// Only rows from one bound to another, counted in the value that they are sorted by.
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

impl<M, T> Expr<Grouped<M>, T> {
    /// The aggregate over the rows around each row, which stay rows of their own.
    #[must_use]
    pub fn over<W>(self, window: Window<W>) -> Expr<W, T>
    where
        M: Within<W>,
    {
        let term = self.into_term();
        Expr::new(window.call(WindowedFunction::Aggregate(term.node), term.levels))
    }
}

/// A window function that lacks its window.
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
    pub fn over<W>(self, window: Window<W>) -> Expr<W, T>
    where
        M: Within<W>,
    {
        let levels = self.arguments.iter().map(|term| term.levels).max();
        let arguments = self.arguments.into_iter().map(|term| term.node).collect();
        let function = WindowedFunction::Named(self.name, arguments);
        Expr::new(window.call(function, levels.unwrap_or(0)))
    }
}

impl<M, T> fmt::Debug for WindowFunction<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The number of the row in its window, from 1.
pub fn row_number() -> WindowFunction<Any, i64> {
    WindowFunction::new("row_number", Vec::new())
}

/// The rank of the row in its window: rows that are equal in the order have the same, and as many are
/// passed over behind them.
pub fn rank() -> WindowFunction<Any, i64> {
    WindowFunction::new("rank", Vec::new())
}

/// The rank of the row in its window: rows that are equal in the order have the same, and none is
/// passed over.
pub fn dense_rank() -> WindowFunction<Any, i64> {
    WindowFunction::new("dense_rank", Vec::new())
}

/// The rank of the row as a part of all, from 0 to 1.
pub fn percent_rank() -> WindowFunction<Any, f64> {
    WindowFunction::new("percent_rank", Vec::new())
}

/// The part of all rows that are not behind the row in the order.
pub fn cume_dist() -> WindowFunction<Any, f64> {
    WindowFunction::new("cume_dist", Vec::new())
}

/// The number of the row's part, from 1, where the window is cut into so many parts of nearly the same
/// size.
pub fn ntile(parts: u32) -> WindowFunction<Any, i64> {
    WindowFunction::new("ntile", vec![number(parts)])
}

/// What a column or an expression is in the rows around a row.
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

    /// Its value in the first row of the frame.
    fn first_value(self) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("first_value", vec![self.into_expr().into_term()])
    }

    /// Its value in the last row of the frame, which without a frame is the row itself.
    fn last_value(self) -> WindowFunction<M, T::Nullable>
    where
        T: ColumnType,
    {
        WindowFunction::new("last_value", vec![self.into_expr().into_term()])
    }

    /// Its value in a certain row of the frame, counted from 1.
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
