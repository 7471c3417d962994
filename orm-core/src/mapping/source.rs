//! What columns belong to: a mapped table, or the rows of a selection.

use std::any::Any;

use super::{Mapping, Table};
use crate::error::Result;
use crate::value::Row;

/// Rows with typed columns: those of a mapped table, or those of a struct with `#[derive(FromRow)]`.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Query, Source};
///
/// fn how_many<S: Source>(db: &orm::Database) -> orm::Result<u64> {
///     Query::<S>::new().count(db)
/// }
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// assert_eq!(how_many::<Artist>(&db)?, 0);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no columns to query",
    note = "add `#[derive(orm::ActiveRecord)]` for a table, or `#[derive(orm::FromRow)]` for the rows of a selection"
)]
pub trait Source: 'static {
    /// What one row becomes.
    type Entity: Send + Sync + 'static;

    /// The name and the columns.
    const TABLE: &'static Table;

    /// What every query of the entities loads beside their rows, for the derive.
    #[doc(hidden)]
    #[must_use]
    fn implied() -> Option<Box<dyn Any>> {
        None
    }

    /// Makes an entity of a row, whose first column of this source is at a position.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) for a value that a field cannot hold.
    fn read(row: &Row<'_>, at: usize) -> Result<Self::Entity>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapping> Source for M {
    type Entity = M::Entity;

    const TABLE: &'static Table = M::TABLE;

    fn implied() -> Option<Box<dyn Any>> {
        <M as Mapping>::implied()
    }

    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<M::Entity> {
        M::hydrate(row, at)
    }
}

/// A struct that rows of a selection become; written by `#[derive(FromRow)]`.
///
/// ```
/// use orm::prelude::*;
///
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, name: String, seconds: i64 }
/// #[derive(FromRow)]
/// struct Length {
///     name: String,
///     minutes: i64,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// Track { id: 0, name: "Sinnerman".into(), seconds: 622 }.insert(&db)?;
/// let lengths = Track::query().select((Track::NAME, Track::SECONDS / 60)).rows_as::<Length>();
/// assert_eq!(lengths.all(&db)?[0].minutes, 10);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` cannot be read from a selection",
    note = "add `#[derive(orm::FromRow)]` to the struct"
)]
pub trait FromRow: Source<Entity = Self> + Sized {
    /// The types of the fields, as a tuple.
    type Values;
}
