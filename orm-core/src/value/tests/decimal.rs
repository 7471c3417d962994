//! Exact decimal numbers.

use ::rust_decimal::Decimal;
use proptest::prelude::*;

use super::round_trip;
use crate::value::{ColumnType, ValueRef};

fn text(text: &str) -> Option<String> {
    Decimal::decode(ValueRef::Text(text))
        .ok()
        .map(|value| value.to_string())
}

fn real(value: f64) -> Option<String> {
    Decimal::decode(ValueRef::Real(value))
        .ok()
        .map(|value| value.to_string())
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<[u32; 3]>(), any::<bool>(), 0_u32..=28).prop_map(
        |([low, middle, high], negative, scale)| {
            Decimal::from_parts(low, middle, high, negative, scale)
        },
    )
}

proptest! {
    #[test]
    fn every_decimal_comes_back_with_its_scale(value in decimals()) {
        round_trip(&value)?;
        prop_assert_eq!(text(&value.to_string()), Some(value.to_string()));
    }

    #[test]
    fn every_integer_is_exact(value in any::<i64>()) {
        let decimal = Decimal::decode(ValueRef::Int(value)).ok();
        prop_assert_eq!(decimal, Some(Decimal::from(value)));
    }

    #[test]
    fn decimals_of_15_digits_survive_a_real_column(digits in 0_i64..1_000_000_000_000_000, scale in 0_u32..=28) {
        let decimal = Decimal::new(digits, scale);
        let stored: f64 = decimal.to_string().parse().expect("a number");
        prop_assert_eq!(Decimal::decode(ValueRef::Real(stored)), Ok(decimal));
    }

    #[test]
    fn no_real_number_is_a_panic(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        if let Ok(decimal) = Decimal::decode(ValueRef::Real(value)) {
            prop_assert_eq!(decimal.to_string().parse(), Ok(value));
        }
    }

    #[test]
    fn no_text_is_rounded(digits in "-?[0-9]{1,32}(\\.[0-9]{1,32})?") {
        if let Some(back) = text(&digits) {
            let significant = |text: &str| text.trim_start_matches(['-', '0']).to_owned();
            prop_assert_eq!(significant(&back), significant(&digits));
        }
    }
}

#[test]
fn more_digits_than_a_decimal_holds_are_refused() {
    let largest = Decimal::MAX.to_string();
    assert_eq!(text(&largest), Some(largest));
    assert_eq!(text("79228162514264337593543950336"), None);
    assert_eq!(text("0.00000000000000000000000000001"), None);
    assert_eq!(text("1.23456789012345678901234567891"), None);
}

#[test]
fn other_text_is_refused() {
    for other in [
        "", ".", "-", "1e3", "1_000", "0x1", " 1", "1 ", "NaN", "٣", "1,5",
    ] {
        assert_eq!(text(other), None, "{other}");
    }
}

#[test]
fn real_numbers_are_read_by_their_shortest_text() {
    assert_eq!(real(0.1).as_deref(), Some("0.1"));
    assert_eq!(real(-1234.5).as_deref(), Some("-1234.5"));
    assert_eq!(real(1e20).as_deref(), Some("100000000000000000000"));
    assert_eq!(real(0.0).as_deref(), Some("0"));
    assert_eq!(
        real(123_456_789_012_345.0).as_deref(),
        Some("123456789012345")
    );
}

#[test]
fn real_numbers_that_may_have_lost_digits_are_refused() {
    assert_eq!(real(0.1 + 0.2), None);
    assert_eq!(real(1_234_567_890_123_456.0), None);
    for value in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN_POSITIVE,
    ] {
        assert_eq!(real(value), None, "{value}");
    }
}
