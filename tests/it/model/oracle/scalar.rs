//! Values of operators and functions of numbers and of text.

use super::super::tables::Datum;
use super::super::term::{Change, Operator, Rounding, Term};
use super::{Row, eval};

/// The value of a number's operators; `None` for other expressions.
pub(super) fn number(term: &Term, row: &Row<'_>) -> Option<Datum> {
    let value = |term: &Term| eval(term, row);
    Some(match term {
        Term::Arithmetic(operator, one, other) => match (value(one), value(other)) {
            (Datum::Int(one), Datum::Int(other)) => integers(*operator, one, other).into(),
            (Datum::Real(one), Datum::Real(other)) => reals(*operator, one, other).into(),
            _ => Datum::Null,
        },
        Term::Negative(one) => match value(one) {
            Datum::Int(number) => Datum::Int(-number),
            Datum::Real(number) => Datum::Real(-number),
            _ => Datum::Null,
        },
        Term::Abs(one) => match value(one) {
            Datum::Int(number) => Datum::Int(number.abs()),
            Datum::Real(number) => Datum::Real(number.abs()),
            _ => Datum::Null,
        },
        Term::Length(one) => as_text(value(one)).map(|text| count(&text)).into(),
        Term::Position(one, part) => {
            let position = |text: String| text.find(part).map_or(0, |at| count(&text[..at]) + 1);
            as_text(value(one)).map(position).into()
        }
        Term::ToInt(one) => match value(one) {
            Datum::Real(number) => Datum::Int(truncated(number)),
            _ => Datum::Null,
        },
        Term::ToReal(one) => match value(one) {
            Datum::Int(number) => Datum::Real(real(number)),
            _ => Datum::Null,
        },
        Term::Rounded(rounding, one) => match (rounding, value(one)) {
            (Rounding::Nearest, Datum::Real(number)) => Datum::Real(number.round()),
            (Rounding::Down, Datum::Real(number)) => Datum::Real(number.floor()),
            (Rounding::Up, Datum::Real(number)) => Datum::Real(number.ceil()),
            _ => Datum::Null,
        },
        _ => return None,
    })
}

fn integers(operator: Operator, one: i64, other: i64) -> Option<i64> {
    match operator {
        Operator::Add => one.checked_add(other),
        Operator::Subtract => one.checked_sub(other),
        Operator::Multiply => one.checked_mul(other),
        Operator::Divide | Operator::Remainder if other == 0 => return None,
        Operator::Divide => one.checked_div(other),
        Operator::Remainder => one.checked_rem(other),
    }
    .map(Some)
    .expect("small numbers")
}

/// Division by zero gives no number.
fn reals(operator: Operator, one: f64, other: f64) -> Option<f64> {
    match operator {
        Operator::Add => Some(one + other),
        Operator::Subtract => Some(one - other),
        Operator::Multiply => Some(one * other),
        Operator::Divide => (other != 0.0).then(|| one / other),
        Operator::Remainder => (other != 0.0).then(|| one % other),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
fn truncated(number: f64) -> i64 {
    number as i64
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
pub(super) fn real(number: i64) -> f64 {
    number as f64
}

fn count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).expect("a short text")
}

pub(super) fn as_text(value: Datum) -> Option<String> {
    match value {
        Datum::Text(text) => Some(text),
        _ => None,
    }
}

/// The value of text's operators; `None` for other expressions.
pub(super) fn text(term: &Term, row: &Row<'_>) -> Option<Datum> {
    let text = |term: &Term| as_text(eval(term, row));
    let changed = match term {
        Term::Concat(one, other) => text(one).zip(text(other)).map(|(one, other)| one + &other),
        Term::Changed(change, one) => text(one).map(|text| match change {
            Change::Lower => text.to_lowercase(),
            Change::Upper => text.to_uppercase(),
            Change::Trim => text.trim_matches(' ').into(),
            Change::TrimStart => text.trim_start_matches(' ').into(),
            Change::TrimEnd => text.trim_end_matches(' ').into(),
        }),
        Term::Slice(one, from, characters) => text(one).map(|text| {
            let size = |number: i64| usize::try_from(number).expect("a position from 1");
            let behind = text.chars().skip(size(from - 1));
            behind.take(size(*characters)).collect()
        }),
        Term::Replace(one, from, to) => text(one).map(|text| text.replace(from, to)),
        _ => return None,
    };
    Some(changed.into())
}
