//! Unit of Work: objects that know nothing of the database, what has become of them since they were read, and the
//! transaction in which all of it is written at once.

mod delete;
mod flush;
mod handle;
mod identity;
mod insert;
mod moved;
mod outcome;
mod past;
mod reference;
mod resolve;
mod shelf;
mod slot;
mod update;
mod work;

pub use self::handle::Handle;

use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::ops::{Index, IndexMut};
use std::sync::atomic::{AtomicU64, Ordering};

use once_cell::unsync::OnceCell;

use self::shelf::{Shelf, Source, Written};
use self::slot::{Slot, State};
use self::work::AnyShelf;
use crate::connection::{Access, Executor, Monitor, Transaction, Transactional};
use crate::driver::{Connection, Dialect};
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::mapper::{DataMapper, Mapped};
use crate::mapping::Change;
use crate::query::Query;
use crate::relation::Compared;
use crate::store;
use crate::value::Row;

/// Objects of any mappers, each of a row at most once, and what is to be written of them.
///
/// Nothing is written before [`flush`](Self::flush) or [`commit`](Self::commit). The transaction begins with the first
/// write; a session that is dropped rolls it back.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, Session};
///
/// #[derive(Mapper)]
/// #[orm(table = "artists")]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![ArtistMapper])?;
///
/// let mut session = Session::new(&db);
/// let nina = session.add(Artist { id: 0, name: "Nina Simone".into() })?;
/// session.flush()?; // INSERT, and the key
/// session[nina].name = "Eunice Waymon".into();
/// session.commit()?; // UPDATE of the name
/// assert_eq!(session.get::<ArtistMapper>(1)?, nina); // one object for one row
///
/// session.remove(nina)?;
/// session.commit()?; // DELETE
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # As an executor
///
/// A session is an [`Executor`], so Active Records can be saved in its transaction, and any query can run in it. What is
/// given the session in this way sees what was flushed and does not flush by itself, since it does not own the session;
/// [`all`](Self::all) and [`get`](Self::get) do. What it writes is not known to the objects that are loaded: write
/// [`refresh`](Self::refresh) or [`expire_all`](Self::expire_all) if they may be concerned. An object that was changed
/// in the meantime and is written all the same is [`Error::Stale`].
pub struct Session<'d> {
    id: u64,
    db: &'d dyn Transactional,
    shelves: Vec<Box<dyn AnyShelf>>,
    autoflush: bool,
    compare_loaded: Compared,
    savepoints: Vec<Mark>,
    tx: OnceCell<Transaction<'d>>,
}

/// A point that a session can go back to, made by [`Session::savepoint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Savepoint {
    number: u64,
}

/// What had been written at a savepoint, by each shelf that there was.
struct Mark {
    number: u64,
    depth: usize,
    written: Vec<Written>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

fn next_id() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<'d> Session<'d> {
    /// A session on a database, or inside a transaction, in which its own is a savepoint.
    pub fn new(db: &'d dyn Transactional) -> Self {
        Self {
            id: next_id(),
            db,
            shelves: Vec::new(),
            autoflush: true,
            compare_loaded: Compared::Loaded,
            savepoints: Vec::new(),
            tx: OnceCell::new(),
        }
    }

    /// Whether [`all`](Self::all) writes what has changed first, so that it finds it. It does, unless this says
    /// otherwise.
    #[must_use]
    pub fn autoflush(mut self, autoflush: bool) -> Self {
        self.autoflush = autoflush;
        self
    }

    /// Whether an update finds only rows that have in the changed columns what was read, so that nobody else's change is
    /// lost. It does, unless this says otherwise; [`compare_loaded_of`](Self::compare_loaded_of) says it of one mapper.
    #[must_use]
    pub fn compare_loaded(mut self, compare: bool) -> Self {
        self.compare_loaded = Compared::when(compare);
        self
    }

    /// The same for one mapper, whatever is said of all. Objects with a version are found by that, and not compared.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Session};
    /// # #[derive(Mapper)] struct Visit { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![VisitMapper])?;
    /// # Session::new(&db).add(Visit { id: 0, seconds: 1 })?;
    /// let mut session = Session::new(&db).compare_loaded_of::<VisitMapper>(false);
    /// # let visit = session.add(Visit { id: 0, seconds: 1 })?;
    /// # session.commit()?;
    /// session[visit].seconds = 2;
    /// session.commit()?; // UPDATE … WHERE "visit"."id" = ?, and nothing else
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn compare_loaded_of<M: DataMapper>(mut self, compare: bool) -> Self {
        self.shelf_mut::<M>().compare_loaded = Some(Compared::when(compare));
        self
    }

    /// Takes in a new object. It is inserted by the next flush.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for more objects than a session can hold.
    pub fn add<E: Mapped>(&mut self, entity: E) -> Result<Handle<E::Mapper>> {
        self.add_as::<E::Mapper>(entity)
    }

    /// The same by a mapper that is named, for a struct that does not say which one it has, since it is of another
    /// crate.
    ///
    /// # Errors
    /// Those of [`add`](Self::add).
    pub fn add_as<M: DataMapper>(&mut self, entity: M::Entity) -> Result<Handle<M>> {
        let at = self.shelf_mut::<M>().add(entity)?;
        Ok(self.handle(at))
    }

    /// Takes in an object as one that is stored as it is, without asking the database. If that is in a transaction, it is
    /// one that was read in it: a rollback expires it.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for one without a key, or of a row that the session has an object of already.
    pub fn attach<E: Mapped>(&mut self, entity: E) -> Result<Handle<E::Mapper>> {
        self.attach_as::<E::Mapper>(entity)
    }

    /// The same by a mapper that is named.
    ///
    /// # Errors
    /// Those of [`attach`](Self::attach).
    pub fn attach_as<M: DataMapper>(&mut self, entity: M::Entity) -> Result<Handle<M>> {
        let invalid = |reason| Error::InvalidQuery {
            table: M::TABLE.name,
            reason,
        };
        if M::key(&entity).is_unset() {
            return Err(invalid("an object without a key is not stored: add it"));
        }
        let key = identity::of_entity::<M>(&entity)?;
        let source = self.source();
        let objects = self.shelf_mut::<M>();
        if objects.find(&key).is_some() {
            return Err(invalid("the session has another object of this row"));
        }
        let at = objects.intern(entity, source)?;
        Ok(self.handle(at))
    }

    /// Takes an object's values into the session: into the object of its row, which is read if the session has none, or
    /// as a new one if there is no such row.
    ///
    /// # Errors
    /// Those of [`find`](Self::find) and [`add`](Self::add).
    pub fn merge<E: Mapped>(&mut self, entity: E) -> Result<Handle<E::Mapper>> {
        self.merge_as::<E::Mapper>(entity)
    }

    /// The same by a mapper that is named.
    ///
    /// # Errors
    /// Those of [`merge`](Self::merge).
    pub fn merge_as<M: DataMapper>(&mut self, entity: M::Entity) -> Result<Handle<M>> {
        let key = M::key(&entity);
        if !key.is_unset()
            && let Some(found) = self.find::<M>(key)?
        {
            *self.get_mut(found)? = entity;
            return Ok(found);
        }
        self.add_as::<M>(entity)
    }

    /// The object of the row with a key: the one that the session has, or one that is read.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such row, or if it is to be deleted; those of [`find`](Self::find).
    pub fn get<M: DataMapper>(&mut self, key: impl Into<M::Key>) -> Result<Handle<M>> {
        self.find(key)?.ok_or(Error::NotFound {
            table: M::TABLE.name,
        })
    }

    /// The object of the row with a key, if there is one.
    ///
    /// # Errors
    /// [`Error::Decode`], and the condition that the database reports; those of [`flush`](Self::flush), which may be
    /// done first.
    pub fn find<M: DataMapper>(&mut self, key: impl Into<M::Key>) -> Result<Option<Handle<M>>> {
        let key = key.into();
        let row = identity::of_key::<M>(&key)?;
        let objects = self.shelf_mut::<M>();
        if let Some(at) = objects.find(&row) {
            match objects.slot(at).map(|slot| slot.state) {
                Some(State::Stored) => return Ok(Some(self.handle(at))),
                Some(State::Expired) | None => {}
                Some(_) => return Ok(None),
            }
        }
        self.flush_before::<M>()?;
        match store::find::<M>(&*self, &key)? {
            Some(entity) => self.intern::<M>(entity).map(Some),
            None => Ok(None),
        }
    }

    /// The objects of the rows with these keys, in the order of the keys; keys without a row are passed over.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn get_many<M: DataMapper>(
        &mut self,
        keys: impl IntoIterator<Item = impl Into<M::Key>>,
    ) -> Result<Vec<Handle<M>>> {
        let keys: Vec<M::Key> = keys.into_iter().map(Into::into).collect();
        let (mut missing, mut rows) = (Vec::new(), HashSet::new());
        for key in &keys {
            let row = identity::of_key::<M>(key)?;
            let objects = self.shelf_mut::<M>();
            let slot = objects.find(&row).and_then(|at| objects.slot(at));
            if slot.is_none_or(|slot| slot.state == State::Expired) {
                missing.push(key.clone());
                rows.insert(row);
            }
        }
        if !missing.is_empty() {
            self.flush_before::<M>()?;
        }
        // A database may find rows by keys that are not quite theirs, such as text in other letters.
        let mut has_others = false;
        for entity in store::find_many::<M>(&*self, &missing)? {
            has_others |= !rows.contains(&identity::of_entity::<M>(&entity)?);
            self.intern::<M>(entity)?;
        }
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let row = identity::of_key::<M>(&key)?;
            match self.shelf_mut::<M>().find(&row) {
                Some(at) => found.extend(Some(self.handle(at)).filter(|at| self.is_there(*at))),
                None if has_others => found.extend(self.find::<M>(key)?),
                None => {}
            }
        }
        Ok(found)
    }

    /// The objects of a query's rows, in its order. A row of which the session has an object keeps that one, with what
    /// has not been written of it. What has changed is written first, unless [`autoflush`](Self::autoflush) is off.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Session};
    /// # #[derive(Mapper)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![ArtistMapper])?;
    /// let mut session = Session::new(&db);
    /// session.add(Artist { id: 0, name: "Nina Simone".into() })?;
    /// let found = session.all(&ArtistMapper::query().filter(ArtistMapper::NAME.starts_with("N")))?;
    /// assert_eq!(session[found[0]].id, 1); // it was inserted before the query
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Query::all`] and [`flush`](Self::flush).
    pub fn all<M: DataMapper>(&mut self, query: &Query<M>) -> Result<Vec<Handle<M>>> {
        self.flush_before::<M>()?;
        let entities = query.all(&*self)?;
        let (session, source) = (self.id, self.source());
        let objects = self.shelf_mut::<M>();
        objects.expect(entities.len());
        let handles = entities.into_iter().map(|entity| {
            let at = objects.intern(entity, source)?;
            Ok(Handle::new(session, at))
        });
        let mut handles: Vec<Handle<M>> = handles.collect::<Result<_>>()?;
        // They are collected in the room of the entities, which is larger.
        handles.shrink_to_fit();
        Ok(handles)
    }

    /// Writes what has changed, so that what is read next finds it.
    fn flush_before<M: DataMapper>(&mut self) -> Result<()> {
        if !self.autoflush || !self.has_work() {
            return Ok(());
        }
        tracing::debug!(
            target: "orm::session",
            table = M::TABLE.name,
            "flushed, since what is read next has to find what was changed",
        );
        self.flush()
    }

    fn intern<M: DataMapper>(&mut self, entity: M::Entity) -> Result<Handle<M>> {
        let source = self.source();
        let at = self.shelf_mut::<M>().intern(entity, source)?;
        Ok(self.handle(at))
    }

    /// An object.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn get_ref<M: DataMapper>(&self, handle: Handle<M>) -> Result<&M::Entity> {
        self.slot(handle).map(|slot| &slot.entity)
    }

    /// An object, to be changed. What it was is kept the first time, and compared with at the next flush.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn get_mut<M: DataMapper>(&mut self, handle: Handle<M>) -> Result<&mut M::Entity> {
        let is_here = handle.session == self.id;
        let objects = self.known_shelf_mut::<M>().filter(|_| is_here);
        let entity = objects.and_then(|objects| objects.touch(handle.at));
        entity.ok_or_else(unknown::<M>)
    }

    /// Several objects of one mapper, to be changed together.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`], also if one is named twice.
    pub fn get_disjoint_mut<M: DataMapper, const N: usize>(
        &mut self,
        handles: [Handle<M>; N],
    ) -> Result<[&mut M::Entity; N]> {
        for handle in handles {
            self.slot(handle)?;
        }
        let places = handles.map(|handle| handle.at);
        let objects = self.shelf_mut::<M>();
        objects.touch_disjoint(places).ok_or_else(unknown::<M>)
    }

    /// Marks an object to be deleted by the next flush, with what its relations say. One that was never inserted is
    /// forgotten.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn remove<M: DataMapper>(&mut self, handle: Handle<M>) -> Result<()> {
        self.slot(handle)?;
        self.shelf_mut::<M>().remove(handle.at);
        Ok(())
    }

    /// Takes an object out of the session, which no longer knows it.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn detach<M: DataMapper>(&mut self, handle: Handle<M>) -> Result<M::Entity> {
        self.slot(handle)?;
        let objects = self.shelf_mut::<M>();
        objects.detach(handle.at).ok_or_else(unknown::<M>)
    }

    /// Reads an object again: what was changed and not written is given up, also that it was to be removed.
    ///
    /// # Errors
    /// [`Error::NotFound`] if its row is gone; [`Error::InvalidQuery`] for an object that has none;
    /// [`Error::UnknownHandle`].
    pub fn refresh<M: DataMapper>(&mut self, handle: Handle<M>) -> Result<()> {
        let state = self.slot(handle)?.state;
        if !matches!(state, State::Stored | State::Expired | State::Removed) {
            return Err(Error::InvalidQuery {
                table: M::TABLE.name,
                reason: "an object is read again that is not stored",
            });
        }
        // Its key may have been changed in memory.
        let key = self.shelf_mut::<M>().stored_key(handle.at)?;
        let key = M::Key::read(&Row::new(&key), 0)?;
        let found = store::find::<M>(&*self, &key)?;
        let entity = found.ok_or(Error::NotFound {
            table: M::TABLE.name,
        })?;
        let source = self.source();
        self.shelf_mut::<M>().refresh(handle.at, entity, source);
        Ok(())
    }

    /// Lets an object be read again by the next [`get`](Self::get) or [`all`](Self::all) that meets its row. What was
    /// changed and not written is given up then.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn expire<M: DataMapper>(&mut self, handle: Handle<M>) -> Result<()> {
        self.slot(handle)?;
        self.shelf_mut::<M>().expire(handle.at)
    }

    /// The same for all objects that are stored.
    ///
    /// # Errors
    /// [`Error::Decode`] for values that no longer make an object.
    pub fn expire_all(&mut self) -> Result<()> {
        let mut shelves = self.shelves.iter_mut();
        shelves.try_for_each(|objects| objects.expire_all())
    }

    /// Lets go of all objects. Their handles are no longer known; the transaction stays open.
    pub fn clear(&mut self) {
        self.shelves.iter_mut().for_each(|objects| objects.clear());
        self.savepoints
            .iter_mut()
            .for_each(|mark| mark.written.clear());
        self.id = next_id();
    }

    /// Whether an object differs from what was read, or written last.
    ///
    /// # Errors
    /// [`Error::UnknownHandle`].
    pub fn is_modified<M: DataMapper>(&self, handle: Handle<M>) -> Result<bool> {
        self.slot(handle)?;
        let objects = self.shelf::<M>();
        Ok(objects.is_some_and(|objects| objects.is_changed(handle.at)))
    }

    /// In what an object differs from what was read, or written last, in the order of the columns.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Session, Value};
    /// # #[derive(Mapper)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![ArtistMapper])?;
    /// let mut session = Session::new(&db);
    /// let nina = session.add(Artist { id: 0, name: "Eunice Waymon".into() })?;
    /// session.commit()?;
    /// session[nina].name = "Nina Simone".into();
    /// let changes = session.changes(nina)?;
    /// assert_eq!((changes[0].column, &changes[0].old), ("name", &Value::from("Eunice Waymon")));
    /// session[nina].name = "Eunice Waymon".into();
    /// assert!(!session.is_modified(nina)?);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownHandle`]; [`Error::Encode`] for a value that cannot be stored.
    pub fn changes<M: DataMapper>(&self, handle: Handle<M>) -> Result<Vec<Change>> {
        self.slot(handle)?;
        let objects = self.shelf::<M>();
        objects.map_or(Ok(Vec::new()), |objects| objects.changes(handle.at))
    }

    /// The objects that are to be inserted.
    #[must_use]
    pub fn added<M: DataMapper>(&self) -> Vec<Handle<M>> {
        self.in_state(State::New)
    }

    /// The objects that are to be deleted.
    #[must_use]
    pub fn removed<M: DataMapper>(&self) -> Vec<Handle<M>> {
        self.in_state(State::Removed)
    }

    /// The objects that are to be updated.
    #[must_use]
    pub fn dirty<M: DataMapper>(&self) -> Vec<Handle<M>> {
        let mut stored: Vec<Handle<M>> = self.in_state(State::Stored);
        stored.retain(|handle| {
            let objects = self.shelf::<M>();
            objects.is_some_and(|objects| objects.is_changed(handle.at))
        });
        stored
    }

    fn in_state<M: DataMapper>(&self, state: State) -> Vec<Handle<M>> {
        let Some(objects) = self.shelf::<M>() else {
            return Vec::new();
        };
        objects.in_state(state).map(|at| self.handle(at)).collect()
    }

    /// Whether the row of an object is there, as far as the session knows, and is to stay.
    fn is_there<M: DataMapper>(&self, handle: Handle<M>) -> bool {
        let slot = self.slot(handle);
        slot.is_ok_and(|slot| slot.state == State::Stored)
    }

    /// Writes all that was added, changed and removed, in the transaction of the session, which begins now if it has not
    /// begun yet. New rows come first, in the order of their references, then changed ones, then removed ones; rows that
    /// are removed come first where a new one has a value that has to be unique.
    ///
    /// Where a key is changed that the user makes, what refers to it follows: rows of all tables whose mappers the session has
    /// met, its objects, and their children. References are only checked when the transaction ends then.
    ///
    /// What the database makes while it updates a row, and what a deletion does to other rows because of a relation, is
    /// not read back: [`refresh`](Self::refresh) does it. A changed object of an enum with joined tables is refused.
    ///
    /// # Errors
    /// [`Error::Stale`] for a row that is not as it was read; the violated constraint, which names the object
    /// ([`Error::object`]); [`Error::Encode`]; [`Error::InvalidQuery`] for a changed key that the user does not make, and for
    /// new objects that refer to each other in a circle without an end; [`Error::UnknownHandle`] for a reference to an
    /// object that is no longer here; [`Error::ConnectionInUse`] while somebody else has a savepoint open inside the
    /// transaction, with which it all might go. Nothing of the flush remains in the database then, and the objects are as
    /// they were before it.
    pub fn flush(&mut self) -> Result<()> {
        if !self.has_work() {
            return Ok(());
        }
        let is_first = self.tx.get().is_none();
        let tx = self.transaction()?;
        tx.require_innermost_at(self.savepoints.last().map(|mark| mark.depth))?;
        // What was written before stays when this fails.
        let mark = if is_first { None } else { Some(tx.mark()?) };
        let Self {
            shelves,
            tx,
            compare_loaded,
            id,
            ..
        } = self;
        let Some(tx) = tx.get() else {
            return Err(Error::TransactionLost);
        };
        let mut written = flush::write(shelves, tx, *compare_loaded, *id);
        if let (Ok(()), Some(depth)) = (&written, mark) {
            written = tx.at(depth).commit();
        } else if let Some(depth) = mark {
            let _ = tx.at(depth).rollback();
        }
        if let Err(error) = written {
            self.shelves
                .iter_mut()
                .for_each(|objects| objects.abandon());
            if is_first && let Some(tx) = self.tx.take() {
                let _ = tx.rollback();
            }
            return Err(error);
        }
        for objects in &mut self.shelves {
            objects.finish()?;
        }
        Ok(())
    }

    /// Writes all that has changed, and ends the transaction. The objects stay.
    ///
    /// # Errors
    /// Those of [`flush`](Self::flush), after which the transaction is still open if it was; what keeps the database from
    /// committing, after which it is rolled back and the objects with it.
    pub fn commit(&mut self) -> Result<()> {
        self.flush()?;
        let marks = std::mem::take(&mut self.savepoints);
        let committed = match self.tx.take() {
            Some(tx) => {
                let released = marks
                    .iter()
                    .rev()
                    .try_for_each(|mark| tx.at(mark.depth).commit());
                released.and_then(|()| tx.commit())
            }
            None => Ok(()),
        };
        if committed.is_ok() {
            self.shelves.iter_mut().for_each(|objects| objects.commit());
            return Ok(());
        }
        committed.and(self.roll_back_all())
    }

    /// Ends the transaction without a trace, and gives up what was not written. Then memory and database agree again:
    /// objects that were added are detached and have the keys that they had, removed ones are back, and changed ones have
    /// the values with which they were loaded or committed. Objects that were read in the transaction are expired, since
    /// what they hold may have gone with it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn rollback(&mut self) -> Result<()> {
        let marks = std::mem::take(&mut self.savepoints);
        let ended = match self.tx.take() {
            Some(tx) => {
                for mark in marks.iter().rev() {
                    // The transaction around it is rolled back in any case.
                    let _ = tx.at(mark.depth).rollback();
                }
                tx.rollback()
            }
            None => Ok(()),
        };
        ended.and(self.roll_back_all())
    }

    /// Lets memory be what it was at the last commit, all of it that can.
    fn roll_back_all(&mut self) -> Result<()> {
        self.roll_back_each(std::iter::repeat(Written::default()))
    }

    fn roll_back_each(&mut self, written: impl IntoIterator<Item = Written>) -> Result<()> {
        let mut undone = Ok(());
        for (objects, written) in self.shelves.iter_mut().zip(written) {
            undone = undone.and(objects.roll_back(written));
        }
        undone
    }

    /// Writes all that has changed, and marks the point for [`rollback_to`](Self::rollback_to).
    ///
    /// # Errors
    /// Those of [`flush`](Self::flush).
    pub fn savepoint(&mut self) -> Result<Savepoint> {
        self.flush()?;
        let depth = self.transaction()?.mark()?;
        let written = self.shelves.iter().map(|objects| objects.written());
        let number = next_id();
        self.savepoints.push(Mark {
            number,
            depth,
            written: written.collect(),
        });
        Ok(Savepoint { number })
    }

    /// Goes back to a savepoint: what was done since then is undone in the database and in memory, as
    /// [`rollback`](Self::rollback) does it. The savepoint, and those after it, are gone.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for a savepoint that is not open; what the database reports.
    pub fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
        for mark in self.marks_from(savepoint)?.into_iter().rev() {
            if let Some(tx) = self.tx.get() {
                tx.at(mark.depth).rollback()?;
            }
            self.roll_back_to(mark)?;
        }
        Ok(())
    }

    /// Gives a savepoint up, and those after it: what was done since then is part of the transaction.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for a savepoint that is not open; what the database reports.
    pub fn release(&mut self, savepoint: Savepoint) -> Result<()> {
        for mark in self.marks_from(savepoint)?.into_iter().rev() {
            let tx = self.tx.get();
            let released = tx.map_or(Ok(()), |tx| tx.at(mark.depth).commit());
            if released.is_err() {
                // The database has gone back to it.
                self.roll_back_to(mark)?;
                return released;
            }
        }
        Ok(())
    }

    fn roll_back_to(&mut self, mark: Mark) -> Result<()> {
        let later = std::iter::repeat(Written::default());
        self.roll_back_each(mark.written.into_iter().chain(later))
    }

    fn marks_from(&mut self, savepoint: Savepoint) -> Result<Vec<Mark>> {
        let mut marks = self.savepoints.iter();
        match marks.position(|mark| mark.number == savepoint.number) {
            Some(first) => Ok(self.savepoints.split_off(first)),
            None => Err(Error::InvalidQuery {
                table: "",
                reason: "a savepoint is used that is not open in this session",
            }),
        }
    }

    fn has_work(&mut self) -> bool {
        self.shelves.iter_mut().any(|objects| objects.has_work())
    }

    /// The transaction, which begins with the first call.
    fn transaction(&self) -> Result<&Transaction<'d>> {
        self.tx.get_or_try_init(|| self.db.begin_in())
    }

    /// Where what is read now is read.
    fn source(&self) -> Source {
        match self.tx.get() {
            Some(_) => Source::Transaction,
            None => Source::Committed,
        }
    }

    fn handle<M: DataMapper>(&self, at: u32) -> Handle<M> {
        Handle::new(self.id, at)
    }

    fn slot<M: DataMapper>(&self, handle: Handle<M>) -> Result<&Slot<M::Entity>> {
        let objects = self.shelf::<M>().filter(|_| handle.session == self.id);
        let slot = objects.and_then(|objects| objects.slot(handle.at));
        slot.ok_or_else(unknown::<M>)
    }

    fn shelf<M: DataMapper>(&self) -> Option<&Shelf<M>> {
        let mut shelves = self.shelves.iter();
        shelves.find_map(|objects| {
            let objects: &dyn Any = &**objects;
            objects.downcast_ref()
        })
    }

    fn known_shelf_mut<M: DataMapper>(&mut self) -> Option<&mut Shelf<M>> {
        let mut shelves = self.shelves.iter_mut();
        shelves.find_map(|objects| {
            let objects: &mut dyn Any = &mut **objects;
            objects.downcast_mut()
        })
    }

    fn shelf_mut<M: DataMapper>(&mut self) -> &mut Shelf<M> {
        let mut shelves = self.shelves.iter();
        let known = shelves.position(|objects| {
            let objects: &dyn Any = &**objects;
            objects.is::<Shelf<M>>()
        });
        let at = known.unwrap_or_else(|| {
            self.shelves.push(Box::<Shelf<M>>::default());
            self.shelves.len() - 1
        });
        let objects: &mut dyn Any = &mut *self.shelves[at];
        match objects.downcast_mut() {
            Some(objects) => objects,
            None => unreachable!("the shelf at this place is of this mapper"),
        }
    }
}

fn unknown<M: DataMapper>() -> Error {
    Error::UnknownHandle {
        table: M::TABLE.name,
    }
}

impl Executor for Session<'_> {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        match (access, self.tx.get()) {
            (Access::Read, None) => self.db.run(access, work),
            _ => self.transaction()?.run(access, work),
        }
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        self.transaction()?.atomically(work)
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.db.dialect()
    }

    fn monitor(&self) -> &Monitor {
        self.db.monitor()
    }
}

/// # Panics
/// For a handle of another session, or of an object that is no longer in it, as for an index that is out of bounds;
/// [`Session::get_ref`] answers with an error instead.
impl<M: DataMapper> Index<Handle<M>> for Session<'_> {
    type Output = M::Entity;

    fn index(&self, handle: Handle<M>) -> &M::Entity {
        match self.get_ref(handle) {
            Ok(entity) => entity,
            Err(error) => panic!("{error}"),
        }
    }
}

/// # Panics
/// As for reading; [`Session::get_mut`] answers with an error instead.
impl<M: DataMapper> IndexMut<Handle<M>> for Session<'_> {
    fn index_mut(&mut self, handle: Handle<M>) -> &mut M::Entity {
        match self.get_mut(handle) {
            Ok(entity) => entity,
            Err(error) => panic!("{error}"),
        }
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("is_open", &self.tx.get().is_some())
            .finish_non_exhaustive()
    }
}
