//! References to objects that had no keys yet when they were made: which there are, and how they get them.

use std::collections::HashMap;

use super::change::assign_held;
use super::owned::{Children, Owned};
use super::related::{OwnedVisitor, Related};
use crate::error::Result;
use crate::mapping::{Mapping, Table};
use crate::value::{Held, Object, Value};

/// The keys that objects have by now.
pub(crate) type ObjectKeys = HashMap<Object, Value>;

/// An object that is referred to, and the table by which it is named in errors.
pub(crate) type Awaited = (Object, &'static str);

/// The columns of a table that may refer to such objects.
pub(crate) fn columns(table: &'static Table) -> impl Iterator<Item = usize> {
    let columns = table.columns.iter().enumerate();
    columns.filter_map(|(at, column)| column.reference.then_some(at))
}

/// The table that a column refers to; its own if it does not say so.
pub(crate) fn target(table: &'static Table, column: usize) -> &'static str {
    let mut keys = table.foreign_keys.iter();
    let key = keys.find(|key| key.columns.contains(&column));
    key.map_or(table.name, |key| (key.target)().name)
}

/// The columns of an entity that refer to objects without keys.
pub(crate) fn of<M: Mapping>(entity: &M::Entity) -> impl Iterator<Item = (usize, Object)> {
    columns(M::TABLE).filter_map(|at| Some((at, M::value(entity, at).object()?)))
}

/// Puts a key in place of an object.
pub(crate) fn settle<M: Mapping>(entity: &mut M::Entity, column: usize, key: &Value) -> Result<()> {
    assign_held::<M>(entity, &[column], &[Held::Value(key.clone())])
}

/// Puts an object back in place of its key.
pub(crate) fn unsettle<M: Mapping>(
    entity: &mut M::Entity,
    column: usize,
    object: Object,
) -> Result<()> {
    assign_held::<M>(entity, &[column], &[Held::Object(object)])
}

/// Adds the objects that the children of an entity refer to.
pub(crate) fn of_children<M: Related>(
    entity: &M::Entity,
    awaited: &mut Vec<Awaited>,
) -> Result<()> {
    if !M::OWNS {
        return Ok(());
    }
    M::owned(&mut Find::<M> { entity, awaited })
}

struct Find<'a, M: Mapping> {
    entity: &'a M::Entity,
    awaited: &'a mut Vec<Awaited>,
}

impl<M: Mapping> OwnedVisitor<M> for Find<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        for child in owned.of(self.entity).children() {
            let objects = of::<T>(child);
            let named = objects.map(|(at, object)| (object, target(T::TABLE, at)));
            self.awaited.extend(named);
            of_children::<T>(child, self.awaited)?;
        }
        Ok(())
    }
}

/// Puts keys in place of the objects that the children of an entity refer to.
pub(crate) fn settle_children<M: Related>(entity: &mut M::Entity, keys: &ObjectKeys) -> Result<()> {
    if !M::OWNS {
        return Ok(());
    }
    M::owned(&mut Settle::<M> { entity, keys })
}

struct Settle<'a, M: Mapping> {
    entity: &'a mut M::Entity,
    keys: &'a ObjectKeys,
}

impl<M: Mapping> OwnedVisitor<M> for Settle<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        for child in owned.of_mut(self.entity).children_mut() {
            let objects: Vec<(usize, Object)> = of::<T>(child).collect();
            for (column, object) in objects {
                if let Some(key) = self.keys.get(&object) {
                    settle::<T>(child, column, key)?;
                }
            }
            settle_children::<T>(child, self.keys)?;
        }
        Ok(())
    }
}
