//! What every column type promises: a value comes back as it was, or is refused.

mod calendar;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod converted;
#[cfg(feature = "rust_decimal")]
mod decimal;
#[cfg(any(feature = "uuid", feature = "ulid"))]
mod identifiers;
#[cfg(feature = "json")]
mod json;
mod parse;
mod plain;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::{ColumnType, Date, DateTime, Mismatch, Param, Time, Timestamp, Value, ValueRef};

/// What comes back of a value that was stored.
fn stored<T: ColumnType>(value: &T) -> Result<T, Mismatch> {
    T::decode(value.encode().into_value()?.as_ref())
}

fn round_trip<T: ColumnType + PartialEq + Debug>(value: &T) -> TestCaseResult {
    let back = stored(value);
    prop_assert_eq!(back.as_ref(), Ok(value));
    Ok(())
}

/// Goes through the text that a database without calendar types keeps.
fn text_round_trip<T: ColumnType + PartialEq + Debug>(value: &T) -> TestCaseResult {
    let text = match value.encode().into_value() {
        Ok(Value::Date(value)) => value.format(),
        Ok(Value::Time(value)) => value.format(),
        Ok(Value::DateTime(value)) => value.format(),
        Ok(Value::Timestamp(value)) => value.format(),
        other => return Err(TestCaseError::fail(format!("{other:?}"))),
    };
    let back = T::decode(ValueRef::Text(&text));
    prop_assert_eq!(back.as_ref(), Ok(value));
    round_trip(value)
}

fn assert_refused<T: ColumnType>(value: &T) {
    assert!(matches!(value.encode(), Param::Invalid(_)));
}

fn dates() -> impl Strategy<Value = Date> {
    (Date::MIN.unix_days()..=Date::MAX.unix_days())
        .prop_filter_map("in range", Date::from_unix_days)
}

/// Nanoseconds with a fraction of each length.
fn nanos() -> impl Strategy<Value = u32> {
    let units = prop_oneof![Just(1), Just(1000), Just(1_000_000), Just(1_000_000_000)];
    (0_u32..1_000_000_000, units).prop_map(|(nanos, unit)| nanos - nanos % unit)
}

fn times() -> impl Strategy<Value = Time> {
    (0_u32..86_400, nanos()).prop_filter_map("in range", |(second, nano)| {
        Time::from_second_nano(second, nano)
    })
}

fn date_times() -> impl Strategy<Value = DateTime> {
    (dates(), times()).prop_map(|(date, time)| DateTime::new(date, time))
}

fn timestamps() -> impl Strategy<Value = Timestamp> {
    date_times().prop_map(Timestamp::from_utc)
}
