//! Calendar dates: days since 1970-01-01, and the Gregorian calendar on top of them.

use super::CalendarText;

/// The days from 0000-03-01, 400 years earlier, to 1970-01-01. No date of the year 0 comes before it, so
/// that the arithmetic below never meets a negative number.
const SHIFT: i32 = 719_468 + 146_097;

/// A calendar date of the years 0 to 9999, in the proleptic Gregorian calendar.
///
/// ```
/// use orm::value::Date;
///
/// let date = Date::from_ymd(2026, 11, 22).expect("a date that exists");
/// assert_eq!(date.unix_days(), 20_779);
/// assert_eq!(date.to_string(), "2026-11-22");
/// assert_eq!(Date::parse("2026-11-22"), Ok(date));
/// assert_eq!(Date::from_ymd(2026, 2, 29), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Within the range of the constants below.
    pub(super) days: i32,
}

impl Date {
    /// The first date, 0000-01-01.
    pub const MIN: Self = Self { days: -719_528 };

    /// The last date, 9999-12-31.
    pub const MAX: Self = Self { days: 2_932_896 };

    /// The date of a year (0 to 9999), month (1 to 12) and day of the month, if there is one.
    #[inline]
    #[must_use]
    pub const fn from_ymd(year: u16, month: u8, day: u8) -> Option<Self> {
        if year > 9999 || month < 1 || month > 12 || day < 1 {
            return None;
        }
        // The first test spares most dates the second.
        if day > 28 && day > days_in_month(year, month) {
            return None;
        }
        Some(Self {
            days: days_before_month(year, month) + (day as i32 - 1),
        })
    }

    /// The date that is so many days after 1970-01-01 (before it if negative), if it is in range.
    #[inline]
    #[must_use]
    pub const fn from_unix_days(days: i32) -> Option<Self> {
        if days < Self::MIN.days || days > Self::MAX.days {
            return None;
        }
        Some(Self { days })
    }

    /// The days since 1970-01-01; negative before it.
    #[inline]
    #[must_use]
    pub const fn unix_days(self) -> i32 {
        self.days
    }

    /// The year (0 to 9999), the month (1 to 12) and the day of the month.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a year, a month and a day, none of which is negative"
    )]
    pub const fn ymd(self) -> (u16, u8, u8) {
        let quarters = 4 * (self.days + SHIFT) + 3;
        let century = quarters / 146_097;
        let quarters = (quarters % 146_097) | 3;
        let year = 100 * century + quarters / 1461 - 400;
        let day_of_year = quarters % 1461 / 4;

        // Months have 30.6 days on average; the numbers divide by that without a rounding error.
        let months = 2141 * day_of_year + 197_913;
        let month = months >> 16;
        let day = (months & 0xFFFF) / 2141 + 1;
        let (year, month) = if month > 12 {
            (year + 1, month - 12)
        } else {
            (year, month)
        };
        (year as u16, month as u8, day as u8)
    }

    /// The year, 0 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.ymd().2
    }

    /// The text form, `YYYY-MM-DD`.
    #[must_use]
    pub fn format(self) -> CalendarText {
        let mut text = CalendarText::new();
        text.push_date(self);
        text
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap_year(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The days from 1970-01-01 to the first of a month.
///
/// Years are counted from March, so that the leap day is the last of its year.
#[inline]
const fn days_before_month(year: u16, month: u8) -> i32 {
    let (year, month) = if month <= 2 {
        (year as i32 + 399, month as i32 + 12)
    } else {
        (year as i32 + 400, month as i32)
    };
    let century = year / 100;
    let days_of_years = 1461 * year / 4 - century + century / 4;
    let days_of_months = (979 * month - 2919) / 32;
    days_of_years + days_of_months - SHIFT
}
