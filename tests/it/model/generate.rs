//! Random rows and random queries.

mod grow;
mod leaves;
mod truths;

pub(crate) use self::grow::Terms;
pub(crate) use self::leaves::Leaves;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::tables::{Datum, Item, Kind, Part, World};
use super::term::{By, Inner, Nulls, Selected, Side, Slice, Term};

/// Few different values, so that many are equal.
fn ints() -> impl Strategy<Value = i64> + Clone {
    -2..=3_i64
}

/// Numbers whose sums and products are exact.
fn reals() -> impl Strategy<Value = f64> + Clone {
    select(&[-1.5, -0.5, 0.0, 0.5, 1.0, 2.0, 2.5][..])
}

/// Capital and small letters, wildcards, blanks, and letters beyond ASCII.
const TEXTS: [&str; 12] = [
    "", "a", "A", "ab", "ba", " b ", "é", "É", "*", "[a]", "?_%", "^-]",
];

fn texts() -> impl Strategy<Value = String> + Clone {
    select(&TEXTS[..]).prop_map(str::to_owned)
}

pub(crate) fn value(kind: Kind) -> BoxedStrategy<Datum> {
    match kind {
        Kind::Int => option::weighted(0.9, ints()).prop_map(Datum::from).boxed(),
        Kind::Real => option::weighted(0.9, reals()).prop_map(Datum::from).boxed(),
        Kind::Text => option::weighted(0.9, texts()).prop_map(Datum::from).boxed(),
        Kind::Truth => option::weighted(0.7, any::<bool>())
            .prop_map(Datum::from)
            .boxed(),
    }
}

type Fields = (
    i64,
    Option<i64>,
    String,
    Option<String>,
    f64,
    Option<f64>,
    bool,
    Option<bool>,
);

fn fields() -> impl Strategy<Value = Fields> {
    let maybe = 0.7;
    (
        ints(),
        option::weighted(maybe, ints()),
        texts(),
        option::weighted(maybe, texts()),
        reals(),
        option::weighted(maybe, reals()),
        any::<bool>(),
        option::weighted(maybe, any::<bool>()),
    )
}

/// Numbers the rows from 1.
macro_rules! rows {
    ($Name:ident, $rows:expr) => {{
        let rows = (1..).zip($rows);
        let rows = rows.map(
            |(id, (size, rank, name, note, weight, price, done, seen))| $Name {
                id,
                size,
                rank,
                name,
                note,
                weight,
                price,
                done,
                seen,
            },
        );
        rows.collect()
    }};
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    (vec(fields(), 0..12), vec(fields(), 0..8)).prop_map(|(items, parts)| World {
        items: rows!(Item, items),
        parts: rows!(Part, parts),
    })
}

/// Up to so many terms of an order.
pub(crate) fn orders(terms: &Terms, most: usize) -> impl Strategy<Value = Vec<By>> + use<> {
    let nulls = || {
        prop_oneof![
            2 => Just(Nulls::Unsaid),
            1 => Just(Nulls::First),
            1 => Just(Nulls::Last),
        ]
    };
    let by = (terms.any(), any::<bool>(), nulls());
    let by = by.prop_map(|(term, descending, nulls)| By {
        term,
        descending,
        nulls,
    });
    vec(by, 0..=most)
}

/// The order by primary key, which is last in orders so that no two rows are equal.
pub(crate) fn by_key(side: Side) -> By {
    By {
        term: Term::Column(side, super::tables::Column::Id),
        descending: false,
        nulls: Nulls::Unsaid,
    }
}

pub(crate) fn slices() -> impl Strategy<Value = Slice> {
    let limit = option::of(0..8_u64);
    let offset = prop_oneof![Just(0_u64), 0..6_u64];
    (limit, offset).prop_map(|(limit, offset)| Slice { limit, offset })
}

pub(crate) fn selected(terms: &Terms) -> impl Strategy<Value = Selected> + Clone + use<> {
    let terms = (
        terms.of(Kind::Int),
        terms.of(Kind::Real),
        terms.of(Kind::Text),
        terms.of(Kind::Truth),
    );
    terms.prop_map(|(int, real, text, truth)| Selected {
        int,
        real,
        text,
        truth,
    })
}

/// What groups are made by: integers and text.
pub(crate) fn keys(terms: &Terms) -> impl Strategy<Value = [Term; 2]> + use<> {
    let is_key = |term: &Term| !matches!(term, Term::Value(_, Datum::Null));
    let keys = (terms.of(Kind::Int), terms.of(Kind::Text));
    let keys = keys.prop_map(|(int, text)| [int, text]);
    keys.prop_filter("a key is not None itself", move |keys| {
        keys.iter().all(is_key)
    })
}

/// Queries inside that select values of a kind.
fn inner(kind: Kind) -> BoxedStrategy<Inner> {
    let terms = Terms::new(&Leaves::columns(&[Side::Item, Side::Part])).grown();
    let inside = Terms::new(&Leaves::columns(&[Side::Part]));
    let select = prop_oneof![terms.of(kind), inside.of(kind)];
    let parts = (
        select,
        terms.of(Kind::Truth),
        orders(&terms, 2),
        slices(),
        any::<bool>(),
    );
    let inner = parts.prop_map(|(select, filter, mut order, slice, distinct)| {
        if distinct {
            // Different rows have no other order than that of what they are.
            order = vec![By {
                term: select.clone(),
                ..by_key(Side::Part)
            }];
        } else {
            order.push(by_key(Side::Part));
        }
        Inner {
            select,
            filter,
            order,
            slice,
            distinct,
        }
    });
    inner.boxed()
}
