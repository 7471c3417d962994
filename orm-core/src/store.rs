//! What both patterns do with entities one by one, together with what their relations ask for.

use std::collections::HashMap;
use std::slice;

use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway;
use crate::key::Key as _;
use crate::mapping::{Identity, KeyStrategy, Mapping, Snapshot, put_back, version_of};
use crate::query::Query;
use crate::relation::owned::{self, Check, Journal, Trees};
use crate::relation::{self, Related};

/// The row with a key.
pub(crate) fn get<M: Related>(db: &dyn Executor, key: &M::Key) -> Result<M::Entity> {
    find::<M>(db, key)?.ok_or(not_found::<M>())
}

pub(crate) fn find<M: Related>(db: &dyn Executor, key: &M::Key) -> Result<Option<M::Entity>> {
    let mut found = gateway::find::<M>(db, key)?;
    let mut entities: Vec<&mut M::Entity> = found.iter_mut().collect();
    owned::load::<M>(db, &mut entities)?;
    Ok(found)
}

pub(crate) fn find_many<M: Related>(db: &dyn Executor, keys: &[M::Key]) -> Result<Vec<M::Entity>> {
    let mut found = gateway::find_many::<M>(db, keys)?;
    let mut entities: Vec<&mut M::Entity> = found.iter_mut().collect();
    owned::load::<M>(db, &mut entities)?;
    Ok(found)
}

pub(crate) fn save<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let rows = Rows::of::<M>(entity);
    with_children::<M, _>(db, slice::from_mut(entity), rows, |db, entities| {
        found::<M>(relation::update_with_parents::<M>(
            db,
            &mut entities[0],
            gateway::save::<M>,
        )?)
    })
}

pub(crate) fn insert<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    with_children::<M, _>(db, slice::from_mut(entity), Rows::New, |db, entities| {
        written::<M, _>(db, &mut entities[0], gateway::insert::<M>)
    })
}

pub(crate) fn insert_many<M: Related>(db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
    with_children::<M, _>(db, entities, Rows::New, |db, entities| {
        relation::keyed_with_parents::<M, _, _>(db, entities, |db, entities| {
            gateway::insert_many::<M>(db, entities)
        })
    })
}

pub(crate) fn update<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    with_children::<M, _>(db, slice::from_mut(entity), Rows::Stored, |db, entities| {
        found::<M>(relation::update_with_parents::<M>(
            db,
            &mut entities[0],
            gateway::update::<M>,
        )?)
    })
}

pub(crate) fn update_columns<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
) -> Result<()> {
    found::<M>(written::<M, _>(db, entity, |db, entity| {
        gateway::update_columns::<M>(db, entity, columns)
    })?)
}

pub(crate) fn update_many<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [M::Entity],
    columns: &[usize],
) -> Result<u64> {
    relation::keyed_with_parents::<M, _, _>(db, entities, |db, entities| {
        gateway::update_many::<M>(db, entities, columns)
    })
}

pub(crate) fn upsert<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let rows = Rows::of::<M>(entity);
    with_children::<M, _>(db, slice::from_mut(entity), rows, |db, entities| {
        written::<M, _>(db, &mut entities[0], gateway::upsert::<M>)
    })
}

pub(crate) fn delete<M: Related>(db: &dyn Executor, entity: &M::Entity) -> Result<()> {
    let version = version_of::<M>(entity)?;
    let key = gateway::row_key::<M>(entity)?;
    let was_there = relation::delete::<M>(db, &key, version.as_ref())?;
    if !was_there && version.is_some() {
        return Err(gateway::stale_entity::<M>(entity)?);
    }
    found::<M>(was_there)
}

pub(crate) fn delete_by_key<M: Related>(db: &dyn Executor, key: &M::Key) -> Result<bool> {
    relation::delete::<M>(db, key, None)
}

/// Writes what `change` changes, in no statement if that is nothing. After an error the entity is as before.
pub(crate) fn update_with<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    change: impl FnOnce(&mut M::Entity),
) -> Result<()> {
    let before = Snapshot::of::<M>(entity);
    let record = M::remembered(entity).cloned();
    change(entity);
    // Another entity that was put in its place knows of another row.
    put_back::<M>(entity, record.clone());
    let columns = before.as_ref().changed::<M>(entity);
    if columns.is_empty() {
        return Ok(());
    }
    let written = update_columns::<M>(db, entity, &columns);
    if written.is_err() {
        before.as_ref().restore::<M>(entity)?;
        put_back::<M>(entity, record);
    }
    written
}

/// Reads the row of an entity again, whatever key the entity has by now.
pub(crate) fn reload<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    *entity = get::<M>(db, &gateway::row_key::<M>(entity)?)?;
    Ok(())
}

/// The one row of a query, or a new one; and whether it is new.
pub(crate) fn get_or_create<M: Related>(
    db: &dyn Executor,
    query: &Query<M>,
    create: impl FnOnce() -> M::Entity,
) -> Result<(M::Entity, bool)> {
    if let Some(found) = query.one_or_none(db)? {
        return Ok((found, false));
    }
    let mut entity = create();
    match db.atomically(&mut |db| insert::<M>(db, &mut entity)) {
        Ok(()) => Ok((entity, true)),
        // Somebody else was faster.
        Err(violation @ Error::UniqueViolation { .. }) => {
            let found = query.one_or_none(db)?.ok_or(violation)?;
            Ok((found, false))
        }
        Err(error) => Err(error),
    }
}

/// Changes the one row of a query, or makes a new one; and says whether it is new.
pub(crate) fn update_or_create<M: Related>(
    db: &dyn Executor,
    query: &Query<M>,
    change: impl FnOnce(&mut M::Entity),
    create: impl FnOnce() -> M::Entity,
) -> Result<(M::Entity, bool)> {
    atomically(db, |db| {
        let (mut entity, created) = get_or_create::<M>(db, query, create)?;
        if !created {
            change(&mut entity);
            update::<M>(db, &mut entity)?;
        }
        Ok((entity, created))
    })
}

/// Whether rows of entities that are to be written may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    New,
    Stored,
}

impl Rows {
    fn of<M: Mapping>(entity: &M::Entity) -> Self {
        let assigned = M::TABLE.key_strategy == KeyStrategy::Assigned;
        if !assigned && M::key(entity).is_unset() {
            Self::New
        } else {
            Self::Stored
        }
    }
}

/// Writes entities by `work`, and then their children, which are compared with those that are stored.
fn with_children<M: Related, T>(
    db: &dyn Executor,
    entities: &mut [M::Entity],
    rows: Rows,
    work: impl FnOnce(&dyn Executor, &mut [M::Entity]) -> Result<T>,
) -> Result<T> {
    if !M::OWNS {
        return work(db, entities);
    }
    let before = entities
        .iter()
        .map(|entity| Ok((Identity::of::<M>(entity)?, Journal::of::<M>(entity)?)));
    let before: Vec<_> = before.collect::<Result<_>>()?;
    let done = atomically(db, |db| {
        let (mut places, mut trees) = (HashMap::new(), Trees::default());
        if rows == Rows::Stored {
            places = stored::<M>(db, entities, &mut trees)?;
        }
        let done = work(db, entities)?;
        let roots = entities.iter_mut().enumerate();
        let mut roots: Vec<_> = roots
            .map(|(at, entity)| {
                let before = places.get(&at);
                (entity, before.map(|&before| trees.get::<M>(before)))
            })
            .collect();
        owned::write::<M>(db, &mut roots, Check::Versions)?;
        Ok(done)
    });
    if done.is_err() {
        for (entity, (identity, journal)) in entities.iter_mut().zip(before) {
            identity.put_back::<M>(entity)?;
            journal.undo::<M>(entity)?;
        }
    }
    done
}

/// Reads what is stored of entities, and says by their places where it is kept.
fn stored<M: Related>(
    db: &dyn Executor,
    entities: &[M::Entity],
    trees: &mut Trees,
) -> Result<HashMap<usize, usize>> {
    let mut places = HashMap::with_capacity(entities.len());
    for (at, entity) in entities.iter().enumerate() {
        if let Some(found) = find::<M>(db, &M::key(entity))? {
            places.insert(at, trees.len::<M>());
            trees.push::<M>(&found);
        }
    }
    Ok(places)
}

fn written<M: Mapping, T>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    write: impl FnOnce(&dyn Executor, &mut M::Entity) -> Result<T>,
) -> Result<T> {
    relation::keyed_with_parents::<M, _, _>(db, slice::from_mut(entity), |db, entities| {
        write(db, &mut entities[0])
    })
}

fn found<M: Mapping>(was_there: bool) -> Result<()> {
    if was_there {
        Ok(())
    } else {
        Err(not_found::<M>())
    }
}

pub(crate) fn not_found<M: Mapping>() -> Error {
    Error::NotFound {
        table: M::TABLE.name,
    }
}
