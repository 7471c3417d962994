//! Joins, and tables under another name.

use std::fmt;
use std::marker::PhantomData;

use super::condition::IntoCondition;
use super::expression::{Expr, Expression as _};
use super::node::{BinaryOperator, ColumnRef, Node};
use super::parts::Parts;
use super::scope::{Aliased, Join, Outer};
use super::select::{self, Query};
use super::selection::EntityOf;
use super::term::Term;
use crate::mapping::{Column, Source, Table};
use crate::value::ColumnType;

/// The condition of a join of table `N` to a query that has table `M`; made by
/// [`Expression::on`](super::Expression::on).
pub struct On<M, N> {
    term: Term,
    /// The name of the table that is joined, where it is an alias.
    alias: Option<&'static str>,
    tables: PhantomData<fn() -> (M, N)>,
}

impl<M, N> On<M, N> {
    pub(super) fn equal<T, U>(left: Expr<M, T>, right: Expr<N, U>) -> Self {
        let (left, right) = (left.into_term(), right.into_term());
        let alias = alias(&right.node);
        let term = left.wrap_with(right, |left, right| {
            Node::Binary(Box::new(left), BinaryOperator::Equal, Box::new(right))
        });
        Self::new(term, alias)
    }

    fn new(term: Term, alias: Option<&'static str>) -> Self {
        let tables = PhantomData;
        Self {
            term,
            alias,
            tables,
        }
    }

    /// A further condition, on either table.
    #[must_use]
    pub fn and<At>(self, condition: impl IntoCondition<Join<M, N>, At>) -> Self {
        let condition = condition.into_condition().into_term();
        Self::new(self.term.wrap_with(condition, Node::and), self.alias)
    }

    pub(super) fn alias(&self) -> Option<&'static str> {
        self.alias
    }

    pub(super) fn into_term(self) -> Term {
        self.term
    }
}

impl<M, N: Source> On<M, N> {
    /// Any condition on both tables.
    pub fn condition<At>(condition: impl IntoCondition<Join<M, N>, At>) -> Self {
        Self::new(condition.into_condition().into_term(), None)
    }
}

/// The alias that an expression speaks of.
fn alias(node: &Node) -> Option<&'static str> {
    match node {
        Node::Column(column) => column.alias,
        other => other.children().into_iter().find_map(alias),
    }
}

impl<M, N> Clone for On<M, N> {
    fn clone(&self) -> Self {
        Self::new(self.term.clone(), self.alias)
    }
}

impl<M, N> fmt::Debug for On<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("On")
    }
}

/// What can be joined so that only rows with a partner stay: a table, or an [`Alias`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined by `join`",
    note = "an alias made with `.left()` is for `left_join`"
)]
pub trait Joined: 'static {
    /// The table behind it.
    const TABLE: &'static Table;
}

impl<M: Source> Joined for M {
    const TABLE: &'static Table = <M as Source>::TABLE;
}

impl<M: Source> Joined for Aliased<M> {
    const TABLE: &'static Table = M::TABLE;
}

/// What can be joined so that every row stays, with NULL where it has no partner: a table, or an
/// [`Alias`] made with [`left`](Alias::left).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined by `left_join`",
    note = "an alias on the outer side of a join is made with `.left()`, so that its columns may be NULL: `Employee::alias(\"manager\").left()`"
)]
pub trait LeftJoined: 'static {
    /// The table behind it.
    const TABLE: &'static Table;

    /// What the scope of the query gains.
    type As: 'static;
}

impl<M: Source> LeftJoined for M {
    const TABLE: &'static Table = <M as Source>::TABLE;
    type As = Outer<M>;
}

impl<M: Source> LeftJoined for Aliased<Outer<M>> {
    const TABLE: &'static Table = M::TABLE;
    type As = Self;
}

/// A table under another name, so that it can stand in a query twice.
///
/// The name is written by the program, not by its users. It consists of letters, digits and
/// underscores; another one is [`Error::InvalidIdentifier`](crate::error::Error::InvalidIdentifier) when the
/// query is run.
pub struct Alias<M> {
    name: &'static str,
    mapping: PhantomData<fn() -> M>,
}

impl<M: Source> Alias<M> {
    /// A table under a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        let mapping = PhantomData;
        Self { name, mapping }
    }

    /// A column of it.
    #[must_use]
    pub fn column<T>(self, column: Column<M, T>) -> Expr<Aliased<M>, T> {
        Expr::leaf(Node::Column(self.reference(column)))
    }

    /// The alias for the outer side of a `left_join`, whose columns may be NULL.
    #[must_use]
    pub const fn left(self) -> LeftAlias<M> {
        LeftAlias(self)
    }

    /// A query of the table under this name.
    pub fn query(self) -> Query<Aliased<M>> {
        let mut parts = Parts::new(M::TABLE);
        parts.more().alias = Some(self.name);
        Query::of(parts, select::read_entity::<M>)
    }

    /// The whole row, in a selection.
    #[must_use]
    pub fn entity(self) -> EntityOf<Aliased<M>, M> {
        EntityOf::new(M::TABLE, Some(self.name))
    }

    fn reference<T>(self, column: Column<M, T>) -> ColumnRef {
        let alias = Some(self.name);
        ColumnRef {
            alias,
            ..ColumnRef::new(M::TABLE, column.position())
        }
    }
}

impl<M> Clone for Alias<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Alias<M> {}

impl<M> fmt::Debug for Alias<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alias({})", self.name)
    }
}

/// An [`Alias`] on the outer side of a `left_join`.
pub struct LeftAlias<M>(Alias<M>);

impl<M: Source> LeftAlias<M> {
    /// A column of it, which is NULL where no row matches.
    #[must_use]
    pub fn column<T: ColumnType>(
        self,
        column: Column<M, T>,
    ) -> Expr<Aliased<Outer<M>>, T::Nullable> {
        self.0.column(column).nullable().retyped()
    }
}

impl<M> Clone for LeftAlias<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for LeftAlias<M> {}

impl<M> fmt::Debug for LeftAlias<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
