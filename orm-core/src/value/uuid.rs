//! Columns of UUIDs.

use ::uuid::Uuid;

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

/// What a column of UUIDs takes.
const EXPECTED: &str = "a UUID";

impl ColumnType for Uuid {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Uuid;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Uuid(*self.as_bytes()))
    }

    /// Takes sixteen bytes, and text in the usual forms.
    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Uuid(bytes) => Ok(Self::from_bytes(bytes)),
            ValueRef::Blob(bytes) => Self::from_slice(bytes)
                .map_err(|_| Mismatch::invalid(EXPECTED, "a blob of another length")),
            ValueRef::Text(text) => {
                Self::try_parse(text).map_err(|_| Mismatch::invalid(EXPECTED, "other text"))
            }
            other => Err(Mismatch::new(EXPECTED, other)),
        }
    }

    fn is_unset(&self) -> bool {
        self.is_nil()
    }
}
