//! Active Record: entities that save themselves.

mod tracked;

#[doc(hidden)]
pub use self::tracked::HasTrackedField;
pub use self::tracked::Tracked;

use crate::connection::Executor;
use crate::error::Result;
use crate::gateway;
use crate::mapping::{Column, ColumnList, Mapping};
use crate::query::{self, Alias, Insert, IntoCondition, Operand, Query};
use crate::relation::{self, Related};
use crate::store;
use crate::value::ColumnType;

/// An entity that saves itself.
///
/// Derive it with `#[derive(ActiveRecord)]`. Every method takes the database or the transaction that it is
/// to run in.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Debug, ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(unique)]
///     name: String,
///     plays: i64,
/// }
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![Artist])?;
///
/// let mut nina = Artist { id: 0, name: "Nina Simone".into(), plays: 0 };
/// nina.save(&db)?; // INSERT, and the key is filled in
/// nina.plays = nina.increment(&db, Artist::PLAYS, 1)?;
/// let found = Artist::get(&db, nina.id)?;
/// assert_eq!((found.name.as_str(), found.plays), ("Nina Simone", 1));
/// found.delete(&db)?;
/// assert!(Artist::find(&db, nina.id)?.is_none());
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an Active Record",
    note = "add `#[derive(orm::ActiveRecord)]` to the struct; one with `#[derive(orm::Mapper)]` is stored by a `Repository` of its mapper"
)]
pub trait ActiveRecord: Mapping<Entity = Self> + Related {
    /// The row with this key.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// assert_eq!(Artist::get(&db, nina.id)?.name, "Nina Simone");
    /// let missing = Artist::get(&db, 99);
    /// assert!(matches!(missing, Err(orm::Error::NotFound { table: "artist" })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none; [`Error::Decode`].
    fn get(db: &dyn Executor, key: impl Into<Self::Key>) -> Result<Self> {
        store::get::<Self>(db, &key.into())
    }

    /// The row with this key, if there is one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// let found = Artist::find(&db, nina.id)?;
    /// assert!(found.is_some_and(|artist| artist.name == "Nina Simone"));
    /// assert!(Artist::find(&db, 99)?.is_none());
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`], and the condition that the database reports.
    fn find(db: &dyn Executor, key: impl Into<Self::Key>) -> Result<Option<Self>> {
        gateway::find::<Self>(db, &key.into())
    }

    /// The rows with these keys, in the order of the keys. Keys without a row are passed over, and a
    /// key that is given twice yields its row once.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut artists = ["Nina Simone", "Bill Evans"].map(|name| Artist { id: 0, name: name.into() });
    /// Artist::insert_many(&db, &mut artists)?;
    /// let [nina, bill] = artists;
    ///
    /// let found = Artist::find_many(&db, [bill.id, 99, nina.id])?;
    /// assert_eq!(found.iter().map(|artist| artist.id).collect::<Vec<_>>(), [bill.id, nina.id]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Decode`], and the condition that the database reports.
    fn find_many<K: Into<Self::Key>>(
        db: &dyn Executor,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Vec<Self>> {
        let keys: Vec<Self::Key> = keys.into_iter().map(Into::into).collect();
        gateway::find_many::<Self>(db, &keys)
    }

    /// The one row that meets a condition, if there is one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// let found = Artist::find_by(&db, Artist::NAME.eq("Nina Simone"))?;
    /// assert!(found.is_some_and(|artist| artist.id == nina.id));
    /// assert!(Artist::find_by(&db, Artist::NAME.eq("Bill Evans"))?.is_none());
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MultipleFound`] if several do; those of [`find`](Self::find).
    fn find_by<At>(
        db: &dyn Executor,
        condition: impl IntoCondition<Self, At>,
    ) -> Result<Option<Self>> {
        Self::query().filter(condition).one_or_none(db)
    }

    /// The row with the least key.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert!(Artist::first(&db)?.is_none());
    /// for name in ["Nina Simone", "Bill Evans"] {
    ///     Artist { id: 0, name: name.into() }.insert(&db)?;
    /// }
    /// assert!(Artist::first(&db)?.is_some_and(|artist| artist.name == "Nina Simone"));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    fn first(db: &dyn Executor) -> Result<Option<Self>> {
        Self::query().first(db)
    }

    /// The row with the greatest key.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// for name in ["Nina Simone", "Bill Evans"] {
    ///     Artist { id: 0, name: name.into() }.insert(&db)?;
    /// }
    /// assert!(Artist::last(&db)?.is_some_and(|artist| artist.name == "Bill Evans"));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    fn last(db: &dyn Executor) -> Result<Option<Self>> {
        Self::query().last(db)
    }

    /// All rows of the table.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// for name in ["Nina Simone", "Bill Evans"] {
    ///     Artist { id: 0, name: name.into() }.insert(&db)?;
    /// }
    /// assert_eq!(Artist::all(&db)?.len(), 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    fn all(db: &dyn Executor) -> Result<Vec<Self>> {
        Self::query().all(db)
    }

    /// How many rows the table has.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(Artist::count(&db)?, 0);
    /// Artist { id: 0, name: "Nina Simone".into() }.insert(&db)?;
    /// assert_eq!(Artist::count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The condition that the database reports.
    fn count(db: &dyn Executor) -> Result<u64> {
        Self::query().count(db)
    }

    /// Whether there is a row with this key.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// assert!(Artist::exists(&db, nina.id)?);
    /// assert!(!Artist::exists(&db, 99)?);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The condition that the database reports.
    fn exists(db: &dyn Executor, key: impl Into<Self::Key>) -> Result<bool> {
        gateway::exists::<Self>(db, &key.into())
    }

    /// Writes some columns of many records, each with its own values, in as few statements as the
    /// database takes and in one transaction. Returns how many of them were there.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut artists = ["nina", "bill"].map(|name| Artist { id: 0, name: name.into() });
    /// Artist::insert_many(&db, &mut artists)?;
    /// for artist in &mut artists {
    ///     artist.name = artist.name.to_uppercase();
    /// }
    /// assert_eq!(Artist::update_many(&db, &mut artists, Artist::NAME)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for a column of the key or one that is not written; the violated constraint;
    /// [`Error::Stale`] for a row that is gone or of another version. Nothing is changed then.
    fn update_many(
        db: &dyn Executor,
        records: &mut [Self],
        columns: impl ColumnList<Self>,
    ) -> Result<u64> {
        let columns = columns.positions();
        store::update_many::<Self>(db, records, &columns)
    }

    /// Records that are to be inserted, where it matters what becomes of rows that are there already.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Word {
    ///     #[orm(primary_key(assigned))]
    ///     text: String,
    ///     count: i64,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Word])?;
    /// # use orm::func::excluded;
    /// for _ in 0..2 {
    ///     let mut words = ["jazz", "soul"].map(|text| Word { text: text.into(), count: 1 });
    ///     Word::inserting(&mut words)
    ///         .on_conflict(Word::TEXT)
    ///         .set(Word::COUNT.set(Word::COUNT + excluded(Word::COUNT)))
    ///         .run(&db)?;
    /// }
    /// assert_eq!(Word::get(&db, "jazz".to_owned())?.count, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn inserting(records: &mut [Self]) -> Insert<'_, Self> {
        Insert::new(records)
    }

    /// A query of the table, to be narrowed down.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// let by_letter = Artist::query().filter(Artist::NAME.starts_with("N"));
    /// assert_eq!(by_letter.count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The table under another name, so that it can stand in a query twice.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Employee {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     name: String,
    ///     reports_to: Option<i64>,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Employee])?;
    /// # let employee = |name: &str, reports_to| Employee { id: 0, name: name.into(), reports_to };
    /// # Employee::insert_many(&db, &mut [employee("Andrew", None), employee("Nancy", Some(1))])?;
    /// let manager = Employee::alias("manager").left();
    /// let pairs = Employee::query()
    ///     .left_join(Employee::REPORTS_TO.on(manager.column(Employee::ID)))
    ///     .order_by(Employee::NAME)
    ///     .select((Employee::NAME, manager.column(Employee::NAME)))
    ///     .all(&db)?;
    /// assert_eq!(pairs[0], ("Andrew".to_owned(), None));
    /// assert_eq!(pairs[1], ("Nancy".to_owned(), Some("Andrew".to_owned())));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    fn alias(name: &'static str) -> Alias<Self> {
        Alias::new(name)
    }

    /// Inserts the row if its key is unset, and updates it otherwise.
    ///
    /// What happens when there is no row to update depends on who makes the keys. A key made by the
    /// database or by a generator says that the row was there: it is not brought back. A key that the
    /// user assigns says nothing, and the row is inserted.
    ///
    /// A record that is [`Tracked`] knows whether it was there, and writes only what has changed.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// nina.save(&db)?; // INSERT, and the key is filled in
    /// nina.name = "Eunice Waymon".into();
    /// nina.save(&db)?; // UPDATE
    /// assert_eq!(Artist::get(&db, nina.id)?.name, "Eunice Waymon");
    ///
    /// nina.delete(&db)?;
    /// assert!(matches!(nina.save(&db), Err(orm::Error::NotFound { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if a row with a generated key is gone; the violated constraint;
    /// [`Error::Encode`].
    fn save(&mut self, db: &dyn Executor) -> Result<()> {
        store::save::<Self>(db, self)
    }

    /// Inserts the row. A key that is unset is made, by the database or the generator, and filled in; one
    /// that is set is kept.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// nina.insert(&db)?;
    /// assert_eq!(nina.id, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The violated constraint, after which its key is as it was; [`Error::Encode`].
    fn insert(&mut self, db: &dyn Executor) -> Result<()> {
        store::insert::<Self>(db, self)
    }

    /// Updates all columns of the row; of a record that is [`Tracked`], those that have changed.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// nina.name = "Eunice Waymon".into();
    /// nina.update(&db)?;
    /// assert_eq!(Artist::get(&db, nina.id)?.name, "Eunice Waymon");
    ///
    /// let mut nobody = Artist { id: 99, name: "Nobody".into() };
    /// assert!(matches!(nobody.update(&db), Err(orm::Error::NotFound { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if the row is gone; the violated constraint; [`Error::Encode`].
    fn update(&mut self, db: &dyn Executor) -> Result<()> {
        store::update::<Self>(db, self)
    }

    /// Updates only these columns of the row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # struct Artist {
    /// #     #[orm(primary_key)]
    /// #     id: i64,
    /// #     name: String,
    /// #     plays: i64,
    /// # }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut artist = Artist { id: 0, name: "Nina Simone".into(), plays: 0 };
    /// # artist.save(&db)?;
    /// artist.name = "Eunice Waymon".into();
    /// artist.plays = -1;
    /// artist.save_only(&db, Artist::NAME)?; // one column, or several in a tuple
    /// assert_eq!(Artist::get(&db, artist.id)?.plays, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if the row is gone; [`Error::InvalidQuery`] for a column that cannot be
    /// written; the violated constraint; [`Error::Encode`].
    fn save_only(&mut self, db: &dyn Executor, columns: impl ColumnList<Self>) -> Result<()> {
        store::update_columns::<Self>(db, self, &columns.positions())
    }

    /// Changes the record by `change`, and updates the columns that are others then: no statement is run if there are none.
    ///
    /// After an error the record is as it was before the call.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String, plays: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Eunice".into(), plays: 0 };
    /// # nina.save(&db)?;
    /// nina.update_with(&db, |nina| nina.name = "Nina Simone".into())?; // UPDATE of the name alone
    /// nina.update_with(&db, |_| {})?; // nothing
    /// assert_eq!(Artist::get(&db, nina.id)?.name, "Nina Simone");
    ///
    /// nina.delete(&db)?;
    /// assert!(nina.update_with(&db, |nina| nina.name = "Eunice".into()).is_err());
    /// assert_eq!(nina.name, "Nina Simone");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if the row is gone; [`Error::InvalidQuery`] for a change of the key, or of a column that is not
    /// written; the violated constraint; [`Error::Encode`].
    fn update_with(&mut self, db: &dyn Executor, change: impl FnOnce(&mut Self)) -> Result<()> {
        store::update_with::<Self>(db, self, change)
    }

    /// Inserts the row, or updates the one that has its key, in one statement.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Setting {
    ///     #[orm(primary_key(assigned))]
    ///     name: String,
    ///     value: String,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Setting])?;
    /// for value in ["dark", "light"] {
    ///     Setting { name: "theme".into(), value: value.into() }.upsert(&db)?;
    /// }
    /// assert_eq!(Setting::count(&db)?, 1);
    /// assert_eq!(Setting::get(&db, "theme")?.value, "light");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The violated constraint, other than that of the key; [`Error::Encode`].
    fn upsert(&mut self, db: &dyn Executor) -> Result<()> {
        store::upsert::<Self>(db, self)
    }

    /// Deletes the row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// nina.delete(&db)?;
    /// assert!(!Artist::exists(&db, nina.id)?);
    /// assert!(matches!(nina.delete(&db), Err(orm::Error::NotFound { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is gone already; [`Error::ForeignKeyViolation`] if others refer to it.
    fn delete(&self, db: &dyn Executor) -> Result<()> {
        store::delete::<Self>(db, self)
    }

    /// Reads the row again, and gives up what was changed in memory.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// nina.name = "not saved".into();
    /// nina.reload(&db)?;
    /// assert_eq!(nina.name, "Nina Simone");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if the row is gone; [`Error::Decode`].
    fn reload(&mut self, db: &dyn Executor) -> Result<()> {
        store::reload::<Self>(db, self)
    }

    /// Inserts rows together, in one transaction: all of them, or after an error none.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut artists = ["Nina Simone", "Bill Evans"].map(|name| Artist { id: 0, name: name.into() });
    /// Artist::insert_many(&db, &mut artists)?;
    /// assert_eq!([artists[0].id, artists[1].id], [1, 2]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// The violated constraint, after which their keys are as they were; [`Error::Encode`].
    fn insert_many(db: &dyn Executor, records: &mut [Self]) -> Result<()> {
        store::insert_many::<Self>(db, records)
    }

    /// Saves the record as [`save`](Self::save) does, together with what is new of the entities that are
    /// loaded in its relations, in one transaction.
    ///
    /// Related entities without a key are inserted, in batches, and the keys by which entities refer to
    /// each other are filled in. Those with a key are there already: they are not written again, but for a
    /// reference that leads to another entity now.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::HasMany;
    ///
    /// let album = |title: &str| Album { title: title.into(), ..Album::default() };
    /// let mut nick = Artist { name: "Nick Drake".into(), ..Artist::default() };
    /// nick.albums = HasMany::new(vec![album("Five Leaves Left"), album("Pink Moon")]);
    /// nick.save_graph(&db)?;
    /// assert!(nick.albums.get()?.iter().all(|album| album.id > 0 && album.artist_id == nick.id));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`save`](Self::save) of each of them. Nothing is stored then, and keys that were made are
    /// unset again.
    fn save_graph(&mut self, db: &dyn Executor) -> Result<()> {
        relation::save_graph::<Self>(db, &mut [self])
    }

    /// [`save_graph`](Self::save_graph) of many records together, in as few batches as their relations have
    /// levels.
    ///
    /// # Errors
    /// Those of [`save_graph`](Self::save_graph).
    fn save_graphs(db: &dyn Executor, records: &mut [Self]) -> Result<()> {
        let mut records: Vec<&mut Self> = records.iter_mut().collect();
        relation::save_graph::<Self>(db, &mut records)
    }

    /// Deletes the row with this key, and says whether there was one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    /// # nina.save(&db)?;
    /// assert!(Artist::delete_by_key(&db, nina.id)?);
    /// assert!(!Artist::delete_by_key(&db, nina.id)?); // gone already
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ForeignKeyViolation`] if others refer to it.
    fn delete_by_key(db: &dyn Executor, key: impl Into<Self::Key>) -> Result<bool> {
        store::delete_by_key::<Self>(db, &key.into())
    }

    /// The one row that meets a condition, or else the one that `create` makes, inserted; and whether it
    /// was inserted.
    ///
    /// It relies on a unique constraint that covers the condition: of several callers at once, one
    /// inserts and the others find its row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Tag {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(unique)]
    ///     name: String,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Tag])?;
    /// let jazz = || Tag { id: 0, name: "jazz".into() };
    /// let (tag, created) = Tag::get_or_create(&db, Tag::NAME.eq("jazz"), jazz)?;
    /// assert!(created);
    /// let (same, created) = Tag::get_or_create(&db, Tag::NAME.eq("jazz"), jazz)?;
    /// assert!(!created && same.id == tag.id);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MultipleFound`] if several rows meet the condition; the violated constraint, if the row
    /// that `create` makes violates one that the condition does not cover.
    fn get_or_create<At>(
        db: &dyn Executor,
        condition: impl IntoCondition<Self, At>,
        create: impl FnOnce() -> Self,
    ) -> Result<(Self, bool)> {
        store::get_or_create::<Self>(db, &Self::query().filter(condition), create)
    }

    /// Changes the one row that meets a condition, or else inserts the one that `create` makes; and says
    /// whether it was inserted. Race-safe in the same way as [`get_or_create`](Self::get_or_create).
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Word {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(unique)]
    ///     text: String,
    ///     seen: i64,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Word])?;
    /// for text in ["blue", "train", "blue"] {
    ///     let create = || Word { id: 0, text: text.into(), seen: 1 };
    ///     Word::update_or_create(&db, Word::TEXT.eq(text), |word| word.seen += 1, create)?;
    /// }
    /// let blue = Word::find_by(&db, Word::TEXT.eq("blue"))?;
    /// assert!(blue.is_some_and(|word| word.seen == 2));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`get_or_create`](Self::get_or_create) and [`update`](Self::update).
    fn update_or_create<At>(
        db: &dyn Executor,
        condition: impl IntoCondition<Self, At>,
        change: impl FnOnce(&mut Self),
        create: impl FnOnce() -> Self,
    ) -> Result<(Self, bool)> {
        store::update_or_create::<Self>(db, &Self::query().filter(condition), change, create)
    }

    /// Adds to a column in the database, so that nobody else's change is lost, and returns the new
    /// value. The entity itself is not changed, so one with a version is to be read again.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, plays: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// let mut track = Track { id: 0, plays: 5 };
    /// track.save(&db)?;
    /// assert_eq!(track.increment(&db, Track::PLAYS, 1)?, 6); // SET "plays" = "plays" + 1
    /// assert_eq!(track.plays, 5);
    /// assert_eq!(Track::get(&db, track.id)?.plays, 6);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] if the row is gone; [`Error::Decode`] if the sum does not fit the column;
    /// [`Error::InvalidQuery`] for a column that cannot be written or holds no integers or real numbers;
    /// the violated constraint.
    fn increment<T: ColumnType>(
        &self,
        db: &dyn Executor,
        column: Column<Self, T>,
        by: impl Operand<Self, T>,
    ) -> Result<T> {
        let key = gateway::row_key::<Self>(self)?;
        let sum = query::increment(db, &key, column, by.into_operand())?;
        sum.ok_or(store::not_found::<Self>())
    }
}
