//! Columns of the types of `time`.

use ::time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use super::calendar::{self, converted};

/// The Julian day of 1970-01-01.
const UNIX_EPOCH: i32 = 2_440_588;

converted! {
    Date: Date, date, their_date;
    Time: Time, time, their_time;
    PrimitiveDateTime: DateTime, date_time, primitive_date_time;
    // The instant is stored and not the offset: it comes back with the offset zero.
    OffsetDateTime: Timestamp, timestamp, offset_date_time;
}

fn date(date: Date) -> Option<calendar::Date> {
    calendar::Date::from_unix_days(date.to_julian_day() - UNIX_EPOCH)
}

fn their_date(date: calendar::Date) -> Option<Date> {
    Date::from_julian_day(date.unix_days() + UNIX_EPOCH).ok()
}

fn time(time: Time) -> Option<calendar::Time> {
    let (hour, minute, second, nano) = time.as_hms_nano();
    calendar::Time::from_hms_nano(hour, minute, second, nano)
}

fn their_time(time: calendar::Time) -> Option<Time> {
    Time::from_hms_nano(time.hour(), time.minute(), time.second(), time.nano()).ok()
}

fn date_time(value: PrimitiveDateTime) -> Option<calendar::DateTime> {
    Some(calendar::DateTime::new(
        date(value.date())?,
        time(value.time())?,
    ))
}

fn primitive_date_time(value: calendar::DateTime) -> Option<PrimitiveDateTime> {
    Some(PrimitiveDateTime::new(
        their_date(value.date())?,
        their_time(value.time())?,
    ))
}

fn timestamp(instant: OffsetDateTime) -> Option<calendar::Timestamp> {
    calendar::Timestamp::from_unix(instant.unix_timestamp(), instant.nanosecond())
}

fn offset_date_time(instant: calendar::Timestamp) -> Option<OffsetDateTime> {
    let second = OffsetDateTime::from_unix_timestamp(instant.unix_seconds()).ok()?;
    second.replace_nanosecond(instant.nano()).ok()
}
