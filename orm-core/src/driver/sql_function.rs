//! Functions of a database that the program declares with their types.

use std::fmt;
use std::marker::PhantomData;

/// A function of the database by its name, with the types of its arguments as a tuple, and that of its
/// value.
///
/// The declaration is believed. Another type in the database is an error when a value is read.
///
/// ```
/// use orm::prelude::*;
/// use orm::SqlFunction;
///
/// const SOUNDS_LIKE: SqlFunction<(String, String), bool> = SqlFunction::new("sounds_like");
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// let db = orm::Database::sqlite_in_memory()
///     .function(SOUNDS_LIKE, |(one, other)| {
///         let vowels = ['a', 'e', 'i', 'o', 'u'];
///         one.to_lowercase().replace(vowels, "") == other.to_lowercase().replace(vowels, "")
///     })
///     .open()?;
/// # db.create_tables(orm::schema![Artist])?;
/// # Artist { id: 0, name: "Nina Simone".into() }.insert(&db)?;
/// let found = Artist::query().filter(SOUNDS_LIKE.call(Artist::NAME, "Nena Semone"));
/// assert_eq!(found.one(&db)?.name, "Nina Simone");
/// # Ok::<(), orm::Error>(())
/// ```
///
/// One that the database has itself is declared in the same way and needs no `function(…)`.
pub struct SqlFunction<A, T> {
    pub(crate) name: &'static str,
    types: PhantomData<fn(A) -> T>,
}

impl<A, T> SqlFunction<A, T> {
    /// Declares a function. Its name consists of ASCII letters, digits and underscores.
    ///
    /// Another name is [`Error::InvalidIdentifier`](crate::error::Error::InvalidIdentifier) when a query
    /// with it is run, and one that the database does not know is
    /// [`Error::Database`](crate::error::Error::Database).
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
