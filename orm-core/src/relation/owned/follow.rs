//! References of children to rows of other aggregates whose keys have changed.

use std::collections::HashMap;

use super::{Children, Owned};
use crate::error::Result;
use crate::mapping::{ForeignKey, Mapping, Table};
use crate::relation::change::{assign, reference_of};
use crate::relation::related::{OwnedVisitor, Related};
use crate::relation::{Key, key_of};
use crate::value::Value;

/// A foreign key, and the table that has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference {
    pub(crate) table: &'static Table,
    pub(crate) key: &'static ForeignKey,
}

impl Reference {
    pub(crate) fn is(self, other: Self) -> bool {
        self.table.is(other.table) && self.key.columns == other.key.columns
    }
}

/// The columns of a table that are part of some foreign keys.
pub(crate) fn columns_of(references: &[Reference], table: &Table) -> impl Iterator<Item = usize> {
    let mine = references.iter().filter(|one| one.table.is(table));
    mine.flat_map(|one| one.key.columns.iter().copied())
}

/// The foreign keys of a mapping and of its children, but for those by which children refer to their roots.
pub(crate) fn references<M: Related>() -> Vec<Reference> {
    let keys = M::TABLE.foreign_keys.iter();
    let table = M::TABLE;
    let mut references = References {
        found: keys.map(|key| Reference { table, key }).collect(),
        seen: vec![table],
    };
    // It only looks at descriptions.
    let _ = M::owned(&mut references);
    references.found
}

struct References {
    found: Vec<Reference>,
    seen: Vec<&'static Table>,
}

impl<M: Mapping> OwnedVisitor<M> for References {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        if self.seen.iter().any(|table| table.is(T::TABLE)) {
            return Ok(());
        }
        self.seen.push(T::TABLE);
        let step = owned.step()?;
        let keys = T::TABLE.foreign_keys.iter();
        let others = keys.filter(|key| key.columns != step.to);
        let table = T::TABLE;
        self.found
            .extend(others.map(|key| Reference { table, key }));
        T::owned(self)
    }
}

/// By what rows were referred to before, and by what they are now.
pub(crate) type Moves<'a> = HashMap<Key, &'a [Value]>;

/// Whether children of an entity refer to rows that have moved.
pub(crate) fn refers<M: Related>(
    entity: &M::Entity,
    reference: Reference,
    moves: &Moves<'_>,
) -> Result<bool> {
    if !M::OWNS {
        return Ok(false);
    }
    let mut look = Look::<M> {
        entity,
        reference,
        moves,
        found: false,
    };
    M::owned(&mut look)?;
    Ok(look.found)
}

struct Look<'a, M: Mapping> {
    entity: &'a M::Entity,
    reference: Reference,
    moves: &'a Moves<'a>,
    found: bool,
}

impl<M: Mapping> OwnedVisitor<M> for Look<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        for child in owned.of(self.entity).children() {
            self.found |= moved_to::<T>(child, self.reference, self.moves)?.is_some()
                || refers::<T>(child, self.reference, self.moves)?;
        }
        Ok(())
    }
}

/// Lets children of an entity refer to rows that have moved.
pub(crate) fn follow<M: Related>(
    entity: &mut M::Entity,
    reference: Reference,
    moves: &Moves<'_>,
) -> Result<()> {
    if !M::OWNS {
        return Ok(());
    }
    M::owned(&mut Follow::<M> {
        entity,
        reference,
        moves,
    })
}

struct Follow<'a, M: Mapping> {
    entity: &'a mut M::Entity,
    reference: Reference,
    moves: &'a Moves<'a>,
}

impl<M: Mapping> OwnedVisitor<M> for Follow<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        for child in owned.of_mut(self.entity).children_mut() {
            if let Some(now) = moved_to::<T>(child, self.reference, self.moves)? {
                assign::<T>(child, self.reference.key.columns, now)?;
            }
            follow::<T>(child, self.reference, self.moves)?;
        }
        Ok(())
    }
}

/// By what the row is referred to now that an entity refers to, if it has moved.
pub(crate) fn moved_to<'m, T: Mapping>(
    entity: &T::Entity,
    Reference { table, key }: Reference,
    moves: &Moves<'m>,
) -> Result<Option<&'m [Value]>> {
    if !table.is(T::TABLE) {
        return Ok(None);
    }
    let Some(referred) = reference_of::<T>(entity, key.columns) else {
        return Ok(None);
    };
    Ok(moves.get(&key_of(table, key.columns, &referred)?).copied())
}
