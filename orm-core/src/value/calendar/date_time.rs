//! A date and a time of day, in no particular time zone.

use super::{CalendarText, Date, Time};

/// A date and a time of day, as a calendar on some wall shows them.
///
/// ```
/// use orm::value::{Date, DateTime, Time};
///
/// let date = Date::from_ymd(2026, 11, 22).expect("a date that exists");
/// let noon = Time::from_hms_nano(12, 0, 0, 0).expect("a time that exists");
/// assert_eq!(DateTime::new(date, noon).to_string(), "2026-11-22 12:00:00");
/// assert_eq!(DateTime::parse("2026-11-22T12:00:00"), Ok(DateTime::new(date, noon)));
/// assert!(DateTime::parse("2026-11-22 12:00:00+01:00").is_err()); // a zone has nowhere to go
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl DateTime {
    /// The first one, 0000-01-01 00:00:00.
    pub const MIN: Self = Self::new(Date::MIN, Time::MIDNIGHT);

    /// The last one, 9999-12-31 23:59:59.999999999.
    pub const MAX: Self = Self::new(Date::MAX, Time::MAX);

    /// A date and a time of that day.
    #[inline]
    #[must_use]
    pub const fn new(date: Date, time: Time) -> Self {
        Self { date, time }
    }

    /// The date.
    #[inline]
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// The time of the day.
    #[inline]
    #[must_use]
    pub const fn time(self) -> Time {
        self.time
    }

    /// The text form, `YYYY-MM-DD HH:MM:SS` and where needed a fraction of three, six or nine digits.
    #[must_use]
    pub fn format(self) -> CalendarText {
        let mut text = CalendarText::new();
        text.push_date_time(self);
        text
    }
}
