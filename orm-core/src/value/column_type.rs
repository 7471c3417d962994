//! The border itself: how a Rust type is written to a column and read back.

use super::{ColumnDef, Mismatch, Param, Row, Slot, SqlType, ValueRef};
use crate::error::{Error, Result};

/// A Rust type that one column can hold.
///
/// The crate implements it for the numbers, `bool`, `char`, `String`, `Vec<u8>`, `Option<T>` of all of
/// them, and, behind features, for the types of `uuid`, `ulid`, `chrono`, `jiff`, `time`,
/// `rust_decimal` and `serde_json`. Newtypes and unit enums derive it with `#[derive(Value)]`. For
/// any other type of yours it is one small impl:
///
/// ```
/// use orm::value::{ColumnType, Mismatch, Param, SqlType, ValueRef};
///
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f64);
///
/// impl ColumnType for Celsius {
///     type Nullable = Option<Self>;
///     type Like<U: ColumnType> = U;
///
///     const SQL_TYPE: SqlType = SqlType::Double;
///
///     fn encode(&self) -> Param<'_> {
///         self.0.encode()
///     }
///
///     fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
///         let degrees = f64::decode(value)?;
///         if degrees < -273.15 {
///             return Err(Mismatch::invalid("a temperature", "one below absolute zero"));
///         }
///         Ok(Celsius(degrees))
///     }
/// }
///
/// assert_eq!(Celsius::decode(ValueRef::Real(21.5)), Ok(Celsius(21.5)));
/// assert!(Celsius::decode(ValueRef::Real(-300.0)).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a column type",
    note = "add `#[derive(orm::Value)]` to a newtype or a unit enum of yours",
    note = "or mark the field `#[orm(json)]`, `#[orm(embed)]` or `#[orm(skip)]`; a relation needs its word, such as `#[orm(belongs_to)]` or `#[orm(has_many)]`, and a `Record` is `#[orm(tracked)]`",
    note = "types of other crates need a feature of `orm-toolkit`: uuid, ulid, chrono, jiff, time, rust_decimal, json"
)]
pub trait ColumnType: Sized + 'static {
    /// The same values or NULL: `Option<Self>`, and `Self` for a type that is an `Option` already.
    type Nullable: ColumnType;

    /// `U` with the same nullability as this type: `U` itself, and `U::Nullable` for an `Option`. It is
    /// the type of what is computed of a value, as a text's length is.
    type Like<U: ColumnType>: ColumnType;

    /// The type of the column that holds it.
    const SQL_TYPE: SqlType;

    /// Whether the column may be NULL; `true` only for `Option`.
    ///
    /// ```
    /// use orm::value::ColumnType;
    ///
    /// assert!(Option::<String>::NULLABLE && !String::NULLABLE);
    /// ```
    const NULLABLE: bool = false;

    /// The column as the derive begins to describe it: a type, and no name yet.
    ///
    /// ```
    /// use orm::value::{ColumnType, SqlType};
    ///
    /// let year = <Option<i32> as ColumnType>::COLUMN.named("year");
    /// assert!(year.ty == SqlType::Int && year.nullable);
    /// ```
    const COLUMN: ColumnDef = ColumnDef::new(Self::SQL_TYPE, Self::NULLABLE);

    /// Whether it may refer to an object that has no key yet.
    #[doc(hidden)]
    const IS_REFERENCE: bool = false;

    /// The value as the database is to store it.
    ///
    /// ```
    /// use orm::value::ColumnType;
    /// use orm::{Param, ValueRef};
    ///
    /// assert_eq!(7_u8.encode(), Param::Borrowed(ValueRef::Int(7)));
    /// ```
    fn encode(&self) -> Param<'_>;

    /// The value that a row holds.
    ///
    /// ```
    /// use orm::ValueRef;
    /// use orm::value::ColumnType;
    ///
    /// assert_eq!(u8::decode(ValueRef::Int(7)), Ok(7));
    /// assert!(u8::decode(ValueRef::Int(256)).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Mismatch`] if the value is of another kind, or does not fit the type without a change.
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch>;

    /// Reads column `at` of a row.
    ///
    /// ```
    /// use orm::driver::Row;
    /// use orm::value::ColumnType;
    /// use orm::{Error, Value};
    ///
    /// let row = [Value::Int(7), Value::from("seven")];
    /// assert_eq!(i64::read(&Row::new(&row), 0)?, 7);
    /// assert!(matches!(i64::read(&Row::new(&row), 1), Err(Error::Decode { position: 1, .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`], which names the position until the mapping adds the names.
    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        Self::decode(row.value(at)).map_err(|mismatch| Error::decode(at, mismatch))
    }

    /// The place that holds the value, to be filled from a row by whoever does not know this type.
    fn slot(&mut self) -> Slot<'_> {
        Slot::new(self)
    }

    /// Whether this is the value of a key that the database or a generator has still to make: zero,
    /// `None`, a nil UUID. Types that cannot tell are never unset.
    ///
    /// ```
    /// use orm::value::ColumnType;
    ///
    /// assert!(0_i64.is_unset() && None::<String>.is_unset());
    /// assert!(!7_i64.is_unset());
    /// ```
    fn is_unset(&self) -> bool {
        false
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    type Nullable = Self;
    type Like<U: ColumnType> = U::Nullable;

    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = true;
    const IS_REFERENCE: bool = T::IS_REFERENCE;
    const COLUMN: ColumnDef = if T::IS_REFERENCE {
        ColumnDef::new(T::SQL_TYPE, true).reference()
    } else {
        ColumnDef::new(T::SQL_TYPE, true)
    };

    #[inline]
    fn encode(&self) -> Param<'_> {
        match self {
            Some(value) => value.encode(),
            None => Param::NULL,
        }
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::decode(value).map(Some),
        }
    }

    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        if T::IS_REFERENCE && row.object(at).is_some() {
            return T::read(row, at).map(Some);
        }
        Self::decode(row.value(at)).map_err(|mismatch| Error::decode(at, mismatch))
    }

    fn is_unset(&self) -> bool {
        self.as_ref().is_none_or(T::is_unset)
    }
}
