//! Text and characters.

use std::borrow::Cow;

use super::{ColumnType, Mismatch, Param, SqlType, Value, ValueRef};

/// The text of a value.
///
/// # Errors
/// [`Mismatch`] for every other kind.
#[inline]
pub(super) fn str_of(value: ValueRef<'_>) -> Result<&str, Mismatch> {
    match value {
        ValueRef::Text(text) => Ok(text),
        other => Err(Mismatch::new("text", other)),
    }
}

/// The form in which texts that differ in case only are the same. Of the two small sigmas one stands
/// at the end of words, which is no other letter.
pub(crate) fn fold(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}

impl ColumnType for String {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Text;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Text(self))
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        str_of(value).map(str::to_owned)
    }

    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl ColumnType for Cow<'static, str> {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Text;

    #[inline]
    fn encode(&self) -> Param<'_> {
        Param::Borrowed(ValueRef::Text(self))
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        String::decode(value).map(Cow::Owned)
    }

    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl ColumnType for char {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Text;

    fn encode(&self) -> Param<'_> {
        Param::Owned(Value::Text(self.to_string()))
    }

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let mut characters = str_of(value)?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(Mismatch::invalid("one character", "text of another length")),
        }
    }
}
