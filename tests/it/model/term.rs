//! Queries and what they are made of, without types.

use super::tables::{Column, Datum, Kind};

/// Which table a column is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Item,
    Part,
}

/// An expression.
#[derive(Debug, Clone)]
pub(crate) enum Term {
    Column(Side, Column),
    Value(Kind, Datum),

    // Of every kind.
    Coalesce(Box<Term>, Box<Term>),
    NullIf(Box<Term>, Box<Term>),
    Least(Box<Term>, Box<Term>),
    Greatest(Box<Term>, Box<Term>),
    Case(Vec<(Term, Term)>, Option<Box<Term>>),
    /// The first value that a query selects.
    Scalar(Box<Inner>),
    /// What the groups are made by: the first or the second key.
    Key(Kind, usize),
    Aggregate(Box<Aggregate>),

    // Numbers.
    Arithmetic(Operator, Box<Term>, Box<Term>),
    Negative(Box<Term>),
    Abs(Box<Term>),
    Length(Box<Term>),
    Position(Box<Term>, String),
    ToInt(Box<Term>),
    ToReal(Box<Term>),
    Rounded(Rounding, Box<Term>),

    // Text.
    Concat(Box<Term>, Box<Term>),
    Changed(Change, Box<Term>),
    Slice(Box<Term>, i64, i64),
    Replace(Box<Term>, String, String),

    // Truth values.
    Compare(Comparison, Box<Term>, Box<Term>),
    Between(Box<Term>, Box<Term>, Box<Term>),
    In(Box<Term>, Vec<Term>),
    NotIn(Box<Term>, Vec<Term>),
    IsNull(Box<Term>),
    IsNotNull(Box<Term>),
    Match(Pattern, Box<Term>, String),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Xor(Box<Term>, Box<Term>),
    Not(Box<Term>),
    All(Vec<Term>),
    Any(Vec<Term>),
    InQuery(Box<Term>, Box<Inner>),
    NotInQuery(Box<Term>, Box<Inner>),
    Exists(Box<Inner>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Rounding {
    Nearest,
    Down,
    Up,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Lower,
    Upper,
    Trim,
    TrimStart,
    TrimEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Same,
    Different,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Pattern {
    Contains,
    StartsWith,
    EndsWith,
}

/// One term of an order.
#[derive(Debug, Clone)]
pub(crate) struct By {
    pub(crate) term: Term,
    pub(crate) descending: bool,
    pub(crate) nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    Unsaid,
    First,
    Last,
}

/// A part of the rows in their order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
}

/// A query of parts inside one of items, to whose columns its own expressions may refer.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    pub(crate) select: Term,
    pub(crate) filter: Term,
    pub(crate) order: Vec<By>,
    pub(crate) slice: Slice,
    pub(crate) distinct: bool,
}

/// A value of many rows.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    pub(crate) function: Function,
    pub(crate) term: Term,
    pub(crate) distinct: bool,
    pub(crate) filter: Option<Term>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// How many rows there are, whatever the term is.
    Rows,
    Count,
    Sum,
    Total,
    Average,
    Minimum,
    Maximum,
    /// All texts, with a comma between them, in the order of the primary key.
    Join,
}

/// One expression of every kind, which are selected together.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    pub(crate) int: Term,
    pub(crate) real: Term,
    pub(crate) text: Term,
    pub(crate) truth: Term,
}

impl Term {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Column(_, column) => column.kind(),
            Self::Value(kind, _) | Self::Key(kind, _) => *kind,
            Self::Coalesce(one, _)
            | Self::NullIf(one, _)
            | Self::Least(one, _)
            | Self::Greatest(one, _)
            | Self::Arithmetic(_, one, _)
            | Self::Negative(one)
            | Self::Abs(one) => one.kind(),
            Self::Case(branches, _) => branches[0].1.kind(),
            Self::Scalar(inner) => inner.select.kind(),
            Self::Aggregate(aggregate) => aggregate.kind(),
            Self::Length(_) | Self::Position(..) | Self::ToInt(_) => Kind::Int,
            Self::ToReal(_) | Self::Rounded(..) => Kind::Real,
            Self::Concat(..) | Self::Changed(..) | Self::Slice(..) | Self::Replace(..) => {
                Kind::Text
            }
            _ => Kind::Truth,
        }
    }
}

impl Aggregate {
    fn kind(&self) -> Kind {
        match self.function {
            Function::Rows | Function::Count => Kind::Int,
            Function::Total | Function::Average => Kind::Real,
            Function::Join => Kind::Text,
            Function::Sum | Function::Minimum | Function::Maximum => self.term.kind(),
        }
    }
}
