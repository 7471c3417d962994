//! Grouped rows.

use std::fmt;
use std::marker::PhantomData;

use super::condition::IntoCondition;
use super::parts::Parts;
use super::scope::{Grouped, Scope};
use super::select::Query;
use super::selection::Selection;

/// A query whose rows have been grouped, and which lacks what is selected from the groups; made by
/// [`Query::group_by`].
#[must_use = "groups give nothing until something is selected from them"]
pub struct GroupBy<S> {
    parts: Parts,
    scope: PhantomData<fn() -> S>,
}

impl<S: Scope> GroupBy<S> {
    pub(super) fn new(parts: Parts) -> Self {
        let scope = PhantomData;
        Self { parts, scope }
    }

    /// Selects what the rows are grouped by, and aggregates.
    ///
    /// A column that is neither, nor one of a table whose primary key is grouped by, is
    /// [`Error::UngroupedColumn`](crate::error::Error::UngroupedColumn) when the query is run.
    pub fn select<L: Selection<Grouped<S>, At>, At>(
        self,
        selection: L,
    ) -> Query<Grouped<S>, L::Row> {
        let unread = |_: &dyn crate::value::Row, _: usize| Ok(());
        Query::<Grouped<S>, ()>::of(self.parts, unread).select(selection)
    }
}

impl<S: Scope, R> Query<Grouped<S>, R> {
    /// Only groups that meet a condition, which may be about aggregates.
    pub fn having<At>(mut self, condition: impl IntoCondition<Grouped<S>, At>) -> Self {
        self.parts
            .add_having(condition.into_condition().into_term());
        self
    }
}

impl<S> Clone for GroupBy<S> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            scope: PhantomData,
        }
    }
}

impl<S> fmt::Debug for GroupBy<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupBy")
    }
}
