//! Values as bytes: a head of one length for each, and behind it the bytes of those that have some of their own.

use crate::value::{Date, DateTime, Time, Timestamp, ValueRef};

/// A number of 64 bits, one of 32, and the kind of a value.
type Head = u128;

const NULL: u8 = 0;
const BOOL: u8 = 1;
const INT: u8 = 2;
const REAL: u8 = 3;
const DATE: u8 = 4;
const TIME: u8 = 5;
const DATE_TIME: u8 = 6;
const TIMESTAMP: u8 = 7;
/// From here on the number is that of the bytes behind the head.
const TEXT: u8 = 8;
const MALFORMED_TEXT: u8 = 9;
const BLOB: u8 = 10;
const UUID: u8 = 11;

/// Puts a value behind others.
#[inline]
pub(super) fn push(packed: &mut Vec<u8>, value: &ValueRef<'_>) {
    let (head, bytes) = parts(value);
    packed.extend_from_slice(&head.to_le_bytes());
    packed.extend_from_slice(bytes);
}

/// What stands behind the first value, if that is this one.
#[inline]
pub(super) fn strip<'p>(packed: &'p [u8], value: &ValueRef<'_>) -> Option<&'p [u8]> {
    let (head, bytes) = parts(value);
    let (first, behind) = packed.split_first_chunk()?;
    if Head::from_le_bytes(*first) != head {
        return None;
    }
    if bytes.is_empty() {
        return Some(behind);
    }
    behind.strip_prefix(bytes)
}

/// What stands behind the first value.
pub(super) fn skip(packed: &[u8]) -> &[u8] {
    first(packed).map_or(&[], |first| first.behind)
}

/// The first value; NULL if there is none.
pub(super) fn value(packed: &[u8]) -> ValueRef<'_> {
    first(packed)
        .and_then(|first| first.value())
        .unwrap_or(ValueRef::Null)
}

#[inline]
fn parts<'v>(value: &'v ValueRef<'v>) -> (Head, &'v [u8]) {
    let (kind, small, number, bytes): (u8, u32, i64, &[u8]) = match value {
        ValueRef::Null => (NULL, 0, 0, &[]),
        ValueRef::Bool(value) => (BOOL, 0, i64::from(*value), &[]),
        ValueRef::Int(value) => (INT, 0, *value, &[]),
        ValueRef::Real(value) => (REAL, 0, value.to_bits().cast_signed(), &[]),
        ValueRef::Date(value) => (DATE, days(*value), 0, &[]),
        ValueRef::Time(value) => (TIME, 0, nanos(*value), &[]),
        ValueRef::DateTime(value) => (DATE_TIME, days(value.date()), nanos(value.time()), &[]),
        ValueRef::Timestamp(value) => (TIMESTAMP, value.nano(), value.unix_seconds(), &[]),
        ValueRef::Text(text) => (TEXT, 0, length(text.as_bytes()), text.as_bytes()),
        ValueRef::MalformedText(text) => (MALFORMED_TEXT, 0, length(text), text),
        ValueRef::Blob(blob) => (BLOB, 0, length(blob), blob),
        ValueRef::Uuid(uuid) => (UUID, 0, length(uuid), uuid),
    };
    let number = Head::from(number.cast_unsigned());
    let head = number << 64 | Head::from(small) << 32 | Head::from(kind);
    (head, bytes)
}

fn days(date: Date) -> u32 {
    date.unix_days().cast_unsigned()
}

fn nanos(time: Time) -> i64 {
    time.nano_of_day().cast_signed()
}

fn length(bytes: &[u8]) -> i64 {
    // No slice is longer than half of what there is to address.
    (bytes.len() as u64).cast_signed()
}

/// One value among others.
struct First<'p> {
    kind: u8,
    small: u32,
    number: i64,
    bytes: &'p [u8],
    behind: &'p [u8],
}

#[expect(clippy::cast_possible_truncation, reason = "a part of the head each")]
fn first(packed: &[u8]) -> Option<First<'_>> {
    let (head, behind) = packed.split_first_chunk()?;
    let head = Head::from_le_bytes(*head);
    let (kind, small, number) = (head as u8, (head >> 32) as u32, (head >> 64) as u64);
    let length = if kind < TEXT { 0 } else { number as usize };
    let (bytes, behind) = behind.split_at_checked(length)?;
    Some(First {
        kind,
        small,
        number: number.cast_signed(),
        bytes,
        behind,
    })
}

impl<'p> First<'p> {
    fn value(&self) -> Option<ValueRef<'p>> {
        Some(match self.kind {
            BOOL => ValueRef::Bool(self.number != 0),
            INT => ValueRef::Int(self.number),
            REAL => ValueRef::Real(f64::from_bits(self.number.cast_unsigned())),
            DATE => ValueRef::Date(self.date()?),
            TIME => ValueRef::Time(self.time()?),
            DATE_TIME => ValueRef::DateTime(DateTime::new(self.date()?, self.time()?)),
            TIMESTAMP => ValueRef::Timestamp(Timestamp::from_unix(self.number, self.small)?),
            TEXT => ValueRef::Text(str::from_utf8(self.bytes).ok()?),
            MALFORMED_TEXT => ValueRef::MalformedText(self.bytes),
            BLOB => ValueRef::Blob(self.bytes),
            UUID => ValueRef::Uuid(self.bytes.try_into().ok()?),
            _ => ValueRef::Null,
        })
    }

    fn date(&self) -> Option<Date> {
        Date::from_unix_days(self.small.cast_signed())
    }

    fn time(&self) -> Option<Time> {
        Time::from_nano_of_day(self.number.cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each kind of value, with the ends of what it can hold.
    fn values() -> Vec<ValueRef<'static>> {
        let dates = [-719_528, -1, 0, 2_932_896].map(Date::from_unix_days);
        let dates: Vec<Date> = dates.into_iter().flatten().collect();
        let times = [(0, 0), (86_399, 999_999_999)];
        let times = times.map(|(second, nano)| Time::from_second_nano(second, nano));
        let times: Vec<Time> = times.into_iter().flatten().collect();
        let moments = [(-62_167_219_200, 0), (-1, 1), (0, 999_999_999)];
        let moments = moments.map(|(seconds, nano)| Timestamp::from_unix(seconds, nano));
        let mut values = vec![
            ValueRef::Null,
            ValueRef::Bool(false),
            ValueRef::Bool(true),
            ValueRef::Int(i64::MIN),
            ValueRef::Int(0),
            ValueRef::Int(i64::MAX),
            ValueRef::Real(f64::NEG_INFINITY),
            ValueRef::Real(0.1),
            ValueRef::Text(""),
            ValueRef::Text("Größe"),
            ValueRef::MalformedText(b"\xFF"),
            ValueRef::Blob(b""),
            ValueRef::Blob(b"\xFF"),
            ValueRef::Uuid([7; 16]),
            ValueRef::Uuid([0; 16]),
        ];
        for &date in &dates {
            values.push(ValueRef::Date(date));
            for &time in &times {
                values.push(ValueRef::DateTime(DateTime::new(date, time)));
            }
        }
        values.extend(times.into_iter().map(ValueRef::Time));
        values.extend(moments.into_iter().flatten().map(ValueRef::Timestamp));
        values
    }

    #[test]
    fn values_come_back_from_their_bytes() {
        let values = values();
        assert_eq!(values.len(), 15 + 4 * 3 + 2 + 3);
        let mut packed = Vec::new();
        for value in &values {
            push(&mut packed, value);
        }
        let mut rest = &packed[..];
        for expected in values {
            assert!(value(rest) == expected, "{expected:?}");
            assert_eq!(strip(rest, &expected), Some(skip(rest)));
            rest = skip(rest);
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn no_value_is_taken_for_another() {
        let values = values();
        for (at, value) in values.iter().enumerate() {
            let mut packed = Vec::new();
            push(&mut packed, value);
            let same = (0..values.len()).filter(|&other| strip(&packed, &values[other]).is_some());
            assert_eq!(same.collect::<Vec<_>>(), [at], "{value:?}");
        }
    }
}
