//! Assignments of an UPDATE.

use std::fmt;
use std::marker::PhantomData;

use super::node::{ColumnRef, Node};
use super::operand::Operand;
use crate::mapping::{Column, Source};

/// A column of mapping `M` and what it is set to.
///
/// ```
/// # use orm::prelude::*;
/// use orm::Assignment;
///
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, title: String, plays: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// # Track { id: 0, title: "Blue Trane".into(), plays: 7 }.insert(&db)?;
/// let mut changes: Vec<Assignment<Track>> = vec![Track::TITLE.set("Blue Train")];
/// changes.push(Track::PLAYS.set(0));
/// Track::query().all_rows().update(&db, changes)?;
/// assert_eq!(Track::get(&db, 1)?.plays, 0);
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Assignment<M> {
    term: SetTerm,
    mapping: PhantomData<fn() -> M>,
}

/// One assignment with its type erased.
#[derive(Debug, Clone)]
pub(super) struct SetTerm {
    pub(super) column: ColumnRef,
    pub(super) value: Node,
}

impl<M: Source, T> Column<M, T> {
    /// Sets the column, in [`Query::update`](super::Query::update).
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let short = Track::query().filter(Track::SECONDS.lt(60));
    /// short.update(&db, Track::SECONDS.set(60))?;
    /// assert_eq!(Track::get(&db, 1)?.seconds, 60);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn set(self, value: impl Operand<M, T>) -> Assignment<M> {
        let value = value.into_operand().into_term().node;
        let column = ColumnRef::new(M::TABLE, self.position());
        Assignment {
            term: SetTerm {
                value: value.beside(&Node::Column(column)),
                column,
            },
            mapping: PhantomData,
        }
    }
}

impl<M> Clone for Assignment<M> {
    fn clone(&self) -> Self {
        Self {
            term: self.term.clone(),
            mapping: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Assignment<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assignment")
    }
}

/// One or more assignments: an [`Assignment`], an array, a `Vec` or a tuple.
///
/// ```
/// # use orm::prelude::*;
/// use orm::query::AssignmentList;
///
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, title: String, plays: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// # Track { id: 0, title: "Blue Trane".into(), plays: 7 }.insert(&db)?;
/// let all = Track::query().all_rows();
/// all.update(&db, Track::PLAYS.set(1))?; // one
/// all.update(&db, [Track::TITLE.set("Blue Train"), Track::PLAYS.set(2)])?; // an array
/// let mut more = Track::PLAYS.set(3).into_assignments(); // a `Vec`, to which others can be added
/// more.push(Track::TITLE.set("Blue Train (Remastered)"));
/// all.update(&db, more)?;
/// assert_eq!(Track::get(&db, 1)?.plays, 3);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an assignment to columns of `{M}`",
    label = "expected assignments to columns of `{M}`",
    note = "write `{M}::COLUMN.set(value)`, or several in an array"
)]
pub trait AssignmentList<M> {
    /// The assignments.
    fn into_assignments(self) -> Vec<Assignment<M>>;
}

#[diagnostic::do_not_recommend]
impl<M> AssignmentList<M> for Assignment<M> {
    fn into_assignments(self) -> Vec<Self> {
        vec![self]
    }
}

#[diagnostic::do_not_recommend]
impl<M> AssignmentList<M> for Vec<Assignment<M>> {
    fn into_assignments(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M, const N: usize> AssignmentList<M> for [Assignment<M>; N] {
    fn into_assignments(self) -> Vec<Assignment<M>> {
        self.into()
    }
}

macro_rules! assignment_tuple {
    ($($ty:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($ty: AssignmentList<M>),+> AssignmentList<M> for ($($ty,)+) {
            fn into_assignments(self) -> Vec<Assignment<M>> {
                let mut assignments = Vec::new();
                $(assignments.extend(self.$at.into_assignments());)+
                assignments
            }
        }
    };
}

assignment_tuple!(A 0);
assignment_tuple!(A 0, B 1);
assignment_tuple!(A 0, B 1, C 2);
assignment_tuple!(A 0, B 1, C 2, D 3);
assignment_tuple!(A 0, B 1, C 2, D 3, E 4);
assignment_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// The terms of a list of assignments, with the types erased.
pub(super) fn terms<M>(assignments: impl AssignmentList<M>) -> Vec<SetTerm> {
    let assignments = assignments.into_assignments().into_iter();
    assignments.map(|assignment| assignment.term).collect()
}
