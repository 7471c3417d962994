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
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // Every artist with their albums of the sixties, and those who have none.
/// let sixties = Artist::ID.on(Album::ARTIST_ID).and(Album::YEAR.between(1960, 1969));
/// let rows = Artist::query()
///     .left_join(sixties)
///     .order_by(Artist::ID)
///     .select((Artist::NAME, Album::TITLE))
///     .all(&db)?;
/// assert_eq!(rows[0], ("Nina Simone".to_owned(), Some("Pastel Blues".to_owned())));
/// assert_eq!(rows[1], ("Bill Evans".to_owned(), None));
/// # Ok(())
/// # }
/// ```
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

    /// A further condition, on either table or on both.
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
    /// Any condition on both tables, where they are joined by something else than two equal columns.
    ///
    /// The table that is joined has to be one under its own name, not an [`Alias`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::query::On;
    ///
    /// // Pairs of an artist and an employee whose names begin with the same letter.
    /// let same_letter = Artist::NAME.substr(1, 1).eq(Employee::NAME.joined().substr(1, 1));
    /// let pairs = Artist::query()
    ///     .join(On::<Artist, Employee>::condition(same_letter))
    ///     .select((Artist::NAME, Employee::NAME))
    ///     .all(&db)?;
    /// assert_eq!(pairs, [("Nina Simone".to_owned(), "Nancy".to_owned())]);
    /// # Ok(())
    /// # }
    /// ```
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
    label = "not a table, nor an alias for `join`",
    note = "an alias made with `.left()` is for `left_join`"
)]
pub trait Joined: 'static {
    /// The table behind it.
    const TABLE: &'static Table;
}

#[diagnostic::do_not_recommend]
impl<M: Source> Joined for M {
    const TABLE: &'static Table = <M as Source>::TABLE;
}

#[diagnostic::do_not_recommend]
impl<M: Source> Joined for Aliased<M> {
    const TABLE: &'static Table = M::TABLE;
}

/// What can be joined so that every row stays, with NULL where it has no partner: a table, or an
/// [`Alias`] made with [`left`](Alias::left).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined by `left_join`",
    label = "not a table, nor an alias for `left_join`",
    note = "an alias on the outer side of a join is made with `.left()`, so that its columns may be NULL: `Employee::alias(\"manager\").left()`"
)]
pub trait LeftJoined: 'static {
    /// The table behind it.
    const TABLE: &'static Table;

    /// What the scope of the query gains.
    type As: 'static;
}

#[diagnostic::do_not_recommend]
impl<M: Source> LeftJoined for M {
    const TABLE: &'static Table = <M as Source>::TABLE;
    type As = Outer<M>;
}

#[diagnostic::do_not_recommend]
impl<M: Source> LeftJoined for Aliased<Outer<M>> {
    const TABLE: &'static Table = M::TABLE;
    type As = Self;
}

/// A table under another name, so that it can stand in a query twice.
///
/// The name is written by the program, not by its users. It consists of letters, digits and
/// underscores; another one is [`Error::InvalidIdentifier`](crate::error::Error::InvalidIdentifier) when the
/// query is run.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // Who reports to whom? Both are employees.
/// let manager = Employee::alias("manager");
/// let pairs = Employee::query()
///     .join(Employee::REPORTS_TO.on(manager.column(Employee::ID)))
///     .select((Employee::NAME, manager.column(Employee::NAME)))
///     .all(&db)?;
/// assert_eq!(pairs, [("Nancy".to_owned(), "Andrew".to_owned())]);
/// # Ok(())
/// # }
/// ```
pub struct Alias<M> {
    name: &'static str,
    mapping: PhantomData<fn() -> M>,
}

impl<M: Source> Alias<M> {
    /// A table under a name. [`ActiveRecord::alias`](crate::record::ActiveRecord::alias) is the same.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        let mapping = PhantomData;
        Self { name, mapping }
    }

    /// A column of the table under its other name.
    #[must_use]
    pub fn column<T>(self, column: Column<M, T>) -> Expr<Aliased<M>, T> {
        Expr::leaf(Node::Column(self.reference(column)))
    }

    /// The alias for the outer side of a [`left_join`](Query::left_join), whose columns may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let manager = Employee::alias("manager").left();
    /// let pairs = Employee::query()
    ///     .left_join(Employee::REPORTS_TO.on(manager.column(Employee::ID)))
    ///     .order_by(Employee::ID)
    ///     .select((Employee::NAME, manager.column(Employee::NAME)))
    ///     .all(&db)?;
    /// assert_eq!(pairs[0], ("Andrew".to_owned(), None));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn left(self) -> LeftAlias<M> {
        LeftAlias(self)
    }

    /// A query of the table under this name, which can stand within a query of the same table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::exists;
    ///
    /// // Employees to whom somebody reports.
    /// let report = Employee::alias("report");
    /// let reports = report.query().filter(report.column(Employee::REPORTS_TO).eq(Employee::ID.outer()));
    /// let managers = Employee::query().filter(exists(reports)).all(&db)?;
    /// assert_eq!(managers[0].name, "Andrew");
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(self) -> Query<Aliased<M>> {
        let mut parts = Parts::new(M::TABLE);
        parts.more().alias = Some(self.name);
        Query::of(parts, select::read_entity::<M>)
    }

    /// The whole row, in a selection.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let manager = Employee::alias("manager");
    /// let rows = Employee::query()
    ///     .join(Employee::REPORTS_TO.on(manager.column(Employee::ID)))
    ///     .select((Employee::NAME, manager.entity()))
    ///     .all(&db)?;
    /// assert_eq!(rows[0].1.name, "Andrew");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn entity(self) -> EntityOf<Aliased<M>, M> {
        EntityOf::new(M::TABLE, Some(self.name))
    }

    fn reference<T>(self, column: Column<M, T>) -> ColumnRef {
        ColumnRef::new(M::TABLE, column.position()).of(Some(self.name))
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

/// An [`Alias`] on the outer side of a [`left_join`](Query::left_join); made by [`Alias::left`].
pub struct LeftAlias<M>(Alias<M>);

impl<M: Source> LeftAlias<M> {
    /// A column of it, which is NULL where no row matches: an `Option` of the column's type.
    #[must_use]
    pub fn column<T: ColumnType>(
        self,
        column: Column<M, T>,
    ) -> Expr<Aliased<Outer<M>>, T::Nullable> {
        self.0.column(column).nullable().retyped()
    }

    /// The whole row, in a selection; `None` where no row matches.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let manager = Employee::alias("manager").left();
    /// let managers = Employee::query()
    ///     .left_join(Employee::REPORTS_TO.on(manager.column(Employee::ID)))
    ///     .order_by(Employee::ID)
    ///     .select(manager.entity())
    ///     .all(&db)?;
    /// assert!(managers[0].is_none()); // nobody is above Andrew
    /// assert!(managers[1].as_ref().is_some_and(|manager| manager.name == "Andrew"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn entity(self) -> EntityOf<Aliased<Outer<M>>, M> {
        EntityOf::new(M::TABLE, Some(self.0.name))
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
