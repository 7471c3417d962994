//! What objects were at the last flush, kept as soon as they may have been changed since.

use std::marker::PhantomData;
use std::num::NonZeroU32;

use crate::mapper::DataMapper;
use crate::relation::owned::{TreeRef, Trees, TreesMark};

/// What objects of one mapper were. All of it is kept together until the transaction ends, since a rollback asks for it.
pub(super) struct Past<M> {
    trees: Trees,
    /// How much of it belongs to what was written in the transaction.
    written: TreesMark,
    mapper: PhantomData<fn() -> M>,
}

/// Which part of it belongs to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept(NonZeroU32);

impl<M> Default for Past<M> {
    fn default() -> Self {
        Self {
            trees: Trees::default(),
            written: TreesMark::default(),
            mapper: PhantomData,
        }
    }
}

impl<M: DataMapper> Past<M> {
    /// Keeps what an object is. There is no room for more than four billion.
    pub(super) fn keep(&mut self, entity: &M::Entity) -> Option<Kept> {
        let next = u32::try_from(self.trees.len::<M>() + 1).ok()?;
        self.trees.push::<M>(entity);
        NonZeroU32::new(next).map(Kept)
    }

    pub(super) fn get(&self, kept: Kept) -> TreeRef<'_> {
        self.trees.get::<M>(kept.0.get() as usize - 1)
    }

    /// How much belongs to what was written in the transaction.
    pub(super) fn written(&self) -> TreesMark {
        self.written
    }

    /// All that is kept belongs to what was written.
    pub(super) fn note_written(&mut self) {
        self.written = self.trees.mark();
    }

    /// Forgets what belongs to nothing that was written.
    pub(super) fn forget_unwritten(&mut self) {
        self.trees.forget_since(self.written);
    }

    /// What was written since then was rolled back.
    pub(super) fn go_back(&mut self, written: TreesMark) {
        self.written = written;
        self.forget_unwritten();
    }
}
