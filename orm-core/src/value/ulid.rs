//! Columns of ULIDs, which are stored as UUIDs are.

use ::ulid::Ulid;

use super::{ColumnType, Mismatch, Param, SqlType, ValueRef};

/// What a column of ULIDs takes.
const EXPECTED: &str = "a ULID";

impl ColumnType for Ulid {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Uuid;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Uuid(self.to_bytes()))
    }

    /// Takes sixteen bytes, and text of 26 characters.
    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Uuid(bytes) => Ok(Self::from_bytes(bytes)),
            ValueRef::Blob(bytes) => bytes
                .try_into()
                .map(Self::from_bytes)
                .map_err(|_| Mismatch::invalid(EXPECTED, "a blob of another length")),
            ValueRef::Text(text) => parse(text).ok_or(Mismatch::invalid(EXPECTED, "other text")),
            other => Err(Mismatch::new(EXPECTED, other)),
        }
    }

    fn is_unset(&self) -> bool {
        self.is_nil()
    }
}

/// The characters hold 130 bits, of which the parser drops the first two unless they are seen to be zero.
fn parse(text: &str) -> Option<Ulid> {
    matches!(text.as_bytes().first(), Some(b'0'..=b'7')).then_some(())?;
    Ulid::from_string(text).ok()
}
