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

mod diagnose;
mod params;

use std::collections::HashMap;
use std::ops::ControlFlow;

use self::params::{Entities, EntityParams, KeyParams, KeysParams};
use crate::connection::{Access, Executor};
use crate::driver::{Connection, OnRow, Params, Statement, Write};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::mapping::{KeyStrategy, Mapping, Table};
use crate::value::{Row, Value};

/// The entity in a row whose columns of the table begin at position `at`.
///
/// # Errors
/// [`Error::Decode`] with the names of the table and the column.
#[inline]
pub fn hydrate<M: Mapping>(row: &dyn Row, at: usize) -> Result<M::Entity> {
    M::hydrate(row, at).map_err(|error| M::TABLE.named(error, at))
}

/// Finds a row by its key.
///
/// # Errors
/// [`Error::Decode`] and those of running a statement.
pub fn find<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<Option<M::Entity>> {
    let mut found = None;
    let find = Statement::fixed(M::TABLE.statements().find, M::TABLE.name);
    select(db, find, &KeyParams(key), &mut |row| {
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
            connection.query(statement, &KeysParams(keys), &mut |row| {
                let entity = hydrate::<M>(row, 0)?;
                found.insert(key_bytes(&M::key(&entity))?, entity);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    })?;
    let mut ordered = Vec::with_capacity(found.len());
    for key in keys {
        ordered.extend(found.remove(&key_bytes(key)?));
    }
    Ok(ordered)
}

/// Inserts a row, and takes over what the database made: its key, and columns it computes.
///
/// # Errors
/// The violated constraint, after which the entity is as it was; [`Error::Encode`].
pub fn insert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let before = M::key(entity);
    M::generate_key(entity)?;
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.insert, M::TABLE.name);
    let inserted = write::<M>(db, statement, statements.inserted, Kind::Insert, entity);
    if inserted.is_err() {
        M::set_key(entity, before);
    }
    inserted.map(drop)
}

/// Inserts a row whose key is unset, and updates it otherwise. A row that is not there is inserted if
/// its key was assigned by the user; for the other strategies the answer is `false`.
///
/// # Errors
/// The violated constraint; [`Error::Encode`].
pub fn save<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    let before = M::key(entity);
    let new = match M::TABLE.key_strategy {
        KeyStrategy::Auto => before.is_unset(),
        KeyStrategy::Generated => M::generate_key(entity)?,
        KeyStrategy::Assigned => {
            if !update::<M>(db, entity)? {
                upsert::<M>(db, entity)?;
            }
            return Ok(true);
        }
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

/// Updates all columns of a row by its key, and says whether the row was there.
///
/// # Errors
/// The violated constraint; [`Error::Encode`].
pub fn update<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<bool> {
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.update, M::TABLE.name);
    write::<M>(db, statement, statements.updated, Kind::Update, entity)
}

/// Updates some columns of a row by its key, and says whether the row was there.
///
/// # Errors
/// The violated constraint; [`Error::Encode`]; [`Error::InvalidQuery`] for a column that cannot be
/// written.
pub fn update_columns<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<bool> {
    require_writable(M::TABLE, columns)?;
    let sql = M::TABLE.update_sql(columns);
    let statement = Statement::built(&sql, M::TABLE.name);
    write::<M>(db, statement, columns, Kind::Update, entity)
}

/// Inserts a row, or updates the one that has its key.
///
/// # Errors
/// The violated constraint, after which the entity is as it was; [`Error::Encode`].
pub fn upsert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    if M::TABLE.key_strategy == KeyStrategy::Auto && M::key(entity).is_unset() {
        return insert::<M>(db, entity);
    }
    let before = M::key(entity);
    M::generate_key(entity)?;
    let updated = M::TABLE.statements().updated;
    let inserted: Vec<_> = (0..M::TABLE.columns.len())
        .filter(|at| M::TABLE.is_key(*at) || updated.contains(at))
        .collect();
    let sql = M::TABLE.upsert_sql(&inserted, updated);
    let statement = Statement::built(&sql, M::TABLE.name);
    let written = write::<M>(db, statement, &inserted, Kind::Upsert, entity);
    if written.is_err() {
        M::set_key(entity, before);
    }
    written.map(drop)
}

/// Inserts rows together: all of them or, after an error, none, and then the entities are as they
/// were.
///
/// # Errors
/// The violated constraint; [`Error::Encode`].
pub fn insert_many<M: Mapping>(db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
    if entities.is_empty() {
        return Ok(());
    }
    let before: Vec<M::Key> = entities.iter().map(M::key).collect();
    let inserted = generate_keys::<M>(entities).and_then(|()| insert_batch::<M>(db, entities));
    if inserted.is_err() {
        for (entity, key) in entities.iter_mut().zip(before) {
            M::set_key(entity, key);
        }
    }
    inserted
}

fn generate_keys<M: Mapping>(entities: &mut [M::Entity]) -> Result<()> {
    for entity in entities {
        M::generate_key(entity)?;
    }
    Ok(())
}

fn insert_batch<M: Mapping>(db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
    let statements = M::TABLE.statements();
    let statement = Statement::fixed(statements.insert, M::TABLE.name);
    let mut returned = Vec::new();
    write_batch(
        db,
        &returning(M::TABLE, statement, Kind::Insert),
        &Entities::<M> {
            entities,
            columns: statements.inserted,
        },
        &mut returned,
    )
    .map_err(|error| diagnose::many::<M>(db, entities, error))?;
    let width = M::TABLE.returning.len();
    if width > 0 {
        for (entity, values) in entities.iter_mut().zip(returned.chunks(width)) {
            M::refresh(entity, &values, 0).map_err(|error| M::TABLE.named(error, 0))?;
        }
    }
    Ok(())
}

fn write_batch(
    db: &dyn Executor,
    write: &Write<'_>,
    batch: &dyn crate::driver::Batch,
    returned: &mut Vec<Value>,
) -> Result<()> {
    db.atomically(&mut |db| {
        db.run(Access::Write, &mut |connection| {
            connection.write_batch(write, batch, returned)
        })
    })
}

/// Deletes a row by its key, and says whether it was there.
///
/// # Errors
/// [`Error::ForeignKeyViolation`] if others refer to it.
pub fn delete<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<bool> {
    let statement = Statement::fixed(M::TABLE.statements().delete, M::TABLE.name);
    let deleted = execute(db, statement, &KeyParams(key));
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
    select(db, find, &KeyParams(key), &mut |_| {
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
    let mut changed = 0;
    db.run(Access::Write, &mut |connection| {
        changed = connection.execute(statement, params)?;
        Ok(())
    })?;
    Ok(changed)
}

/// What a statement does to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Makes it; the database may give it a key.
    Insert,
    /// Makes or changes it, by a key that is known.
    Upsert,
    /// Changes it; the key, as parameters at the end, says which.
    Update,
}

/// Writes one row, and says whether there was one to write.
fn write<M: Mapping>(
    db: &dyn Executor,
    statement: Statement<'_>,
    columns: &[usize],
    kind: Kind,
    entity: &mut M::Entity,
) -> Result<bool> {
    let write = returning(M::TABLE, statement, kind);
    let key = if kind == Kind::Update {
        M::TABLE.key
    } else {
        &[]
    };
    let params = EntityParams::<M> {
        entity,
        columns,
        key,
    };
    if write.returning.is_empty() {
        let changed = execute(db, statement, &params);
        return match changed {
            Ok(changed) => Ok(changed > 0),
            Err(error) => Err(diagnose::write::<M>(db, entity, error)),
        };
    }
    let mut made = Made::<M::Key>::Nothing;
    let changed = write_returning(db, &write, &params, &mut |row| {
        made = Made::read(&write, row)?;
        Ok(ControlFlow::Continue(()))
    });
    let changed = changed.map_err(|error| diagnose::write::<M>(db, entity, error))?;
    match made {
        Made::Nothing => {}
        Made::Key(key) => M::set_key(entity, key),
        Made::Values(values) => {
            M::refresh(entity, &values.as_slice(), 0).map_err(|error| M::TABLE.named(error, 0))?;
        }
    }
    Ok(changed > 0)
}

/// What the database made while it wrote a row.
enum Made<K> {
    Nothing,
    Key(K),
    Values(Vec<Value>),
}

impl<K: Key> Made<K> {
    fn read(write: &Write<'_>, row: &dyn Row) -> Result<Self> {
        if write.generated_key {
            return K::read(row, 0).map(Self::Key);
        }
        let values = (0..row.width()).map(|at| {
            let value = Value::try_from_ref(row.value(at));
            value.map_err(|mismatch| Error::decode(at, mismatch))
        });
        values.collect::<Result<_>>().map(Self::Values)
    }
}

fn write_returning(
    db: &dyn Executor,
    write: &Write<'_>,
    params: &dyn Params,
    on_row: OnRow<'_>,
) -> Result<u64> {
    let mut changed = 0;
    db.run(Access::Write, &mut |connection| {
        changed = connection.write(write, params, on_row)?;
        Ok(())
    })?;
    Ok(changed)
}

/// What a write is to hand back. Only an INSERT does not know the key.
fn returning<'a>(table: &'static Table, statement: Statement<'a>, kind: Kind) -> Write<'a> {
    let auto = table.key_strategy == KeyStrategy::Auto;
    let known = usize::from(auto && kind != Kind::Insert);
    let nothing_else = table.returning.len() == known;
    Write {
        statement,
        returning: if nothing_else { &[] } else { table.returning },
        generated_key: auto && table.returning.len() == 1 && table.schema.is_none(),
    }
}

fn require_writable(table: &'static Table, columns: &[usize]) -> Result<()> {
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
    let composite = table.key.len() > 1;
    sql.push_str(if composite { "(" } else { "" });
    for (nth, &at) in table.key.iter().enumerate() {
        sql.push_str(if nth == 0 { "" } else { ", " });
        table.push_column(&mut sql, at);
    }
    sql.push_str(if composite { ") IN (VALUES " } else { " IN (" });
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
            .push_bytes(&mut bytes);
    }
    Ok(bytes)
}

/// Runs `work` with a connection, for what one statement alone does not do.
pub(crate) fn with_connection<T>(
    db: &dyn Executor,
    access: Access,
    mut work: impl FnMut(&mut dyn Connection) -> Result<T>,
) -> Result<T> {
    let mut outcome = None;
    db.run(access, &mut |connection| {
        outcome = Some(work(connection)?);
        Ok(())
    })?;
    outcome.ok_or(Error::ConnectionInUse)
}
