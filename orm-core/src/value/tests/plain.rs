//! Numbers, text, bytes and durations.

use std::borrow::Cow;
use std::time::Duration;

use proptest::prelude::*;

use super::{assert_refused, round_trip, stored};
use crate::value::{ColumnType, Mismatch, ValueRef};

/// Text with what databases stumble over: NUL, quotes, and characters of every length.
fn texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![any::<char>(), Just('\0'), Just('\''), Just('"'), Just('𝄞')],
        0..40,
    )
    .prop_map(String::from_iter)
}

macro_rules! round_trips {
    ($($name:ident: $ty:ty;)*) => {proptest! {$(
        #[test]
        fn $name(value in any::<$ty>()) {
            round_trip(&value)?;
            round_trip(&Some(value))?;
        }
    )*}};
}

round_trips! {
    every_bool_comes_back: bool;
    every_i8_comes_back: i8;
    every_i16_comes_back: i16;
    every_i32_comes_back: i32;
    every_i64_comes_back: i64;
    every_u8_comes_back: u8;
    every_u16_comes_back: u16;
    every_u32_comes_back: u32;
    every_char_comes_back: char;
    all_bytes_come_back: Vec<u8>;
    every_optional_text_comes_back: String;
}

proptest! {
    #[test]
    fn every_text_comes_back(text in texts()) {
        round_trip(&text)?;
        round_trip(&Cow::<'static, str>::Owned(text))?;
    }

    #[test]
    fn a_u64_comes_back_or_is_refused(value in any::<u64>()) {
        if i64::try_from(value).is_ok() {
            round_trip(&value)?;
        } else {
            assert_refused(&value);
        }
    }

    #[test]
    fn every_f64_comes_back_bit_by_bit_or_is_no_number(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        if value.is_nan() {
            assert_refused(&value);
        } else {
            prop_assert_eq!(stored(&value).map(f64::to_bits), Ok(bits));
        }
    }

    #[test]
    fn every_f32_comes_back_bit_by_bit_or_is_no_number(value in proptest::num::f32::ANY) {
        if value.is_nan() {
            assert_refused(&value);
        } else {
            prop_assert_eq!(stored(&value).map(f32::to_bits), Ok(value.to_bits()));
        }
    }

    #[test]
    fn every_duration_of_292_years_comes_back(nanos in 0..=i64::MAX.unsigned_abs()) {
        round_trip(&Duration::from_nanos(nanos))?;
    }

    #[test]
    fn an_integer_out_of_range_is_refused(value in any::<i64>()) {
        let stored = ValueRef::Int(value);
        prop_assert_eq!(i8::decode(stored).ok(), i8::try_from(value).ok());
        prop_assert_eq!(u16::decode(stored).ok(), u16::try_from(value).ok());
        prop_assert_eq!(i32::decode(stored).ok(), i32::try_from(value).ok());
        prop_assert_eq!(u64::decode(stored).ok(), u64::try_from(value).ok());
    }
}

#[test]
fn special_numbers_come_back_bit_by_bit() {
    let numbers = [
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        f64::MIN_POSITIVE / 2.0,
        f64::MAX,
    ];
    for number in numbers {
        assert_eq!(stored(&number).map(f64::to_bits), Ok(number.to_bits()));
    }
    assert_eq!(stored(&f32::NEG_INFINITY), Ok(f32::NEG_INFINITY));
    assert_eq!(
        stored(&-0.0_f32).map(f32::to_bits),
        Ok((-0.0_f32).to_bits())
    );
}

#[test]
fn what_is_no_number_is_refused() {
    assert_refused(&f64::NAN);
    assert_refused(&f32::NAN);
}

#[test]
fn nothing_comes_back_as_nothing() {
    assert_eq!(stored(&None::<String>), Ok(None));
    assert_eq!(stored(&None::<i64>), Ok(None));
    assert_eq!(
        i64::decode(ValueRef::Null),
        Err(Mismatch::invalid("an integer", "NULL")),
    );
}

#[test]
fn empty_is_not_nothing() {
    assert_eq!(stored(&Some(String::new())), Ok(Some(String::new())));
    assert_eq!(stored(&Some(Vec::<u8>::new())), Ok(Some(Vec::new())));
}

#[test]
fn a_duration_beyond_292_years_is_refused() {
    assert_refused(&Duration::MAX);
}

#[test]
fn malformed_text_is_no_string() {
    assert!(String::decode(ValueRef::MalformedText(b"\xFF")).is_err());
}

#[test]
fn a_char_is_exactly_one_character() {
    assert_eq!(char::decode(ValueRef::Text("𝄞")), Ok('𝄞'));
    assert!(char::decode(ValueRef::Text("")).is_err());
    assert!(char::decode(ValueRef::Text("ab")).is_err());
}
