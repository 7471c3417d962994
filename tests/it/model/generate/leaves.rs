//! What expressions begin with: values, columns, aggregates, keys of groups, and queries inside.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::super::tables::{Column, Kind};
use super::super::term::{Aggregate, Function, Side, Term};
use super::grow::{Strategies, Terms};
use super::{inner, value};

/// What expressions begin with.
#[derive(Clone)]
pub(crate) struct Leaves {
    sides: &'static [Side],
    /// What is aggregated where there are groups.
    aggregated: Option<Box<Terms>>,
    /// Whether there are keys of groups: the first is an integer, the second text.
    keys: bool,
    /// Whether real numbers are not divided, so that they can be summed up in any order.
    pub(super) exact: bool,
    /// Whether queries stand inside.
    pub(super) queries: bool,
}

impl Leaves {
    pub(crate) fn columns(sides: &'static [Side]) -> Self {
        Self {
            sides,
            aggregated: None,
            keys: false,
            exact: false,
            queries: false,
        }
    }

    /// Columns of numbers that can be summed up.
    pub(crate) fn exact(sides: &'static [Side]) -> Self {
        let exact = true;
        Self {
            exact,
            ..Self::columns(sides)
        }
    }

    /// Columns, and queries of parts inside.
    pub(crate) fn queries(sides: &'static [Side]) -> Self {
        let queries = true;
        Self {
            queries,
            ..Self::columns(sides)
        }
    }

    /// Aggregates of expressions, and perhaps keys.
    pub(crate) fn groups(aggregated: Terms, keys: bool) -> Self {
        let aggregated = Some(Box::new(aggregated));
        Self {
            aggregated,
            keys,
            ..Self::columns(&[])
        }
    }

    pub(super) fn of(&self, kind: Kind) -> Strategies {
        let values = value(kind).prop_map(move |value| Term::Value(kind, value));
        let mut all = vec![(2, values.boxed())];
        if !self.sides.is_empty() {
            all.push((6, columns(self.sides, kind)));
        }
        if let Some(aggregated) = &self.aggregated {
            all.push((6, aggregates(aggregated, kind)));
        }
        match kind {
            Kind::Int if self.keys => all.push((2, Just(Term::Key(kind, 0)).boxed())),
            Kind::Text if self.keys => all.push((2, Just(Term::Key(kind, 1)).boxed())),
            _ => {}
        }
        if self.queries {
            let scalar = inner(kind).prop_map(|inner| Term::Scalar(Box::new(inner)));
            all.push((2, scalar.boxed()));
        }
        Union::new_weighted(all).boxed()
    }
}

fn columns(sides: &'static [Side], kind: Kind) -> Strategies {
    let all: &[Column] = match kind {
        Kind::Int => &[Column::Id, Column::Size, Column::Rank, Column::Rank],
        Kind::Real => &[Column::Weight, Column::Price],
        Kind::Text => &[Column::Name, Column::Note],
        Kind::Truth => &[Column::Done, Column::Seen],
    };
    let column = (select(sides), select(all));
    column
        .prop_map(|(side, column)| Term::Column(side, column))
        .boxed()
}

fn aggregates(terms: &Terms, kind: Kind) -> Strategies {
    use Function::{Average, Count, Join, Maximum, Minimum, Rows, Sum, Total};
    let of = |functions: &'static [Function], terms: Strategies| (select(functions), terms).boxed();
    let functions = match kind {
        Kind::Int => prop_oneof![
            of(&[Rows, Count], terms.any()),
            of(&[Sum, Minimum, Maximum], terms.of(Kind::Int)),
        ]
        .boxed(),
        Kind::Real => prop_oneof![
            of(&[Total, Average], terms.of(Kind::Int)),
            of(
                &[Total, Average, Sum, Minimum, Maximum],
                terms.of(Kind::Real)
            ),
        ]
        .boxed(),
        Kind::Text => of(&[Minimum, Maximum, Join], terms.of(Kind::Text)),
        Kind::Truth => of(&[Minimum, Maximum], terms.of(Kind::Truth)),
    };
    let filter = option::weighted(0.3, terms.of(Kind::Truth));
    let all = (functions, any::<bool>(), filter);
    let all = all.prop_map(|((function, term), distinct, filter)| {
        // There is nothing to be told apart about rows, and texts are joined with a separator.
        let distinct = distinct && !matches!(function, Rows | Join);
        Term::Aggregate(Box::new(Aggregate {
            function,
            term,
            distinct,
            filter,
        }))
    });
    all.boxed()
}
