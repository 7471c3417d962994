//! Values of many rows.

use super::super::tables::Datum;
use super::super::term::{Aggregate, Function};
use super::scalar::real;
use super::{Row, different, eval as value, holds, sorted};

pub(super) fn eval(aggregate: &Aggregate, rows: &[Row<'_>]) -> Datum {
    let filter = aggregate.filter.as_ref();
    let rows = rows
        .iter()
        .filter(|row| filter.is_none_or(|filter| holds(filter, row)));
    if aggregate.function == Function::Rows {
        return size(rows.count());
    }
    let values = rows.map(|row| value(&aggregate.term, row));
    let mut values: Vec<Datum> = values.filter(|value| *value != Datum::Null).collect();
    if aggregate.distinct {
        values = different(values);
    }
    match aggregate.function {
        Function::Rows | Function::Count => size(values.len()),
        Function::Sum => sum(&values),
        Function::Total => Datum::Real(total(&values)),
        Function::Average if values.is_empty() => Datum::Null,
        Function::Average => Datum::Real(total(&values) / as_real(&size(values.len()))),
        Function::Minimum => values.into_iter().min_by(sorted).unwrap_or(Datum::Null),
        Function::Maximum => values.into_iter().max_by(sorted).unwrap_or(Datum::Null),
        Function::Join => joined(&values),
    }
}

fn size(rows: usize) -> Datum {
    Datum::Int(i64::try_from(rows).expect("few rows"))
}

fn sum(values: &[Datum]) -> Datum {
    match values.first() {
        None => Datum::Null,
        Some(Datum::Int(_)) => Datum::Int(values.iter().map(as_int).sum()),
        Some(_) => Datum::Real(total(values)),
    }
}

/// The numbers are such that it does not matter in which order they are added.
fn total(values: &[Datum]) -> f64 {
    values.iter().map(as_real).sum()
}

fn as_int(value: &Datum) -> i64 {
    match value {
        Datum::Int(number) => *number,
        other => unreachable!("{other:?} is no integer"),
    }
}

fn as_real(value: &Datum) -> f64 {
    match value {
        Datum::Int(number) => real(*number),
        Datum::Real(number) => *number,
        other => unreachable!("{other:?} is no number"),
    }
}

fn joined(values: &[Datum]) -> Datum {
    let texts: Vec<&str> = values.iter().map(as_str).collect();
    if texts.is_empty() {
        return Datum::Null;
    }
    Datum::Text(texts.join(","))
}

fn as_str(value: &Datum) -> &str {
    match value {
        Datum::Text(text) => text,
        other => unreachable!("{other:?} is no text"),
    }
}
