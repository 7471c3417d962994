//! Columns of exact decimal numbers. No value passes through binary floating-point arithmetic.

use ::rust_decimal::Decimal;

use super::{ColumnType, Mismatch, Param, SqlType, Value, ValueRef};

/// What a column of decimals takes.
const EXPECTED: &str = "a decimal number";

/// Every decimal number of up to so many digits survives being stored as a real number.
const EXACT_DIGITS: usize = 15;

impl ColumnType for Decimal {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Decimal;

    fn encode(&self) -> Param<'_> {
        Param::Owned(Value::Text(self.to_string()))
    }

    /// Takes integers, and real numbers that a decimal one was turned into without a loss: a column of
    /// numeric affinity makes them of decimal text.
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Text(text) => exact(text).ok_or(Mismatch::invalid(
                EXPECTED,
                "text that no decimal number equals",
            )),
            ValueRef::Int(value) => Ok(value.into()),
            ValueRef::Real(value) => from_real(value).ok_or(Mismatch::invalid(
                EXPECTED,
                "a real number of more than 15 digits, or out of range",
            )),
            other => Err(Mismatch::new(EXPECTED, other)),
        }
    }
}

/// The number that a text stands for, unless it would have to be rounded. The parser takes Rust's
/// underscores between digits, which no database writes.
fn exact(text: &str) -> Option<Decimal> {
    if text.contains('_') {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// The shortest decimal number that stands for a real one, unless a longer one may have been meant.
fn from_real(value: f64) -> Option<Decimal> {
    let text = value.to_string();
    let digits = text
        .trim_start_matches(['-', '0', '.'])
        .trim_end_matches(['0', '.']);
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if count > EXACT_DIGITS {
        None
    } else {
        exact(&text)
    }
}
