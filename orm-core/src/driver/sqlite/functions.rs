//! SQLite's words for the functions of the query language, and those that it does not have itself.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use crate::driver::{DatePart, DateUnit, Function};
use crate::value::{SqlType, fold};

/// The form in which SQLite writes a function.
pub(super) fn template(function: Function) -> Option<&'static str> {
    Some(match function {
        Function::Lower => "orm_lower({0})",
        Function::Upper => "orm_upper({0})",
        Function::Fold => "orm_fold({0})",
        Function::Position => "instr({0}, {1})",
        Function::Regex => return cfg!(feature = "regex").then_some("orm_regexp({0}, {1})"),
        Function::Remainder => "orm_remainder({0}, {1})",
        Function::Floor => "orm_floor({0})",
        Function::Ceil => "orm_ceil({0})",
        Function::Least => "min({*})",
        Function::Greatest => "max({*})",
        Function::FormatDate(ty) => return is_calendar(ty).then_some("strftime({1}, {0})"),
        Function::Convert(ty) => convert(ty)?,
        Function::Now(ty) => now(ty)?,
        Function::Part(part, ty) => return has_part(ty, part).then(|| date_part(part)),
        Function::Truncate(unit, ty) => truncate(unit, ty)?,
        Function::JsonGet => "json_extract({0}, {1})",
        Function::JsonDocument => "nullif({0} -> {1}, 'null')",
        Function::JsonDecimal => "nullif(trim({0} -> {1}, '\"'), 'null')",
        Function::JsonHas => "(json_type({0}, {1}) IS NOT NULL)",
        Function::JsonContains => {
            // The plus keeps the type of a column from changing the members.
            "EXISTS (SELECT 1 FROM json_each({0}, {1}) WHERE atom = +{2})"
        }
        Function::JsonLength => "json_array_length({0}, {1})",
        other => return other.standard(),
    })
}

/// Milliseconds, and no fraction of zeros, which the text of a value does not have either.
/// Dates and times are text, of which `CAST` would make the same text.
fn convert(ty: SqlType) -> Option<&'static str> {
    Some(match ty {
        SqlType::Date => "date({0})",
        SqlType::Time => "replace(strftime('%H:%M:%f', {0}), '.000', '')",
        SqlType::DateTime => "replace(strftime('%Y-%m-%d %H:%M:%f', {0}), '.000', '')",
        SqlType::Timestamp => "replace(strftime('%Y-%m-%d %H:%M:%f+00:00', {0}), '.000', '')",
        _ => return None,
    })
}

fn now(ty: SqlType) -> Option<&'static str> {
    Some(match ty {
        SqlType::Date => "date('now')",
        SqlType::Time => "replace(strftime('%H:%M:%f', 'now'), '.000', '')",
        SqlType::DateTime => "replace(strftime('%Y-%m-%d %H:%M:%f', 'now'), '.000', '')",
        SqlType::Timestamp => "replace(strftime('%Y-%m-%d %H:%M:%f+00:00', 'now'), '.000', '')",
        _ => return None,
    })
}

fn is_calendar(ty: SqlType) -> bool {
    matches!(
        ty,
        SqlType::Date | SqlType::Time | SqlType::DateTime | SqlType::Timestamp
    )
}

fn has_part(ty: SqlType, part: DatePart) -> bool {
    match part {
        DatePart::Hour | DatePart::Minute | DatePart::Second => {
            is_calendar(ty) && ty != SqlType::Date
        }
        _ => is_calendar(ty) && ty != SqlType::Time,
    }
}

fn date_part(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "CAST(strftime('%Y', {0}) AS INTEGER)",
        DatePart::Quarter => "((strftime('%m', {0}) + 2) / 3)",
        DatePart::Month => "CAST(strftime('%m', {0}) AS INTEGER)",
        // The Thursday of a week is in the year that the week belongs to.
        DatePart::Week => "((strftime('%j', date({0}, '-3 days', 'weekday 4')) - 1) / 7 + 1)",
        DatePart::Day => "CAST(strftime('%d', {0}) AS INTEGER)",
        DatePart::DayOfYear => "CAST(strftime('%j', {0}) AS INTEGER)",
        DatePart::Weekday => "((strftime('%w', {0}) + 6) % 7 + 1)",
        DatePart::Hour => "CAST(strftime('%H', {0}) AS INTEGER)",
        DatePart::Minute => "CAST(strftime('%M', {0}) AS INTEGER)",
        DatePart::Second => "CAST(strftime('%S', {0}) AS INTEGER)",
    }
}

/// The three lists are alike but for what stands behind the date, which no other way gives as one
/// text without making it at run time.
macro_rules! truncated {
    ($unit:expr, $midnight:literal, $hour:expr, $minute:expr, $second:expr) => {
        Some(match $unit {
            DateUnit::Year => concat!("strftime('%Y-01-01", $midnight, "', {0})"),
            DateUnit::Quarter => concat!(
                "strftime('%Y-%m-01",
                $midnight,
                "', {0}, 'start of month', '-' || ((strftime('%m', {0}) + 2) % 3) || ' months')"
            ),
            DateUnit::Month => concat!("strftime('%Y-%m-01", $midnight, "', {0})"),
            DateUnit::Week => {
                concat!(
                    "strftime('%Y-%m-%d",
                    $midnight,
                    "', {0}, '-6 days', 'weekday 1')"
                )
            }
            DateUnit::Day => concat!("strftime('%Y-%m-%d", $midnight, "', {0})"),
            DateUnit::Hour => $hour?,
            DateUnit::Minute => $minute?,
            DateUnit::Second => $second?,
        })
    };
}

fn truncate(unit: DateUnit, ty: SqlType) -> Option<&'static str> {
    match ty {
        SqlType::Date => truncated!(unit, "", None, None, None),
        SqlType::DateTime => truncated!(
            unit,
            " 00:00:00",
            Some("strftime('%Y-%m-%d %H:00:00', {0})"),
            Some("strftime('%Y-%m-%d %H:%M:00', {0})"),
            Some("strftime('%Y-%m-%d %H:%M:%S', {0})")
        ),
        SqlType::Timestamp => truncated!(
            unit,
            " 00:00:00+00:00",
            Some("strftime('%Y-%m-%d %H:00:00+00:00', {0})"),
            Some("strftime('%Y-%m-%d %H:%M:00+00:00', {0})"),
            Some("strftime('%Y-%m-%d %H:%M:%S+00:00', {0})")
        ),
        _ => None,
    }
}

/// Gives a connection the functions that SQLite does not have, or has for ASCII only.
pub(super) fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("orm_lower", 1, flags, |cx| text(cx, str::to_lowercase))?;
    connection.create_scalar_function("orm_upper", 1, flags, |cx| text(cx, str::to_uppercase))?;
    connection.create_scalar_function("orm_fold", 1, flags, |cx| text(cx, fold))?;
    connection.create_scalar_function("orm_remainder", 2, flags, |cx| {
        let (dividend, divisor) = (cx.get::<Option<f64>>(0)?, cx.get::<Option<f64>>(1)?);
        Ok(dividend
            .zip(divisor)
            .map(|(dividend, divisor)| dividend % divisor))
    })?;
    connection.create_scalar_function("orm_floor", 1, flags, |cx| number(cx, f64::floor))?;
    connection.create_scalar_function("orm_ceil", 1, flags, |cx| number(cx, f64::ceil))?;
    super::regex::register(connection, flags)
}

fn text(cx: &Context<'_>, change: fn(&str) -> String) -> rusqlite::Result<Option<String>> {
    match cx.get_raw(0) {
        ValueRef::Null => Ok(None),
        value => Ok(Some(change(value.as_str()?))),
    }
}

fn number(cx: &Context<'_>, change: fn(f64) -> f64) -> rusqlite::Result<Option<f64>> {
    cx.get::<Option<f64>>(0).map(|value| value.map(change))
}
