//! Objects that values stand for until their rows have keys.

use std::num::NonZeroU32;

use super::{Mismatch, Param, RowValues, Value, ValueRef};

/// An object of a session, which had no key yet when it was referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    session: u64,
    /// The number of its mapper in the session, from one.
    mapper: NonZeroU32,
    at: u32,
}

impl Object {
    /// The object at a place among those of a mapper, whose own place is given.
    pub(crate) fn new(session: u64, mapper: u32, at: u32) -> Self {
        Self {
            session,
            mapper: NonZeroU32::MIN.saturating_add(mapper),
            at,
        }
    }

    /// The number of its session.
    pub(crate) fn session(self) -> u64 {
        self.session
    }

    /// The place of its mapper among those of the session.
    pub(crate) fn mapper(self) -> usize {
        self.mapper.get() as usize - 1
    }

    /// Its place among the objects of the mapper.
    pub(crate) fn at(self) -> u32 {
        self.at
    }
}

/// What a column of an entity holds: a value, or an object whose key it will be.
#[derive(Debug, Clone)]
pub(crate) enum Held {
    Value(Value),
    Object(Object),
}

impl Held {
    pub(crate) fn of(param: Param<'_>) -> Result<Self, Mismatch> {
        match param.object() {
            Some(object) => Ok(Self::Object(object)),
            None => param.into_value().map(Self::Value),
        }
    }
}

/// What several columns hold, as a row.
pub(crate) struct HeldRow<'h>(pub(crate) &'h [Held]);

impl RowValues for HeldRow<'_> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        match self.0.get(at) {
            Some(Held::Value(value)) => value.as_ref(),
            Some(Held::Object(_)) | None => ValueRef::Null,
        }
    }

    fn width(&self) -> usize {
        self.0.len()
    }

    fn object(&self, at: usize) -> Option<Object> {
        match self.0.get(at) {
            Some(Held::Object(object)) => Some(*object),
            Some(Held::Value(_)) | None => None,
        }
    }
}
