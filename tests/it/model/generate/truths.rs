//! Random conditions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::super::tables::{Datum, Kind};
use super::super::term::{Comparison, Pattern, Term};
use super::grow::{KINDS, Strategies, Terms};
use super::{inner, texts, value};

impl Terms {
    pub(super) fn truths(&self) -> Strategies {
        let tests = KINDS.map(|kind| (1, self.tests(kind)));
        let tests = Union::new_weighted(tests.to_vec());
        let truths = || self.pair(Kind::Truth);
        let list = || vec(self.truth.clone(), 0..4);
        let patterns = [Pattern::Contains, Pattern::StartsWith, Pattern::EndsWith];
        let matches = (select(patterns.to_vec()), self.boxed(Kind::Text), texts());
        prop_oneof![
            6 => tests,
            1 => matches.prop_map(|(pattern, one, part)| Term::Match(pattern, one, part)),
            2 => truths().prop_map(|(one, other)| Term::And(one, other)),
            2 => truths().prop_map(|(one, other)| Term::Or(one, other)),
            2 => truths().prop_map(|(one, other)| Term::Xor(one, other)),
            2 => self.boxed(Kind::Truth).prop_map(Term::Not),
            1 => list().prop_map(Term::All),
            1 => list().prop_map(Term::Any),
        ]
        .boxed()
    }

    /// Conditions on values of a kind.
    fn tests(&self, kind: Kind) -> Strategies {
        let one = self.boxed(kind);
        let listed = prop_oneof![
            2 => value(kind).prop_map(move |value| Term::Value(kind, value)),
            1 => Just(Term::Value(kind, Datum::Null)),
            2 => self.of(kind),
        ];
        let list = || (self.boxed(kind), vec(listed.clone(), 0..5));
        let compare = (select(&COMPARISONS[..]), self.pair(kind));
        let mut all = vec![
            (
                4,
                compare
                    .prop_map(|(by, (one, other))| Term::Compare(by, one, other))
                    .boxed(),
            ),
            (
                1,
                (one.clone(), self.pair(kind))
                    .prop_map(|(one, (low, high))| Term::Between(one, low, high))
                    .boxed(),
            ),
            (
                2,
                list()
                    .prop_map(|(one, values)| Term::In(one, values))
                    .boxed(),
            ),
            (
                2,
                list()
                    .prop_map(|(one, values)| Term::NotIn(one, values))
                    .boxed(),
            ),
            (1, one.clone().prop_map(Term::IsNull).boxed()),
            (1, one.clone().prop_map(Term::IsNotNull).boxed()),
        ];
        if self.leaves.queries {
            let query = || inner(kind).prop_map(Box::new);
            let pair = || (self.boxed(kind), query());
            all.push((
                3,
                pair()
                    .prop_map(|(one, inner)| Term::InQuery(one, inner))
                    .boxed(),
            ));
            all.push((
                3,
                pair()
                    .prop_map(|(one, inner)| Term::NotInQuery(one, inner))
                    .boxed(),
            ));
            all.push((3, query().prop_map(Term::Exists).boxed()));
        }
        Union::new_weighted(all).boxed()
    }
}

const COMPARISONS: [Comparison; 8] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
    Comparison::Same,
    Comparison::Different,
];
