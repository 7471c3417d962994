//! What an Active Record knows of its row, if it is to know it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::{Change, Mapping, Snapshot, SnapshotRef};
use crate::error::Result;

/// What a record held when it was read or written last, in a field that is marked `#[orm(tracked)]`.
///
/// The library fills it in; [`Record::new`] says that there is no row yet. It has no column, and two of them are always
/// equal, so that records can be compared by their other fields. It does not show the values in its `Debug` output. In
/// serde's formats it is left out by `#[serde(skip)]`.
///
/// [`Tracked`](crate::record::Tracked) says what can be asked of a record with such a field.
///
/// ```
/// use orm::Record;
/// use orm::prelude::*;
///
/// #[derive(ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
///     #[orm(tracked)]
///     record: Record<Self>,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let mut nina = Artist { id: 0, name: "Eunice Waymon".into(), record: Record::new() };
/// nina.save(&db)?; // INSERT
/// nina.name = "Nina Simone".into();
/// nina.save(&db)?; // UPDATE of the name alone
/// nina.save(&db)?; // nothing
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Record<E> {
    /// What the row holds, as far as is known. None before it is inserted.
    loaded: Option<Snapshot>,
    saved: Vec<Change>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Record<E> {
    /// The record of a row that is not stored yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            loaded: None,
            saved: Vec::new(),
            entity: PhantomData,
        }
    }

    pub(crate) fn loaded(&self) -> Option<SnapshotRef<'_>> {
        self.loaded.as_ref().map(Snapshot::as_ref)
    }

    /// What the last save wrote.
    pub(crate) fn saved(&self) -> &[Change] {
        &self.saved
    }

    pub(crate) fn remember(&mut self, loaded: Snapshot, saved: Vec<Change>) {
        self.loaded = Some(loaded);
        self.saved = saved;
    }
}

impl<E> Default for Record<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Clone for Record<E> {
    fn clone(&self) -> Self {
        Self {
            loaded: self.loaded.clone(),
            saved: self.saved.clone(),
            entity: PhantomData,
        }
    }
}

impl<E> fmt::Debug for Record<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("is_new", &self.loaded.is_none())
            .finish_non_exhaustive()
    }
}

impl<E> PartialEq for Record<E> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<E> Eq for Record<E> {}

impl<E> Hash for Record<E> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// The type of a field that is marked `#[orm(tracked)]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold what was loaded of `{E}`",
    label = "expected `orm::Record<Self>`",
    note = "a field with `#[orm(tracked)]` is of the type `orm::Record<Self>`"
)]
pub trait RecordField<E> {
    fn get(&self) -> &Record<E>;
    fn get_mut(&mut self) -> &mut Record<E>;
}

impl<E> RecordField<E> for Record<E> {
    fn get(&self) -> &Self {
        self
    }

    fn get_mut(&mut self) -> &mut Self {
        self
    }
}

/// An entity that was read just now, which remembers what it holds.
///
/// # Errors
/// None; it is the last expression of what can fail.
#[doc(hidden)]
pub fn loaded<M: Mapping>(mut entity: M::Entity) -> Result<M::Entity> {
    let now = Snapshot::of::<M>(&entity);
    if let Some(record) = M::remembered_mut(&mut entity) {
        record.remember(now, Vec::new());
    }
    Ok(entity)
}

/// What the row of an entity that is tracked holds. None if it has no row.
pub(crate) fn loaded_of<M: Mapping>(entity: &M::Entity) -> Option<SnapshotRef<'_>> {
    M::remembered(entity)?.loaded()
}

/// Puts back what an entity remembered.
pub(crate) fn put_back<M: Mapping>(entity: &mut M::Entity, before: Option<Record<M::Entity>>) {
    if let (Some(record), Some(before)) = (M::remembered_mut(entity), before) {
        *record = before;
    }
}
