//! Instants: seconds and nanoseconds since 1970 began in UTC.

use std::time::{Duration, SystemTime};

use super::time::SECOND;
use super::{CalendarText, Date, DateTime, Time, converted};

/// The seconds of a day.
const DAY: i64 = 86_400;

/// An instant between the years 0 and 9999, in UTC and without leap seconds.
///
/// ```
/// use orm::value::Timestamp;
///
/// let timestamp = Timestamp::from_unix(1_795_359_122, 123_456_000).expect("an instant in range");
/// assert_eq!(timestamp.to_string(), "2026-11-22 14:52:02.123456+00:00");
/// assert_eq!(Timestamp::parse("2026-11-22T15:52:02.123456+01:00"), Ok(timestamp));
/// assert_eq!(Timestamp::parse("2026-11-22 14:52:02.123456"), Ok(timestamp)); // no offset means UTC
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Within the range of the constants below.
    pub(super) seconds: i64,
    /// Less than a second.
    pub(super) nanos: u32,
}

impl Timestamp {
    /// The first instant, 0000-01-01 00:00:00 in UTC.
    pub const MIN: Self = Self::from_utc(DateTime::MIN);

    /// The last instant, 9999-12-31 23:59:59.999999999 in UTC.
    pub const MAX: Self = Self::from_utc(DateTime::MAX);

    /// The instant that is so many seconds (negative before 1970) and then nanoseconds (0 to
    /// 999,999,999, always forward) after 1970 began, if it is in range.
    #[inline]
    #[must_use]
    pub const fn from_unix(seconds: i64, nanos: u32) -> Option<Self> {
        if seconds < Self::MIN.seconds || seconds > Self::MAX.seconds || nanos > 999_999_999 {
            return None;
        }
        Some(Self { seconds, nanos })
    }

    /// The instant at which calendars and clocks show this in UTC.
    #[inline]
    #[must_use]
    pub const fn from_utc(utc: DateTime) -> Self {
        Self {
            seconds: utc.date().unix_days() as i64 * DAY + utc.time().second_of_day() as i64,
            nanos: utc.time().nano(),
        }
    }

    /// The instant of a system time, if it is in range.
    #[must_use]
    pub fn from_system_time(time: SystemTime) -> Option<Self> {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => {
                Self::from_unix(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos())
            }
            Err(earlier) => Self::before_unix(earlier.duration()),
        }
    }

    fn before_unix(before: Duration) -> Option<Self> {
        let seconds = -i64::try_from(before.as_secs()).ok()?;
        match before.subsec_nanos() {
            0 => Self::from_unix(seconds, 0),
            nanos => Self::from_unix(seconds - 1, 1_000_000_000 - nanos),
        }
    }

    /// The whole seconds since 1970 began; negative before it.
    #[inline]
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds since the last whole second, 0 to 999,999,999.
    #[inline]
    #[must_use]
    pub const fn nano(self) -> u32 {
        self.nanos
    }

    /// What calendars and clocks show in UTC.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the days are in range")]
    pub const fn to_utc(self) -> DateTime {
        let days = self.seconds.div_euclid(DAY) as i32;
        let second_of_day = self.seconds.rem_euclid(DAY) as u64;
        let nanos = second_of_day * SECOND + self.nanos as u64;
        DateTime::new(Date { days }, Time { nanos })
    }

    /// The system time of the instant, unless the system's clock cannot hold it to the nanosecond.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        let seconds = Duration::from_secs(self.seconds.unsigned_abs());
        let time = if self.seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(seconds)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(seconds)
        };
        let time = time?.checked_add(Duration::from_nanos(self.nanos.into()))?;
        // Some systems count in larger units than nanoseconds.
        (Self::from_system_time(time) == Some(self)).then_some(time)
    }

    /// The text form, `YYYY-MM-DD HH:MM:SS+00:00`, with a fraction of three, six or nine digits before
    /// the offset where needed. Texts sort as the instants do.
    #[must_use]
    pub fn format(self) -> CalendarText {
        let mut text = CalendarText::new();
        text.push_date_time(self.to_utc());
        text.push(*b"+00:00");
        text
    }
}

converted! {
    SystemTime: Timestamp, Timestamp::from_system_time, Timestamp::to_system_time;
}
