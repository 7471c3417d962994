//! Loading by a second query: the related rows of all rows at once, found by their keys.

use super::field::RelationField;
use super::keys::Keys;
use super::load::Load;
use crate::error::Result;
use crate::mapping::{Mapping, Step};
use crate::query::{Query, Reader};
use crate::value::{Param, ValueRef};

/// What was found for some entities.
pub(super) struct Found<F: RelationField> {
    groups: Vec<Vec<EntityOf<F>>>,
    slots: Vec<Option<usize>>,
}

impl<F: RelationField> Found<F> {
    /// The related entities of each of the entities, in their order.
    pub(super) fn values(self) -> Result<impl Iterator<Item = F::Value>> {
        F::gather(self.groups, self.slots)
    }
}

/// Finds the related entities of some entities.
pub(super) fn find<'e, M: Mapping, F: RelationField>(
    from: Reader<'_>,
    load: &Load<M, F>,
    entities: impl ExactSizeIterator<Item = &'e M::Entity>,
) -> Result<Found<F>> {
    let steps = load.relation.def().steps();
    let Some(first) = steps.first() else {
        return Err(load.relation.def().nowhere(M::TABLE));
    };
    let mut keys = Keys::new(first, F::SHARED, entities.len());
    for entity in entities {
        keys.add_of::<M>(entity, first.from)?;
    }
    let groups = groups(from, &load.query, &steps, &keys)?;
    let mut slots = keys.into_slots();
    if F::SHARED && load.query.is_narrowed() {
        // A row that was not asked for is not missing.
        for slot in &mut slots {
            slot.take_if(|slot| groups[*slot].is_empty());
        }
    }
    Ok(Found { groups, slots })
}

/// The related entities of each group of keys.
pub(super) fn groups<T: Mapping>(
    from: Reader<'_>,
    query: &Query<T>,
    steps: &[Step],
    keys: &Keys,
) -> Result<Vec<Vec<T::Entity>>> {
    let mut groups: Vec<Vec<T::Entity>> = Vec::new();
    // A group that is shared has one row, unless something is wrong.
    groups.resize_with(keys.count(), || {
        Vec::with_capacity(usize::from(keys.are_shared()))
    });
    query.read_from(from, steps, keys.distinct(), &mut |row, positions| {
        // The entity is not moved from where it was read before its place is known.
        let entity = query.entity(row, steps);
        let number = entity.as_ref().ok().and_then(|entity| match steps {
            // It has the key itself, which need not be read once more.
            &[Step { to: &[at], .. }] => number_of(&T::value(entity, at)),
            _ => None,
        });
        let of_number = number.and_then(|number| keys.groups_of_number(number));
        let of_key = of_number.map_or_else(|| keys.groups_of(row, positions), Ok)?;
        for &group in &of_key.more {
            groups[group].push(query.entity(row, steps)?);
        }
        groups[of_key.first].push(entity?);
        Ok(())
    })?;
    if !query.loaders().is_empty() {
        query.load_all(from, groups.iter_mut().flatten().collect())?;
    }
    Ok(groups)
}

/// The number that a value is, if it is one as it stands.
#[inline]
fn number_of(param: &Param<'_>) -> Option<i64> {
    match param {
        Param::Borrowed(ValueRef::Int(number)) => Some(*number),
        _ => None,
    }
}

type EntityOf<F> = <<F as RelationField>::Target as Mapping>::Entity;

/// Loads the relation of some entities; after an error none of them has been changed.
pub(super) fn load<M: Mapping, F: RelationField>(
    from: Reader<'_>,
    load: &Load<M, F>,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    let found = find(from, load, entities.iter().map(|entity| &**entity))?;
    for (entity, value) in entities.iter_mut().zip(found.values()?) {
        load.relation.of_mut(entity).state_mut().set(value);
    }
    Ok(())
}
