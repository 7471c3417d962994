//! Typed expressions.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use super::node::{BinaryOperator, Membership, Node, Pattern, Test};
use super::operand::{self, Operand};
use super::order::Order;
use crate::mapping::{Column, Mapping};

/// An expression over mapping `M` with values of type `T`; `Expr<M, bool>` is a condition.
///
/// It is a plain value: it can be cloned, kept, and returned from a function.
///
/// ```
/// use orm::prelude::*;
/// use orm::Expr;
///
/// # #[derive(ActiveRecord)]
/// # struct Track {
/// #     #[orm(primary_key)]
/// #     id: i64,
/// #     name: String,
/// #     composer: Option<String>,
/// #     milliseconds: i64,
/// # }
/// fn long() -> Expr<Track, bool> {
///     Track::MILLISECONDS.gt(600_000)
/// }
///
/// let epic = (long() & Track::COMPOSER.is_not_null()) | !Track::NAME.like("%edit%");
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// assert_eq!(Track::query().filter(epic).count(&db)?, 0);
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Expr<M, T> {
    node: Node,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Expr<M, T> {
    pub(super) fn new(node: Node) -> Self {
        Self {
            node,
            types: PhantomData,
        }
    }

    pub(super) fn into_node(self) -> Node {
        self.node
    }
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

/// Shows the shape and not the values, because what is logged must not contain data.
impl<M, T> fmt::Debug for Expr<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expr")
    }
}

impl<M, T> Expression<M, T> for Expr<M, T> {
    fn into_expr(self) -> Self {
        self
    }
}

impl<M: Mapping, T> Expression<M, T> for Column<M, T> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(operand::column(self))
    }
}

/// A condition on the rows of mapping `M`: an expression that is true or false, or a column that holds
/// `bool`.
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

/// What can be asked of a column, or of another expression.
///
/// `None` stands for NULL and is compared as one would expect: `eq(None)` is `IS NULL`.
#[expect(
    clippy::wrong_self_convention,
    reason = "an expression is a value that methods take over"
)]
pub trait Expression<M, T>: Sized {
    /// The expression itself.
    fn into_expr(self) -> Expr<M, T>;

    /// Whether the values are equal.
    fn eq(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Equal, other)
    }

    /// Whether the values differ.
    fn ne(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::NotEqual, other)
    }

    /// Whether the value is less than the other.
    fn lt(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Less, other)
    }

    /// Whether the value is less than the other, or equal.
    fn le(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::LessOrEqual, other)
    }

    /// Whether the value is greater than the other.
    fn gt(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Greater, other)
    }

    /// Whether the value is greater than the other, or equal.
    fn ge(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::GreaterOrEqual, other)
    }

    /// Whether the value lies between two others or equals one of them.
    fn between(self, low: impl Operand<M, T>, high: impl Operand<M, T>) -> Expr<M, bool> {
        let node = self.into_expr().node;
        let low = low.into_operand().node.beside(&node);
        let high = high.into_operand().node.beside(&node);
        Expr::new(Node::Between(Box::new(node), Box::new(low), Box::new(high)))
    }

    /// Whether the value is one of several. Nothing is one of none.
    fn is_in<V: Operand<M, T>>(self, values: impl IntoIterator<Item = V>) -> Expr<M, bool> {
        membership(self, Membership::In, values)
    }

    /// Whether the value is none of several.
    fn not_in<V: Operand<M, T>>(self, values: impl IntoIterator<Item = V>) -> Expr<M, bool> {
        membership(self, Membership::NotIn, values)
    }

    /// Whether there is no value.
    fn is_null(self) -> Expr<M, bool> {
        test(self.into_expr().node, Test::Null)
    }

    /// Whether there is a value.
    fn is_not_null(self) -> Expr<M, bool> {
        test(self.into_expr().node, Test::NotNull)
    }

    /// Whether text matches a pattern with `%` for any characters and `_` for one; a backslash before
    /// either means the character itself. Whether upper and lower case differ is the database's
    /// affair: SQLite takes ASCII letters for equal.
    fn like(self, pattern: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::Like, pattern)
    }

    /// Whether text contains other text, upper case apart from lower case.
    fn contains(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::Contains, text)
    }

    /// Whether text begins with other text, upper case apart from lower case.
    fn starts_with(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::StartsWith, text)
    }

    /// Whether text ends with other text, upper case apart from lower case.
    fn ends_with(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::EndsWith, text)
    }

    /// The order from the least value to the greatest.
    fn asc(self) -> Order<M> {
        Order::ascending(self.into_expr().node)
    }

    /// The order from the greatest value to the least.
    fn desc(self) -> Order<M> {
        Order::descending(self.into_expr().node)
    }
}

/// Types whose values are text, so that they can be matched with patterns. Implement it for newtypes
/// of text of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text, so it cannot be matched with a pattern",
    note = "a newtype of text can be, after `impl orm::query::Text for {Self} {{}}`"
)]
pub trait Text {}

impl Text for String {}
impl Text for Cow<'static, str> {}
impl Text for char {}
impl<T: Text> Text for Option<T> {}

impl<M> Expr<M, bool> {
    /// Both conditions; the same as `&`.
    #[must_use]
    pub fn and(self, other: impl Condition<M>) -> Self {
        Self::new(self.node.and(other.into_condition().node))
    }

    /// At least one of the conditions; the same as `|`.
    #[must_use]
    pub fn or(self, other: impl Condition<M>) -> Self {
        Self::new(self.node.or(other.into_condition().node))
    }

    /// The opposite, by SQL's logic: the opposite of unknown is unknown. The same as `!`.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it is implemented too")]
    pub fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)))
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

fn compare<M, T>(
    left: impl Expression<M, T>,
    operator: BinaryOperator,
    right: impl Operand<M, T>,
) -> Expr<M, bool> {
    let right = right.into_operand().node;
    Expr::new(Node::compare(left.into_expr().node, operator, right))
}

fn membership<M, T, V: Operand<M, T>>(
    left: impl Expression<M, T>,
    membership: Membership,
    values: impl IntoIterator<Item = V>,
) -> Expr<M, bool> {
    let values = values.into_iter().map(|value| value.into_operand().node);
    Expr::new(Node::membership(
        left.into_expr().node,
        membership,
        values.collect(),
    ))
}

fn test<M>(node: Node, test: Test) -> Expr<M, bool> {
    Expr::new(Node::Test(Box::new(node), test))
}

fn matches<M, T>(
    left: impl Expression<M, T>,
    pattern: Pattern,
    text: impl Into<String>,
) -> Expr<M, bool> {
    Expr::new(Node::Match(
        Box::new(left.into_expr().node),
        pattern,
        text.into(),
    ))
}
