//! What columns belong to: a mapped table, or the rows of a selection.

use super::{Mapping, Table};
use crate::error::Result;
use crate::value::Row;

/// Rows with typed columns: those of a mapped table, or those of a struct with `#[derive(FromRow)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no columns to query",
    note = "add `#[derive(orm::ActiveRecord)]` for a table, or `#[derive(orm::FromRow)]` for the rows of a selection"
)]
pub trait Source: 'static {
    /// What one row becomes.
    type Entity: 'static;

    /// The name and the columns.
    const TABLE: &'static Table;

    /// Makes an entity of a row, whose first column of this source is at a position.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) for a value that a field cannot hold.
    fn read(row: &dyn Row, at: usize) -> Result<Self::Entity>;
}

impl<M: Mapping> Source for M {
    type Entity = M::Entity;

    const TABLE: &'static Table = M::TABLE;

    #[inline]
    fn read(row: &dyn Row, at: usize) -> Result<M::Entity> {
        M::hydrate(row, at)
    }
}

/// A struct that rows of a selection become; written by `#[derive(FromRow)]`.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` cannot be read from a selection",
    note = "add `#[derive(orm::FromRow)]` to the struct"
)]
pub trait FromRow: Source<Entity = Self> + Sized {
    /// The types of the fields, as a tuple.
    type Values;
}
