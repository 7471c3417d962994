//! Random expressions, which grow level by level.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::tables::Kind;
use super::super::term::{Change, Operator, Rounding, Term};
use super::leaves::Leaves;
use super::{TEXTS, texts};

pub(super) type Strategies = BoxedStrategy<Term>;

/// Expressions of every kind and of one depth.
#[derive(Clone)]
pub(crate) struct Terms {
    int: Strategies,
    real: Strategies,
    text: Strategies,
    pub(super) truth: Strategies,
    pub(super) leaves: Leaves,
}

pub(super) const KINDS: [Kind; 4] = [Kind::Int, Kind::Real, Kind::Text, Kind::Truth];

impl Terms {
    /// Expressions without operators.
    pub(crate) fn new(leaves: &Leaves) -> Self {
        Self {
            int: leaves.of(Kind::Int),
            real: leaves.of(Kind::Real),
            text: leaves.of(Kind::Text),
            truth: leaves.of(Kind::Truth),
            leaves: leaves.clone(),
        }
    }

    /// Expressions with up to three operators inside each other.
    pub(crate) fn deep(leaves: &Leaves) -> Self {
        Self::new(leaves).grown().grown().grown()
    }

    pub(crate) fn of(&self, kind: Kind) -> Strategies {
        match kind {
            Kind::Int => self.int.clone(),
            Kind::Real => self.real.clone(),
            Kind::Text => self.text.clone(),
            Kind::Truth => self.truth.clone(),
        }
    }

    /// Expressions of any kind.
    pub(crate) fn any(&self) -> Strategies {
        proptest::strategy::Union::new(KINDS.map(|kind| self.of(kind))).boxed()
    }

    /// Expressions with one more operator around.
    pub(crate) fn grown(&self) -> Self {
        let grown = |kind: Kind, own: Strategies| {
            prop_oneof![2 => self.leaves.of(kind), 2 => self.common(kind), 5 => own].boxed()
        };
        Self {
            int: grown(Kind::Int, self.ints()),
            real: grown(Kind::Real, self.reals()),
            text: grown(Kind::Text, self.texts()),
            truth: grown(Kind::Truth, self.truths()),
            leaves: self.leaves.clone(),
        }
    }

    pub(super) fn boxed(&self, kind: Kind) -> BoxedStrategy<Box<Term>> {
        self.of(kind).prop_map(Box::new).boxed()
    }

    pub(super) fn pair(&self, kind: Kind) -> BoxedStrategy<(Box<Term>, Box<Term>)> {
        (self.boxed(kind), self.boxed(kind)).boxed()
    }

    /// What there is of every kind.
    fn common(&self, kind: Kind) -> Strategies {
        let branches = vec((self.truth.clone(), self.of(kind)), 1..3);
        let case = (branches, option::of(self.boxed(kind)));
        prop_oneof![
            self.pair(kind)
                .prop_map(|(one, other)| Term::Coalesce(one, other)),
            self.pair(kind)
                .prop_map(|(one, other)| Term::NullIf(one, other)),
            self.pair(kind)
                .prop_map(|(one, other)| Term::Least(one, other)),
            self.pair(kind)
                .prop_map(|(one, other)| Term::Greatest(one, other)),
            case.prop_map(|(branches, otherwise)| Term::Case(branches, otherwise)),
        ]
        .boxed()
    }

    fn numbers(&self, kind: Kind, operators: &'static [Operator]) -> Strategies {
        let arithmetic = (select(operators), self.pair(kind));
        prop_oneof![
            4 => arithmetic.prop_map(|(operator, (one, other))| {
                Term::Arithmetic(operator, one, other)
            }),
            1 => self.boxed(kind).prop_map(Term::Negative),
            1 => self.boxed(kind).prop_map(Term::Abs),
        ]
        .boxed()
    }

    fn ints(&self) -> Strategies {
        let text = self.boxed(Kind::Text);
        prop_oneof![
            6 => self.numbers(Kind::Int, &OPERATORS),
            1 => text.clone().prop_map(Term::Length),
            1 => (text, texts()).prop_map(|(one, part)| Term::Position(one, part)),
            1 => self.boxed(Kind::Real).prop_map(Term::ToInt),
        ]
        .boxed()
    }

    fn reals(&self) -> Strategies {
        let operators = if self.leaves.exact {
            &OPERATORS[..4]
        } else {
            &OPERATORS[..]
        };
        let roundings = select(&[Rounding::Nearest, Rounding::Down, Rounding::Up][..]);
        prop_oneof![
            6 => self.numbers(Kind::Real, operators),
            1 => self.boxed(Kind::Int).prop_map(Term::ToReal),
            1 => (roundings, self.boxed(Kind::Real)).prop_map(|(rounding, one)| {
                Term::Rounded(rounding, one)
            }),
        ]
        .boxed()
    }

    fn texts(&self) -> Strategies {
        let text = self.boxed(Kind::Text);
        let from = select(&TEXTS[1..]).prop_map(str::to_owned); // nothing cannot be replaced
        prop_oneof![
            self.pair(Kind::Text)
                .prop_map(|(one, other)| Term::Concat(one, other)),
            (select(&CHANGES[..]), text.clone())
                .prop_map(|(change, one)| Term::Changed(change, one)),
            (text.clone(), 1..4_i64, 0..3_i64)
                .prop_map(|(one, from, characters)| Term::Slice(one, from, characters)),
            (text, from, texts()).prop_map(|(one, from, to)| Term::Replace(one, from, to)),
        ]
        .boxed()
    }
}

const CHANGES: [Change; 5] = [
    Change::Lower,
    Change::Upper,
    Change::Trim,
    Change::TrimStart,
    Change::TrimEnd,
];

const OPERATORS: [Operator; 5] = [
    Operator::Add,
    Operator::Subtract,
    Operator::Multiply,
    Operator::Remainder,
    Operator::Divide,
];
