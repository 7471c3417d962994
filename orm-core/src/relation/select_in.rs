//! Loading by a second query: the related rows of all rows at once, found by their keys.

use super::field::RelationField;
use super::keys::Keys;
use super::load::Load;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::{Mapping, Step};

/// The related entities of each of some entities, in their order.
pub(super) fn values<M: Mapping, F: RelationField>(
    db: &dyn Executor,
    load: &Load<M, F>,
    entities: &[&M::Entity],
) -> Result<Vec<F::Value>> {
    let steps = load.relation.def().steps();
    let Some(first) = steps.first() else {
        return Ok(Vec::new());
    };
    let mut keys = Keys::new(first, F::SHARED, entities.len());
    for &entity in entities {
        keys.add_of::<M>(entity, first.from)?;
    }
    F::gather(groups(db, load, &steps, &keys)?, keys.slots())
}

/// The related entities of each group of keys.
pub(super) fn groups<M: Mapping, F: RelationField>(
    db: &dyn Executor,
    load: &Load<M, F>,
    steps: &[Step],
    keys: &Keys,
) -> Result<Vec<Vec<EntityOf<F>>>> {
    let mut groups: Vec<Vec<EntityOf<F>>> = Vec::new();
    // A group that is shared has one row, unless something is wrong.
    groups.resize_with(keys.count(), || Vec::with_capacity(usize::from(F::SHARED)));
    load.query
        .read_from(db, steps, keys.distinct(), &mut |row, positions| {
            for group in keys.groups_of(row, positions)? {
                groups[group].push(load.query.entity(row, steps)?);
            }
            Ok(())
        })?;
    load.load_nested(db, groups.iter_mut().flatten())?;
    Ok(groups)
}

type EntityOf<F> = <<F as RelationField>::Target as Mapping>::Entity;

/// Loads the relation of some entities; after an error none of them has been changed.
pub(super) fn load<M: Mapping, F: RelationField>(
    db: &dyn Executor,
    load: &Load<M, F>,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    let values = values(db, load, &shared(entities))?;
    for (entity, value) in entities.iter_mut().zip(values) {
        load.relation.of_mut(entity).state_mut().set(value);
    }
    Ok(())
}

/// The same entities, only to be looked at.
pub(super) fn shared<'e, E>(entities: &'e [&mut E]) -> Vec<&'e E> {
    entities.iter().map(|entity| &**entity).collect()
}
