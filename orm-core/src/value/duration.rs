//! Durations, as whole nanoseconds.

use std::time::Duration;

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

/// An integer of nanoseconds, up to 292 years.
impl ColumnType for Duration {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::BigInt;

    fn encode(&self) -> Param<'_> {
        i64::try_from(self.as_nanos()).map_or(
            Param::Invalid(Mismatch::invalid(
                "a duration of at most 292 years",
                "a longer one",
            )),
            |nanoseconds| Param::Borrowed(ValueRef::Int(nanoseconds)),
        )
    }

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        u64::decode(value).map(Duration::from_nanos)
    }
}
