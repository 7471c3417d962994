//! Dirty tracking: what of a record has changed since it was loaded.

use super::ActiveRecord;
use crate::error::Result;
use crate::key::Key as _;
use crate::mapping::{Change, ColumnList, Record, Snapshot, SnapshotRef, loaded_of};

/// A record with a field that is marked `#[orm(tracked)]`, which remembers what its row holds.
///
/// [`save`](ActiveRecord::save) and [`update`](ActiveRecord::update) of such a record write the columns that have changed,
/// and run no statement if none has. Values are compared, so one that is set back is no change, and a change inside of a
/// document or a list is one.
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
///     plays: i64,
///     #[orm(tracked)]
///     record: Record<Self>,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let mut nina = Artist { id: 0, name: "Eunice".into(), plays: 0, record: Record::new() };
/// assert!(nina.is_new());
/// nina.save(&db)?;
///
/// nina.name = "Nina Simone".into();
/// assert!(nina.changed(Artist::NAME) && !nina.changed(Artist::PLAYS));
/// nina.save(&db)?; // UPDATE "artist" SET "name" = ? WHERE "id" = ?
/// assert_eq!(nina.saved_changes()[0].old, "Eunice".into());
/// assert!(!nina.is_changed());
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # New or loaded
///
/// A record is new until it is inserted or found, whatever its key is: the field says it, and not the key. So `save` of a
/// new one is always an INSERT, and of any other an UPDATE, which is [`Error::NotFound`](crate::error::Error::NotFound) if
/// the row is gone. To insert a copy, give it another key and `Record::new()`; `insert` and `upsert` do what they are
/// called whether a record is new or not. `save_only` does not make a new record a loaded one, since it says nothing of
/// the other columns.
///
/// A row is found by the key that was loaded. `save` writes a changed key where the user makes the keys, and is
/// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) elsewhere.
///
/// # What is not seen
///
/// What is remembered follows what this record writes: not what others write, nor what is written without the record,
/// such as by a query or `inserting`, nor what is written with a shared reference: after `delete` it is not new. After
/// `update_many` of records that were not all there, the columns still count as changed. `increment` returns the new value,
/// and putting it into the record is a change. A transaction that is rolled back does not take the record back: `reload` it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not remember what was loaded",
    note = "add the field `#[orm(tracked)] record: orm::Record<Self>` to the struct"
)]
pub trait Tracked: ActiveRecord {
    /// In which columns the record differs from its row, in their order, as it was loaded or written last. A new record has
    /// no row: all that it holds is a change from NULL.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 0, name: "Eunice".into(), record: Record::new() }.insert(&db)?;
    /// let mut nina = Artist::get(&db, 1)?;
    /// nina.name = "Nina".into();
    /// let changes = nina.changes()?;
    /// assert_eq!((changes.len(), changes[0].column), (1, "name"));
    /// assert_eq!((&changes[0].old, &changes[0].new), (&"Eunice".into(), &"Nina".into()));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Encode`](crate::error::Error::Encode) for a value that cannot be stored.
    fn changes(&self) -> Result<Vec<Change>>;

    /// Whether the record differs from its row in a column, or in one of several in a tuple.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 0, name: "Eunice".into(), record: Record::new() }.insert(&db)?;
    /// let mut nina = Artist::get(&db, 1)?;
    /// nina.name.push_str(" Waymon");
    /// assert!(nina.changed(Artist::NAME));
    /// nina.name.truncate(6); // set back
    /// assert!(!nina.changed((Artist::ID, Artist::NAME)));
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn changed(&self, columns: impl ColumnList<Self>) -> bool;

    /// Whether there is something that `save` would write: a change, or a row that is not stored yet.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut nina = Artist { id: 0, name: "Nina Simone".into(), record: Record::new() };
    /// assert!(nina.is_changed());
    /// nina.save(&db)?;
    /// assert!(!nina.is_changed());
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn is_changed(&self) -> bool;

    /// Whether the record was neither read nor inserted.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut nina = Artist { id: 0, name: "Nina Simone".into(), record: Record::new() };
    /// assert!(nina.is_new());
    /// nina.save(&db)?;
    /// assert!(!nina.is_new());
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn is_new(&self) -> bool;

    /// Gives up what was not saved: the columns hold again what the row held when it was loaded or written last. No
    /// statement is run; [`reload`](ActiveRecord::reload) reads the row. A new record has nothing to go back to, and stays
    /// as it is.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 0, name: "Nina Simone".into(), record: Record::new() }.insert(&db)?;
    /// let mut nina = Artist::get(&db, 1)?;
    /// nina.name = "not saved".into();
    /// nina.restore()?;
    /// assert_eq!(nina.name, "Nina Simone");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) if a value of a type of your own cannot be read as it was written.
    fn restore(&mut self) -> Result<()>;

    /// What the last save wrote, in the order of the columns: nothing, if nothing had changed. A value that the database
    /// computed with it is one of them. Of a row that was inserted it is all that is not NULL, and that was NULL before.
    ///
    /// ```
    /// # use orm::{Record, prelude::*};
    /// # #[derive(ActiveRecord)]
    /// # struct Artist { #[orm(primary_key)] id: i64, name: String, #[orm(tracked)] record: Record<Self> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut nina = Artist { id: 0, name: "Eunice".into(), record: Record::new() };
    /// nina.save(&db)?;
    /// assert_eq!(nina.saved_changes().len(), 2); // the key as well
    /// nina.name = "Nina".into();
    /// nina.save(&db)?;
    /// assert_eq!(nina.saved_changes()[0].old, "Eunice".into());
    /// nina.save(&db)?;
    /// assert!(nina.saved_changes().is_empty());
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn saved_changes(&self) -> &[Change];
}

/// A record with a field that is marked `#[orm(tracked)]`. The derive says so, and the mapping finds the field.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not remember what was loaded",
    note = "add the field `#[orm(tracked)] record: orm::Record<Self>` to the struct"
)]
pub trait HasTrackedField: ActiveRecord {}

impl<R: HasTrackedField> Tracked for R {
    fn changes(&self) -> Result<Vec<Change>> {
        let nothing = Snapshot::nothing::<R>();
        let before = loaded_of::<R>(self).unwrap_or(nothing.as_ref());
        before.changes_in::<R>(self, changed_columns(self))
    }

    fn changed(&self, columns: impl ColumnList<Self>) -> bool {
        let changed = changed_columns(self);
        columns.positions().iter().any(|at| changed.contains(at))
    }

    fn is_changed(&self) -> bool {
        loaded_of::<R>(self).is_none_or(|loaded| loaded.is_changed::<R>(self))
    }

    fn is_new(&self) -> bool {
        loaded_of::<R>(self).is_none()
    }

    fn restore(&mut self) -> Result<()> {
        match loaded_of::<R>(self).map(SnapshotRef::to_owned) {
            Some(loaded) => loaded.as_ref().restore::<R>(self),
            None => Ok(()),
        }
    }

    fn saved_changes(&self) -> &[Change] {
        R::remembered(self).map_or(&[], Record::saved)
    }
}

/// The columns in which a record differs from its row. Without a row, a key that has still to be made is none.
fn changed_columns<R: HasTrackedField>(record: &R) -> Vec<usize> {
    if let Some(loaded) = loaded_of::<R>(record) {
        return loaded.changed::<R>(record);
    }
    let nothing = Snapshot::nothing::<R>();
    let mut columns = nothing.as_ref().changed::<R>(record);
    if R::key(record).is_unset() {
        columns.retain(|at| !R::TABLE.is_key(*at));
    }
    columns
}
