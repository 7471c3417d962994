//! Loading by a join: the row that is referred to stands beside the row that refers to it.

use super::field::RelationField;
use super::load::Load;
use crate::error::Result;
use crate::gateway;
use crate::mapping::{Index, Mapping, Table};
use crate::query::{Joins, Reader};
use crate::value::{Row, ValueRef};

/// Joins the row of a relation, and those of the relations that are joined to it.
pub(super) fn join<M: Mapping, F: RelationField>(load: &Load<M, F>, joins: &mut Joins<'_, '_>) {
    if load.query.is_narrowed() || load.query.is_sorted() {
        joins.refuse("a relation that is loaded by a join cannot be filtered, sorted or limited: write `.select_in()`");
    }
    // The only step of a reference.
    for step in load.relation.def().steps().iter().take(1) {
        if !is_unique(step.table, step.to) {
            joins.refuse("a relation that is loaded by a join leads to one row, and its columns are not declared unique: write `.select_in()`");
        }
        let mut behind = joins.join(step);
        for loader in load.query.loaders() {
            loader.join(&mut behind);
        }
    }
}

/// Whether no two rows of a table have the same values in some columns, as far as it was declared.
fn is_unique(table: &Table, columns: &[usize]) -> bool {
    let is_index = |index: &Index| {
        let mut names = index.columns.iter();
        let is_among = |name: &&str| columns.iter().any(|&at| table.columns[at].name == *name);
        index.unique && index.condition.is_none() && names.all(is_among)
    };
    table.key.iter().all(|at| columns.contains(at))
        || columns.iter().any(|&at| table.columns[at].unique)
        || table.indexes.iter().any(is_index)
}

pub(super) fn width<M: Mapping, F: RelationField>(load: &Load<M, F>) -> usize {
    let nested = load.query.loaders().iter().map(|loader| loader.width());
    F::Target::TABLE.columns.len() + nested.sum::<usize>()
}

/// Takes the row of the relation out of a row.
pub(super) fn attach<M: Mapping, F: RelationField>(
    load: &Load<M, F>,
    entity: &mut M::Entity,
    row: &Row<'_>,
    at: usize,
) -> Result<usize> {
    let target = F::Target::TABLE;
    let end = at + width(load);
    let group = if is_absent(target, row, at) {
        Vec::new()
    } else {
        let mut found = gateway::hydrate::<F::Target>(row, at)?;
        let mut next = at + target.columns.len();
        for loader in load.query.loaders() {
            next = loader.attach(&mut found, row, next)?;
        }
        vec![found]
    };
    let slot = (!refers_to_none(load, entity)).then_some(0);
    if let Some(value) = F::gather(vec![group], [slot])?.next() {
        load.relation.of_mut(entity).state_mut().set(value);
    }
    Ok(end)
}

/// Whether no row was joined: then even its key is NULL.
fn is_absent(table: &Table, row: &Row<'_>, at: usize) -> bool {
    let mut key = table.key.iter();
    key.all(|&column| row.value(at + column) == ValueRef::Null)
}

/// Whether an entity refers to no row, because its key is NULL.
fn refers_to_none<M: Mapping, F: RelationField>(load: &Load<M, F>, entity: &M::Entity) -> bool {
    let mut columns = load.relation.def().columns.iter();
    columns.any(|&at| M::value(entity, at).as_ref() == Ok(ValueRef::Null))
}

/// Loads what is to be loaded of the joined entities by statements of their own.
pub(super) fn load_nested<M: Mapping, F: RelationField>(
    from: Reader<'_>,
    load: &Load<M, F>,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    let values = entities
        .iter_mut()
        .filter_map(|entity| load.relation.of_mut(entity).state_mut().get_mut());
    load.load_nested(from, values.flat_map(F::entities_mut))
}
