//! Aggregates: children that are fields of their root, and are read, written and deleted together with it.

mod children;
mod follow;
mod journal;
mod tree;
mod write;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

pub use self::children::{Children, MapField, Owned};
pub(crate) use self::follow::{Moves, Reference, columns_of, follow, moved_to, references, refers};
pub(crate) use self::journal::Journal;
pub(crate) use self::tree::{TreeRef, Trees, TreesMark};
pub(crate) use self::write::{Check, Gone, Written, delete, delete_there, put, take_out, write};
use super::keys::Keys;
use super::related::{OwnedVisitor, Related};
use super::select_in;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::mapping::{Column, Mapping, Table};
use crate::query::{Expression as _, ImpliedLoader, Loader, Query, Reader};

/// What every query of a mapping with children loads, as the derive hands it to the mapping.
#[must_use]
pub fn implied<M: Related>() -> Option<Box<dyn Any>> {
    let loader: ImpliedLoader<M::Entity> = Arc::new(OwnedLoader::<M>(std::marker::PhantomData));
    Some(Box::new(loader))
}

struct OwnedLoader<M>(std::marker::PhantomData<fn() -> M>);

impl<M: Related> Loader<M::Entity> for OwnedLoader<M> {
    fn is_implied(&self) -> bool {
        true
    }

    fn load(&self, from: Reader<'_>, entities: &mut [&mut M::Entity]) -> Result<()> {
        M::owned(&mut Load::<M> { from, entities })
    }
}

/// Reads the children of entities that were just read without them.
pub(crate) fn load<M: Related>(db: &dyn Executor, entities: &mut [&mut M::Entity]) -> Result<()> {
    if !M::OWNS || entities.is_empty() {
        return Ok(());
    }
    let from = Reader::new(db);
    M::owned(&mut Load::<M> { from, entities })
}

struct Load<'a, 'e, M: Mapping> {
    from: Reader<'a>,
    entities: &'a mut [&'e mut M::Entity],
}

impl<M: Mapping> OwnedVisitor<M> for Load<'_, '_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        require_shallow(T::TABLE, self.from.depth)?;
        let from = Reader {
            depth: self.from.depth + 1,
            ..self.from
        };
        let step = owned.step()?;
        let mut keys = Keys::new(&step, false, self.entities.len());
        for entity in &*self.entities {
            keys.add_of::<M>(entity, step.from)?;
        }
        let query = in_order(owned);
        let mut groups = select_in::groups(from, &query, &[step], &keys)?;
        for (entity, slot) in self.entities.iter_mut().zip(keys.into_slots()) {
            let children = slot.map(|slot| std::mem::take(&mut groups[slot]));
            *owned.of_mut(entity) = C::gather(children.unwrap_or_default(), owned.by())?;
        }
        Ok(())
    }
}

/// How many levels of children an aggregate may have. Rows that are children of each other in a circle have no end.
const DEEPEST: u32 = 100;

/// Refuses what would be followed until the stack ends.
fn require_shallow(table: &'static Table, depth: u32) -> Result<()> {
    if depth < DEEPEST {
        return Ok(());
    }
    Err(Error::InvalidQuery {
        table: table.name,
        reason: "children are nested more than 100 levels deep: keep trees as rows that refer to each other",
    })
}

/// The children in the order of their list, or of their keys.
fn in_order<M: Mapping, C: Children<T>, T: Mapping>(owned: Owned<M, C, T>) -> Query<T> {
    let columns = owned
        .order()
        .into_iter()
        .chain(T::TABLE.key.iter().copied());
    columns.fold(Query::new(), |query, at| {
        query.order_by(Column::<T, i64>::new(at).asc())
    })
}

/// The tables of all that is read and written together with entities of a mapping, its own first.
pub(crate) fn tables<M: Related>() -> Vec<&'static Table> {
    let mut tables = Tables(vec![M::TABLE]);
    // It only looks at descriptions.
    let _ = M::owned(&mut tables);
    tables.0
}

struct Tables(Vec<&'static Table>);

impl<M: Mapping> OwnedVisitor<M> for Tables {
    fn visit<C: Children<T>, T: Related>(&mut self, _: Owned<M, C, T>) -> Result<()> {
        if self.0.iter().any(|known| known.is(T::TABLE)) {
            return Ok(());
        }
        self.0.push(T::TABLE);
        T::owned(self)
    }
}

impl<M: Mapping, C: Children<T>, T: Mapping> fmt::Debug for Owned<M, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.def().path)
    }
}
