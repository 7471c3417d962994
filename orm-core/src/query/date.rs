//! Dates and times: their parts, what they are cut down to, and how they are written.

use super::expression::{Expr, Expression};
use super::node::Node;
use super::scope::Any;
use super::term::Term;
use crate::driver::{DatePart, DateUnit, Function};
use crate::value::{ColumnType, Value};

/// The present date or time, by the clock of the database and in UTC.
///
/// For a type that is no date or time it is [`Error::Unsupported`](crate::error::Error::Unsupported) when the
/// query is run.
#[must_use]
pub fn now<T: ColumnType>() -> Expr<Any, T> {
    Expr::new(Term::call(Function::Now(T::SQL_TYPE), []))
}

/// What the database makes of dates and times, which columns hold in UTC.
pub trait DateExpression<M, T>: Expression<M, T> {
    /// A part of it, as an integer.
    fn part(self, part: DatePart) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        let term = self.into_expr().into_term();
        Expr::new(Term::call(Function::Part(part), [term]))
    }

    /// The year.
    fn year(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Year)
    }

    /// The month, 1 to 12.
    fn month(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Month)
    }

    /// The day of the month, 1 to 31.
    fn day(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Day)
    }

    /// With everything below a unit cut off: its first moment.
    ///
    /// A date has no hours; that, and a column that is no date or time, is
    /// [`Error::Unsupported`](crate::error::Error::Unsupported) when the query is run.
    fn truncate(self, unit: DateUnit) -> Expr<M, T>
    where
        T: ColumnType,
    {
        let base = Function::Truncate(unit, T::SQL_TYPE);
        Expr::new(Term::call(base, [self.into_expr().into_term()]))
    }

    /// As text by a pattern of `strftime`, as `%Y-%m` is.
    fn format_date(self, pattern: impl Into<String>) -> Expr<M, T::Like<String>>
    where
        T: ColumnType,
    {
        let pattern = Term::leaf(Node::Value(Value::Text(pattern.into())));
        let arguments = [self.into_expr().into_term(), pattern];
        Expr::new(Term::call(Function::FormatDate, arguments))
    }
}

impl<M, T, E: Expression<M, T>> DateExpression<M, T> for E {}
