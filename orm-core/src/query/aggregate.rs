//! Aggregates: values of many rows.

use super::expression::{Expr, Expression, Text};
use super::node::{Aggregate, AggregateFunction, Node};
use super::number::Number;
use super::operand::Operand;
use super::order::{self, OrderList};
use super::scope::{Any, Grouped};
use super::term::Term;
use crate::value::{ColumnType, Value};

/// How many rows there are, in `aggregate`, behind `group_by` and in `having`.
#[must_use]
pub fn count() -> Expr<Grouped<Any>, i64> {
    aggregate(AggregateFunction::Count, [])
}

/// What a column or an expression gives over many rows, in `aggregate`, behind `group_by` and in
/// `having`, and over the rows around a row with [`over`](Expr::over).
///
/// Without a row, or without one that is not NULL, there is no sum, average, least and greatest value:
/// they are `Option`s. [`coalesce`](Expression::coalesce) gives another value for that case.
pub trait AggregateExpression<M, T>: Expression<M, T> {
    /// In how many rows it is not NULL.
    fn count(self) -> Expr<Grouped<M>, i64> {
        aggregate(AggregateFunction::Count, [self.into_expr().into_term()])
    }

    /// How many different values there are besides NULL.
    fn count_distinct(self) -> Expr<Grouped<M>, i64> {
        self.count().distinct()
    }

    /// The sum.
    fn sum(self) -> Expr<Grouped<M>, Option<T::Sum>>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Sum, [self.into_expr().into_term()])
    }

    /// The sum as a real number, 0 without rows.
    fn total(self) -> Expr<Grouped<M>, f64>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Total, [self.into_expr().into_term()])
    }

    /// The average.
    fn avg(self) -> Expr<Grouped<M>, Option<f64>>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Average, [self.into_expr().into_term()])
    }

    /// The least value.
    fn min(self) -> Expr<Grouped<M>, T::Nullable>
    where
        T: ColumnType,
    {
        aggregate(AggregateFunction::Minimum, [self.into_expr().into_term()])
    }

    /// The greatest value.
    fn max(self) -> Expr<Grouped<M>, T::Nullable>
    where
        T: ColumnType,
    {
        aggregate(AggregateFunction::Maximum, [self.into_expr().into_term()])
    }

    /// All texts, one behind the other, with a separator between them.
    fn join_text(self, separator: impl Into<String>) -> Expr<Grouped<M>, Option<String>>
    where
        T: Text,
    {
        let separator = Term::leaf(Node::Value(Value::Text(separator.into())));
        aggregate(
            AggregateFunction::Join,
            [self.into_expr().into_term(), separator],
        )
    }
}

impl<M, T, E: Expression<M, T>> AggregateExpression<M, T> for E {}

impl<M, T> Expr<Grouped<M>, T> {
    /// The aggregate over different values only.
    #[must_use]
    pub fn distinct(self) -> Self {
        self.change(|aggregate| aggregate.distinct = true)
    }

    /// The aggregate over rows that meet a condition only.
    #[must_use]
    pub fn filter(self, condition: impl Operand<M, bool>) -> Self {
        let condition = condition.into_operand().into_term();
        let levels = condition.levels;
        let changed = self.change(|aggregate| aggregate.filter = Some(condition.node));
        Self::new(changed.into_term().at_least(levels))
    }

    /// The aggregate over rows in a certain order, which matters to texts that are joined.
    #[must_use]
    pub fn sorted_by<At>(self, orders: impl OrderList<M, At>) -> Self {
        let orders: Vec<_> = order::terms(orders).collect();
        let levels = orders.iter().map(|term| term.levels).max().unwrap_or(0);
        let changed = self.change(|aggregate| aggregate.order = orders);
        Self::new(changed.into_term().at_least(levels))
    }

    fn change(self, change: impl FnOnce(&mut Aggregate)) -> Self {
        let mut term = self.into_term();
        match &mut term.node {
            Node::Aggregate(aggregate) => change(aggregate),
            Node::TooDeep => {}
            other => *other = Node::Misuse(NO_AGGREGATE),
        }
        Self::new(term)
    }
}

/// Why an expression cannot be changed as an aggregate can.
const NO_AGGREGATE: &str =
    "it changes an aggregate within an expression: change the aggregate itself";

fn aggregate<M, T>(
    function: AggregateFunction,
    arguments: impl IntoIterator<Item = Term>,
) -> Expr<M, T> {
    Expr::new(Term::list(arguments, |arguments| {
        Node::Aggregate(Box::new(Aggregate {
            function,
            distinct: false,
            arguments,
            order: Vec::new(),
            filter: None,
        }))
    }))
}
