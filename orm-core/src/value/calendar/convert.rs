//! Columns of other crates' calendar types, which are stored as ours.

/// Implements `ColumnType` by two conversions, each of which gives nothing for a value that the other
/// side cannot hold.
macro_rules! converted {
    ($($theirs:ty: $ours:ident, $to_ours:expr, $to_theirs:expr;)*) => {$(
        impl $crate::value::ColumnType for $theirs {
            type Nullable = Option<Self>;
            type Like<U: $crate::value::ColumnType> = U;

            const SQL_TYPE: $crate::value::SqlType = $crate::value::SqlType::$ours;

            #[inline]
            fn encode(&self) -> $crate::value::Param<'_> {
                use $crate::value::{Mismatch, Param, ValueRef};

                let ours: Option<$crate::value::$ours> = $to_ours(*self);
                ours.map_or(
                    Param::Invalid(Mismatch::invalid(
                        "a value of the years 0 to 9999 and no leap second",
                        "another one",
                    )),
                    |ours| Param::Borrowed(ValueRef::$ours(ours)),
                )
            }

            #[inline]
            fn decode(
                value: $crate::value::ValueRef<'_>,
            ) -> Result<Self, $crate::value::Mismatch> {
                use $crate::value::Mismatch;

                let theirs: Option<Self> = $to_theirs($crate::value::$ours::decode(value)?);
                theirs.ok_or(Mismatch::invalid(
                    "a value that the field's type can hold",
                    "another one",
                ))
            }
        }
    )*};
}

pub(in crate::value) use converted;
