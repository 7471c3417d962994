//! Fields that hold the children of an aggregate, and the constants by which they are known.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::error::{Error, Result};
use crate::mapping::{Mapping, RelationDef, Step};
use crate::query::{Expr, IntoCondition, Query, func};
use crate::relation::pending;
use crate::value::{ColumnType, Mismatch, Value};

/// A field that holds the children of its struct: a `Vec`, an `Option` or a `Box` of a mapped struct, or a map of them
/// by one of their columns.
///
/// `T` is the mapping of the children.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no children that `{T}` stores",
    label = "expected `Vec<…>`, `Option<…>`, `Box<…>`, `HashMap<K, …>` or `BTreeMap<K, …>`",
    note = "the struct inside derives `orm::Mapper`; that in a `Box` is always there, and has a `Default` until it is read"
)]
pub trait Children<T: Mapping>: Sized + 'static {
    /// Whether there may be more than one.
    const MANY: bool;

    /// Whether they are known by one of their columns.
    const IS_MAP: bool = false;

    /// Before anything is read.
    fn unloaded() -> Self;

    /// The children that were read, which are known by this column, if the field is a map.
    ///
    /// # Errors
    /// [`Error::Decode`] for children that the field cannot hold.
    fn gather(children: Vec<T::Entity>, by: Option<usize>) -> Result<Self>;

    /// The children, always in the same order.
    fn children(&self) -> impl Iterator<Item = &T::Entity>;

    /// The same, to be written.
    fn children_mut(&mut self) -> impl Iterator<Item = &mut T::Entity>;

    /// By what a map knows them, in their order.
    ///
    /// # Errors
    /// [`Mismatch`] for a key that cannot be stored.
    fn names(&self) -> Result<Vec<Value>, Mismatch> {
        Ok(Vec::new())
    }
}

/// A field that knows its children by one of their columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no map, and knows its children by no column",
    label = "`by` is for `HashMap<K, …>` and `BTreeMap<K, …>`"
)]
pub trait MapField {
    /// What it knows them by.
    type Key: ColumnType;
}

/// The children of an aggregate, which are in a field of type `C` and stored by `T`: `OrderMapper::LINES`.
pub struct Owned<M: Mapping, C, T> {
    at: usize,
    get: fn(&M::Entity) -> &C,
    get_mut: fn(&mut M::Entity) -> &mut C,
    order: Option<usize>,
    by: Option<usize>,
    mapping: std::marker::PhantomData<fn() -> T>,
}

impl<M: Mapping, C: Children<T>, T: Mapping> Owned<M, C, T> {
    /// The relation at a position of [`Table::relations`](crate::mapping::Table::relations), and how its field is
    /// reached, for the derive.
    #[must_use]
    pub const fn new(
        at: usize,
        get: fn(&M::Entity) -> &C,
        get_mut: fn(&mut M::Entity) -> &mut C,
    ) -> Self {
        Self {
            at,
            get,
            get_mut,
            order: None,
            by: None,
            mapping: std::marker::PhantomData,
        }
    }

    /// Says which column of the children keeps their order, for the derive.
    #[must_use]
    pub const fn ordered(self, column: usize) -> Self {
        Self {
            order: Some(column),
            ..self
        }
    }

    /// Says by which column of the children a map knows them, for the derive.
    #[must_use]
    pub const fn known_by(self, column: usize) -> Self {
        Self {
            by: Some(column),
            ..self
        }
    }

    /// The position in [`Table::relations`](crate::mapping::Table::relations).
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }

    /// The description of the relation.
    #[must_use]
    pub fn def(self) -> &'static RelationDef {
        &M::TABLE.relations[self.at]
    }

    /// What the field holds before anything is read, for the derive.
    #[doc(hidden)]
    #[must_use]
    pub fn unloaded(self) -> C {
        C::unloaded()
    }

    /// Whether a child meets a condition.
    pub fn any<At>(self, condition: impl IntoCondition<T, At>) -> Expr<M, bool> {
        self.exists_in(&Query::new().filter(condition))
    }

    /// Whether no child meets a condition.
    pub fn none<At>(self, condition: impl IntoCondition<T, At>) -> Expr<M, bool> {
        self.any(condition).not()
    }

    /// Whether every child meets a condition; also where there is none.
    pub fn every<At>(self, condition: impl IntoCondition<T, At>) -> Expr<M, bool> {
        self.exists_in(&Query::new().exclude(condition)).not()
    }

    /// Whether there is a child.
    #[must_use]
    pub fn exists(self) -> Expr<M, bool> {
        self.exists_in(&Query::new())
    }

    /// How many children there are.
    #[must_use]
    pub fn count(self) -> Expr<M, i64> {
        let query = Query::<T>::new();
        query.aggregate_from(&self.def().steps(), M::TABLE, func::count())
    }

    fn exists_in(self, children: &Query<T>) -> Expr<M, bool> {
        children.clone().exists_from(&self.def().steps(), M::TABLE)
    }

    pub(in crate::relation) fn of(self, entity: &M::Entity) -> &C {
        (self.get)(entity)
    }

    pub(in crate::relation) fn of_mut(self, entity: &mut M::Entity) -> &mut C {
        (self.get_mut)(entity)
    }

    pub(super) fn order(self) -> Option<usize> {
        self.order
    }

    pub(super) fn by(self) -> Option<usize> {
        self.by
    }

    /// The way from the root to its children.
    pub(super) fn step(self) -> Result<Step> {
        let first = self.def().steps().into_iter().next();
        first.ok_or_else(|| self.def().nowhere(M::TABLE))
    }

    /// The columns of a child that writing fills in: the key, the reference, the place in the list or the map, and the
    /// version; and its references to other aggregates, whose objects may be new, or have other keys.
    pub(super) fn columns(self) -> Result<Vec<usize>> {
        let mut columns: Vec<usize> = T::TABLE.identity().collect();
        let step = self.step()?;
        let filled = step.to.iter().copied().chain(self.order).chain(self.by);
        let keys = T::TABLE.foreign_keys.iter();
        let references = keys.flat_map(|key| key.columns.iter().copied());
        for at in filled.chain(references).chain(pending::columns(T::TABLE)) {
            if !columns.contains(&at) {
                columns.push(at);
            }
        }
        Ok(columns)
    }
}

impl<M: Mapping, C, T> Clone for Owned<M, C, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Mapping, C, T> Copy for Owned<M, C, T> {}

impl<T: Mapping> Children<T> for Vec<T::Entity> {
    const MANY: bool = true;

    fn unloaded() -> Self {
        Self::new()
    }

    fn gather(children: Vec<T::Entity>, _: Option<usize>) -> Result<Self> {
        Ok(children)
    }

    fn children(&self) -> impl Iterator<Item = &T::Entity> {
        self.as_slice().iter()
    }

    fn children_mut(&mut self) -> impl Iterator<Item = &mut T::Entity> {
        self.as_mut_slice().iter_mut()
    }
}

impl<T: Mapping> Children<T> for Option<T::Entity> {
    const MANY: bool = false;

    fn unloaded() -> Self {
        None
    }

    fn gather(children: Vec<T::Entity>, _: Option<usize>) -> Result<Self> {
        at_most_one::<T>(children)
    }

    fn children(&self) -> impl Iterator<Item = &T::Entity> {
        self.as_ref().into_iter()
    }

    fn children_mut(&mut self) -> impl Iterator<Item = &mut T::Entity> {
        self.as_mut().into_iter()
    }
}

impl<T: Mapping<Entity: Default>> Children<T> for Box<T::Entity> {
    const MANY: bool = false;

    fn unloaded() -> Self {
        Self::default()
    }

    fn gather(children: Vec<T::Entity>, _: Option<usize>) -> Result<Self> {
        let child = at_most_one::<T>(children)?;
        child.map(Self::new).ok_or(Error::NotFound {
            table: T::TABLE.name,
        })
    }

    fn children(&self) -> impl Iterator<Item = &T::Entity> {
        std::iter::once(&**self)
    }

    fn children_mut(&mut self) -> impl Iterator<Item = &mut T::Entity> {
        std::iter::once(&mut **self)
    }
}

fn at_most_one<T: Mapping>(mut children: Vec<T::Entity>) -> Result<Option<T::Entity>> {
    if children.len() > 1 {
        return Err(Error::MultipleFound {
            table: T::TABLE.name,
        });
    }
    Ok(children.pop())
}

/// What a map knows a child by that was read.
fn name<K: ColumnType, T: Mapping>(child: &T::Entity, by: Option<usize>) -> Result<K> {
    let at = by.unwrap_or(usize::MAX);
    let named = |mismatch| T::TABLE.named(Error::decode(at, mismatch), 0);
    let value = T::value(child, at).into_value().map_err(named)?;
    K::decode(value.as_ref()).map_err(named)
}

/// The children of a map, whatever its own order is.
fn in_order<'k, K: ColumnType, E>(children: impl Iterator<Item = (&'k K, E)>) -> Vec<(&'k K, E)> {
    let mut children: Vec<(&K, E)> = children.collect();
    children.sort_by_cached_key(|(name, _)| {
        let mut bytes = Vec::new();
        // Names that cannot be stored are refused when they are.
        if let Ok(name) = name.encode().into_value() {
            name.as_ref().push_bytes(&mut bytes);
        }
        bytes
    });
    children
}

macro_rules! map {
    ($Map:ident<K $(, $S:ident)?> where $($bounds:tt)*) => {
        impl<K, T: Mapping $(, $S: BuildHasher + Default + 'static)?> Children<T> for $Map<K, T::Entity $(, $S)?>
        where
            K: ColumnType + $($bounds)*,
        {
            const MANY: bool = true;
            const IS_MAP: bool = true;

            fn unloaded() -> Self {
                Self::default()
            }

            fn gather(children: Vec<T::Entity>, by: Option<usize>) -> Result<Self> {
                let mut map = Self::default();
                for child in children {
                    if map.insert(name::<K, T>(&child, by)?, child).is_some() {
                        return Err(Error::MultipleFound {
                            table: T::TABLE.name,
                        });
                    }
                }
                Ok(map)
            }

            fn children(&self) -> impl Iterator<Item = &T::Entity> {
                in_order(self.iter()).into_iter().map(|(_, child)| child)
            }

            fn children_mut(&mut self) -> impl Iterator<Item = &mut T::Entity> {
                in_order(self.iter_mut()).into_iter().map(|(_, child)| child)
            }

            fn names(&self) -> Result<Vec<Value>, Mismatch> {
                let names = in_order(self.iter()).into_iter();
                names.map(|(name, _)| name.encode().into_value()).collect()
            }
        }

        impl<K: ColumnType, E $(, $S)?> MapField for $Map<K, E $(, $S)?> {
            type Key = K;
        }
    };
}

map!(HashMap<K, S> where Eq + Hash);
map!(BTreeMap<K> where Ord);
