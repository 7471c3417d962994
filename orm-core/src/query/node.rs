//! The untyped tree behind expressions. Types are checked by the wrappers and erased here, so that
//! there is one tree and one writer.

use crate::mapping::Table;
use crate::value::{Mismatch, Value};

/// How many operators may stand inside each other; SQLite takes 1,000 levels of an expression.
pub(crate) const MOST_LEVELS: usize = 900;

/// One node of an expression.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// A column of a table, by position.
    Column(ColumnRef),
    /// A value, always bound as a parameter.
    Value(Value),
    /// A value that the column it stands beside cannot hold.
    Invalid(Option<ColumnRef>, Mismatch),
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// Two operands with an operator between them.
    Binary(Box<Node>, BinaryOperator, Box<Node>),
    /// An operand with a test behind it.
    Test(Box<Node>, Test),
    /// `IN` or `NOT IN` a list that is not empty.
    In(Box<Node>, Membership, Vec<Node>),
    /// `BETWEEN`, both ends included.
    Between(Box<Node>, Box<Node>, Box<Node>),
    /// Text compared with a pattern.
    Match(Box<Node>, Pattern, String),
    /// All of several conditions.
    And(Vec<Node>),
    /// At least one of several conditions.
    Or(Vec<Node>),
    /// The opposite of a condition.
    Not(Box<Node>),
    /// What stood here was nested too deeply. It is gone, so that a tree stays one that can be walked.
    TooDeep,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnRef {
    pub(crate) table: &'static Table,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Null,
    NotNull,
    /// False or NULL: what a filter does not let through.
    NotTrue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    In,
    NotIn,
}

/// What part of the text a pattern describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// The user's own pattern for `LIKE`.
    Like,
    Contains,
    StartsWith,
    EndsWith,
}

impl Node {
    /// A comparison. `NULL` is compared by `IS`, as the user meant it.
    pub(crate) fn compare(left: Self, operator: BinaryOperator, right: Self) -> Self {
        let right = right.beside(&left);
        match (operator, &right) {
            (BinaryOperator::Equal, Self::Value(Value::Null)) => {
                Self::Test(Box::new(left), Test::Null)
            }
            (BinaryOperator::NotEqual, Self::Value(Value::Null)) => {
                Self::Test(Box::new(left), Test::NotNull)
            }
            _ => Self::Binary(Box::new(left), operator, Box::new(right)),
        }
    }

    /// Whether the operand is among the values. `NULL` among them means `IS NULL`.
    pub(crate) fn membership(left: Self, membership: Membership, values: Vec<Self>) -> Self {
        let (nulls, values): (Vec<_>, Vec<_>) = values
            .into_iter()
            .map(|value| value.beside(&left))
            .partition(|value| matches!(value, Self::Value(Value::Null)));
        let null = (!nulls.is_empty()).then(|| match membership {
            Membership::In => Self::Test(Box::new(left.clone()), Test::Null),
            Membership::NotIn => Self::Test(Box::new(left.clone()), Test::NotNull),
        });
        let listed = if values.is_empty() {
            Self::Constant(membership == Membership::NotIn)
        } else {
            Self::In(Box::new(left), membership, values)
        };
        match (null, membership) {
            (None, _) => listed,
            (Some(null), Membership::In) => listed.or(null),
            (Some(null), Membership::NotIn) => listed.and(null),
        }
    }

    /// Both conditions. Chains become one flat list, so that a long one is not a deep one.
    pub(crate) fn and(self, other: Self) -> Self {
        let mut conditions = match self {
            Self::And(conditions) => conditions,
            first => vec![first],
        };
        match other {
            Self::And(more) => conditions.extend(more),
            last => conditions.push(last),
        }
        Self::And(conditions)
    }

    /// At least one of the conditions, flat as in [`Node::and`].
    pub(crate) fn or(self, other: Self) -> Self {
        let mut conditions = match self {
            Self::Or(conditions) => conditions,
            first => vec![first],
        };
        match other {
            Self::Or(more) => conditions.extend(more),
            last => conditions.push(last),
        }
        Self::Or(conditions)
    }

    /// Tells an invalid value which column it was meant for.
    pub(crate) fn beside(self, left: &Self) -> Self {
        match (self, left) {
            (Self::Invalid(None, mismatch), Self::Column(column)) => {
                Self::Invalid(Some(*column), mismatch)
            }
            (node, _) => node,
        }
    }

    /// Whether a condition has this outcome for every row, as far as it shows without looking at the
    /// rows: a list that turned out to be empty does not make a condition.
    pub(crate) fn is_always(&self, outcome: bool) -> bool {
        match self {
            Self::Constant(constant) => *constant == outcome,
            Self::Not(condition) | Self::Test(condition, Test::NotTrue) => {
                condition.is_always(!outcome)
            }
            Self::And(all) if outcome => all.iter().all(|one| one.is_always(true)),
            Self::And(all) => all.iter().any(|one| one.is_always(false)),
            Self::Or(any) if outcome => any.iter().any(|one| one.is_always(true)),
            Self::Or(any) => any.iter().all(|one| one.is_always(false)),
            _ => false,
        }
    }
}
