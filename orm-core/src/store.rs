//! What both patterns do with entities one by one, together with what their relations ask for.

use std::slice;

use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway;
use crate::mapping::{Mapping, version_of};
use crate::query::Query;
use crate::relation::{self, Related};

/// The row with a key.
pub(crate) fn get<M: Mapping>(db: &dyn Executor, key: &M::Key) -> Result<M::Entity> {
    gateway::find::<M>(db, key)?.ok_or(not_found::<M>())
}

pub(crate) fn save<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    found::<M>(written::<M, _>(db, entity, gateway::save::<M>)?)
}

pub(crate) fn insert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    written::<M, _>(db, entity, gateway::insert::<M>)
}

pub(crate) fn insert_many<M: Mapping>(db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
    relation::keyed_with_parents::<M, _, _>(db, entities, |db, entities| {
        gateway::insert_many::<M>(db, entities)
    })
}

pub(crate) fn update<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    found::<M>(written::<M, _>(db, entity, gateway::update::<M>)?)
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

pub(crate) fn upsert<M: Mapping>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    written::<M, _>(db, entity, gateway::upsert::<M>)
}

pub(crate) fn delete<M: Related>(db: &dyn Executor, entity: &M::Entity) -> Result<()> {
    let version = version_of::<M>(entity)?;
    let was_there = relation::delete::<M>(db, &M::key(entity), version.as_ref())?;
    if !was_there && version.is_some() {
        return Err(gateway::stale::<M>(entity)?);
    }
    found::<M>(was_there)
}

pub(crate) fn delete_by_key<M: Related>(db: &dyn Executor, key: &M::Key) -> Result<bool> {
    relation::delete::<M>(db, key, None)
}

/// The one row of a query, or a new one; and whether it is new.
pub(crate) fn get_or_create<M: Mapping>(
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
pub(crate) fn update_or_create<M: Mapping>(
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
