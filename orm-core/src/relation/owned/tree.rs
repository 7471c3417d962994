//! What an aggregate was at one moment, with which it is compared later.

use super::{Children, Owned};
use crate::error::Result;
use crate::mapping::{Mapping, Snapshot};
use crate::relation::related::{OwnedVisitor, Related};
use crate::relation::{Key, key_of};
use crate::value::Param;

/// The values of an entity, and those of its children.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) values: Snapshot,
    /// The children, by the fields that hold them; nothing for an entity that has none.
    owned: Option<Box<Fields>>,
}

/// The children in each field.
#[derive(Debug, Clone)]
struct Fields(Vec<Vec<Tree>>);

impl Tree {
    pub(crate) fn of<M: Related>(entity: &M::Entity) -> Self {
        Self {
            values: Snapshot::of::<M>(entity),
            owned: M::OWNS.then(|| Box::new(Fields::of::<M>(entity))),
        }
    }

    /// The children in one of the fields.
    pub(super) fn children(&self, field: usize) -> &[Self] {
        let fields = self.owned.as_ref();
        let children = fields.and_then(|fields| fields.0.get(field));
        children.map_or(&[], Vec::as_slice)
    }

    /// The key that the row of a child has.
    pub(super) fn key<T: Mapping>(&self) -> Result<Key> {
        key_of(T::TABLE, T::TABLE.key, &self.values.key::<T>())
    }

    /// Whether the entity holds something else, or has other children.
    pub(crate) fn is_changed<M: Related>(&self, entity: &M::Entity) -> bool {
        self.values.is_changed::<M>(entity) || self.has_other_children::<M>(entity)
    }

    /// Whether children were added, changed, moved or taken out.
    pub(crate) fn has_other_children<M: Related>(&self, entity: &M::Entity) -> bool {
        if !M::OWNS {
            return false;
        }
        let mut compare = Compare::<M> {
            entity,
            before: self,
            field: 0,
            differs: false,
        };
        // It reads memory, and cannot fail.
        let _ = M::owned(&mut compare);
        compare.differs
    }

    /// Lets an entity be what it was, with the children that it had.
    pub(crate) fn restore<M: Related>(&self, entity: &mut M::Entity) -> Result<()> {
        self.values.restore::<M>(entity)?;
        if !M::OWNS {
            return Ok(());
        }
        M::owned(&mut Restore::<M> {
            entity,
            before: self,
            field: 0,
        })
    }
}

impl Fields {
    fn of<M: Related>(entity: &M::Entity) -> Self {
        let mut take = Take::<M> {
            entity,
            fields: Vec::new(),
        };
        // It reads memory, and cannot fail.
        let _ = M::owned(&mut take);
        Self(take.fields)
    }
}

struct Take<'a, M: Mapping> {
    entity: &'a M::Entity,
    fields: Vec<Vec<Tree>>,
}

impl<M: Mapping> OwnedVisitor<M> for Take<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let children = owned.of(self.entity).children();
        self.fields.push(children.map(Tree::of::<T>).collect());
        Ok(())
    }
}

struct Compare<'a, M: Mapping> {
    entity: &'a M::Entity,
    before: &'a Tree,
    field: usize,
    differs: bool,
}

impl<M: Mapping> OwnedVisitor<M> for Compare<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let mut before = self.before.children(self.field).iter();
        self.field += 1;
        let children = owned.of(self.entity);
        let mut differs = children.children().any(|child| {
            let before = before.next();
            before.is_none_or(|before| before.is_changed::<T>(child))
        });
        differs |= before.next().is_some();
        if let (false, Some(by)) = (differs, owned.by()) {
            // A child under another name is another row.
            let names = children.names().unwrap_or_default();
            differs = !children
                .children()
                .map(|child| T::value(child, by))
                .eq(names.iter().map(|name| Param::from(name.as_ref())));
        }
        self.differs |= differs;
        Ok(())
    }
}

struct Restore<'a, M: Mapping> {
    entity: &'a mut M::Entity,
    before: &'a Tree,
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for Restore<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let before = self.before.children(self.field);
        self.field += 1;
        let children = before.iter().map(|before| {
            let mut child = before.values.hydrate::<T>()?;
            before.restore::<T>(&mut child)?;
            Ok(child)
        });
        let children = children.collect::<Result<Vec<T::Entity>>>()?;
        *owned.of_mut(self.entity) = C::gather(children, owned.by())?;
        Ok(())
    }
}
