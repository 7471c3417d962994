//! Functions of a database that the program declares with their types.

use std::fmt;
use std::marker::PhantomData;

/// A function of the database by its name, with the types of its arguments as a tuple, and that of its
/// value.
///
/// The declaration is believed. Another type in the database is an error when a value is read.
pub struct SqlFunction<A, T> {
    pub(crate) name: &'static str,
    types: PhantomData<fn(A) -> T>,
}

impl<A, T> SqlFunction<A, T> {
    /// Declares a function. Its name consists of ASCII letters, digits and underscores; another one is
    /// [`Error::InvalidIdentifier`](crate::error::Error::InvalidIdentifier) when it is used.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        let types = PhantomData;
        Self { name, types }
    }
}

impl<A, T> Clone for SqlFunction<A, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, T> Copy for SqlFunction<A, T> {}

impl<A, T> fmt::Debug for SqlFunction<A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
