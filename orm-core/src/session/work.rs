//! The objects of one mapper, as a session sees them whatever their mapper is.

use std::any::Any;

use super::delete::Deletes;
use super::insert::Inserts;
use super::moved::Follows;
use super::outcome::Outcomes;
use super::resolve::References;
use super::shelf::Shelf;
use super::slot::expire;
use super::update::Updates;
use crate::error::Result;
use crate::mapper::DataMapper;
use crate::mapping::Table;
use crate::relation::owned;

/// A shelf, whatever its mapper is.
pub(super) trait AnyShelf:
    Any + Inserts + Updates + Deletes + Outcomes + Follows + References
{
    fn table(&self) -> &'static Table;

    /// The table, and those of the children.
    fn tables(&self) -> Vec<&'static Table>;

    /// Whether there is something to write.
    fn has_work(&mut self) -> bool;

    fn expire_all(&mut self) -> Result<()>;

    /// Lets go of all objects.
    fn clear(&mut self);
}

impl<M: DataMapper> AnyShelf for Shelf<M> {
    fn table(&self) -> &'static Table {
        M::TABLE
    }

    fn tables(&self) -> Vec<&'static Table> {
        owned::tables::<M>()
    }

    fn has_work(&mut self) -> bool {
        if !self.added.is_empty() || !self.removed.is_empty() {
            return true;
        }
        while let Some(&at) = self.touched.last() {
            if self.is_changed(at) {
                return true;
            }
            // It is what it was, and need not be looked at again.
            self.touched.pop();
            if let Some(slot) = self.slot_mut(at) {
                slot.kept = None;
            }
        }
        self.past.forget_unwritten();
        false
    }

    fn expire_all(&mut self) -> Result<()> {
        let mut slots = self.slots.iter_mut().flatten();
        slots.try_for_each(|slot| expire(slot, &self.past))
    }

    fn clear(&mut self) {
        *self = Self {
            compare_loaded: self.compare_loaded,
            ..Self::default()
        };
    }
}
