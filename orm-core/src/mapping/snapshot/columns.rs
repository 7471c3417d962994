//! Looking at all columns of an entity, one after the other.
#![expect(
    clippy::inline_always,
    reason = "a call would make a variable of the number of a column, and of the type of its value"
)]

use super::{SnapshotRef, Snapshots, packed};
use crate::mapping::Mapping;
use crate::value::{Param, ValueRef};

/// What is done with each column.
pub(super) trait Visitor {
    /// Looks at a column, and says whether to go on.
    fn visit(&mut self, at: usize, param: &Param<'_>) -> bool;
}

/// Looks at the columns of an entity, and says whether that was done with all of them.
///
/// The numbers of the first ones are constants: of the match by which [`Mapping::value`] finds a field, that leaves one
/// arm for each of them, and of what is done with its value, what is done with values of that type.
pub(super) fn each<M: Mapping>(entity: &M::Entity, visitor: &mut impl Visitor) -> bool {
    let columns = M::TABLE.columns.len();
    macro_rules! constant {
        ($($at:literal)*) => {
            $(if $at < columns && !visitor.visit($at, &M::value(entity, $at)) {
                return false;
            })*
        };
    }
    constant!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    (16..columns).all(|at| visitor.visit(at, &M::value(entity, at)))
}

/// Keeps each column.
pub(super) struct Push<'a>(pub(super) &'a mut Snapshots);

impl Visitor for Push<'_> {
    #[inline(always)]
    fn visit(&mut self, _: usize, param: &Param<'_>) -> bool {
        let value = param.as_ref().unwrap_or(ValueRef::Null);
        packed::push(&mut self.0.heads, &mut self.0.bytes, &value);
        true
    }
}

/// Goes on as long as columns hold what they did.
pub(super) struct Same<'a>(pub(super) SnapshotRef<'a>);

impl Visitor for Same<'_> {
    #[inline(always)]
    fn visit(&mut self, at: usize, param: &Param<'_>) -> bool {
        self.0.holds(at, param)
    }
}

/// Notes the columns that hold something else.
pub(super) struct NoteChanged<'a>(pub(super) SnapshotRef<'a>, pub(super) &'a mut Vec<usize>);

impl Visitor for NoteChanged<'_> {
    #[inline(always)]
    fn visit(&mut self, at: usize, param: &Param<'_>) -> bool {
        if !self.0.holds(at, param) {
            self.1.push(at);
        }
        true
    }
}

impl SnapshotRef<'_> {
    /// Whether a column held this.
    #[inline(always)]
    pub(super) fn holds(self, at: usize, param: &Param<'_>) -> bool {
        let (Some(&head), Ok(value)) = (self.heads.get(at), param.as_ref()) else {
            return false;
        };
        packed::is(head, self.bytes, &value)
    }
}
