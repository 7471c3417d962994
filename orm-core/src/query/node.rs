//! The untyped tree behind expressions. Types are checked by the wrappers and erased here, so that
//! there is one tree and one writer.

use super::order::OrderTerm;
use super::parts::Parts;
use super::path::Path;
use crate::driver::Function;
use crate::mapping::Table;
use crate::value::{Mismatch, SqlType, Value};

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
    /// `IN` or `NOT IN` the rows of a query.
    InQuery(Box<Node>, Membership, Box<Parts>),
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
    /// The number with the other sign.
    Negative(Box<Node>),
    /// Several values as one, which are compared in their order.
    Row(Vec<Node>),
    /// A function of the query language.
    Call(Function, Vec<Node>),
    /// A function by its name in the database.
    Named(&'static str, Vec<Node>),
    /// A value as one of another type.
    Cast(Box<Node>, SqlType),
    /// The result of the first condition that holds, or the last value.
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    /// A value compared by the rules of a collation.
    Collate(Box<Node>, &'static str),
    /// A value of many rows.
    Aggregate(Box<Aggregate>),
    /// A value of a row and the rows around it.
    Window(Box<Windowed>),
    /// The single value of a query.
    Scalar(Box<Parts>),
    /// Whether a query has rows.
    Exists(Box<Parts>),
    /// An expression of the query around.
    Outer(Box<Node>),
    /// The value that an upsert would have inserted into a column.
    Excluded(ColumnRef),
    /// The condition, or the number, that rows of a query inside were qualified by.
    Qualified,
    /// A value beside the rows of a query inside, by its position.
    Added(usize),
    /// SQL of the user with values for its placeholders.
    Raw(String, Vec<Node>),
    /// What stood here was nested too deeply. It is gone, so that a tree stays one that can be walked.
    TooDeep,
    /// What stood here makes no sense, for a reason.
    Misuse(&'static str),
}

/// A column of a table, or of an alias of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnRef {
    pub(crate) table: &'static Table,
    pub(crate) at: usize,
    pub(crate) alias: Option<&'static str>,
    /// How the table is reached, where it is joined only because the column is used.
    pub(crate) path: Option<&'static Path>,
}

impl ColumnRef {
    pub(crate) fn new(table: &'static Table, at: usize) -> Self {
        Self {
            table,
            at,
            alias: None,
            path: None,
        }
    }

    /// The column of the table under another name, if it has one.
    pub(crate) fn of(self, alias: Option<&'static str>) -> Self {
        Self { alias, ..self }
    }

    /// Whether it may be NULL, as far as its table and the way to it tell.
    pub(crate) fn is_nullable(self) -> bool {
        self.table.columns[self.at].nullable || self.path.is_some_and(Path::is_outer)
    }

    /// The name that stands before the column's.
    pub(crate) fn qualifier(self) -> &'static str {
        self.alias.unwrap_or(self.table.name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Equal, or both NULL.
    Same,
    /// Different, NULL being a value of its own.
    Different,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
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

/// A function over many rows.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    pub(crate) function: AggregateFunction,
    pub(crate) distinct: bool,
    /// None for `count(*)`.
    pub(crate) arguments: Vec<Node>,
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) filter: Option<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Count,
    Sum,
    Total,
    Average,
    Minimum,
    Maximum,
    Join,
}

/// A function over the rows around a row.
#[derive(Debug, Clone)]
pub(crate) struct Windowed {
    pub(crate) function: WindowedFunction,
    pub(crate) partition: Vec<Node>,
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) frame: Option<Frame>,
}

#[derive(Debug, Clone)]
pub(crate) enum WindowedFunction {
    Aggregate(Node),
    Named(&'static str, Vec<Node>),
}

/// The rows of a window that a function sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) unit: FrameUnit,
    pub(crate) start: Bound,
    pub(crate) end: Bound,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameUnit {
    Rows,
    Range,
    Groups,
}

/// Where a frame begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    First,
    Preceding(u32),
    Current,
    Following(u32),
    Last,
}

impl Node {
    pub(crate) fn column(table: &'static Table, at: usize) -> Self {
        Self::Column(ColumnRef::new(table, at))
    }

    /// A comparison. `NULL` is compared by `IS`, as the user meant it.
    pub(crate) fn compare(left: Self, operator: BinaryOperator, right: Self) -> Self {
        let right = right.beside(&left);
        let test = match operator {
            BinaryOperator::Equal => Test::Null,
            BinaryOperator::NotEqual => Test::NotNull,
            _ => return Self::Binary(Box::new(left), operator, Box::new(right)),
        };
        match (left, right) {
            (other, Self::Value(Value::Null)) | (Self::Value(Value::Null), other) => {
                Self::Test(Box::new(other), test)
            }
            (Self::Row(left), Self::Row(right)) if right.iter().any(Self::has_null) => {
                let pairs = left.into_iter().zip(right);
                let equal =
                    pairs.map(|(left, right)| Self::compare(left, BinaryOperator::Equal, right));
                let equal = Self::And(equal.collect());
                if test == Test::Null {
                    equal
                } else {
                    Self::Not(Box::new(equal))
                }
            }
            (left, right) => Self::Binary(Box::new(left), operator, Box::new(right)),
        }
    }

    /// Whether the operand is among the values. `NULL` among them means `IS NULL`.
    pub(crate) fn membership(left: Self, membership: Membership, values: Vec<Self>) -> Self {
        let (nulls, values): (Vec<_>, Vec<_>) = values
            .into_iter()
            .map(|value| value.beside(&left))
            .partition(Self::has_null);
        let operator = match membership {
            Membership::In => BinaryOperator::Equal,
            Membership::NotIn => BinaryOperator::NotEqual,
        };
        // All NULLs are alike, and rows with one are not.
        let different = match left {
            Self::Row(_) => nulls.len(),
            _ => 1,
        };
        let nulls = nulls.into_iter().take(different);
        let nulls: Vec<_> = nulls
            .map(|null| Self::compare(left.clone(), operator, null))
            .collect();
        let listed = if values.is_empty() {
            Self::Constant(membership == Membership::NotIn)
        } else {
            Self::In(Box::new(left), membership, values)
        };
        nulls.into_iter().fold(
            listed,
            match membership {
                Membership::In => Self::or,
                Membership::NotIn => Self::and,
            },
        )
    }

    /// Whether it is NULL, or a row of values of which one is.
    fn has_null(&self) -> bool {
        match self {
            Self::Value(Value::Null) => true,
            Self::Row(values) => values.iter().any(Self::has_null),
            _ => false,
        }
    }

    /// Both conditions. Chains become one flat list, so that a long one is not a deep one.
    pub(crate) fn and(self, other: Self) -> Self {
        let list = |node| match node {
            Self::And(conditions) => Ok(conditions),
            condition => Err(condition),
        };
        Self::And(chained(list(self), list(other)))
    }

    /// At least one of the conditions, flat as in [`Node::and`].
    pub(crate) fn or(self, other: Self) -> Self {
        let list = |node| match node {
            Self::Or(conditions) => Ok(conditions),
            condition => Err(condition),
        };
        Self::Or(chained(list(self), list(other)))
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
            Self::Constant(constant) | Self::Value(Value::Bool(constant)) => *constant == outcome,
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

    /// Whether there may be an aggregate in it, outside of queries inside: one of the query language, or
    /// SQL of the user, which nobody looks into. What is refused for another reason is let through.
    pub(crate) fn may_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(_)
            | Self::Named(..)
            | Self::Raw(..)
            | Self::Misuse(_)
            | Self::Invalid(..)
            | Self::TooDeep => true,
            other => other.children().into_iter().any(Self::may_aggregate),
        }
    }

    /// The nodes that this one is made of; of a query inside, none.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Binary(left, _, right) => vec![left, right],
            Self::Test(inner, _)
            | Self::Match(inner, ..)
            | Self::Not(inner)
            | Self::Negative(inner)
            | Self::Cast(inner, _)
            | Self::Collate(inner, _)
            | Self::InQuery(inner, ..) => vec![inner],
            Self::In(operand, _, values) => std::iter::once(&**operand).chain(values).collect(),
            Self::Between(operand, low, high) => vec![operand, low, high],
            Self::And(nodes)
            | Self::Or(nodes)
            | Self::Row(nodes)
            | Self::Call(_, nodes)
            | Self::Named(_, nodes)
            | Self::Raw(_, nodes) => nodes.iter().collect(),
            Self::Case(branches, otherwise) => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain(otherwise.as_deref()).collect()
            }
            Self::Aggregate(aggregate) => aggregate.children(),
            Self::Window(windowed) => windowed.children(),
            _ => Vec::new(),
        }
    }
}

/// One list of two, each of which is a list or a single node.
fn chained(first: Result<Vec<Node>, Node>, last: Result<Vec<Node>, Node>) -> Vec<Node> {
    match (first, last) {
        (Ok(mut nodes), Ok(more)) => {
            nodes.extend(more);
            nodes
        }
        (Ok(mut nodes), Err(last)) => {
            nodes.push(last);
            nodes
        }
        (Err(first), Ok(mut nodes)) => {
            nodes.insert(0, first);
            nodes
        }
        (Err(first), Err(last)) => vec![first, last],
    }
}

impl Aggregate {
    fn children(&self) -> Vec<&Node> {
        let order = self.order.iter().map(|term| &term.node);
        self.arguments
            .iter()
            .chain(order)
            .chain(self.filter.as_ref())
            .collect()
    }
}

impl Windowed {
    fn children(&self) -> Vec<&Node> {
        let arguments = match &self.function {
            WindowedFunction::Aggregate(Node::Aggregate(aggregate)) => &aggregate.arguments[..],
            WindowedFunction::Aggregate(_) => &[],
            WindowedFunction::Named(_, arguments) => arguments,
        };
        let order = self.order.iter().map(|term| &term.node);
        arguments
            .iter()
            .chain(&self.partition)
            .chain(order)
            .collect()
    }
}
