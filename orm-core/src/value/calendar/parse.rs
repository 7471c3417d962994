//! The text forms of the calendar values, read eight bytes at a time.
//!
//! This runs once for each calendar value of each row. It is byte arithmetic on words of 64 bits, since
//! that takes a tenth of the instructions of a format-string parser.

use super::{Date, DateTime, Time, Timestamp};

/// Eight times the digit zero, as a word whose lowest byte is the first character.
const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The highest bit of every byte of a word.
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// What lifts a byte from 10 upwards, and none below, to its highest bit.
const ABOVE_NINE: u8 = 0x80 - 10;

/// What lifts every byte but zero to its highest bit.
const ABOVE_ZERO: u8 = 0x80 - 1;

/// `YYYY-MM-DD`. A midnight after it is accepted, because some programs write one into date columns.
pub(super) fn date(text: &[u8]) -> Option<Date> {
    let (date, rest) = leading_date(text)?;
    if rest.is_empty() || time(after_separator(rest)?)? == Time::MIDNIGHT {
        return Some(date);
    }
    None
}

/// `HH:MM:SS` and up to nine digits of a fraction.
pub(super) fn time(text: &[u8]) -> Option<Time> {
    let (clock, rest) = leading_clock(text)?;
    if rest.is_empty() { clock.time() } else { None }
}

/// A date and a time with a space or a `T` between, and nothing behind: an offset has no place in it.
pub(super) fn date_time(text: &[u8]) -> Option<DateTime> {
    let (date, rest) = leading_date(text)?;
    Some(DateTime::new(date, time(after_separator(rest)?)?))
}

/// A date and a time with an offset from UTC behind, which is zero if there is none.
pub(super) fn timestamp(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = leading_date(text)?;
    let (clock, rest) = leading_clock(after_separator(rest)?)?;
    let timestamp = clock.on(date);
    if rest == b"+00:00" || matches!(rest, b"Z" | b"") {
        return Some(timestamp);
    }
    at_offset(timestamp, rest)
}

#[inline]
fn after_separator(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b' ' | b'T', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[expect(clippy::inline_always, reason = "calls cost a fifth of a timestamp")]
#[inline(always)]
fn leading_date(text: &[u8]) -> Option<(Date, &[u8])> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    let [millennium, century, year_month_day @ ..] = date;
    let centuries = two_digits(*millennium, *century)?;
    let [years, month, day] = three_numbers(*year_month_day, b'-')?;
    let year = u16::from(centuries) * 100 + u16::from(years);
    Some((Date::from_ymd(year, month, day)?, rest))
}

/// A time of day that is still in two parts, since a timestamp keeps them apart.
struct Clock {
    second_of_day: u32,
    nano: u32,
}

impl Clock {
    #[inline]
    fn time(&self) -> Option<Time> {
        Time::from_second_nano(self.second_of_day, self.nano)
    }

    #[inline]
    fn on(&self, date: Date) -> Timestamp {
        Timestamp {
            seconds: i64::from(date.unix_days()) * 86_400 + i64::from(self.second_of_day),
            nanos: self.nano,
        }
    }
}

#[expect(clippy::inline_always, reason = "calls cost a fifth of a timestamp")]
#[inline(always)]
fn leading_clock(text: &[u8]) -> Option<(Clock, &[u8])> {
    let (clock, rest) = text.split_first_chunk::<8>()?;
    let [hour, minute, second] = three_numbers(*clock, b':')?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let second_of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
    let (nano, rest) = match rest {
        [b'.', digits @ ..] => leading_fraction(digits)?,
        _ => (0, rest),
    };
    let clock = Clock {
        second_of_day,
        nano,
    };
    Some((clock, rest))
}

/// One to nine digits after a decimal point, as nanoseconds.
#[expect(clippy::inline_always, reason = "calls cost a fifth of a timestamp")]
#[inline(always)]
fn leading_fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = first_word(text) ^ ZEROS;
    let others = above(digits, u64::from_le_bytes([ABOVE_NINE; 8]));
    let count = others.trailing_zeros() / 8;
    // What follows the digits becomes zeros, which scales a short fraction to eight digits. Without a
    // single digit the shift is too far, and there is no fraction.
    let digits = digits & u64::MAX.checked_shr(64 - 8 * count)?;
    let nanos = eight_digits(digits) * 10;
    match text.get(count as usize..)? {
        [ninth @ b'0'..=b'9', rest @ ..] => Some((nanos + u32::from(ninth - b'0'), rest)),
        rest => Some((nanos, rest)),
    }
}

/// The first eight bytes as a word, whose upper bytes are zero if there are fewer.
#[inline]
fn first_word(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The number that eight digits make, the first of which is in the lowest byte.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "eight digits fit, and the mask is the cast"
)]
fn eight_digits(digits: u64) -> u32 {
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    (fours * 10_000 + (fours >> 32)) as u32
}

/// The instant of clocks that are ahead of UTC by an offset.
#[cold]
fn at_offset(local: Timestamp, offset: &[u8]) -> Option<Timestamp> {
    let ahead = match offset {
        [b'+', offset @ ..] => hours_and_minutes(offset)?,
        [b'-', offset @ ..] => -hours_and_minutes(offset)?,
        _ => return None,
    };
    Timestamp::from_unix(local.seconds - ahead, local.nanos)
}

fn hours_and_minutes(text: &[u8]) -> Option<i64> {
    let [hour_ten, hour, b':', minute_ten, minute] = text else {
        return None;
    };
    let hours = two_digits(*hour_ten, *hour)?;
    let minutes = two_digits(*minute_ten, *minute)?;
    (hours < 24 && minutes < 60).then(|| i64::from(hours) * 3600 + i64::from(minutes) * 60)
}

/// Three numbers of two digits with a separator between.
#[inline]
fn three_numbers(text: [u8; 8], separator: u8) -> Option<[u8; 3]> {
    let (s, nine, zero) = (separator, ABOVE_NINE, ABOVE_ZERO);
    let pattern = u64::from_le_bytes([b'0', b'0', s, b'0', b'0', s, b'0', b'0']);
    let limit = u64::from_le_bytes([nine, nine, zero, nine, nine, zero, nine, nine]);
    let digits = u64::from_le_bytes(text) ^ pattern;
    if above(digits, limit) != 0 {
        return None;
    }
    let [first, _, _, second, _, _, third, _] = (digits * 10 + (digits >> 8)).to_le_bytes();
    Some([first, second, third])
}

/// The highest bit of each byte that is above the limit which `lift` stands for.
///
/// Only a byte from 128 upwards can carry into the next one. It is marked itself, so everything up to
/// the first mark can be relied on.
#[inline]
fn above(bytes: u64, lift: u64) -> u64 {
    (bytes.wrapping_add(lift) | bytes) & HIGH_BITS
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 {
        Some(tens * 10 + ones)
    } else {
        None
    }
}
