//! Values as heads of one size; the bytes of those that have some of their own are kept together elsewhere.
#![expect(
    clippy::inline_always,
    reason = "where the kind of a value is known, nothing is left of the choice between them"
)]

use crate::value::{Date, DateTime, Time, Timestamp, ValueRef};

/// From the lowest bits on: the kind of a value, and then a number of 32 bits and one of 64 behind it; or, for a value
/// with bytes of its own, where these begin and how many they are.
pub(super) type Head = u128;

pub(super) const NULL: Head = 0;
const BOOL: Head = 1;
const INT: Head = 2;
const REAL: Head = 3;
const DATE: Head = 4;
const TIME: Head = 5;
const DATE_TIME: Head = 6;
const TIMESTAMP: Head = 7;
/// From here on they have bytes of their own.
const TEXT: Head = 8;
const MALFORMED_TEXT: Head = 9;
const BLOB: Head = 10;
const UUID: Head = 11;

const KIND: Head = 0xFF;

/// The bits that say where bytes begin.
const BEGIN: Head = (u64::MAX as Head) & !KIND;

/// Puts a value behind others.
#[inline(always)]
pub(super) fn push(heads: &mut Vec<Head>, bytes: &mut Vec<u8>, value: &ValueRef<'_>) {
    let (head, own) = parts(value);
    match own {
        Some(own) => {
            heads.push(head | (bytes.len() as Head) << 8);
            bytes.extend_from_slice(own);
        }
        None => heads.push(head),
    }
}

/// Whether a value is the one that was kept.
#[inline(always)]
pub(super) fn is(head: Head, bytes: &[u8], value: &ValueRef<'_>) -> bool {
    match parts(value) {
        (now, Some(own)) => head & !BEGIN == now && kept_bytes(head, bytes) == Some(own),
        (now, None) => head == now,
    }
}

/// What a head says of a value, and the bytes of it.
#[inline(always)]
fn parts<'v>(value: &'v ValueRef<'v>) -> (Head, Option<&'v [u8]>) {
    match value {
        ValueRef::Null => (NULL, None),
        ValueRef::Bool(value) => (number(BOOL, i64::from(*value)), None),
        ValueRef::Int(value) => (number(INT, *value), None),
        ValueRef::Real(value) => (number(REAL, value.to_bits().cast_signed()), None),
        ValueRef::Date(value) => (days(DATE, *value), None),
        ValueRef::Time(value) => (number(TIME, nanos(*value)), None),
        ValueRef::DateTime(value) => {
            let time = number(0, nanos(value.time()));
            (days(DATE_TIME, value.date()) | time, None)
        }
        ValueRef::Timestamp(value) => {
            let nano = Head::from(value.nano()) << 32;
            (number(TIMESTAMP, value.unix_seconds()) | nano, None)
        }
        ValueRef::Text(text) => length(TEXT, text.as_bytes()),
        ValueRef::MalformedText(text) => length(MALFORMED_TEXT, text),
        ValueRef::Blob(blob) => length(BLOB, blob),
        ValueRef::Uuid(uuid) => length(UUID, uuid),
    }
}

fn number(kind: Head, number: i64) -> Head {
    kind | Head::from(number.cast_unsigned()) << 64
}

fn days(kind: Head, date: Date) -> Head {
    kind | Head::from(date.unix_days().cast_unsigned()) << 32
}

fn nanos(time: Time) -> i64 {
    time.nano_of_day().cast_signed()
}

fn length(kind: Head, bytes: &[u8]) -> (Head, Option<&[u8]>) {
    (kind | (bytes.len() as Head) << 64, Some(bytes))
}

/// The bytes of a value that has some of its own.
#[expect(
    clippy::cast_possible_truncation,
    reason = "they were numbers of this size"
)]
fn kept_bytes(head: Head, bytes: &[u8]) -> Option<&[u8]> {
    let (begin, length) = (((head & BEGIN) >> 8) as usize, (head >> 64) as usize);
    bytes.get(begin..)?.get(..length)
}

/// A value that was kept.
#[inline]
pub(super) fn value(head: Head, bytes: &[u8]) -> ValueRef<'_> {
    unpacked(head, bytes).unwrap_or(ValueRef::Null)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a part of the head each")]
fn unpacked(head: Head, bytes: &[u8]) -> Option<ValueRef<'_>> {
    let (small, number) = ((head >> 32) as u32, (head >> 64) as u64);
    let date = || Date::from_unix_days(small.cast_signed());
    let time = || Time::from_nano_of_day(number);
    let own = || kept_bytes(head, bytes);
    Some(match head & KIND {
        BOOL => ValueRef::Bool(number != 0),
        INT => ValueRef::Int(number.cast_signed()),
        REAL => ValueRef::Real(f64::from_bits(number)),
        DATE => ValueRef::Date(date()?),
        TIME => ValueRef::Time(time()?),
        DATE_TIME => ValueRef::DateTime(DateTime::new(date()?, time()?)),
        TIMESTAMP => ValueRef::Timestamp(Timestamp::from_unix(number.cast_signed(), small)?),
        TEXT => ValueRef::Text(str::from_utf8(own()?).ok()?),
        MALFORMED_TEXT => ValueRef::MalformedText(own()?),
        BLOB => ValueRef::Blob(own()?),
        UUID => ValueRef::Uuid(own()?.try_into().ok()?),
        _ => ValueRef::Null,
    })
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

    fn packed(values: &[ValueRef<'_>]) -> (Vec<Head>, Vec<u8>) {
        let (mut heads, mut bytes) = (Vec::new(), Vec::new());
        for value in values {
            push(&mut heads, &mut bytes, value);
        }
        (heads, bytes)
    }

    #[test]
    fn values_come_back_from_their_bytes() {
        let values = values();
        assert_eq!(values.len(), 15 + 4 * 3 + 2 + 3);
        let (heads, bytes) = packed(&values);
        assert_eq!(heads.len(), values.len());
        for (head, expected) in heads.into_iter().zip(values) {
            assert!(value(head, &bytes) == expected, "{expected:?}");
        }
    }

    #[test]
    fn no_value_is_taken_for_another() {
        let values = values();
        let (heads, bytes) = packed(&values);
        for (at, value) in values.iter().enumerate() {
            let same = (0..values.len()).filter(|&other| is(heads[other], &bytes, value));
            assert_eq!(same.collect::<Vec<_>>(), [at], "{value:?}");
        }
    }
}
