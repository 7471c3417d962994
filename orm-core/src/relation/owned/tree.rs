//! What aggregates were at one moment, with which they are compared later.

use std::collections::HashSet;

use super::{Children, Owned, Reference};
use crate::error::Result;
use crate::mapping::{Mapping, SnapshotRef, Snapshots, SnapshotsMark};
use crate::relation::related::{OwnedVisitor, Related};
use crate::relation::{Key, key_of};
use crate::value::{Param, Value};

/// What aggregates of one mapping were: their values, and those of their children.
#[derive(Default)]
pub(crate) struct Trees {
    values: Snapshots,
    /// The children of each; nothing for a mapping that has none.
    owned: Vec<Fields>,
}

/// The children in each field.
struct Fields(Vec<Trees>);

/// How much was kept at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TreesMark {
    values: SnapshotsMark,
    owned: usize,
}

impl Trees {
    /// Keeps what an entity is, behind the others.
    pub(crate) fn push<M: Related>(&mut self, entity: &M::Entity) {
        self.values.push::<M>(entity);
        if M::OWNS {
            self.owned.push(Fields::of::<M>(entity));
        }
    }

    /// How many there are.
    pub(crate) fn len<M: Mapping>(&self) -> usize {
        self.values.len::<M>()
    }

    pub(crate) fn get<M: Mapping>(&self, nth: usize) -> TreeRef<'_> {
        TreeRef {
            values: self.values.get::<M>(nth),
            owned: self.owned.get(nth),
        }
    }

    pub(crate) fn iter<M: Mapping>(&self) -> impl Iterator<Item = TreeRef<'_>> {
        (0..self.len::<M>()).map(|nth| self.get::<M>(nth))
    }

    pub(crate) fn mark(&self) -> TreesMark {
        TreesMark {
            values: self.values.mark(),
            owned: self.owned.len(),
        }
    }

    /// Forgets what was kept since then.
    pub(crate) fn forget_since(&mut self, mark: TreesMark) {
        self.values.forget_since(mark.values);
        self.owned.truncate(mark.owned);
    }
}

/// The values of an entity, and those of its children.
#[derive(Clone, Copy)]
pub(crate) struct TreeRef<'a> {
    pub(crate) values: SnapshotRef<'a>,
    owned: Option<&'a Fields>,
}

impl<'a> TreeRef<'a> {
    /// The children in one of the fields.
    pub(super) fn children<T: Mapping>(self, field: usize) -> impl Iterator<Item = TreeRef<'a>> {
        let children = self.owned.and_then(|fields| fields.0.get(field));
        children.into_iter().flat_map(Trees::iter::<T>)
    }

    /// The key of its row, as it was.
    pub(super) fn key<T: Mapping>(self) -> Result<Key> {
        key_of(T::TABLE, T::TABLE.key, &self.values.key::<T>())
    }

    /// Whether the entity holds something else, or has other children.
    pub(crate) fn is_changed<M: Related>(self, entity: &M::Entity) -> bool {
        self.values.is_changed::<M>(entity) || self.has_other_children::<M>(entity)
    }

    /// Whether children were added, changed, moved or taken out.
    pub(crate) fn has_other_children<M: Related>(self, entity: &M::Entity) -> bool {
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

    /// Whether it, or a child, referred to some rows.
    pub(crate) fn referred<M: Related>(
        self,
        reference: Reference,
        rows: &HashSet<Key>,
    ) -> Result<bool> {
        let Reference { table, key } = reference;
        if table.is(M::TABLE) {
            let values = self.values.at(key.columns);
            let is_one = !values.contains(&Value::Null)
                && rows.contains(&key_of(table, key.columns, &values)?);
            if is_one {
                return Ok(true);
            }
        }
        if !M::OWNS {
            return Ok(false);
        }
        let mut search = Search {
            before: self,
            field: 0,
            reference,
            rows,
            found: false,
        };
        M::owned(&mut search)?;
        Ok(search.found)
    }

    /// Lets an entity be what it was, with the children that it had.
    pub(crate) fn restore<M: Related>(self, entity: &mut M::Entity) -> Result<()> {
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
    fields: Vec<Trees>,
}

impl<M: Mapping> OwnedVisitor<M> for Take<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let mut trees = Trees::default();
        let children = owned.of(self.entity).children();
        children.for_each(|child| trees.push::<T>(child));
        self.fields.push(trees);
        Ok(())
    }
}

struct Compare<'a, M: Mapping> {
    entity: &'a M::Entity,
    before: TreeRef<'a>,
    field: usize,
    differs: bool,
}

impl<M: Mapping> OwnedVisitor<M> for Compare<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let mut before = self.before.children::<T>(self.field);
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

struct Search<'a> {
    before: TreeRef<'a>,
    field: usize,
    reference: Reference,
    rows: &'a HashSet<Key>,
    found: bool,
}

impl<M: Mapping> OwnedVisitor<M> for Search<'_> {
    fn visit<C: Children<T>, T: Related>(&mut self, _: Owned<M, C, T>) -> Result<()> {
        for child in self.before.children::<T>(self.field) {
            self.found |= child.referred::<T>(self.reference, self.rows)?;
        }
        self.field += 1;
        Ok(())
    }
}

struct Restore<'a, M: Mapping> {
    entity: &'a mut M::Entity,
    before: TreeRef<'a>,
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for Restore<'_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let before = self.before.children::<T>(self.field);
        self.field += 1;
        let children = before.map(|before| {
            let mut child = before.values.hydrate::<T>()?;
            before.restore::<T>(&mut child)?;
            Ok(child)
        });
        let children = children.collect::<Result<Vec<T::Entity>>>()?;
        *owned.of_mut(self.entity) = C::gather(children, owned.by())?;
        Ok(())
    }
}
