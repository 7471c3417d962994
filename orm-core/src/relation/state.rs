//! What a relation field holds: nothing yet, or what was loaded.

use once_cell::sync::OnceCell;

use super::flat_drop::{Nested, drop_flat};
use crate::error::{Error, Result};
use crate::mapping::RelationDef;
use crate::value::{Origin, Row};

/// The value of a relation, as soon as it is loaded, and where the row came from until then.
pub struct State<V: Nested> {
    value: OnceCell<V>,
    relation: Option<&'static RelationDef>,
    origin: Origin,
}

impl<V: Nested> State<V> {
    /// Of an entity that did not come from a database.
    pub(super) const fn new() -> Self {
        Self {
            value: OnceCell::new(),
            relation: None,
            origin: Origin::NONE,
        }
    }

    pub(super) fn with(value: V) -> Self {
        let mut state = Self::new();
        state.value = OnceCell::with_value(value);
        state
    }

    /// Of an entity that is read from a row.
    #[inline]
    pub(super) fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self {
        Self {
            value: OnceCell::new(),
            relation: Some(relation),
            origin: row.origin(),
        }
    }

    /// Whether the entity with the field was read, so that what the field holds was loaded and not given.
    pub(super) fn is_of_a_row(&self) -> bool {
        self.relation.is_some()
    }

    /// Whether the user put in what the field holds.
    pub(super) fn is_given(&self) -> bool {
        !self.is_of_a_row() && self.value.get().is_some()
    }

    pub(super) fn origin(&self) -> Origin {
        self.origin
    }

    pub(super) fn get(&self) -> Option<&V> {
        self.value.get()
    }

    pub(super) fn get_mut(&mut self) -> Option<&mut V> {
        self.value.get_mut()
    }

    /// The value.
    pub(super) fn loaded(&self) -> Result<&V> {
        self.value.get().ok_or_else(|| self.not_loaded())
    }

    pub(super) fn loaded_mut(&mut self) -> Result<&mut V> {
        let error = self.not_loaded();
        self.value.get_mut().ok_or(error)
    }

    fn not_loaded(&self) -> Error {
        Error::NotLoaded {
            relation: self.relation.map_or("", |relation| relation.path),
        }
    }

    /// Puts a value in, whether there was one or not.
    #[inline]
    pub(super) fn set(&mut self, value: V) {
        self.forget();
        self.value = OnceCell::with_value(value);
    }

    /// Puts a value in unless somebody else was faster, and returns the one that is there.
    pub(super) fn get_or_set(&self, value: V) -> Result<&V> {
        if let Err(late) = self.value.set(value) {
            drop_flat(late);
        }
        self.loaded()
    }

    /// Becomes unloaded again.
    #[inline]
    pub(super) fn forget(&mut self) {
        // Most often there is nothing to take.
        if self.value.get().is_some()
            && let Some(old) = self.value.take()
        {
            drop_flat(old);
        }
    }

    pub(super) fn take(&mut self) -> Option<V> {
        self.value.take()
    }
}

impl<V: Nested + Clone> Clone for State<V> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            relation: self.relation,
            origin: self.origin,
        }
    }
}

/// Trees of entities may be deeper than the stack.
impl<V: Nested> Drop for State<V> {
    fn drop(&mut self) {
        self.forget();
    }
}

/// What every field can say of its state.
macro_rules! is_loaded {
    () => {
        /// Whether it is known what is related, or that nothing is.
        #[must_use]
        pub fn is_loaded(&self) -> bool {
            self.0.get().is_some()
        }

        /// Whether it is still to be loaded: what to skip a field by when it is serialized.
        #[must_use]
        pub fn is_unloaded(&self) -> bool {
            !self.is_loaded()
        }

        /// Forgets what was loaded.
        pub fn unload(&mut self) {
            self.0.forget();
        }
    };
}

pub(super) use is_loaded;
