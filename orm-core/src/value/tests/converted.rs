//! The calendar types of other crates.

use proptest::prelude::*;

use super::{assert_refused, date_times, text_round_trip};
use crate::value::{ColumnType, Timestamp, Value, ValueRef};

macro_rules! every_value_comes_back {
    ($name:ident: $date:ty, $time:ty, $date_time:ty, $($instant:ty),+) => {proptest! {
        #[test]
        fn $name(value in date_times()) {
            let timestamp = Timestamp::from_utc(value);
            text_round_trip(&decode::<$date>(ValueRef::Date(value.date())))?;
            text_round_trip(&decode::<$time>(ValueRef::Time(value.time())))?;
            text_round_trip(&decode::<$date_time>(ValueRef::DateTime(value)))?;
            $(if let Ok(instant) = <$instant>::decode(ValueRef::Timestamp(timestamp)) {
                text_round_trip(&instant)?;
                let stored = instant.encode().into_value();
                prop_assert_eq!(stored, Ok(Value::Timestamp(timestamp)));
            })+
        }
    }};
}

fn decode<T: ColumnType>(value: ValueRef<'_>) -> T {
    T::decode(value).expect("a value in range")
}

#[cfg(feature = "chrono")]
mod chrono {
    use super::*;
    use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    every_value_comes_back!(
        every_value_comes_back: NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, DateTime<FixedOffset>
    );

    proptest! {
        #[test]
        fn parts_mean_the_same(value in date_times()) {
            let theirs: NaiveDateTime = decode(ValueRef::DateTime(value));
            prop_assert_eq!(theirs.format("%F %T%.f").to_string(), value.to_string());
        }

        #[test]
        fn every_instant_has_its_decoder(value in date_times()) {
            let timestamp = ValueRef::Timestamp(Timestamp::from_utc(value));
            prop_assert!(DateTime::<Utc>::decode(timestamp).is_ok());
        }
    }

    #[test]
    fn an_offset_is_not_kept_but_the_instant_is() {
        let local: DateTime<FixedOffset> = "2026-11-22T15:52:02+01:00".parse().expect("RFC 3339");
        let stored = local.encode().into_value().expect("in range");
        let back: DateTime<FixedOffset> = decode(stored.as_ref());
        assert_eq!(back, local);
        assert_eq!(back.to_rfc3339(), "2026-11-22T14:52:02+00:00");
    }

    #[test]
    fn leap_seconds_are_refused() {
        let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
        let date = NaiveDate::from_ymd_opt(2016, 12, 31).expect("a date");
        assert_refused(&time);
        assert_refused(&date.and_time(time));
        assert_refused(&date.and_time(time).and_utc());
    }

    #[test]
    fn years_beyond_9999_are_refused() {
        assert_refused(&NaiveDate::MIN);
        assert_refused(&NaiveDate::MAX);
        assert_refused(&NaiveDateTime::MIN);
        assert_refused(&DateTime::<Utc>::MAX_UTC);
        assert_refused(&DateTime::<Utc>::MIN_UTC.fixed_offset());
        assert_refused(&NaiveDate::from_ymd_opt(10_000, 1, 1).expect("a date"));
        assert_refused(&NaiveDate::from_ymd_opt(-1, 12, 31).expect("a date"));
    }
}

#[cfg(feature = "jiff")]
mod jiff {
    use super::*;
    use ::jiff::civil;

    every_value_comes_back!(
        every_value_comes_back: civil::Date, civil::Time, civil::DateTime, ::jiff::Timestamp
    );

    proptest! {
        #[test]
        fn parts_mean_the_same(value in date_times()) {
            let theirs: civil::DateTime = decode(ValueRef::DateTime(value));
            prop_assert_eq!(theirs.strftime("%F %T").to_string(), value.to_string()[..19].to_owned());
            prop_assert_eq!(theirs.subsec_nanosecond().unsigned_abs(), value.time().nano());
        }
    }

    #[test]
    fn nanoseconds_before_1970_come_back() {
        for nanosecond in [-1, -999_999_999] {
            let instant = ::jiff::Timestamp::new(-1, nanosecond).expect("in range");
            text_round_trip(&instant).expect("the same instant");
        }
    }

    #[test]
    fn years_before_0_are_refused() {
        assert_refused(&::jiff::Timestamp::MIN);
        assert_refused(&civil::Date::MIN);
        assert_refused(&civil::DateTime::MIN);
    }

    #[test]
    fn the_limits_of_jiff_come_back() {
        text_round_trip(&::jiff::Timestamp::MAX).expect("in range");
        text_round_trip(&civil::DateTime::MAX).expect("in range");
        assert!(::jiff::Timestamp::decode(ValueRef::Timestamp(Timestamp::MAX)).is_err());
    }
}

#[cfg(feature = "time")]
mod time {
    use super::*;
    use ::time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

    every_value_comes_back!(
        every_value_comes_back: Date, Time, PrimitiveDateTime, OffsetDateTime
    );

    proptest! {
        #[test]
        fn parts_mean_the_same(value in date_times()) {
            let theirs: PrimitiveDateTime = decode(ValueRef::DateTime(value));
            let (year, month, day) = value.date().ymd();
            let month = Month::try_from(month).expect("a month");
            prop_assert_eq!(theirs.to_calendar_date(), (i32::from(year), month, day));
            let time = value.time();
            let parts = (time.hour(), time.minute(), time.second(), time.nano());
            prop_assert_eq!(theirs.as_hms_nano(), parts);
        }

        #[test]
        fn every_instant_has_its_decoder(value in date_times()) {
            let timestamp = ValueRef::Timestamp(Timestamp::from_utc(value));
            prop_assert!(OffsetDateTime::decode(timestamp).is_ok());
        }
    }

    #[test]
    fn an_offset_is_not_kept_but_the_instant_is() {
        let offset = UtcOffset::from_hms(1, 0, 0).expect("an offset");
        let local = OffsetDateTime::UNIX_EPOCH.to_offset(offset);
        let stored = local.encode().into_value().expect("in range");
        let back: OffsetDateTime = decode(stored.as_ref());
        assert_eq!(back, local);
        assert_eq!(back.offset(), UtcOffset::UTC);
    }

    #[test]
    fn years_before_0_are_refused() {
        assert_refused(&Date::MIN);
        assert_refused(&Date::MIN.midnight());
        assert_refused(&Date::MIN.midnight().assume_utc());
    }
}
