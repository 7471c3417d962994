//! What relation fields hold, behind a trait object.
//!
//! Entities refer to each other, so a type that held related ones openly would contain all of the schema: the
//! compiler would follow it from field to field whenever it is asked whether an entity can be sent to another
//! thread, and give up at its recursion limit. A trait object ends the walk, and says that it can.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::flat_drop::Nested;

trait Held<V>: Send + Sync {
    fn held(&self) -> &V;
    fn held_mut(&mut self) -> &mut V;
    fn release(self: Box<Self>) -> V;
}

impl<V: Send + Sync> Held<V> for V {
    fn held(&self) -> &V {
        self
    }

    fn held_mut(&mut self) -> &mut V {
        self
    }

    fn release(self: Box<Self>) -> V {
        *self
    }
}

/// An entity that fields of several others can hold.
pub struct Shared<E: 'static>(Arc<dyn Held<E>>);

impl<E: Send + Sync> Shared<E> {
    pub(super) fn new(entity: E) -> Self {
        Self(Arc::new(entity))
    }
}

impl<E> Shared<E> {
    /// The entity, if nobody else has a share in it.
    pub(super) fn get_mut(&mut self) -> Option<&mut E> {
        Arc::get_mut(&mut self.0).map(Held::held_mut)
    }
}

impl<E: 'static> Nested for Shared<E> {
    /// If the other shares end at the same moment, it is one more level that is dropped uncounted.
    fn is_shallow(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl<E> Clone for Shared<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> Deref for Shared<E> {
    type Target = E;

    fn deref(&self) -> &E {
        (*self.0).held()
    }
}

/// Entities that one field holds.
pub struct Many<E: 'static>(Box<dyn Held<Vec<E>>>);

impl<E: Send + Sync> Many<E> {
    pub(super) fn new(entities: Vec<E>) -> Self {
        Self(Box::new(entities))
    }
}

impl<E> Many<E> {
    pub(super) fn into_vec(self) -> Vec<E> {
        Held::<Vec<E>>::release(self.0)
    }
}

impl<E: 'static> Nested for Many<E> {
    fn is_shallow(&self) -> bool {
        self.is_empty()
    }
}

impl<E: Clone + Send + Sync> Clone for Many<E> {
    fn clone(&self) -> Self {
        Self::new(self.to_vec())
    }
}

impl<E> Deref for Many<E> {
    type Target = Vec<E>;

    fn deref(&self) -> &Vec<E> {
        (*self.0).held()
    }
}

impl<E> DerefMut for Many<E> {
    fn deref_mut(&mut self) -> &mut Vec<E> {
        (*self.0).held_mut()
    }
}
