//! Metadata Mapping: what a type is called in the database, and how its rows become entities.

mod access;
mod assign;
mod column;
mod embedded;
mod inheritance;
mod record;
mod reference;
mod relation;
mod snapshot;
mod source;
mod statements;
mod table;
mod version;

#[cfg(feature = "json")]
#[doc(hidden)]
pub use self::access::GivenDocument;
#[doc(hidden)]
pub use self::access::{Constructed, Given, GivenEmbedded, Setter};
#[doc(hidden)]
pub use self::assign::assign_key;
pub(crate) use self::assign::{Places, assign};
pub use self::column::{AnyColumn, Column, ColumnList, EmbeddedField};
pub use self::embedded::Embedded;
#[doc(hidden)]
pub use self::embedded::{embed, join, names, names_len};
pub use self::inheritance::{Variant, VariantTable};
pub use self::record::Record;
#[doc(hidden)]
pub use self::record::{RecordField, loaded};
pub(crate) use self::record::{loaded_of, put_back};
pub use self::reference::Ref;
#[doc(hidden)]
pub use self::reference::SingleKey;
pub use self::relation::{Dependent, Refers, RefersTo, RelationDef, RelationKind, Step, Tag};
pub use self::snapshot::Change;
pub(crate) use self::snapshot::{Snapshot, SnapshotRef, Snapshots, SnapshotsMark};
pub use self::source::{FromRow, Source};
pub use self::table::{
    Check, ForeignKey, Index, KeyStrategy, ReferentialAction, Statements, StaticSql, Table,
    table_of,
};
pub(crate) use self::version::{Identity, advance, set_version, version_of};
pub use crate::value::ColumnDef;

use std::any::Any;

use crate::error::Result;
use crate::key::Key;
use crate::value::{Param, Row, Slot};

/// The one trait under both patterns: how an entity is stored in a table.
///
/// `#[derive(ActiveRecord)]` implements it for the struct itself, and `#[derive(Mapper)]` for a type beside
/// it. Queries, relations and schema depend on this trait alone.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// assert_eq!(Artist::TABLE.name, "artist");
///
/// let mut nina = Artist { id: 1, name: "Nina Simone".into() };
/// assert_eq!(Artist::key(&nina), 1);
/// assert_eq!(Artist::value(&nina, 1).into_value(), Ok("Nina Simone".into()));
/// Artist::set_key(&mut nina, 7);
/// assert_eq!(nina.id, 7);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not mapped to a table",
    note = "add `#[derive(orm::ActiveRecord)]` to the struct; one with `#[derive(orm::Mapper)]` is mapped by the type beside it: write `{Self}Mapper`"
)]
pub trait Mapping: Sized + 'static {
    /// The struct or enum that holds one row: `Self` for an Active Record. Entities can be sent to other threads,
    /// together with what is related to them.
    type Entity: Send + Sync + 'static;

    /// The primary key: the type of one column, or a tuple of two to eight.
    type Key: Key;

    /// The table, its columns and its fixed statements.
    const TABLE: &'static Table;

    /// Builds an entity from the columns of a row, in the order of [`Table::columns`], beginning at
    /// position `at`.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::Value;
    ///
    /// let row = [Value::Int(7), Value::from("Nina Simone")];
    /// let nina = Artist::hydrate(&orm::driver::Row::new(&row), 0)?;
    /// assert_eq!((nina.id, nina.name.as_str()), (7, "Nina Simone"));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) if a value does not fit its field.
    fn hydrate(row: &Row<'_>, at: usize) -> Result<Self::Entity>;

    /// The value of the field that is stored in `column`, a position in [`Table::columns`].
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let nina = Artist { id: 7, name: "Nina Simone".into() };
    /// let values = [0, 1].map(|column| Artist::value(&nina, column).into_value());
    /// assert_eq!(values, [Ok(7.into()), Ok("Nina Simone".into())]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn value(entity: &Self::Entity, column: usize) -> Param<'_>;

    /// The primary key of an entity.
    fn key(entity: &Self::Entity) -> Self::Key;

    /// Puts a primary key into an entity.
    fn set_key(entity: &mut Self::Entity, key: Self::Key);

    /// Fills in a key that is made by the program and still unset, and says whether it did. Does
    /// nothing for the other strategies.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// # static NEXT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1000);
    /// fn next_number() -> i64 {
    ///     // …
    /// #   NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    /// }
    ///
    /// #[derive(ActiveRecord)]
    /// struct Ticket {
    ///     #[orm(primary_key(with = next_number))]
    ///     id: i64,
    /// }
    ///
    /// let mut ticket = Ticket { id: 0 };
    /// assert!(Ticket::generate_key(&mut ticket)?);
    /// assert_eq!(ticket.id, 1000);
    /// assert!(!Ticket::generate_key(&mut ticket)?); // it has one now
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the generator.
    fn generate_key(entity: &mut Self::Entity) -> Result<bool> {
        let _ = entity;
        Ok(false)
    }

    /// What every query of the entities loads beside their rows, for the derive.
    #[doc(hidden)]
    #[must_use]
    fn implied() -> Option<Box<dyn Any>> {
        None
    }

    /// The field that is stored in `column`, a position in [`Table::columns`], as a place to put a value into;
    /// [`Slot::none`] for a column that has no field of its own.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// let mut nina = Artist { id: 1, name: "Nina Simone".into() };
    /// let row = [orm::Value::Int(7)];
    /// Artist::slot(&mut nina, Artist::ID.position()).fill(&orm::driver::Row::new(&row), 0)?;
    /// assert_eq!(nina.id, 7);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn slot(entity: &mut Self::Entity, column: usize) -> Slot<'_>;

    /// Puts the value of a row's column `at` into the field that is stored in `column`, a position in
    /// [`Table::columns`].
    ///
    /// Where the column has no field of its own, the entity is built anew from all of its values with the one
    /// changed, and what is not stored is as after reading.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// let mut nina = Artist { id: 1, name: "Nina Simone".into() };
    /// let row = [orm::Value::from("Eunice Waymon")];
    /// Artist::assign(&mut nina, Artist::NAME.position(), &orm::driver::Row::new(&row), 0)?;
    /// assert_eq!(nina.name, "Eunice Waymon");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) if the value does not fit its field, or if the constructor
    /// refuses it; [`Error::Encode`](crate::error::Error::Encode) if the entity is built anew and another of its
    /// values cannot be stored.
    fn assign(entity: &mut Self::Entity, column: usize, row: &Row<'_>, at: usize) -> Result<()> {
        assign::<Self>(entity, row, &[column], Places::From(at))
    }

    /// Takes over the embedded values of another entity, whose columns have no place of their own.
    #[doc(hidden)]
    fn take_embedded(entity: &mut Self::Entity, from: Self::Entity) {
        *entity = from;
    }

    /// Where an entity remembers what was loaded, if it does.
    #[doc(hidden)]
    fn remembered(entity: &Self::Entity) -> Option<&Record<Self::Entity>> {
        let _ = entity;
        None
    }

    /// The same, to be changed.
    #[doc(hidden)]
    fn remembered_mut(entity: &mut Self::Entity) -> Option<&mut Record<Self::Entity>> {
        let _ = entity;
        None
    }
}
