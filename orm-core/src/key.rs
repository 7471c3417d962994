//! Primary keys: Identity Field, and the strategies that make one.

#[cfg(any(feature = "uuid", feature = "ulid"))]
mod generator;

#[cfg(feature = "ulid")]
pub use self::generator::ulid;
#[cfg(feature = "uuid")]
pub use self::generator::{uuid_v4, uuid_v7};

use crate::error::Result;
use crate::value::{ColumnType, Param, Row};

/// A primary key: one column, or a tuple of two to eight.
///
/// ```
/// use orm::Value;
/// use orm::driver::Row;
/// use orm::key::Key;
///
/// let key = (7_i64, String::from("de")); // of a table with two key columns
/// assert_eq!(<(i64, String)>::WIDTH, 2);
/// assert_eq!(key.param(1).into_value(), Ok(Value::from("de")));
/// assert!(!Key::is_unset(&key) && Key::is_unset(&0_i64));
///
/// let row = [Value::Int(7), Value::from("de")];
/// assert_eq!(<(i64, String) as Key>::read(&Row::new(&row), 0)?, key);
/// # Ok::<(), orm::Error>(())
/// ```
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
    /// [`Error::Decode`](crate::error::Error::Decode) if a value does not fit.
    fn read(row: &Row<'_>, at: usize) -> Result<Self>;

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

    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
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

            fn read(row: &Row<'_>, at: usize) -> Result<Self> {
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
