//! Bytes.

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

impl ColumnType for Vec<u8> {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Blob;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Blob(self))
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Blob(bytes) => Ok(bytes.to_owned()),
            ValueRef::Uuid(bytes) => Ok(bytes.to_vec()),
            other => Err(Mismatch::new("a blob", other)),
        }
    }
}
