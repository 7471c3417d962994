//! Primary keys: Identity Field, and the strategies that make one.

#[cfg(any(feature = "uuid", feature = "ulid"))]
use crate::error::Error;
use crate::error::Result;
#[cfg(any(feature = "uuid", feature = "ulid"))]
use crate::value::ValueRef;
use crate::value::{ColumnType, Param, Row};

/// A primary key: one column, or a tuple of two to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    note = "a key is a column type, or a tuple of two to eight column types"
)]
pub trait Key: Clone + 'static {
    /// How many columns it has.
    const WIDTH: usize;

    /// The value of one of its columns.
    fn param(&self, at: usize) -> Param<'_>;

    /// Reads a key from the columns of a row that begin at position `at`.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if a value does not fit.
    fn read(row: &dyn Row, at: usize) -> Result<Self>;

    /// Whether the key has still to be made. A composite key is unset if one of its columns is and
    /// can tell.
    fn is_unset(&self) -> bool;
}

impl<T: ColumnType + Clone> Key for T {
    const WIDTH: usize = 1;

    #[inline]
    fn param(&self, _: usize) -> Param<'_> {
        self.encode()
    }

    fn read(row: &dyn Row, at: usize) -> Result<Self> {
        T::read(row, at)
    }

    fn is_unset(&self) -> bool {
        ColumnType::is_unset(self)
    }
}

macro_rules! composite_key {
    ($width:literal: $($ty:ident $at:tt),+) => {
        impl<$($ty: ColumnType + Clone),+> Key for ($($ty,)+) {
            const WIDTH: usize = $width;

            fn param(&self, at: usize) -> Param<'_> {
                match at {
                    $($at => self.$at.encode(),)+
                    _ => Param::NULL,
                }
            }

            fn read(row: &dyn Row, at: usize) -> Result<Self> {
                Ok(($($ty::read(row, at + $at)?,)+))
            }

            fn is_unset(&self) -> bool {
                $(ColumnType::is_unset(&self.$at))||+
            }
        }
    };
}

composite_key!(2: A 0, B 1);
composite_key!(3: A 0, B 1, C 2);
composite_key!(4: A 0, B 1, C 2, D 3);
composite_key!(5: A 0, B 1, C 2, D 3, E 4);
composite_key!(6: A 0, B 1, C 2, D 3, E 4, F 5);
composite_key!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
composite_key!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Fills in one column of a key if it is still unset, and says whether it was.
///
/// # Errors
/// Those of the generator.
#[doc(hidden)]
pub fn fill<T: ColumnType>(slot: &mut T, generate: fn() -> Result<T>) -> Result<bool> {
    let unset = slot.is_unset();
    if unset {
        *slot = generate()?;
    }
    Ok(unset)
}

/// The same with a generator of the user's, which cannot fail.
#[doc(hidden)]
pub fn fill_with<T: ColumnType>(slot: &mut T, generate: impl FnOnce() -> T) -> Result<bool> {
    let unset = slot.is_unset();
    if unset {
        *slot = generate();
    }
    Ok(unset)
}

/// A random UUID (version 4).
///
/// # Errors
/// [`Error::Encode`] if the key's type does not take a UUID.
#[cfg(feature = "uuid")]
pub fn uuid_v4<T: ColumnType>() -> Result<T> {
    from_bytes(::uuid::Uuid::new_v4().into_bytes())
}

/// A UUID that begins with the time (version 7), so that new keys sort after old ones.
///
/// # Errors
/// [`Error::Encode`] if the key's type does not take a UUID.
#[cfg(feature = "uuid")]
pub fn uuid_v7<T: ColumnType>() -> Result<T> {
    from_bytes(::uuid::Uuid::now_v7().into_bytes())
}

/// A ULID: the time and then chance, so that new keys sort after old ones.
///
/// # Errors
/// [`Error::Encode`] if the key's type does not take a ULID.
#[cfg(feature = "ulid")]
pub fn ulid<T: ColumnType>() -> Result<T> {
    from_bytes(::ulid::Ulid::generate().to_bytes())
}

#[cfg(any(feature = "uuid", feature = "ulid"))]
fn from_bytes<T: ColumnType>(bytes: [u8; 16]) -> Result<T> {
    T::decode(ValueRef::Uuid(bytes)).map_err(|mismatch| Error::encode("", "", mismatch))
}
