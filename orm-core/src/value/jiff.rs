//! Columns of the types of `jiff`. A `Zoned` is none, because no column holds an instant and a zone.

use ::jiff::{Timestamp, civil};

use super::calendar::{self, converted};

converted! {
    civil::Date: Date, date, civil_date;
    civil::Time: Time, time, civil_time;
    civil::DateTime: DateTime, date_time, civil_date_time;
    Timestamp: Timestamp, timestamp, instant;
}

fn date(date: civil::Date) -> Option<calendar::Date> {
    calendar::Date::from_ymd(
        u16::try_from(date.year()).ok()?,
        u8::try_from(date.month()).ok()?,
        u8::try_from(date.day()).ok()?,
    )
}

fn civil_date(date: calendar::Date) -> Option<civil::Date> {
    let (year, month, day) = date.ymd();
    civil::Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

fn time(time: civil::Time) -> Option<calendar::Time> {
    calendar::Time::from_hms_nano(
        u8::try_from(time.hour()).ok()?,
        u8::try_from(time.minute()).ok()?,
        u8::try_from(time.second()).ok()?,
        u32::try_from(time.subsec_nanosecond()).ok()?,
    )
}

fn civil_time(time: calendar::Time) -> Option<civil::Time> {
    civil::Time::new(
        time.hour().try_into().ok()?,
        time.minute().try_into().ok()?,
        time.second().try_into().ok()?,
        time.nano().try_into().ok()?,
    )
    .ok()
}

fn date_time(value: civil::DateTime) -> Option<calendar::DateTime> {
    Some(calendar::DateTime::new(
        date(value.date())?,
        time(value.time())?,
    ))
}

fn civil_date_time(value: calendar::DateTime) -> Option<civil::DateTime> {
    Some(civil_date(value.date())?.to_datetime(civil_time(value.time())?))
}

/// `jiff` counts the nanoseconds before 1970 backwards.
fn timestamp(instant: Timestamp) -> Option<calendar::Timestamp> {
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    let (seconds, nanos) = if nanos < 0 {
        (seconds - 1, nanos + 1_000_000_000)
    } else {
        (seconds, nanos)
    };
    calendar::Timestamp::from_unix(seconds, u32::try_from(nanos).ok()?)
}

/// The last day of the year 9999 is beyond what `jiff` calls a timestamp.
fn instant(instant: calendar::Timestamp) -> Option<Timestamp> {
    Timestamp::new(instant.unix_seconds(), instant.nano().try_into().ok()?).ok()
}
