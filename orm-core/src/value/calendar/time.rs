//! Times of day: nanoseconds since midnight.

use super::CalendarText;

/// The nanoseconds of a second.
pub(super) const SECOND: u64 = 1_000_000_000;

/// A time of day, to the nanosecond. There is no leap second.
///
/// ```
/// use orm::value::Time;
///
/// let time = Time::from_hms_nano(14, 52, 2, 123_000_000).expect("a time that exists");
/// assert_eq!(time.to_string(), "14:52:02.123");
/// assert_eq!(Time::parse("14:52:02.123"), Ok(time));
/// assert_eq!(Time::from_hms_nano(23, 59, 60, 0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Less than a day.
    pub(super) nanos: u64,
}

impl Time {
    /// The first time of a day, 00:00:00.
    pub const MIDNIGHT: Self = Self { nanos: 0 };

    /// The last time of a day, 23:59:59.999999999.
    pub const MAX: Self = Self {
        nanos: 86_400 * SECOND - 1,
    };

    /// The time of an hour (0 to 23), minute, second (0 to 59 each) and nanosecond (0 to 999,999,999).
    #[inline]
    #[must_use]
    pub const fn from_hms_nano(hour: u8, minute: u8, second: u8, nano: u32) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Self::from_second_nano(
            hour as u32 * 3600 + minute as u32 * 60 + second as u32,
            nano,
        )
    }

    /// The time that is so many seconds (0 to 86,399) and nanoseconds (0 to 999,999,999) after midnight.
    #[inline]
    #[must_use]
    pub const fn from_second_nano(second_of_day: u32, nano: u32) -> Option<Self> {
        if second_of_day >= 86_400 || nano as u64 >= SECOND {
            return None;
        }
        Some(Self {
            nanos: second_of_day as u64 * SECOND + nano as u64,
        })
    }

    /// The time that is so many nanoseconds after midnight, if they are less than a day.
    #[inline]
    #[must_use]
    pub const fn from_nano_of_day(nanos: u64) -> Option<Self> {
        if nanos > Self::MAX.nanos {
            return None;
        }
        Some(Self { nanos })
    }

    /// The nanoseconds since midnight.
    #[inline]
    #[must_use]
    pub const fn nano_of_day(self) -> u64 {
        self.nanos
    }

    /// The whole seconds since midnight.
    #[inline]
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than the seconds of a day"
    )]
    pub const fn second_of_day(self) -> u32 {
        (self.nanos / SECOND) as u32
    }

    /// The hour, 0 to 23.
    #[inline]
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "at most 23")]
    pub const fn hour(self) -> u8 {
        (self.second_of_day() / 3600) as u8
    }

    /// The minute of the hour, 0 to 59.
    #[inline]
    #[must_use]
    pub const fn minute(self) -> u8 {
        (self.second_of_day() / 60 % 60) as u8
    }

    /// The second of the minute, 0 to 59.
    #[inline]
    #[must_use]
    pub const fn second(self) -> u8 {
        (self.second_of_day() % 60) as u8
    }

    /// The nanosecond of the second, 0 to 999,999,999.
    #[inline]
    #[must_use]
    pub const fn nano(self) -> u32 {
        (self.nanos % SECOND) as u32
    }

    /// The text form, `HH:MM:SS` and where needed a fraction of three, six or nine digits.
    #[must_use]
    pub fn format(self) -> CalendarText {
        let mut text = CalendarText::new();
        text.push_time(self);
        text
    }
}
