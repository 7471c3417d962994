//! The order of decimal numbers, which SQLite stores as text.

use std::cmp::Ordering;

/// The name under which every connection knows the order.
pub(super) const COLLATION: &str = "orm_decimal";

/// Compares two decimal numbers by their digits, without rounding either. Text that is no number is
/// compared as text.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    match (Decimal::parse(left), Decimal::parse(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
}

/// The digits of a number that count.
#[derive(PartialEq, Eq)]
struct Decimal<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        );
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    fn magnitude(&self) -> (usize, &str, &str) {
        (self.whole.len(), self.whole, self.fraction)
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude().cmp(&other.magnitude()),
            (true, true) => other.magnitude().cmp(&self.magnitude()),
            (negative, other) => negative.cmp(&other).reverse(),
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_by_value() {
        let sorted = [
            "-10.01",
            "-10",
            "-9.5",
            "-0.001",
            "0",
            "0.09",
            "0.1",
            "1",
            "1.05",
            "1.5",
            "9",
            "10",
            "123456789012345678901234567.8",
            "123456789012345678901234567.81",
        ];
        for (at, left) in sorted.iter().enumerate() {
            for (other, right) in sorted.iter().enumerate() {
                assert_eq!(compare(left, right), at.cmp(&other), "{left} and {right}");
            }
        }
    }

    #[test]
    fn zeros_that_say_nothing_do_not_count() {
        for (left, right) in [
            ("1.50", "1.5"),
            ("007", "7.000"),
            ("-0", "0.00"),
            ("+.5", "0.5"),
            ("1.", "1"),
        ] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} and {right}");
        }
    }

    #[test]
    fn other_text_is_compared_as_text() {
        for (left, right) in [
            ("a", "b"),
            ("", "1"),
            (".", "1"),
            ("1", "1e3"),
            ("--1", "0"),
        ] {
            assert_eq!(compare(left, right), left.cmp(right), "{left} and {right}");
        }
    }
}
