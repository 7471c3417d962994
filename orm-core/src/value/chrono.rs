//! Columns of the types of `chrono`.

use ::chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc,
};

use super::calendar::{self, converted};

/// The number that `chrono` gives to 1970-01-01, counting from the first day of the year 1.
const UNIX_EPOCH: i32 = 719_163;

converted! {
    NaiveDate: Date, date, naive_date;
    NaiveTime: Time, time, naive_time;
    NaiveDateTime: DateTime, date_time, naive_date_time;
    DateTime<Utc>: Timestamp, timestamp, utc;
    // The instant is stored and not the offset: it comes back with the offset zero.
    DateTime<FixedOffset>: Timestamp, fixed_timestamp, fixed_offset;
}

fn date(date: NaiveDate) -> Option<calendar::Date> {
    calendar::Date::from_unix_days(date.num_days_from_ce() - UNIX_EPOCH)
}

fn naive_date(date: calendar::Date) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(date.unix_days() + UNIX_EPOCH)
}

/// `chrono` writes a leap second as more than a second's worth of nanoseconds, which is refused.
fn time(time: NaiveTime) -> Option<calendar::Time> {
    calendar::Time::from_second_nano(time.num_seconds_from_midnight(), time.nanosecond())
}

fn naive_time(time: calendar::Time) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(time.second_of_day(), time.nano())
}

fn date_time(value: NaiveDateTime) -> Option<calendar::DateTime> {
    Some(calendar::DateTime::new(
        date(value.date())?,
        time(value.time())?,
    ))
}

fn naive_date_time(value: calendar::DateTime) -> Option<NaiveDateTime> {
    Some(NaiveDateTime::new(
        naive_date(value.date())?,
        naive_time(value.time())?,
    ))
}

#[inline]
fn timestamp(instant: DateTime<Utc>) -> Option<calendar::Timestamp> {
    calendar::Timestamp::from_unix(instant.timestamp(), instant.timestamp_subsec_nanos())
}

fn fixed_timestamp(instant: DateTime<FixedOffset>) -> Option<calendar::Timestamp> {
    timestamp(instant.to_utc())
}

fn utc(instant: calendar::Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(instant.unix_seconds(), instant.nano())
}

fn fixed_offset(instant: calendar::Timestamp) -> Option<DateTime<FixedOffset>> {
    utc(instant).map(|instant| instant.fixed_offset())
}
