//! Common table expressions, which may be recursive.

use super::parts::{SetOperator, With};
use super::scope::Scope;
use super::select::Query;
use crate::mapping::{FromRow, Source};

impl<S: Scope, R: 'static> Query<S, R> {
    /// Adds a table that is made by a query of its own, and can be joined by its struct's name: a common table
    /// expression.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// #[derive(FromRow)]
    /// struct Busy {
    ///     artist_id: i64,
    ///     albums: i64,
    /// }
    ///
    /// let busy = Album::query()
    ///     .group_by(Album::ARTIST_ID)
    ///     .select((Album::ARTIST_ID, count()))
    ///     .rows_as::<Busy>();
    /// let most = Artist::query()
    ///     .with_cte(busy)
    ///     .join(Artist::ID.on(Busy::ARTIST_ID))
    ///     .order_by(Busy::ALBUMS.desc())
    ///     .select((Artist::NAME, Busy::ALBUMS))
    ///     .first(&db)?;
    /// assert_eq!(most, Some(("Bill Evans".to_owned(), 2)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_cte<D: Source<Entity = D>, T: Scope>(mut self, query: Query<T, D>) -> Self {
        let query = self.parts.take_in_query(query.parts);
        let (table, step) = (D::TABLE, None);
        self.parts.more().with.push(With { table, query, step });
        self
    }
}

impl<D: FromRow> Query<D> {
    /// Rows that lead to further rows: a recursive common table expression. It begins with the rows of
    /// `first`; `next` is repeated, with the columns of the struct standing for the rows that were
    /// found last, until it finds none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::value;
    ///
    /// #[derive(FromRow)]
    /// struct Level {
    ///     id: i64,
    ///     depth: i64,
    /// }
    ///
    /// // Everybody below Andrew, and how far below.
    /// let andrew = Employee::query()
    ///     .filter(Employee::NAME.eq("Andrew"))
    ///     .select((Employee::ID, value(0_i64)))
    ///     .rows_as::<Level>();
    /// let below = Employee::query()
    ///     .join(Employee::REPORTS_TO.on(Level::ID))
    ///     .select((Employee::ID, Level::DEPTH + 1))
    ///     .rows_as::<Level>();
    /// let levels = Query::recursive(andrew, below).order_by(Level::DEPTH).all(&db)?;
    /// assert_eq!(levels.iter().map(|level| level.depth).collect::<Vec<_>>(), [0, 1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn recursive<S: Scope, T: Scope>(first: Query<S, D>, next: Query<T, D>) -> Self {
        Self::recursion(first, next, SetOperator::UnionAll)
    }

    /// As [`recursive`](Self::recursive), but a row that was found before is left out, so that it ends
    /// where rows lead back to themselves.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// #[derive(FromRow)]
    /// struct Chain {
    ///     id: i64,
    /// }
    ///
    /// // Andrew reports to Nancy, who reports to Andrew.
    /// Employee::query().filter(Employee::ID.eq(1)).update(&db, Employee::REPORTS_TO.set(2))?;
    /// let first = Employee::query().filter(Employee::ID.eq(1)).select((Employee::ID,)).rows_as::<Chain>();
    /// let next = Employee::query()
    ///     .join(Employee::REPORTS_TO.on(Chain::ID))
    ///     .select((Employee::ID,))
    ///     .rows_as::<Chain>();
    /// let circle = Query::recursive_distinct(first, next).order_by(Chain::ID).all(&db)?;
    /// assert_eq!(circle.iter().map(|link| link.id).collect::<Vec<_>>(), [1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn recursive_distinct<S: Scope, T: Scope>(first: Query<S, D>, next: Query<T, D>) -> Self {
        Self::recursion(first, next, SetOperator::Union)
    }

    fn recursion<S: Scope, T: Scope>(
        first: Query<S, D>,
        next: Query<T, D>,
        operator: SetOperator,
    ) -> Self {
        let mut query = Self::new();
        let first = query.parts.take_in_query(first.parts);
        let next = query.parts.take_in_query(next.parts);
        query.parts.more().with.push(With {
            table: D::TABLE,
            query: first,
            step: Some((next, operator)),
        });
        query
    }
}
