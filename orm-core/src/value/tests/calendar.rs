//! The calendar values themselves, and system times.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::{assert_refused, date_times, dates, text_round_trip, times, timestamps};
use crate::value::{ColumnType, Date, DateTime, Time, Timestamp, ValueRef};

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn time(text: &str) -> Time {
    text.parse().expect("a time")
}

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

proptest! {
    #[test]
    fn every_date_comes_back(date in dates()) {
        text_round_trip(&date)?;
        let (year, month, day) = date.ymd();
        prop_assert_eq!(Date::from_ymd(year, month, day), Some(date));
    }

    #[test]
    fn every_time_comes_back(time in times()) {
        text_round_trip(&time)?;
        prop_assert_eq!(Time::from_nano_of_day(time.nano_of_day()), Some(time));
        let parts = Time::from_hms_nano(time.hour(), time.minute(), time.second(), time.nano());
        prop_assert_eq!(parts, Some(time));
    }

    #[test]
    fn every_date_time_comes_back(date_time in date_times()) {
        text_round_trip(&date_time)?;
    }

    #[test]
    fn every_timestamp_comes_back(timestamp in timestamps()) {
        text_round_trip(&timestamp)?;
        prop_assert_eq!(Timestamp::from_utc(timestamp.to_utc()), timestamp);
        let (seconds, nano) = (timestamp.unix_seconds(), timestamp.nano());
        prop_assert_eq!(Timestamp::from_unix(seconds, nano), Some(timestamp));
    }

    #[test]
    fn every_system_time_comes_back(timestamp in timestamps()) {
        if let Some(time) = timestamp.to_system_time() {
            text_round_trip(&time)?;
            prop_assert_eq!(Timestamp::from_system_time(time), Some(timestamp));
        }
    }

    #[test]
    fn texts_sort_as_the_values_do(a in date_times(), b in date_times()) {
        prop_assert_eq!(a.format().as_str().cmp(b.format().as_str()), a.cmp(&b));
        let (a, b) = (Timestamp::from_utc(a), Timestamp::from_utc(b));
        prop_assert_eq!(a.format().as_str().cmp(b.format().as_str()), a.cmp(&b));
    }

    #[test]
    fn texts_of_one_second_sort_by_their_fractions(a in times(), b in times()) {
        let at = |time: Time| Timestamp::from_unix(0, time.nano()).expect("in range");
        let (a, b) = (at(a), at(b));
        prop_assert_eq!(a.format().as_str().cmp(b.format().as_str()), a.cmp(&b));
    }
}

#[test]
fn every_day_follows_the_one_before() {
    let mut expected = (0, 1, 1);
    for days in Date::MIN.unix_days()..=Date::MAX.unix_days() {
        let date = Date::from_unix_days(days).expect("a date in range");
        assert_eq!(date.ymd(), expected);
        let (year, month, day) = expected;
        assert_eq!(Date::from_ymd(year, month, day), Some(date));
        expected = [
            (year, month, day + 1),
            (year, month + 1, 1),
            (year + 1, 1, 1),
        ]
        .into_iter()
        .find(|&(year, month, day)| Date::from_ymd(year, month, day).is_some())
        .unwrap_or((10_000, 1, 1));
    }
    assert_eq!(expected, (10_000, 1, 1));
}

#[test]
fn leap_days_follow_the_gregorian_rule() {
    for year in [0, 4, 1600, 2000, 2024, 9996] {
        assert!(Date::from_ymd(year, 2, 29).is_some(), "{year}");
    }
    for year in [1, 1700, 1900, 2023, 2100, 9999] {
        assert!(Date::from_ymd(year, 2, 29).is_none(), "{year}");
    }
}

#[test]
fn days_and_times_that_do_not_exist_are_refused() {
    assert_eq!(Date::from_ymd(2026, 0, 1), None);
    assert_eq!(Date::from_ymd(2026, 13, 1), None);
    assert_eq!(Date::from_ymd(2026, 1, 0), None);
    assert_eq!(Date::from_ymd(2026, 4, 31), None);
    assert_eq!(Date::from_ymd(10_000, 1, 1), None);
    assert_eq!(Date::from_ymd(u16::MAX, u8::MAX, u8::MAX), None);
    assert_eq!(Date::from_unix_days(Date::MIN.unix_days() - 1), None);
    assert_eq!(Date::from_unix_days(Date::MAX.unix_days() + 1), None);
    assert_eq!(Time::from_hms_nano(24, 0, 0, 0), None);
    assert_eq!(Time::from_hms_nano(0, 60, 0, 0), None);
    assert_eq!(Time::from_hms_nano(23, 59, 60, 0), None);
    assert_eq!(Time::from_hms_nano(0, 0, 0, 1_000_000_000), None);
    assert_eq!(Time::from_nano_of_day(86_400_000_000_000), None);
    assert_eq!(Timestamp::from_unix(0, 1_000_000_000), None);
    assert_eq!(
        Timestamp::from_unix(Timestamp::MAX.unix_seconds() + 1, 0),
        None
    );
    assert_eq!(
        Timestamp::from_unix(Timestamp::MIN.unix_seconds() - 1, 0),
        None
    );
    assert_eq!(Timestamp::from_unix(i64::MIN, 0), None);
}

#[test]
fn the_limits_are_what_they_say() {
    assert_eq!(Date::MIN.to_string(), "0000-01-01");
    assert_eq!(Date::MAX.to_string(), "9999-12-31");
    assert_eq!(Time::MIDNIGHT.to_string(), "00:00:00");
    assert_eq!(Time::MAX.to_string(), "23:59:59.999999999");
    assert_eq!(DateTime::MIN.to_string(), "0000-01-01 00:00:00");
    assert_eq!(
        Timestamp::MAX.to_string(),
        "9999-12-31 23:59:59.999999999+00:00"
    );
    assert_eq!(Timestamp::MIN.to_string(), "0000-01-01 00:00:00+00:00");
    assert_eq!(date("1970-01-01").unix_days(), 0);
    assert_eq!(timestamp("1970-01-01 00:00:00").unix_seconds(), 0);
}

#[test]
fn fractions_have_three_six_or_nine_digits() {
    let text = |nano| Time::from_hms_nano(1, 2, 3, nano).map(|time| time.to_string());
    assert_eq!(text(0).as_deref(), Some("01:02:03"));
    assert_eq!(text(120_000_000).as_deref(), Some("01:02:03.120"));
    assert_eq!(text(1_000).as_deref(), Some("01:02:03.000001"));
    assert_eq!(text(1_000_001).as_deref(), Some("01:02:03.001000001"));
}

#[test]
fn parts_can_be_read_off() {
    let date = date("2026-11-22");
    assert_eq!((date.year(), date.month(), date.day()), (2026, 11, 22));
    let time = time("14:52:02.000000007");
    assert_eq!(
        (time.hour(), time.minute(), time.second(), time.nano()),
        (14, 52, 2, 7)
    );
    assert_eq!(time.second_of_day(), 53_522);
    assert_eq!(
        (
            DateTime::new(date, time).date(),
            DateTime::new(date, time).time()
        ),
        (date, time)
    );
}

#[test]
fn nanoseconds_before_1970_count_forward() {
    let instant = timestamp("1969-12-31 23:59:59.9");
    assert_eq!((instant.unix_seconds(), instant.nano()), (-1, 900_000_000));
    let time = SystemTime::UNIX_EPOCH - Duration::from_millis(100);
    assert_eq!(Timestamp::from_system_time(time), Some(instant));
    assert_eq!(instant.to_system_time(), Some(time));
}

#[test]
fn a_system_time_of_the_year_10000_is_refused() {
    let seconds = Timestamp::MAX.unix_seconds().unsigned_abs();
    if let Some(time) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds + 1)) {
        assert_refused(&time);
    }
}

#[test]
fn every_other_kind_of_value_is_a_mismatch() {
    let date = ValueRef::Date(Date::MIN);
    let timestamp = ValueRef::Timestamp(Timestamp::MIN);
    assert!(Timestamp::decode(date).is_err());
    assert!(DateTime::decode(timestamp).is_err());
    assert!(Date::decode(timestamp).is_err());
    assert!(Time::decode(ValueRef::Int(0)).is_err());
    assert!(SystemTime::decode(ValueRef::Int(0)).is_err());
    assert!(Date::decode(ValueRef::Null).is_err());
}

#[test]
fn values_are_shown_as_their_text_and_padded() {
    let date = date("2026-11-22");
    assert_eq!(format!("{date:?}"), "2026-11-22");
    assert_eq!(format!("{date:>12}"), "  2026-11-22");
    assert_eq!(
        format!("{:?} {:>12}", date.format(), date.format()),
        "\"2026-11-22\"   2026-11-22"
    );
}
