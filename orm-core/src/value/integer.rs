//! Integers and booleans. What does not fit is an error, never a wrapped number.

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

macro_rules! integer {
    ($($ty:ty: $sql:ident, $expected:literal;)*) => {$(
        impl ColumnType for $ty {
            type Nullable = Option<Self>;
            type Like<U: ColumnType> = U;

            const SQL_TYPE: SqlType = SqlType::$sql;

            #[inline]
            fn encode(&self) -> Param<'_> {
                i64::try_from(*self).map_or(
                    Param::Invalid(Mismatch::invalid("an integer up to 9223372036854775807", "a larger one")),
                    |value| Param::Borrowed(ValueRef::Int(value)),
                )
            }

            #[inline]
            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                match value {
                    ValueRef::Int(value) => Self::try_from(value)
                        .map_err(|_| Mismatch::invalid($expected, "an integer out of range")),
                    other => Err(Mismatch::new($expected, other)),
                }
            }

            #[inline]
            fn is_unset(&self) -> bool {
                *self == 0
            }
        }
    )*};
}

integer! {
    i8: SmallInt, "an integer from -128 to 127";
    i16: SmallInt, "an integer from -32768 to 32767";
    i32: Int, "an integer of 32 bits";
    i64: BigInt, "an integer";
    u8: SmallInt, "an integer from 0 to 255";
    u16: Int, "an integer from 0 to 65535";
    u32: BigInt, "an integer from 0 to 4294967295";
    u64: BigInt, "an integer that is not negative";
}

impl ColumnType for bool {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Bool;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Bool(*self))
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Bool(value) => Ok(value),
            ValueRef::Int(0) => Ok(false),
            ValueRef::Int(1) => Ok(true),
            ValueRef::Int(_) => Err(Mismatch::invalid(
                "a boolean",
                "an integer other than 0 and 1",
            )),
            other => Err(Mismatch::new("a boolean", other)),
        }
    }
}
