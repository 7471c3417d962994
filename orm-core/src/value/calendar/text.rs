//! The text form of a calendar value, in a buffer on the stack.

use std::fmt;
use std::ops::Deref;

use super::{Date, DateTime, Time};

/// The length of the longest form, `YYYY-MM-DD HH:MM:SS.fffffffff+00:00`.
const LONGEST: usize = 35;

/// The text form of a calendar value. It allocates nothing.
///
/// ```
/// use orm::value::Date;
///
/// let date = Date::from_ymd(2026, 11, 22).expect("a date that exists");
/// assert_eq!(date.format().as_str(), "2026-11-22");
/// ```
#[derive(Clone, Copy)]
pub struct CalendarText {
    buffer: [u8; LONGEST],
    len: usize,
}

impl CalendarText {
    #[inline]
    pub(super) const fn new() -> Self {
        Self {
            buffer: [0; LONGEST],
            len: 0,
        }
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The default is never taken: only ASCII is ever pushed.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The text as the bytes of its characters, which are ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Appends characters; nothing if they do not fit, which no calendar value comes near to.
    #[inline]
    pub(super) fn push<const N: usize>(&mut self, characters: [u8; N]) {
        let end = self.len + N;
        if let Some(room) = self.buffer.get_mut(self.len..end) {
            room.copy_from_slice(&characters);
            self.len = end;
        }
    }

    #[inline]
    pub(super) fn push_date(&mut self, date: Date) {
        let (year, month, day) = date.ymd();
        let [millennium, century, decade, year] = four_digits(year);
        let [month_ten, month] = two_digits(month);
        let [day_ten, day] = two_digits(day);
        self.push([
            millennium, century, decade, year, b'-', month_ten, month, b'-', day_ten, day,
        ]);
    }

    #[inline]
    pub(super) fn push_time(&mut self, time: Time) {
        let [hour_ten, hour] = two_digits(time.hour());
        let [minute_ten, minute] = two_digits(time.minute());
        let [second_ten, second] = two_digits(time.second());
        self.push([
            hour_ten, hour, b':', minute_ten, minute, b':', second_ten, second,
        ]);
        if time.nano() != 0 {
            self.push_fraction(time.nano());
        }
    }

    #[inline]
    pub(super) fn push_date_time(&mut self, date_time: DateTime) {
        self.push_date(date_time.date());
        self.push(*b" ");
        self.push_time(date_time.time());
    }

    /// Appends as few groups of three digits as show every digit but zeros.
    fn push_fraction(&mut self, nanos: u32) {
        let (millis, micros, nanos) = (nanos / 1_000_000, nanos / 1000 % 1000, nanos % 1000);
        self.push(*b".");
        self.push(three_digits(millis));
        if micros != 0 || nanos != 0 {
            self.push(three_digits(micros));
        }
        if nanos != 0 {
            self.push(three_digits(nanos));
        }
    }
}

#[inline]
const fn two_digits(number: u8) -> [u8; 2] {
    [b'0' + number / 10, b'0' + number % 10]
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "single digits")]
const fn three_digits(number: u32) -> [u8; 3] {
    [
        b'0' + (number / 100) as u8,
        b'0' + (number / 10 % 10) as u8,
        b'0' + (number % 10) as u8,
    ]
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the century and the year of a year below 10,000"
)]
const fn four_digits(number: u16) -> [u8; 4] {
    let [a, b] = two_digits((number / 100) as u8);
    let [c, d] = two_digits((number % 100) as u8);
    [a, b, c, d]
}

impl Deref for CalendarText {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for CalendarText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for CalendarText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for CalendarText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
