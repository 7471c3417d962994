//! Table Data Gateway: reads and writes single rows of one table, for both patterns.
//!
//! ```
//! use orm::prelude::*;
//! use orm_core::gateway;
//!
//! # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
//! # let db = orm::Database::open("sqlite::memory:")?;
//! # db.create_tables(orm::schema![Artist])?;
//! let mut nina = Artist { id: 0, name: "Nina Simone".into() };
//! gateway::insert::<Artist>(&db, &mut nina)?;
//! nina.name = "Eunice Waymon".into();
//! assert!(gateway::save::<Artist>(&db, &mut nina)?); // the row was there
//! let found = gateway::find::<Artist>(&db, &nina.id)?;
//! assert!(found.is_some_and(|artist| artist.name == "Eunice Waymon"));
//! assert!(gateway::delete::<Artist>(&db, &nina.id)?);
//! assert!(!gateway::exists::<Artist>(&db, &nina.id)?);
//! # Ok::<(), orm::Error>(())
//! ```

mod changed;
mod diagnose;
mod joined;
mod params;
mod rows;
mod tracked;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::ControlFlow;

pub(crate) use self::changed::{Changed, ChangedColumns, require_one_table, update_changed};
use self::params::{Entities, KeyParams, KeysParams, Noting, Written};
pub(crate) use self::rows::{Matching, Move, Set, follow, insert_rows};
pub(crate) use self::tracked::{is_clean, key_before, remember_columns, remembered, row_key};
use crate::connection::{Access, Executor, atomically, with_connection};
use crate::driver::{Batch, OnRow, Params, Statement, Write};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::mapping::{self, KeyStrategy, Mapping, Places, Table};
use crate::value::{Row, Value};

/// The entity in a row whose columns of the table begin at position `at`.
///
/// # Errors
/// [`Error::Decode`] with the names of the table and the column.
#[inline]
pub fn hydrate<M: Mapping>(row: &Row<'_>, at: usize) -> Result<M::Entity> {
    M::hydrate(row, at).map_err(|error| M::TABLE.named(error, at))
}

/// Finds a row by its key.
///
/// # Errors
/// [`Error::Decode`] and those of running a statement.
pub fn find<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<Option<M::Entity>> {
    let mut found = None;
    let find = Statement::fixed(M::TABLE.statements().find, M::TABLE.name);
    select(db, find, &KeyParams::<M>::new(key), &mut |row| {
        found = Some(hydrate::<M>(row, 0)?);
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

/// Finds rows by their keys, in the order of the keys. Keys without a row are passed over, and a key
/// that is given twice yields its row once.
///
/// # Errors
/// [`Error::Decode`] and those of running a statement.
pub fn find_many<M: Mapping>(db: &dyn Executor, keys: &[M::Key]) -> Result<Vec<M::Entity>> {
    let mut found = HashMap::with_capacity(keys.len());
    db.run(Access::Read, &mut |connection| {
        let keys_at_once = connection.max_parameters() / M::Key::WIDTH;
        for keys in keys.chunks(keys_at_once.max(1)) {
            let sql = find_many_sql(M::TABLE, keys.len());
            let statement = Statement::built(&sql, M::TABLE.name);
            connection.query(statement, &KeysParams::<M>(keys), &mut |row| {
                let entity = hydrate::<M>(row, 0)?;
                found.insert(key_bytes(&M::key(&entity))?, entity);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    })?;
    let mut ordered: Vec<Option<M::Entity>> = Vec::with_capacity(keys.len());
    for key in keys {
        ordered.push(found.remove(&key_bytes(key)?));
    }
    // Keys that differ and that the database takes for equal, by the column's collation.
    for (slot, key) in ordered.iter_mut().zip(keys) {
        if found.is_empty() {
            break;
        }
        if slot.is_none()
            && let Some(entity) = find::<M>(db, key)?
        {
            *slot = found.remove(&key_bytes(&M::key(&entity))?);
        }
    }
    Ok(ordered.into_iter().flatten().collect())
}

/// Inserts a row, and takes over what the database made: its key, and columns it computes.
///
/// # Errors
/// The violated constraint, after which its key is as it was; [`Error::Encode`].
pub fn insert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    if M::TABLE.is_joined() {
        joined::insert::<M>(db, entity, insert_row::<M>)?;
    } else {
        insert_row::<M>(db, entity)?;
    }
    tracked::remember_inserted::<M>(entity);
    Ok(())
}

fn insert_row<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let before = M::key(entity);
    if M::TABLE.key_strategy == KeyStrategy::Auto && !before.is_unset() {
        return insert_with_key::<M>(db, entity);
    }
    M::generate_key(entity)?;
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.insert, M::TABLE.name);
    let inserted = write::<M>(db, statement, statements.inserted, Kind::Insert, entity);
    let inserted = inserted.and_then(stored::<M>);
    if inserted.is_err() {
        M::set_key(entity, before);
    }
    inserted
}

/// Inserts a row with a key that the database could have made and the user has set.
fn insert_with_key<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let columns = with_key(M::TABLE);
    let sql = M::TABLE.insert_sql(&columns);
    let statement = Statement::built(&sql, M::TABLE.name);
    let inserted = write::<M>(db, statement, &columns, Kind::Upsert(None), entity)?;
    stored::<M>(inserted)
}

/// The columns of an INSERT that sets the key, whoever makes it otherwise.
fn with_key(table: &'static Table) -> Vec<usize> {
    let updated = table.statements().updated;
    let columns = 0..table.columns.len();
    columns
        .filter(|at| table.is_key(*at) || updated.contains(at))
        .collect()
}

fn stored<M: Mapping>(written: bool) -> Result<()> {
    if written {
        return Ok(());
    }
    Err(Error::NotWritten {
        table: M::TABLE.name.to_owned(),
    })
}

/// Inserts a row whose key is unset, and updates it otherwise. A row that is not there is inserted if
/// its key was assigned by the user; for the other strategies the answer is `false`.
///
/// An entity that is tracked says itself whether it is new.
///
/// # Errors
/// The violated constraint; [`Error::Encode`]; [`Error::Stale`] for a row of another version.
pub fn save<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    if tracked::is_new::<M>(entity) {
        return insert::<M>(db, entity).map(|()| true);
    }
    if let Some(found) = tracked::update::<M>(db, entity)? {
        return Ok(found);
    }
    let before = M::key(entity);
    let new = match M::TABLE.key_strategy {
        KeyStrategy::Auto => before.is_unset(),
        KeyStrategy::Generated => M::generate_key(entity)?,
        KeyStrategy::Assigned => return save_assigned::<M>(db, entity),
    };
    if !new {
        return update::<M>(db, entity);
    }
    let inserted = insert::<M>(db, entity);
    if inserted.is_err() {
        M::set_key(entity, before);
    }
    inserted.map(|()| true)
}

fn save_assigned<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    if M::TABLE.version.is_none() {
        if !update::<M>(db, entity)? {
            upsert::<M>(db, entity)?;
        }
        return Ok(true);
    }
    if exists::<M>(db, &M::key(entity))? {
        update::<M>(db, entity)
    } else {
        insert::<M>(db, entity).map(|()| true)
    }
}

/// Updates all columns of a row by its key, or of one that is tracked what has changed, and says whether the row
/// was there.
///
/// # Errors
/// The violated constraint; [`Error::Encode`]; [`Error::Stale`] for a row that is gone or of another version, if the
/// table has versions. Then the entity has the version that it had.
pub fn update<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    if let Some(found) = tracked::update::<M>(db, entity)? {
        return Ok(found);
    }
    let found = if M::TABLE.is_joined() {
        joined::update::<M>(db, entity, update_row::<M>)?
    } else {
        update_row::<M>(db, entity)?
    };
    if found {
        tracked::remember_row::<M>(entity);
    }
    Ok(found)
}

fn update_row<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.update, M::TABLE.name);
    advancing::<M>(entity, |entity, version| {
        write::<M>(
            db,
            statement,
            statements.updated,
            Kind::Update(version),
            entity,
        )
    })
}

/// Updates some columns of a row by its key, and says whether the row was there.
///
/// # Errors
/// Those of [`update`]; [`Error::InvalidQuery`] for a column that cannot be written.
pub fn update_columns<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<bool> {
    require_writable(M::TABLE, columns)?;
    tracked::require_key::<M>(entity)?;
    tracked::writing::<M>(entity, columns, |entity| {
        if M::TABLE.is_joined() {
            return joined::update_columns::<M>(db, entity, columns, update_columns_of_row::<M>);
        }
        update_columns_of_row::<M>(db, entity, columns)
    })
}

fn update_columns_of_row<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<bool> {
    let columns = &with_version(M::TABLE, columns);
    let sql = M::TABLE.update_sql(columns);
    let statement = Statement::built(&sql, M::TABLE.name);
    advancing::<M>(entity, |entity, version| {
        write::<M>(db, statement, columns, Kind::Update(version), entity)
    })
}

/// Some columns, and the one that says that they were written.
pub(crate) fn with_version(table: &Table, columns: &[usize]) -> Vec<usize> {
    let version = table.version.filter(|at| !columns.contains(at));
    columns.iter().copied().chain(version).collect()
}

/// Updates a row of an entity that has its next version, and is given the one that it had. If the row was not there,
/// the entity has that one again.
fn advancing<M: Mapping>(
    entity: &mut M::Entity,
    write: impl FnOnce(&mut M::Entity, Option<&Value>) -> Result<bool>,
) -> Result<bool> {
    let Some(before) = mapping::advance::<M>(entity)? else {
        return write(entity, None);
    };
    let written = write(entity, Some(&before)).and_then(|found| {
        if found {
            Ok(true)
        } else {
            Err(stale_entity::<M>(entity)?)
        }
    });
    if written.is_err() {
        mapping::set_version::<M>(entity, &before)?;
    }
    written
}

/// That the row of an entity is gone, or not as it was read.
pub(crate) fn stale_entity<M: Mapping>(entity: &M::Entity) -> Result<Error> {
    let key = M::key(entity);
    let values = (0..M::Key::WIDTH).map(|at| key.param(at).into_value());
    let values = values.collect::<Result<Vec<Value>, _>>();
    let values = values.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))?;
    Ok(stale::<M>(values))
}

/// The same of the row with a key.
pub(crate) fn stale<M: Mapping>(key: Vec<Value>) -> Error {
    Error::Stale {
        table: M::TABLE.name,
        key,
    }
}

/// Inserts a row, or updates the one that has its key.
///
/// # Errors
/// The violated constraint, after which its key is as it was; [`Error::Encode`]; [`Error::Stale`] for a row of another
/// version.
pub fn upsert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    if M::TABLE.key_strategy == KeyStrategy::Auto && M::key(entity).is_unset() {
        return insert::<M>(db, entity);
    }
    if M::TABLE.is_joined() {
        joined::upsert::<M>(db, entity, upsert_row::<M>)?;
    } else {
        upsert_row::<M>(db, entity)?;
    }
    tracked::remember_row::<M>(entity);
    Ok(())
}

fn upsert_row<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let before = M::key(entity);
    M::generate_key(entity)?;
    let columns = with_key(M::TABLE);
    let sql = M::TABLE.upsert_sql(&columns, M::TABLE.statements().updated);
    let statement = Statement::built(&sql, M::TABLE.name);
    let written = advancing::<M>(entity, |entity, version| {
        write::<M>(db, statement, &columns, Kind::Upsert(version), entity)
    });
    let written = written.and_then(stored::<M>);
    if written.is_err() {
        M::set_key(entity, before);
    }
    written
}

/// Inserts rows together: all of them or, after an error, none, and then their keys are as they
/// were.
///
/// # Errors
/// The violated constraint; [`Error::Encode`].
pub fn insert_many<M: Mapping>(db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
    let mut entities: Vec<&mut M::Entity> = entities.iter_mut().collect();
    insert_all::<M>(db, &mut entities)
}

/// The same for entities that do not stand in a row.
pub(crate) fn insert_all<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    let before: Vec<M::Key> = entities.iter().map(|entity| M::key(entity)).collect();
    let inserted = insert_by::<M>(db, entities, |db, entities| {
        db.atomically(&mut |db| insert_rows_of::<M>(db, entities))
    });
    if inserted.is_err() {
        for (entity, key) in entities.iter_mut().zip(before) {
            M::set_key(entity, key);
        }
    }
    inserted
}

/// The same in a transaction that is given up after an error, when whoever calls this takes back the keys. There is
/// no need of a savepoint, for which SQLite would copy every page that it changes.
pub(crate) fn insert_all_or_give_up<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    insert_by::<M>(db, entities, insert_rows_of::<M>)
}

fn insert_by<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
    insert: impl FnOnce(&dyn Executor, &mut [&mut M::Entity]) -> Result<()>,
) -> Result<()> {
    if entities.is_empty() {
        return Ok(());
    }
    generate_keys::<M>(entities)?;
    insert(db, entities).map_err(|error| diagnose::many::<M>(db, entities, error))?;
    for entity in entities {
        tracked::remember_inserted::<M>(entity);
    }
    Ok(())
}

fn insert_rows_of<M: Mapping>(db: &dyn Executor, entities: &mut [&mut M::Entity]) -> Result<()> {
    if M::TABLE.is_joined() {
        return joined::insert_many::<M>(db, entities, insert_batches::<M>);
    }
    insert_batches::<M>(db, entities)
}

fn generate_keys<M: Mapping>(entities: &mut [&mut M::Entity]) -> Result<()> {
    for entity in entities {
        M::generate_key(entity)?;
    }
    Ok(())
}

/// Which rows have a key that the database would else make, and which do not.
fn by_key<M: Mapping>(entities: &[impl Borrow<M::Entity>]) -> (Vec<usize>, Vec<usize>) {
    let auto = M::TABLE.key_strategy == KeyStrategy::Auto;
    let set = |at: &usize| auto && !M::key(entities[*at].borrow()).is_unset();
    (0..entities.len()).partition(set)
}

/// Which rows are inserted with which columns: those whose keys are set, and those whose keys the
/// database makes.
pub(crate) fn insert_groups<M: Mapping>(entities: &[M::Entity]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let (set, unset) = by_key::<M>(entities);
    let inserted = M::TABLE.statements().inserted.to_vec();
    let groups = [(set, with_key(M::TABLE)), (unset, inserted)];
    groups
        .into_iter()
        .filter(|(rows, _)| !rows.is_empty())
        .collect()
}

/// Inserts the rows whose keys are set, and then those whose keys the database makes.
fn insert_batches<M: Mapping>(db: &dyn Executor, entities: &mut [&mut M::Entity]) -> Result<()> {
    let (set, unset) = by_key::<M>(entities);
    if !set.is_empty() {
        let columns = with_key(M::TABLE);
        let sql = M::TABLE.insert_sql(&columns);
        let statement = Statement::built(&sql, M::TABLE.name);
        insert_batch::<M>(db, entities, &set, statement, &columns, Kind::Upsert(None))?;
    }
    if unset.is_empty() {
        return Ok(());
    }
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.insert, M::TABLE.name);
    insert_batch::<M>(
        db,
        entities,
        &unset,
        statement,
        statements.inserted,
        Kind::Insert,
    )
}

fn insert_batch<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
    rows: &[usize],
    statement: Statement<'_>,
    columns: &[usize],
    kind: Kind<'_>,
) -> Result<()> {
    let write = returning(M::TABLE, statement, kind);
    let mut returned = Vec::with_capacity(rows.len() * write.returning.len());
    let batch = Entities::<M, _> {
        all: entities,
        rows,
        columns,
        mapping: PhantomData,
    };
    let batch = Noting::new(&batch);
    let written = write_batch(db, &write, &batch, &mut returned);
    written.map_err(|error| error.in_row(rows[batch.last()]))?;
    let width = write.returning.len();
    if write.generated_key {
        for (&at, key) in rows.iter().zip(&returned) {
            let key = M::Key::read(&Row::new(&std::slice::from_ref(key)), 0);
            let key = key.map_err(|error| M::TABLE.named_returning(error))?;
            M::set_key(entities[at], key);
        }
    } else if width > 0 {
        let columns = returned_columns(M::TABLE);
        for (&at, values) in rows.iter().zip(returned.chunks(width)) {
            refresh::<M>(entities[at], &columns, &Row::new(&values))?;
        }
    }
    Ok(())
}

/// Takes over what the database made.
fn refresh<M: Mapping>(entity: &mut M::Entity, columns: &[usize], row: &Row<'_>) -> Result<()> {
    mapping::assign::<M>(entity, row, columns, Places::From(0))
}

/// The positions of the columns that a write hands back.
fn returned_columns(table: &'static Table) -> Vec<usize> {
    let names = table.returning.iter();
    names
        .map(|name| table.position(name).unwrap_or(usize::MAX))
        .collect()
}

fn write_batch(
    db: &dyn Executor,
    write: &Write<'_>,
    batch: &dyn Batch,
    returned: &mut Vec<Value>,
) -> Result<()> {
    db.run(Access::Write, &mut |connection| {
        connection.write_batch(write, batch, returned)
    })
}

/// Writes some columns of many rows, each with its own values, in as few statements as the database
/// takes and in one transaction. Returns how many of the rows were there.
///
/// ```
/// use orm::prelude::*;
/// use orm_core::gateway;
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let mut artists = ["nina", "bill"].map(|name| Artist { id: 0, name: name.into() });
/// gateway::insert_many::<Artist>(&db, &mut artists)?;
/// for artist in &mut artists {
///     artist.name = artist.name.to_uppercase();
/// }
/// assert_eq!(gateway::update_many::<Artist>(&db, &mut artists, &[1])?, 2);
/// assert_eq!(gateway::find::<Artist>(&db, &2)?.map(|artist| artist.name), Some("BILL".into()));
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidQuery`] for a column of the key or one that is not written; [`Error::Encode`]; the
/// violated constraint; [`Error::Stale`] for a row that is gone or of another version. Nothing is changed then.
pub fn update_many<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [M::Entity],
    columns: &[usize],
) -> Result<u64> {
    require_writable(M::TABLE, columns)?;
    entities.iter().try_for_each(tracked::require_key::<M>)?;
    let rows = last_of_each_key::<M>(entities)?;
    if rows.is_empty() || columns.is_empty() {
        return Ok(0);
    }
    if M::TABLE.version.is_some() {
        return update_versions::<M>(db, entities, &rows, columns);
    }
    let updated = update_together::<M>(db, entities, &rows, columns)?;
    if updated == rows.len() as u64 {
        for at in rows {
            tracked::remember_columns::<M>(&mut entities[at], columns);
        }
    }
    Ok(updated)
}

fn update_together<M: Mapping>(
    db: &dyn Executor,
    entities: &[M::Entity],
    rows: &[usize],
    columns: &[usize],
) -> Result<u64> {
    if M::TABLE.is_joined() {
        return joined::update_many::<M>(db, entities, rows, columns);
    }
    let written: Vec<usize> = M::TABLE.key.iter().chain(columns).copied().collect();
    let rows = Entities::<M> {
        all: entities,
        rows,
        columns: &written,
        mapping: PhantomData,
    };
    atomically(db, |db| update_rows(db, M::TABLE, columns, &rows))
}

/// Writes rows one by one, since each is found by its version too: all of them or, after an error, none.
fn update_versions<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [M::Entity],
    rows: &[usize],
    columns: &[usize],
) -> Result<u64> {
    let before = entities.iter().map(mapping::version_of::<M>);
    let before: Vec<Option<Value>> = before.collect::<Result<_>>()?;
    let records = tracked::remembered::<M>(entities.iter());
    let updated = atomically(db, |db| {
        rows.iter()
            .try_for_each(|&at| update_columns::<M>(db, &mut entities[at], columns).map(drop))
    });
    if updated.is_err() {
        for ((entity, version), record) in entities.iter_mut().zip(before).zip(records) {
            mapping::set_version::<M>(entity, &version.unwrap_or(Value::Null))?;
            mapping::put_back::<M>(entity, record);
        }
    }
    updated.map(|()| rows.len() as u64)
}

/// Writes rows, the key first in each, to the columns of a table.
fn update_rows<M: Mapping>(
    db: &dyn Executor,
    table: &'static Table,
    columns: &[usize],
    entities: &Entities<'_, M>,
) -> Result<u64> {
    let most = with_connection(db, Access::Write, |connection| {
        Ok(connection.max_parameters())
    })?;
    let mut updated = 0;
    for rows in entities.rows.chunks((most / entities.columns.len()).max(1)) {
        let sql = table.update_many_sql(columns, rows.len());
        let params = Entities::<M> { rows, ..*entities };
        updated += execute(db, Statement::built(&sql, table.name), &params)?;
    }
    Ok(updated)
}

/// The rows without those of which another with the same key stands behind: it would win.
fn last_of_each_key<M: Mapping>(entities: &[M::Entity]) -> Result<Vec<usize>> {
    let mut last = HashMap::with_capacity(entities.len());
    for (at, entity) in entities.iter().enumerate() {
        last.insert(key_bytes(&M::key(entity))?, at);
    }
    let mut rows: Vec<usize> = last.into_values().collect();
    rows.sort_unstable();
    Ok(rows)
}

/// Deletes a row by its key, whatever its version is, and says whether it was there.
///
/// # Errors
/// [`Error::ForeignKeyViolation`] if others refer to it.
pub fn delete<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<bool> {
    if M::TABLE.version.is_none() {
        let statement = Statement::fixed(M::TABLE.statements().delete, M::TABLE.name);
        return delete_by::<M>(db, statement, key, None);
    }
    let sql = M::TABLE.delete_by_key_sql();
    delete_by::<M>(db, Statement::built(&sql, M::TABLE.name), key, None)
}

/// Deletes a row by its key if it has this version, and says whether it was there. Of a table without versions it is
/// the same as [`delete`].
pub(crate) fn delete_version<M: Mapping>(
    db: &dyn Executor,
    key: &M::Key,
    version: Option<&Value>,
) -> Result<bool> {
    if version.is_none() {
        return delete::<M>(db, key);
    }
    let statement = Statement::fixed(M::TABLE.statements().delete, M::TABLE.name);
    delete_by::<M>(db, statement, key, version)
}

fn delete_by<M: Mapping>(
    db: &dyn Executor,
    statement: Statement<'_>,
    key: &M::Key,
    version: Option<&Value>,
) -> Result<bool> {
    let deleted = execute(db, statement, &KeyParams::<M> { key, version });
    let deleted = deleted.map_err(|error| diagnose::deletion::<M>(db, key, error))?;
    Ok(deleted > 0)
}

/// Whether a row with this key is there.
///
/// # Errors
/// Those of running a statement.
pub fn exists<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<bool> {
    let mut found = false;
    let find = Statement::fixed(M::TABLE.statements().find, M::TABLE.name);
    select(db, find, &KeyParams::<M>::new(key), &mut |_| {
        found = true;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

/// Runs a statement that only reads.
///
/// # Errors
/// Those of the database and of `on_row`.
pub fn select(
    db: &dyn Executor,
    statement: Statement<'_>,
    params: &dyn Params,
    on_row: OnRow<'_>,
) -> Result<()> {
    db.run(Access::Read, &mut |connection| {
        connection.query(statement, params, on_row)
    })
}

/// Runs a statement that writes, and returns the number of rows it changed.
///
/// # Errors
/// Those of the database.
pub fn execute(db: &dyn Executor, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
    with_connection(db, Access::Write, |connection| {
        connection.execute(statement, params)
    })
}

/// What a statement does to a row.
#[derive(Debug, Clone, Copy)]
enum Kind<'a> {
    /// Makes it; the database may give it a key.
    Insert,
    /// Makes it, or changes it if it is there, by a key that is known, and by the version that it had.
    Upsert(Option<&'a Value>),
    /// Changes it; the key, as parameters at the end, says which, and the version that it had.
    Update(Option<&'a Value>),
}

/// Writes one row, and says whether there was one to write.
fn write<M: Mapping>(
    db: &dyn Executor,
    statement: Statement<'_>,
    columns: &[usize],
    kind: Kind<'_>,
    entity: &mut M::Entity,
) -> Result<bool> {
    let write = returning(M::TABLE, statement, kind);
    let (key, version): (&[usize], _) = match kind {
        Kind::Insert => (&[], None),
        Kind::Upsert(version) => (&[], version),
        Kind::Update(version) => (M::TABLE.key, version),
    };
    let written = Written {
        columns,
        key,
        version,
    };
    let changed = if write.returning.is_empty() {
        execute(db, statement, &written.of::<M>(entity))
    } else if takes_any_integer::<M::Key>(&write) {
        write_returning::<M>(db, &write, written, entity)
    } else {
        atomically(db, |db| write_returning::<M>(db, &write, written, entity))
    };
    match changed {
        Ok(changed) => Ok(changed > 0),
        Err(error) => Err(diagnose::write::<M>(db, entity, columns, error)),
    }
}

/// Writes one row, takes over what the database made, and returns the number of rows written.
fn write_returning<M: Mapping>(
    db: &dyn Executor,
    write: &Write<'_>,
    written: Written<'_>,
    entity: &mut M::Entity,
) -> Result<u64> {
    let mut made = Made::<M::Key>::Nothing;
    let on_row = &mut |row: &Row<'_>| {
        made = Made::read(write, row).map_err(|error| M::TABLE.named_returning(error))?;
        Ok(ControlFlow::Continue(()))
    };
    let changed = with_connection(db, Access::Write, |connection| {
        connection.write(write, &written.of::<M>(entity), on_row)
    })?;
    match made {
        Made::Nothing => {}
        Made::Key(key) => M::set_key(entity, key),
        Made::Values(values) => {
            refresh::<M>(entity, &returned_columns(M::TABLE), &Row::new(&values))?;
        }
    }
    Ok(changed)
}

/// Whether a key that the database makes fits its type, whatever it is. All other values that a write
/// hands back may be refused, and then the write has to be undone.
fn takes_any_integer<K: Key>(write: &Write<'_>) -> bool {
    let takes = |key| K::read(&Row::new(&[Value::Int(key)]), 0).is_ok();
    write.generated_key && [i64::MIN, 0, i64::MAX].into_iter().all(takes)
}

/// What the database made while it wrote a row.
enum Made<K> {
    Nothing,
    Key(K),
    Values(Vec<Value>),
}

impl<K: Key> Made<K> {
    fn read(write: &Write<'_>, row: &Row<'_>) -> Result<Self> {
        if write.generated_key {
            return K::read(row, 0).map(Self::Key);
        }
        row.to_values().map(Self::Values)
    }
}

/// What a write is to hand back. Only an INSERT does not know the key.
fn returning<'a>(table: &'static Table, statement: Statement<'a>, kind: Kind<'_>) -> Write<'a> {
    let auto = table.key_strategy == KeyStrategy::Auto;
    let is_insert = matches!(kind, Kind::Insert);
    let known = usize::from(auto && !is_insert);
    let nothing_else = table.returning.len() == known;
    Write {
        statement,
        returning: if nothing_else { &[] } else { table.returning },
        generated_key: auto && is_insert && table.returning.len() == 1 && table.schema.is_none(),
    }
}

pub(crate) fn require_writable(table: &'static Table, columns: &[usize]) -> Result<()> {
    let refused = columns
        .iter()
        .any(|&at| !table.columns[at].writable || table.is_key(at));
    if refused {
        return Err(Error::InvalidQuery {
            table: table.name,
            reason: "it sets a column that is part of the key, generated or read-only",
        });
    }
    Ok(())
}

fn find_many_sql(table: &Table, keys: usize) -> String {
    let mut sql = table.select_sql();
    sql.push_str(" WHERE ");
    table.push_key(&mut sql);
    let composite = table.key.len() > 1;
    sql.push_str(if composite { " IN (VALUES " } else { " IN (" });
    let one = if composite {
        format!("({})", vec!["?"; table.key.len()].join(", "))
    } else {
        "?".to_owned()
    };
    for nth in 0..keys {
        sql.push_str(if nth == 0 { "" } else { ", " });
        sql.push_str(&one);
    }
    sql.push(')');
    sql
}

/// A key as bytes that are equal when the keys are, for use in a map.
fn key_bytes<K: Key>(key: &K) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for at in 0..K::WIDTH {
        let value = key.param(at).into_value();
        value
            .map_err(|mismatch| Error::encode("", "", mismatch))?
            .as_ref()
            .push_bytes(&mut bytes);
    }
    Ok(bytes)
}
