//! The names by which a session's objects are known.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::error::Object;
use crate::mapper::DataMapper;

/// The name of one object in a session: copied freely, of one mapper, and good in its own session only.
///
/// A handle of another session, or of an object that is no longer in its session, names nothing: calls that take it
/// answer with [`Error::UnknownHandle`](crate::error::Error::UnknownHandle).
pub struct Handle<M: DataMapper> {
    /// The number of the session.
    pub(super) session: u64,
    /// The place among the objects of the mapper.
    pub(super) at: u32,
    mapper: PhantomData<fn() -> M>,
}

impl<M: DataMapper> Handle<M> {
    pub(super) fn new(session: u64, at: u32) -> Self {
        Self {
            session,
            at,
            mapper: PhantomData,
        }
    }
}

impl<M: DataMapper> Handle<M> {
    /// The object, as an error of a flush names it: [`Error::object`](crate::error::Error::object).
    #[must_use]
    pub fn object(self) -> Object {
        Object {
            table: M::TABLE.name,
            session: self.session,
            at: self.at,
        }
    }
}

impl<M: DataMapper> Clone for Handle<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: DataMapper> Copy for Handle<M> {}

impl<M: DataMapper> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.session, self.at) == (other.session, other.at)
    }
}

impl<M: DataMapper> Eq for Handle<M> {}

impl<M: DataMapper> Hash for Handle<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.session, self.at).hash(state);
    }
}

impl<M: DataMapper> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", M::TABLE.name, self.at)
    }
}
