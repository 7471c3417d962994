//! Fields that only functions reach: those of types that do not show them.

use std::error::Error as StdError;

#[cfg(feature = "json")]
use serde::Serialize;

use super::Embedded;
use crate::error::{Error, Result};
use crate::key;
use crate::value::{ColumnType, Param, Slot, ValueRef};
#[cfg(feature = "json")]
use crate::value::{Json, json};

/// What a getter may return for a field of type `T` that is stored in one column: the value, or a loan of it.
///
/// A loan of a `String` is a `&str` as well, and one of an `Option<String>` is an `Option<&str>`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the getter of a field of type `{T}` returns `{Self}`",
    label = "expected `{T}`, or a loan of it",
    note = "let it return `{T}` or `&{T}`; `&str` for a `String`, `&[u8]` for a `Vec<u8>`, and `Option<&T>` for an `Option<T>`"
)]
pub trait Given<'e, T>: Sized {
    /// The value as it is stored; of a loan nothing is copied.
    fn param(self) -> Param<'e>;

    /// The value itself.
    fn owned(self) -> T
    where
        T: Clone;
}

#[diagnostic::do_not_recommend]
impl<'e, T: ColumnType> Given<'e, T> for T {
    fn param(self) -> Param<'e> {
        detached(self.encode())
    }

    fn owned(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'e, T: ColumnType> Given<'e, T> for &'e T {
    fn param(self) -> Param<'e> {
        self.encode()
    }

    fn owned(self) -> T
    where
        T: Clone,
    {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<'e, T: ColumnType + Clone> Given<'e, Option<T>> for Option<&'e T> {
    fn param(self) -> Param<'e> {
        self.map_or(Param::NULL, T::encode)
    }

    fn owned(self) -> Option<T> {
        self.cloned()
    }
}

macro_rules! given_as_slice {
    ($slice:ty, $owned:ty, $variant:ident) => {
        #[diagnostic::do_not_recommend]
        impl<'e> Given<'e, $owned> for &'e $slice {
            fn param(self) -> Param<'e> {
                Param::Borrowed(ValueRef::$variant(self))
            }

            fn owned(self) -> $owned {
                self.to_owned()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'e> Given<'e, Option<$owned>> for Option<&'e $slice> {
            fn param(self) -> Param<'e> {
                self.map_or(Param::NULL, Given::param)
            }

            fn owned(self) -> Option<$owned> {
                self.map(<$slice>::to_owned)
            }
        }
    };
}

given_as_slice!(str, String, Text);
given_as_slice!([u8], Vec<u8>, Blob);

/// What a getter may return for a field that is an embedded value.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the getter of an embedded value of type `{V}` returns `{Self}`",
    label = "expected `{V}`, or a loan of it",
    note = "let it return `{V}` or `&{V}`; `Option<&V>` for an `Option<V>`"
)]
pub trait GivenEmbedded<'e, V> {
    /// The value of one of the columns.
    fn param(self, column: usize) -> Param<'e>;
}

#[diagnostic::do_not_recommend]
impl<'e, V: Embedded> GivenEmbedded<'e, V> for V {
    fn param(self, column: usize) -> Param<'e> {
        detached(self.value(column))
    }
}

#[diagnostic::do_not_recommend]
impl<'e, V: Embedded> GivenEmbedded<'e, V> for &'e V {
    fn param(self, column: usize) -> Param<'e> {
        self.value(column)
    }
}

#[diagnostic::do_not_recommend]
impl<'e, V: Embedded> GivenEmbedded<'e, Option<V>> for Option<&'e V> {
    fn param(self, column: usize) -> Param<'e> {
        self.map_or(Param::NULL, |value| value.value(column))
    }
}

/// What a getter may return for a field of type `T` that is stored as a JSON document: what is written like it.
#[cfg(feature = "json")]
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the getter of a field of type `{T}` returns `{Self}`",
    label = "expected `{T}`, or a loan of it",
    note = "let it return `{T}` or `&{T}`; `&str` for a `String`, `&[T]` for a `Vec<T>`, and `Option<&T>` for an `Option<T>`"
)]
pub trait GivenDocument<T>: Serialize + Sized {
    /// The document.
    fn param(self) -> Param<'static> {
        json::encode(&self)
    }
}

#[cfg(feature = "json")]
mod document {
    use serde::Serialize;

    use super::GivenDocument;

    #[diagnostic::do_not_recommend]
    impl<T: Serialize> GivenDocument<T> for T {}
    #[diagnostic::do_not_recommend]
    impl<T: Serialize> GivenDocument<T> for &T {}
    #[diagnostic::do_not_recommend]
    impl<T: Serialize> GivenDocument<Option<T>> for Option<&T> {}
    #[diagnostic::do_not_recommend]
    impl<T: Serialize> GivenDocument<Vec<T>> for &[T] {}
    #[diagnostic::do_not_recommend]
    impl<T: Serialize> GivenDocument<Option<Vec<T>>> for Option<&[T]> {}
    #[diagnostic::do_not_recommend]
    impl GivenDocument<String> for &str {}
    #[diagnostic::do_not_recommend]
    impl GivenDocument<Option<String>> for Option<&str> {}
}

/// A parameter with storage of its own.
fn detached(param: Param<'_>) -> Param<'static> {
    match param.into_value() {
        Ok(value) => Param::Owned(value),
        Err(mismatch) => Param::Invalid(mismatch),
    }
}

/// A function that puts a value into a field of an entity.
#[doc(hidden)]
#[derive(Debug)]
pub struct Setter<E, T>(pub fn(&mut E, T));

impl<E, T: 'static> Setter<E, T> {
    /// Puts a value into the field.
    pub fn set(self, entity: &mut E, value: T) {
        (self.0)(entity, value);
    }

    /// The field, as a place to be filled.
    pub fn slot(self, entity: &mut E) -> Slot<'_>
    where
        T: ColumnType,
    {
        Slot::setter(T::read, move |value| self.set(entity, value))
    }

    /// The field of what is in a JSON document, as a place to be filled.
    #[cfg(feature = "json")]
    pub fn document_slot(self, entity: &mut E) -> Slot<'_>
    where
        Json<T>: ColumnType,
    {
        Slot::setter(Json::<T>::read, move |json| {
            self.set(entity, json.into_inner());
        })
    }

    /// Replaces the key that is in the field if it is still unset, and says whether it was.
    ///
    /// # Errors
    /// Those of the generator.
    pub fn fill(self, mut key: T, entity: &mut E, generate: fn() -> Result<T>) -> Result<bool>
    where
        T: ColumnType,
    {
        let filled = key::fill(&mut key, generate)?;
        if filled {
            self.set(entity, key);
        }
        Ok(filled)
    }

    /// The same with a generator of the user's, which cannot fail.
    ///
    /// # Errors
    /// None.
    pub fn fill_with(self, mut key: T, entity: &mut E, generate: impl FnOnce() -> T) -> Result<bool>
    where
        T: ColumnType,
    {
        let filled = key::fill_with(&mut key, generate)?;
        if filled {
            self.set(entity, key);
        }
        Ok(filled)
    }
}

/// What a constructor of `E` may return: it, or why there is none.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the constructor of `{E}` returns `{Self}`",
    label = "expected `{E}`, or a `Result` of it",
    note = "let it return `{E}` or `Result<{E}, E>`, where `E` is `std::error::Error + Send + Sync + 'static`"
)]
pub trait Constructed<E> {
    /// The entity of a row whose columns begin at position `at`.
    ///
    /// # Errors
    /// [`Error::Decode`] if the constructor refused the values.
    fn entity(self, at: usize) -> Result<E>;
}

impl<E> Constructed<E> for E {
    fn entity(self, _: usize) -> Result<E> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E, X: Into<Box<dyn StdError + Send + Sync>>> Constructed<E> for Result<E, X> {
    fn entity(self, at: usize) -> Result<E> {
        self.map_err(|source| Error::refused(at, source.into()))
    }
}
