//! Rows in an order, different ones, and parts of them.

use std::cmp::Ordering;

use super::super::tables::Datum;
use super::super::term::{By, Nulls, Slice};
use super::{Row, eval};

/// Sorts rows, and leaves those that are equal as they stood.
pub(crate) fn sort(rows: &mut [Row<'_>], order: &[By]) {
    rows.sort_by(|one, other| {
        let terms = order.iter().map(|by| {
            let (one, other) = (eval(&by.term, one), eval(&by.term, other));
            placed(by, &one, &other)
        });
        terms.fold(Ordering::Equal, Ordering::then)
    });
}

fn placed(by: &By, one: &Datum, other: &Datum) -> Ordering {
    let nulls = (*one != Datum::Null).cmp(&(*other != Datum::Null));
    let values = sorted(one, other);
    match (by.nulls, by.descending) {
        (Nulls::First | Nulls::Unsaid, false) => values,
        (Nulls::Last | Nulls::Unsaid, true) => values.reverse(),
        (Nulls::First, true) => nulls.then(values.reverse()),
        (Nulls::Last, false) => nulls.reverse().then(values),
    }
}

/// Every row once, where it stands first.
pub(crate) fn different<T: PartialEq>(rows: Vec<T>) -> Vec<T> {
    let mut seen = Vec::new();
    for row in rows {
        if !seen.contains(&row) {
            seen.push(row);
        }
    }
    seen
}

/// The part of the rows that is asked for.
pub(crate) fn cut<T>(rows: Vec<T>, slice: Slice) -> Vec<T> {
    let number = |rows: u64| usize::try_from(rows).expect("few rows");
    let behind = rows.into_iter().skip(number(slice.offset));
    behind
        .take(slice.limit.map_or(usize::MAX, number))
        .collect()
}

/// How two values are sorted, NULL being the least.
pub(crate) fn sorted(one: &Datum, other: &Datum) -> Ordering {
    match (one, other) {
        (Datum::Null, Datum::Null) => Ordering::Equal,
        (Datum::Null, _) => Ordering::Less,
        (_, Datum::Null) => Ordering::Greater,
        (Datum::Int(one), Datum::Int(other)) => one.cmp(other),
        (Datum::Real(one), Datum::Real(other)) => one.partial_cmp(other).expect("no NaN"),
        (Datum::Text(one), Datum::Text(other)) => one.as_bytes().cmp(other.as_bytes()),
        (Datum::Truth(one), Datum::Truth(other)) => one.cmp(other),
        _ => unreachable!("{one:?} is compared with {other:?}"),
    }
}
