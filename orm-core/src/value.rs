//! Values as they cross the border between Rust and a database.
//!
//! [`ValueRef`] is one value without its storage, as a driver hands it out of a row and takes it as a
//! parameter; [`Value`] owns it. [`ColumnType`] turns a Rust type into the one and back.

mod bytes;
mod calendar;
#[cfg(feature = "chrono")]
mod chrono;
mod column_def;
mod column_type;
mod duration;
mod integer;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
pub mod json;
mod object;
mod real;
mod row;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
mod slot;
#[cfg(test)]
mod tests;
mod text;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "uuid")]
mod uuid;

pub use self::calendar::{CalendarText, Date, DateTime, Time, Timestamp};
pub use self::column_def::ColumnDef;
pub use self::column_type::ColumnType;
#[cfg(feature = "json")]
pub use self::json::Json;
#[doc(hidden)]
pub use self::object::Object;
pub(crate) use self::object::{Held, HeldRow};
pub(crate) use self::row::Origin;
pub use self::row::{Row, RowValues};
pub use self::slot::Slot;
pub(crate) use self::text::fold;

use std::fmt;

/// One value without its storage: a column of a row, or a parameter of a statement.
///
/// A database that has no type of its own for a variant stores it as the nearest one it has, and
/// [`ColumnType::decode`] accepts that form too. SQLite keeps booleans as integers, UUIDs as blobs and
/// the four calendar variants as text.
///
/// ```
/// use orm::ValueRef;
///
/// let value = ValueRef::Text("Nina Simone");
/// assert_eq!(value.kind(), "text");
/// assert!(!value.is_null());
/// assert_eq!(format!("{value:?}"), "ValueRef(text)"); // never the data itself
/// ```
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer of up to 64 bits.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes that a database calls text but that are not UTF-8. Only rows hold it, no type decodes it.
    MalformedText(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
    /// The sixteen bytes of a UUID or ULID, most significant first.
    Uuid([u8; 16]),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time of day, in no particular time zone.
    DateTime(DateTime),
    /// An instant, in UTC.
    Timestamp(Timestamp),
}

impl ValueRef<'_> {
    /// What kind of value this is, for messages: it never contains the value.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Real(_) => "a real number",
            Self::Text(_) => "text",
            Self::MalformedText(_) => "text that is not UTF-8",
            Self::Blob(_) => "a blob",
            Self::Uuid(_) => "a UUID",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::DateTime(_) => "a date and time",
            Self::Timestamp(_) => "a timestamp",
        }
    }

    /// Whether this is SQL NULL.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// Shows the kind and not the value, because what is logged must not contain data.
impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValueRef({})", self.kind())
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        value.as_ref()
    }
}

/// One owned value.
///
/// ```
/// use orm::{Value, ValueRef};
///
/// let name = Value::from("Nina Simone");
/// assert_eq!(name.as_ref(), ValueRef::Text("Nina Simone"));
/// assert_eq!(format!("{name:?}"), "Value(text)"); // never the data itself
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer of up to 64 bits.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// The sixteen bytes of a UUID or ULID, most significant first.
    Uuid([u8; 16]),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time of day, in no particular time zone.
    DateTime(DateTime),
    /// An instant, in UTC.
    Timestamp(Timestamp),
}

impl Value {
    /// The value without its storage.
    ///
    /// ```
    /// use orm::{Value, ValueRef};
    ///
    /// assert_eq!(Value::Blob(vec![1, 2]).as_ref(), ValueRef::Blob(&[1, 2]));
    /// ```
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Bool(*value),
            Self::Int(value) => ValueRef::Int(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value),
            Self::Blob(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Uuid(*value),
            Self::Date(value) => ValueRef::Date(*value),
            Self::Time(value) => ValueRef::Time(*value),
            Self::DateTime(value) => ValueRef::DateTime(*value),
            Self::Timestamp(value) => ValueRef::Timestamp(*value),
        }
    }

    /// The value of any column type, as a parameter of SQL of one's own.
    ///
    /// ```
    /// use orm::Value;
    /// use uuid::Uuid;
    ///
    /// let id = Value::of(&Uuid::from_u128(7))?;
    /// assert!(matches!(id, Value::Uuid(_)));
    /// assert!(Value::of(&f64::NAN).is_err());
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Encode`](crate::error::Error::Encode) for a value that no column can hold.
    pub fn of<T: ColumnType>(value: &T) -> crate::error::Result<Self> {
        let encoded = value.encode().into_value();
        encoded.map_err(|mismatch| crate::error::Error::encode("", "", mismatch))
    }

    /// Copies a value out of its storage.
    ///
    /// ```
    /// use orm::{Value, ValueRef};
    ///
    /// assert_eq!(Value::try_from_ref(ValueRef::Int(7)), Ok(Value::Int(7)));
    /// assert!(Value::try_from_ref(ValueRef::MalformedText(b"\xFF")).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Mismatch`] for text that is not UTF-8.
    pub fn try_from_ref(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Bool(value) => Self::Bool(value),
            ValueRef::Int(value) => Self::Int(value),
            ValueRef::Real(value) => Self::Real(value),
            ValueRef::Text(value) => Self::Text(value.to_owned()),
            ValueRef::MalformedText(_) => return Err(Mismatch::new("text", value)),
            ValueRef::Blob(value) => Self::Blob(value.to_owned()),
            ValueRef::Uuid(value) => Self::Uuid(value),
            ValueRef::Date(value) => Self::Date(value),
            ValueRef::Time(value) => Self::Time(value),
            ValueRef::DateTime(value) => Self::DateTime(value),
            ValueRef::Timestamp(value) => Self::Timestamp(value),
        })
    }
}

impl ValueRef<'_> {
    /// Appends bytes by which equal values of one type can be recognized.
    pub(crate) fn push_bytes(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Null => bytes.push(0),
            Self::Bool(value) => bytes.push(1 + u8::from(value)),
            Self::Int(value) => bytes.extend(value.to_be_bytes()),
            Self::Real(value) => bytes.extend(value.to_bits().to_be_bytes()),
            Self::Text(value) => push_counted(bytes, value.as_bytes()),
            Self::MalformedText(value) | Self::Blob(value) => push_counted(bytes, value),
            Self::Uuid(value) => bytes.extend(value),
            Self::Date(value) => push_counted(bytes, value.format().as_str().as_bytes()),
            Self::Time(value) => push_counted(bytes, value.format().as_str().as_bytes()),
            Self::DateTime(value) => push_counted(bytes, value.format().as_str().as_bytes()),
            Self::Timestamp(value) => push_counted(bytes, value.format().as_str().as_bytes()),
        }
    }
}

/// The length first, so that no two lists of values give the same bytes.
fn push_counted(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.reserve(size_of::<usize>() + value.len());
    bytes.extend(value.len().to_be_bytes());
    bytes.extend(value);
}

/// Shows the kind and not the value, because what is logged must not contain data.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.as_ref().kind())
    }
}

macro_rules! value_from {
    ($($source:ty => $variant:ident,)*) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

value_from! {
    bool => Bool,
    i8 => Int,
    i16 => Int,
    i32 => Int,
    i64 => Int,
    u8 => Int,
    u16 => Int,
    u32 => Int,
    f32 => Real,
    f64 => Real,
    &str => Text,
    String => Text,
    &[u8] => Blob,
    Vec<u8> => Blob,
    Date => Date,
    Time => Time,
    DateTime => DateTime,
    Timestamp => Timestamp,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// An encoded value on its way into a statement.
///
/// ```
/// use orm::value::ColumnType;
/// use orm::{Param, ValueRef};
///
/// let name = String::from("Nina Simone");
/// assert_eq!(name.encode(), Param::Borrowed(ValueRef::Text("Nina Simone")));
/// assert_eq!(None::<i64>.encode(), Param::NULL);
/// assert!(matches!(u64::MAX.encode(), Param::Invalid(_))); // columns hold `i64`
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Param<'a> {
    /// A value that borrows from the entity.
    Borrowed(ValueRef<'a>),
    /// A value that had to be made, as JSON text is.
    Owned(Value),
    /// A value that this column cannot hold; the statement is refused with [`Error::Encode`].
    ///
    /// [`Error::Encode`]: crate::error::Error::Encode
    Invalid(Mismatch),
}

impl Param<'_> {
    /// SQL NULL.
    pub const NULL: Self = Param::Borrowed(ValueRef::Null);

    /// The encoded value.
    ///
    /// ```
    /// use orm::value::ColumnType;
    /// use orm::{Param, ValueRef};
    ///
    /// assert_eq!(7_i32.encode().as_ref(), Ok(ValueRef::Int(7)));
    /// assert!(u64::MAX.encode().as_ref().is_err());
    /// ```
    ///
    /// # Errors
    /// [`Mismatch`] where the value could not be encoded.
    #[inline]
    pub fn as_ref(&self) -> Result<ValueRef<'_>, Mismatch> {
        match self {
            Self::Borrowed(value) => Ok(*value),
            Self::Owned(value) => Ok(value.as_ref()),
            Self::Invalid(mismatch) => Err(*mismatch),
        }
    }

    /// The object that it refers to, if that has no key yet.
    pub(crate) fn object(&self) -> Option<Object> {
        match self {
            Self::Invalid(mismatch) => mismatch.object(),
            Self::Borrowed(_) | Self::Owned(_) => None,
        }
    }

    /// The value with storage of its own.
    ///
    /// ```
    /// use orm::value::ColumnType;
    /// use orm::Value;
    ///
    /// assert_eq!(String::from("jazz").encode().into_value(), Ok(Value::from("jazz")));
    /// ```
    ///
    /// # Errors
    /// [`Mismatch`] where the value could not be encoded.
    pub fn into_value(self) -> Result<Value, Mismatch> {
        match self {
            Self::Borrowed(value) => Value::try_from_ref(value),
            Self::Owned(value) => Ok(value),
            Self::Invalid(mismatch) => Err(mismatch),
        }
    }
}

impl<'a> From<ValueRef<'a>> for Param<'a> {
    fn from(value: ValueRef<'a>) -> Self {
        Self::Borrowed(value)
    }
}

/// Why a value could not be encoded or decoded. It names kinds, never the value.
///
/// The table and the column are added by whoever knows them: see [`Error::Decode`] and
/// [`Error::Encode`].
///
/// [`Error::Decode`]: crate::error::Error::Decode
/// [`Error::Encode`]: crate::error::Error::Encode
///
/// ```
/// use orm::ValueRef;
/// use orm::value::{ColumnType, Mismatch};
///
/// let mismatch = u8::decode(ValueRef::Text("a secret")).unwrap_err();
/// assert_eq!(mismatch, Mismatch::new(mismatch.expected, ValueRef::Text("")));
/// assert_eq!(mismatch.found, "text");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// What the Rust type or the database takes, such as `an integer from 0 to 255`.
    pub expected: &'static str,
    /// The kind of what was there, such as `text`.
    pub found: &'static str,
    /// The object whose key is not known yet, if that is why.
    object: Option<Object>,
}

impl Mismatch {
    /// A value of another kind than the expected one.
    ///
    /// ```
    /// use orm::ValueRef;
    /// use orm::value::Mismatch;
    ///
    /// let mismatch = Mismatch::new("an integer", ValueRef::Text("a secret"));
    /// assert_eq!(mismatch.to_string(), "expected an integer, found text");
    /// ```
    #[must_use]
    pub fn new(expected: &'static str, found: ValueRef<'_>) -> Self {
        Self {
            expected,
            found: found.kind(),
            object: None,
        }
    }

    /// A value of the right kind that is not among the accepted ones. `found` says what is wrong with
    /// it without showing it, such as `an integer out of range`.
    ///
    /// ```
    /// use orm::value::Mismatch;
    ///
    /// let mismatch = Mismatch::invalid("an even number", "an odd one");
    /// assert_eq!(mismatch.to_string(), "expected an even number, found an odd one");
    /// ```
    #[must_use]
    pub const fn invalid(expected: &'static str, found: &'static str) -> Self {
        Self {
            expected,
            found,
            object: None,
        }
    }

    /// A reference to an object that has no key yet.
    pub(crate) const fn pending(object: Object) -> Self {
        Self {
            expected: "the key of a row that is stored",
            found: "a reference to an object that was not stored yet when it was made: flush its session, and take it again",
            object: Some(object),
        }
    }

    /// The object whose key is not known yet, if that is why.
    pub(crate) const fn object(&self) -> Option<Object> {
        self.object
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for Mismatch {}

/// The type of a column, in terms that every database can be told in its own words.
///
/// ```
/// use orm::value::{ColumnType, SqlType};
///
/// assert_eq!(u8::SQL_TYPE, SqlType::SmallInt);
/// assert_eq!(Option::<String>::SQL_TYPE, SqlType::Text);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlType {
    /// A truth value.
    Bool,
    /// A signed integer of 16 bits (or fewer).
    SmallInt,
    /// A signed integer of 32 bits.
    Int,
    /// A signed integer of 64 bits.
    BigInt,
    /// A floating-point number of 32 bits.
    Real,
    /// A floating-point number of 64 bits.
    Double,
    /// An exact decimal number.
    Decimal,
    /// Text.
    Text,
    /// Bytes.
    Blob,
    /// Sixteen bytes.
    Uuid,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A date and time of day in no particular time zone.
    DateTime,
    /// An instant.
    Timestamp,
    /// A JSON document.
    Json,
}
