//! Floating-point numbers.

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

/// Up to here every integer has a floating-point number of its own.
const EXACT_INTEGERS: u64 = 1 << f64::MANTISSA_DIGITS;

impl ColumnType for f64 {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Double;

    /// Not every database can store NaN, and SQLite would turn it into NULL.
    #[inline]
    fn encode(&self) -> Param<'_> {
        if self.is_nan() {
            return Param::Invalid(Mismatch::invalid("a number", "NaN"));
        }
        Param::Borrowed(ValueRef::Real(*self))
    }

    /// Takes integers too, because a column of numeric affinity stores `2.0` as `2`.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "the range was checked")]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Real(value) => Ok(value),
            ValueRef::Int(value) if value.unsigned_abs() <= EXACT_INTEGERS => Ok(value as f64),
            ValueRef::Int(_) => Err(Mismatch::invalid(
                "a real number",
                "an integer that a real number cannot hold exactly",
            )),
            other => Err(Mismatch::new("a real number", other)),
        }
    }
}

impl ColumnType for f32 {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Real;

    #[inline]
    fn encode(&self) -> Param<'_> {
        if self.is_nan() {
            return Param::Invalid(Mismatch::invalid("a number", "NaN"));
        }
        Param::Borrowed(ValueRef::Real(f64::from(*self)))
    }

    /// The nearest number of 32 bits; an error where the stored one is out of range.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding is what the type asks for"
    )]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let wide = f64::decode(value)?;
        let narrow = wide as f32;
        if narrow.is_infinite() && wide.is_finite() {
            return Err(Mismatch::invalid(
                "a real number of 32 bits",
                "one out of range",
            ));
        }
        Ok(narrow)
    }
}
