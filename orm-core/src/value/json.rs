//! Serialized LOB: columns of JSON text.

mod finite;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::{ColumnType, Mismatch, Param, Slot, SqlType, Value, ValueRef, text};

/// A value stored as a JSON document.
///
/// A field marked `#[orm(json)]` is stored in the same way without the wrapper.
///
/// What JSON cannot hold is refused and not replaced: NaN, infinities, and keys of maps that are not
/// text.
///
/// ```
/// use orm::value::{ColumnType, Json, ValueRef};
///
/// let tags: Json<Vec<String>> = Json::decode(ValueRef::Text(r#"["jazz","soul"]"#))?;
/// assert_eq!(tags.into_inner(), ["jazz", "soul"]);
/// # Ok::<(), orm::value::Mismatch>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value.
    ///
    /// ```
    /// use orm::value::Json;
    ///
    /// let tags = Json(vec!["jazz", "soul"]);
    /// assert_eq!(tags.into_inner(), ["jazz", "soul"]);
    /// ```
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: Serialize + DeserializeOwned + 'static> ColumnType for Json<T> {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Json;

    fn encode(&self) -> Param<'_> {
        encode(&self.0)
    }

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        decode(value).map(Self)
    }
}

impl ColumnType for serde_json::Value {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = SqlType::Json;

    fn encode(&self) -> Param<'_> {
        encode(self)
    }

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        decode(value)
    }
}

/// Encodes a value as JSON text, as a field marked `#[orm(json)]` is stored.
///
/// ```
/// use orm::value::json;
///
/// assert_eq!(json::encode(&["jazz", "soul"]).into_value(), Ok(r#"["jazz","soul"]"#.into()));
/// assert!(json::encode(&f64::NAN).into_value().is_err());
/// ```
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Param<'static> {
    match serde_json::to_string(value) {
        Ok(text) if is_faithful(&text, value) => Param::Owned(Value::Text(text)),
        _ => Param::Invalid(Mismatch::invalid(
            "a value that JSON can hold",
            "another one",
        )),
    }
}

/// Whether no number was replaced: `serde_json` writes `null` for NaN and infinities.
fn is_faithful<T: Serialize + ?Sized>(text: &str, value: &T) -> bool {
    !text.contains("null") || finite::is_finite(value)
}

/// The place that holds a value, to be filled with what is in a JSON document.
///
/// ```
/// use orm::Value;
/// use orm::driver::Row;
/// use orm::value::json;
///
/// let mut tags = vec!["jazz".to_owned()];
/// let row = [Value::from(r#"["soul","blues"]"#)];
/// json::slot(&mut tags).fill(&Row::new(&row), 0)?;
/// assert_eq!(tags, ["soul", "blues"]);
/// # Ok::<(), orm::Error>(())
/// ```
pub fn slot<T: Serialize + DeserializeOwned + 'static>(field: &mut T) -> Slot<'_> {
    Slot::json(field)
}

fn decode<T: DeserializeOwned>(value: ValueRef<'_>) -> Result<T, Mismatch> {
    serde_json::from_str(text::str_of(value)?)
        .map_err(|_| Mismatch::invalid("JSON of the field's type", "other JSON or malformed text"))
}
