//! Queries made of tables and selections: joins, groups and aggregates.

use super::expression::Expr;
use super::grouping::GroupBy;
use super::join::{Joined, LeftJoined, On};
use super::node::Node;
use super::parts::{JoinKind, JoinTerm};
use super::scope::{Any, In, Join, Scope, Whole};
use super::select::{Query, read_entity};
use super::selection::{Projection, Selection, Terms};
use super::term::Term;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::{FromRow, Source, Table};
use crate::value::ColumnType;

impl<S: Scope, R: 'static> Query<S, R> {
    /// Joins a table: a row for every pair of rows that meet the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let rows = Track::query()
    ///     .join(Track::ALBUM_ID.on(Album::ID))
    ///     .join(Album::ARTIST_ID.on(Artist::ID))
    ///     .filter(Artist::NAME.eq("Nina Simone"))
    ///     .order_by(Track::SECONDS)
    ///     .select((Artist::NAME, Album::TITLE, Track::NAME))
    ///     .all(&db)?;
    /// assert_eq!(rows.len(), 2);
    /// assert_eq!(rows[0].2, "Strange Fruit");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Without `select`, the rows stay those of the table that the query began with: a
    /// `Query<Join<Track, Album>>` gives tracks.
    pub fn join<M, N, At>(self, on: On<M, N>) -> Query<Join<S, N>, R>
    where
        M: In<S, At>,
        N: Joined,
    {
        self.joined(JoinKind::Inner, N::TABLE, Some(on)).retyped()
    }

    /// Joins a table, and keeps rows without a partner: what belongs to the table is NULL in them, so
    /// that it is an `Option` in the result.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let albums: Vec<(String, Option<String>)> = Artist::query()
    ///     .left_join(Artist::ID.on(Album::ARTIST_ID))
    ///     .order_by((Artist::NAME.desc(), Album::TITLE))
    ///     .select((Artist::NAME, Album::TITLE))
    ///     .all(&db)?;
    /// assert_eq!(albums[0], ("Vashti Bunyan".to_owned(), None));
    /// assert_eq!(albums[1], ("Nina Simone".to_owned(), Some("Pastel Blues".to_owned())));
    /// # Ok(())
    /// # }
    /// ```
    pub fn left_join<M, N, At>(self, on: On<M, N>) -> Query<Join<S, N::As>, R>
    where
        M: In<S, At>,
        N: LeftJoined,
    {
        self.joined(JoinKind::Left, N::TABLE, Some(on)).retyped()
    }

    /// Joins every row with every row of a table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Every artist with every album, of which there are three each.
    /// assert_eq!(Artist::query().cross_join::<Album>().count(&db)?, 9);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cross_join<N: Source>(self) -> Query<Join<S, N>, R> {
        let none = None::<On<Any, N>>;
        self.joined(JoinKind::Cross, N::TABLE, none).retyped()
    }

    fn joined<M, N>(mut self, kind: JoinKind, table: &'static Table, on: Option<On<M, N>>) -> Self {
        self.parts
            .refuse_slice("it is joined after `limit` or `offset`: join first");
        let alias = on.as_ref().and_then(On::alias);
        let on = on.map(|on| self.parts.take_in(on.into_term()));
        let join = JoinTerm {
            kind,
            table,
            alias,
            on,
        };
        self.parts.more().joins.push(join);
        self
    }

    /// Selects columns and expressions: a row is a tuple of their values, or the value of the only one.
    ///
    /// A tuple has up to twelve members, of which each can be a tuple itself. What was selected before is
    /// forgotten; conditions and orders stay and may be about columns that are not selected.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let names: Vec<String> = Track::query().order_by(Track::ID).select(Track::NAME).all(&db)?;
    /// assert_eq!(names, ["Sinnerman", "Strange Fruit", "Peri's Scope"]);
    ///
    /// let minutes: Vec<(String, i64)> = Track::query()
    ///     .order_by(Track::ID)
    ///     .select((Track::NAME, Track::SECONDS / 60))
    ///     .all(&db)?;
    /// assert_eq!(minutes[0], ("Sinnerman".to_owned(), 10));
    /// # Ok(())
    /// # }
    /// ```
    pub fn select<L: Selection<S, At, T>, At, T>(mut self, selection: L) -> Query<S, T> {
        self.select_terms(Terms::of(selection));
        Query::of(self.parts, L::read)
    }

    /// Selects what the fields of a struct are, as it says itself by `#[orm(from = …)]`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Join;
    ///
    /// #[derive(FromRow)]
    /// #[orm(from = Join<Track, Album>)]
    /// struct Listing {
    ///     name: String, // Track::NAME
    ///     #[orm(expr = Album::TITLE)]
    ///     album: String,
    /// }
    ///
    /// let listings = Track::query()
    ///     .join(Track::ALBUM_ID.on(Album::ID))
    ///     .order_by(Track::ID)
    ///     .select_as::<Listing>()
    ///     .all(&db)?;
    /// assert_eq!((&*listings[0].name, &*listings[0].album), ("Sinnerman", "Pastel Blues"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn select_as<D: Projection<Scope = S>>(mut self) -> Query<S, D> {
        self.select_terms(D::columns().terms);
        self.parts.more().becomes = Some(D::TABLE);
        Query::of(self.parts, read_entity::<D>)
    }

    fn select_terms(&mut self, terms: Terms) {
        self.refuse_loaders();
        let columns = self.parts.take_in_all(terms);
        let more = self.parts.more();
        more.columns = Some(columns);
        more.becomes = None;
        more.added.clear();
    }

    /// Takes the rows for those of a struct, whose fields are the values in their order. The result is
    /// a query of that struct's columns, which can be filtered and sorted by them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// #[derive(FromRow)]
    /// struct Minutes {
    ///     name: String,
    ///     minutes: i64,
    /// }
    ///
    /// let minutes = Track::query().select((Track::NAME, Track::SECONDS / 60)).rows_as::<Minutes>();
    /// let long = minutes.filter(Minutes::MINUTES.ge(10)).one(&db)?;
    /// assert_eq!((long.name.as_str(), long.minutes), ("Sinnerman", 10));
    /// # Ok(())
    /// # }
    /// ```
    pub fn rows_as<D: FromRow<Values = R>>(self) -> Query<D, D> {
        Query::of(self.parts.into_table(D::TABLE), read_entity::<D>)
    }

    /// Groups rows that are alike in some columns or expressions; what is selected are these and
    /// aggregates.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// let albums = Album::query()
    ///     .join(Album::ARTIST_ID.on(Artist::ID))
    ///     .group_by(Artist::NAME)
    ///     .select((Artist::NAME, count(), Album::YEAR.max()))
    ///     .order_by(count().desc())
    ///     .all(&db)?;
    /// assert_eq!(albums[0], ("Bill Evans".to_owned(), 2, Some(1959)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by<L: Selection<S, At, T>, At, T>(mut self, keys: L) -> GroupBy<S>
    where
        S: Scope<Rows = S>,
    {
        self.refuse_loaders();
        let keys = self.parts.take_in_all(Terms::of(keys));
        self.parts
            .refuse_slice("it is grouped after `limit` or `offset`: group first");
        self.parts.more().group = Some(keys);
        GroupBy::new(self.parts)
    }

    /// Aggregates over all rows, with one statement.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// let long = Track::query().filter(Track::SECONDS.gt(200));
    /// let (tracks, seconds) = long.aggregate(&db, (count(), Track::SECONDS.sum()))?;
    /// assert_eq!((tracks, seconds), (2, Some(842)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) behind `limit`, `offset`, `distinct` and
    /// `group_by`, [`Error::UngroupedColumn`](crate::error::Error::UngroupedColumn) for a column outside of
    /// an aggregate; those of [`all`](Self::all).
    pub fn aggregate<L: Selection<Whole<S>, At, T>, At, T>(
        &self,
        db: &dyn Executor,
        aggregates: L,
    ) -> Result<T> {
        self.clone().aggregated(aggregates).one(db)
    }

    /// The query of aggregates over all rows, which has one row: for use within another query, by
    /// [`scalar`](Query::scalar).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Tracks that are longer than the average of 345 seconds.
    /// let average = Track::query().aggregated(Track::SECONDS.avg()).scalar();
    /// let long = Track::query().filter(Track::SECONDS.cast::<f64>().gt(average));
    /// assert_eq!(long.one(&db)?.name, "Sinnerman");
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregated<L: Selection<Whole<S>, At, T>, At, T>(
        mut self,
        aggregates: L,
    ) -> Query<Whole<S>, T> {
        if self.parts.is_slice() || self.parts.distinct || self.parts.group().is_some() {
            self.parts.refuse(
                "it is aggregated after `limit`, `offset`, `distinct` or `group_by`: write `.subquery()` or `.rows_as()` between",
            );
        }
        self.parts.order.clear();
        self.select_terms(Terms::of(aggregates));
        let columns = self.parts.columns().unwrap_or_default();
        if !columns.iter().any(Node::may_aggregate) {
            self.parts
                .refuse("it aggregates nothing: there is no aggregate in what is asked for");
        }
        // All rows are one group, so that a column outside of an aggregate is noticed.
        self.parts.more().group = Some(Vec::new());
        Query::of(self.parts, L::read)
    }
}

impl<S: Scope, T: ColumnType> Query<S, T> {
    /// The value of the only row as an expression: a scalar subquery. It is NULL where there is no row,
    /// which there always is behind [`aggregated`](Query::aggregated).
    ///
    /// Of several rows, the database takes any; `limit(1)` behind an order says which.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // What is the album with the longest track?
    /// let longest = Track::query().order_by(Track::SECONDS.desc()).limit(1).select(Track::ALBUM_ID);
    /// let album = Album::query().filter(Album::ID.eq(longest.scalar())).one(&db)?;
    /// assert_eq!(album.title, "Pastel Blues");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn scalar(self) -> Expr<Any, S::Scalar<T>> {
        let (parts, levels) = self.into_inner();
        Expr::new(Term::above(levels, Node::Scalar(Box::new(parts))))
    }
}
