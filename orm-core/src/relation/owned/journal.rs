//! What children held before they were written in the columns that writing fills in.

use super::{Children, Owned, require_shallow};
use crate::error::Result;
use crate::mapping::Mapping;
use crate::relation::change::{assign_held, held_at};
use crate::relation::related::{OwnedVisitor, Related};
use crate::value::Held;

/// The keys, references, places and versions of all children of one entity, and the objects that they refer to, in the
/// order in which they are visited.
#[derive(Debug, Default)]
pub(crate) struct Journal(Vec<Held>);

impl Journal {
    /// Before anything is written.
    pub(crate) fn of<M: Related>(entity: &M::Entity) -> Result<Self> {
        let mut journal = Self::default();
        journal.note::<M>(entity, 0)?;
        Ok(journal)
    }

    fn note<M: Related>(&mut self, entity: &M::Entity, depth: u32) -> Result<()> {
        if !M::OWNS {
            return Ok(());
        }
        M::owned(&mut Note::<M> {
            entity,
            journal: self,
            depth,
        })
    }

    /// Puts everything back. The children have to be those that there were.
    pub(crate) fn undo<M: Related>(self, entity: &mut M::Entity) -> Result<()> {
        Undo(&self.0).children::<M>(entity)
    }
}

struct Note<'a, M: Mapping> {
    entity: &'a M::Entity,
    journal: &'a mut Journal,
    depth: u32,
}

impl<M: Mapping> OwnedVisitor<M> for Note<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let columns = owned.columns()?;
        for child in owned.of(self.entity).children() {
            require_shallow(T::TABLE, self.depth)?;
            for &at in &columns {
                self.journal.0.push(held_at::<T>(child, at)?);
            }
            self.journal.note::<T>(child, self.depth + 1)?;
        }
        Ok(())
    }
}

/// The values that are still to be put back.
struct Undo<'a>(&'a [Held]);

impl Undo<'_> {
    fn children<M: Related>(&mut self, entity: &mut M::Entity) -> Result<()> {
        if !M::OWNS {
            return Ok(());
        }
        M::owned(&mut UndoOf::<M> { entity, undo: self })
    }
}

struct UndoOf<'a, 'v, M: Mapping> {
    entity: &'a mut M::Entity,
    undo: &'a mut Undo<'v>,
}

impl<M: Mapping> OwnedVisitor<M> for UndoOf<'_, '_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let columns = owned.columns()?;
        for child in owned.of_mut(self.entity).children_mut() {
            let Some((values, rest)) = self.undo.0.split_at_checked(columns.len()) else {
                return Ok(());
            };
            self.undo.0 = rest;
            assign_held::<T>(child, &columns, values)?;
            self.undo.children::<T>(child)?;
        }
        Ok(())
    }
}
