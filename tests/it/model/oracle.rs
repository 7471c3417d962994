//! What expressions have to give, by the rules of SQL's standard and of SQLite.

mod aggregate;
mod order;
mod scalar;

pub(crate) use self::order::{cut, different, sort, sorted};

use std::cmp::Ordering;

use super::tables::{Datum, Record};
use super::term::{Comparison, Inner, Pattern, Side, Term};

/// What an expression is evaluated for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'r> {
    /// The records, each of them absent where a join found none.
    pub(crate) item: Option<&'r Record>,
    pub(crate) part: Option<&'r Record>,
    /// The whole table, for queries inside.
    pub(crate) parts: &'r [Record],
    pub(crate) group: Option<&'r Group<'r>>,
}

/// Rows that are aggregated, and what they have in common.
#[derive(Debug)]
pub(crate) struct Group<'r> {
    pub(crate) rows: Vec<Row<'r>>,
    pub(crate) keys: Vec<Datum>,
}

pub(crate) fn eval(term: &Term, row: &Row<'_>) -> Datum {
    let value = |term: &Term| eval(term, row);
    match term {
        Term::Column(side, column) => {
            let record = match side {
                Side::Item => row.item,
                Side::Part => row.part,
            };
            record.map_or(Datum::Null, |record| record[*column as usize].clone())
        }
        Term::Value(_, value) => value.clone(),
        Term::Coalesce(one, other) => match value(one) {
            Datum::Null => value(other),
            known => known,
        },
        Term::NullIf(one, other) => match value(one) {
            one if one == value(other) => Datum::Null,
            one => one,
        },
        Term::Least(one, other) => extreme(value(one), value(other), Ordering::Less),
        Term::Greatest(one, other) => extreme(value(one), value(other), Ordering::Greater),
        Term::Case(branches, otherwise) => {
            let mut branches = branches.iter();
            let chosen = branches.find(|(when, _)| holds(when, row));
            let result = chosen.map(|(_, then)| then).or(otherwise.as_deref());
            result.map_or(Datum::Null, value)
        }
        Term::Scalar(inner) => select(inner, row).into_iter().next().unwrap_or(Datum::Null),
        Term::Key(_, nth) => group(row).keys[*nth].clone(),
        Term::Aggregate(aggregate) => aggregate::eval(aggregate, &group(row).rows),
        other => scalar::number(other, row)
            .or_else(|| scalar::text(other, row))
            .unwrap_or_else(|| truth(other, row).into()),
    }
}

/// Whether a condition is true, and neither false nor unknown.
pub(crate) fn holds(condition: &Term, row: &Row<'_>) -> bool {
    eval(condition, row) == Datum::Truth(true)
}

fn group<'r>(row: &Row<'r>) -> &'r Group<'r> {
    row.group.expect("a group")
}

/// The value that lies on this side of the other, NULL where one of them is.
fn extreme(one: Datum, other: Datum, side: Ordering) -> Datum {
    match compare(&one, &other) {
        None => Datum::Null,
        Some(ordering) if ordering == side => one,
        Some(_) => other,
    }
}

/// How two values compare: unknown where one of them is NULL.
fn compare(one: &Datum, other: &Datum) -> Option<Ordering> {
    match (one, other) {
        (Datum::Null, _) | (_, Datum::Null) => None,
        _ => Some(sorted(one, other)),
    }
}

/// The value of a condition, unknown being `None`.
fn truth(term: &Term, row: &Row<'_>) -> Option<bool> {
    let value = |term: &Term| eval(term, row);
    let known = |term: &Term| match value(term) {
        Datum::Truth(truth) => Some(truth),
        _ => None,
    };
    match term {
        Term::Compare(comparison, one, other) => compared(
            *comparison,
            &value(one),
            &value(other),
            is_none(one) || is_none(other),
        ),
        Term::Between(one, low, high) => {
            let one = value(one);
            let low = compare(&one, &value(low)).map(Ordering::is_ge);
            both(low, compare(&one, &value(high)).map(Ordering::is_le))
        }
        Term::In(one, values) => one_of(&value(one), values, row),
        Term::NotIn(one, values) => one_of(&value(one), values, row).map(|is| !is),
        Term::IsNull(one) => Some(value(one) == Datum::Null),
        Term::IsNotNull(one) => Some(value(one) != Datum::Null),
        Term::Match(pattern, one, part) => scalar::as_text(value(one)).map(|text| match pattern {
            Pattern::Contains => text.contains(part),
            Pattern::StartsWith => text.starts_with(part),
            Pattern::EndsWith => text.ends_with(part),
        }),
        Term::And(one, other) => both(known(one), known(other)),
        Term::Or(one, other) => either(known(one), known(other)),
        Term::Xor(one, other) => known(one)
            .zip(known(other))
            .map(|(one, other)| one != other),
        Term::Not(one) => known(one).map(|truth| !truth),
        Term::All(terms) => terms.iter().map(known).fold(Some(true), both),
        Term::Any(terms) => terms.iter().map(known).fold(Some(false), either),
        Term::InQuery(one, inner) => among(&value(one), &select(inner, row)),
        Term::NotInQuery(one, inner) => among(&value(one), &select(inner, row)).map(|is| !is),
        Term::Exists(inner) => Some(!select(inner, row).is_empty()),
        other => unreachable!("{other:?} is no condition"),
    }
}

/// `None` for a value that the program gives is `IS NULL`.
fn is_none(term: &Term) -> bool {
    match term {
        Term::Value(_, value) => *value == Datum::Null,
        // A list of one condition is that condition.
        Term::All(terms) | Term::Any(terms) if terms.len() == 1 => is_none(&terms[0]),
        _ => false,
    }
}

fn compared(by: Comparison, one: &Datum, other: &Datum, with_none: bool) -> Option<bool> {
    let ordering = compare(one, other);
    match by {
        Comparison::Equal if with_none => Some(one == other),
        Comparison::NotEqual if with_none => Some(one != other),
        Comparison::Equal => ordering.map(Ordering::is_eq),
        Comparison::NotEqual => ordering.map(Ordering::is_ne),
        Comparison::Less => ordering.map(Ordering::is_lt),
        Comparison::LessOrEqual => ordering.map(Ordering::is_le),
        Comparison::Greater => ordering.map(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordering.map(Ordering::is_ge),
        Comparison::Same => Some(one == other),
        Comparison::Different => Some(one != other),
    }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (one, other) => Some(one? && other?),
    }
}

fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (one, other) => Some(one? || other?),
    }
}

/// Whether a value is in a list, where `None` that the program gives stands for NULL itself.
fn one_of(one: &Datum, values: &[Term], row: &Row<'_>) -> Option<bool> {
    let (nones, others): (Vec<&Term>, Vec<&Term>) = values.iter().partition(|term| is_none(term));
    let others: Vec<Datum> = others.into_iter().map(|term| eval(term, row)).collect();
    let is_null = !nones.is_empty() && *one == Datum::Null;
    if is_null {
        return Some(true);
    }
    among(one, &others)
}

/// `IN`: unknown if NULL is compared and nothing is equal.
fn among(one: &Datum, others: &[Datum]) -> Option<bool> {
    let equal = |other| compare(one, other).map(Ordering::is_eq);
    others.iter().map(equal).fold(Some(false), either)
}

/// What a query inside selects.
fn select(inner: &Inner, outer: &Row<'_>) -> Vec<Datum> {
    let rows = outer.parts.iter().map(|part| Row {
        part: Some(part),
        ..*outer
    });
    let mut rows: Vec<Row<'_>> = rows.filter(|row| holds(&inner.filter, row)).collect();
    sort(&mut rows, &inner.order);
    let mut values: Vec<Datum> = rows.iter().map(|row| eval(&inner.select, row)).collect();
    if inner.distinct {
        values = different(values);
    }
    cut(values, inner.slice)
}
