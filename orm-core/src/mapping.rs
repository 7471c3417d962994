//! Metadata Mapping: what a type is called in the database, and how its rows become entities.

mod column;
mod embedded;
mod statements;
mod table;

pub use self::column::{AnyColumn, Column, ColumnList, EmbeddedField};
pub use self::embedded::Embedded;
#[doc(hidden)]
pub use self::embedded::{embed, join, names, names_len};
pub use self::table::{
    Check, ForeignKey, Index, KeyStrategy, ReferentialAction, Statements, StaticSql, Table,
    table_of,
};
pub use crate::value::ColumnDef;

use crate::error::Result;
use crate::key::Key;
use crate::value::{Param, Row};

/// The one trait under both patterns: how an entity is stored in a table.
///
/// `#[derive(ActiveRecord)]` implements it for the struct itself, `#[derive(Mapper)]` for a type beside
/// it. Queries, relations and schema depend on this trait alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not mapped to a table",
    note = "add `#[derive(orm::ActiveRecord)]` to the struct"
)]
pub trait Mapping: Sized + 'static {
    /// The struct that holds one row: `Self` for an Active Record.
    type Entity: 'static;

    /// The primary key: the type of one column, or a tuple of two to eight.
    type Key: Key;

    /// The table, its columns and its fixed statements.
    const TABLE: &'static Table;

    /// Builds an entity from the columns of a row, in the order of [`Table::columns`], beginning at
    /// position `at`.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if a value does not fit its field.
    fn hydrate(row: &dyn Row, at: usize) -> Result<Self::Entity>;

    /// The value of the field that is stored in `column`, a position in [`Table::columns`].
    fn value(entity: &Self::Entity, column: usize) -> Param<'_>;

    /// The primary key of an entity.
    fn key(entity: &Self::Entity) -> Self::Key;

    /// Puts a primary key into an entity.
    fn set_key(entity: &mut Self::Entity, key: Self::Key);

    /// Fills in a key that is made by the program and still unset, and says whether it did. Does
    /// nothing for the other strategies.
    ///
    /// # Errors
    /// Those of the generator.
    fn generate_key(entity: &mut Self::Entity) -> Result<bool> {
        let _ = entity;
        Ok(false)
    }

    /// Takes over what the database made while it wrote the entity: the columns of
    /// [`Table::returning`], in that order, beginning at position `at`.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if a value does not fit its field.
    fn refresh(entity: &mut Self::Entity, row: &dyn Row, at: usize) -> Result<()> {
        let _ = (entity, row, at);
        Ok(())
    }
}
