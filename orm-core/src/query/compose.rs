//! Queries made of tables, selections and other queries.

use super::condition::IntoCondition;
use super::expression::Expr;
use super::grouping::GroupBy;
use super::join::{Joined, LeftJoined, On};
use super::node::Node;
use super::operand;
use super::parts::{JoinKind, JoinTerm, Origin, Parts, SetOperator, With};
use super::scope::{Aliased, Any, In, Join, Rows, Scope, Whole};
use super::select::{Query, read_entity};
use super::selection::{Projection, Selection, Terms};
use super::term::Term;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::{FromRow, Source, Table};
use crate::value::{ColumnType, Row, Value};

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
        self.set_columns(selection);
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
        self.take_columns(D::columns().terms);
        self.parts.more().becomes = Some(D::TABLE);
        Query::of(self.parts, read_entity::<D>)
    }

    fn set_columns<T, At, U>(&mut self, selection: impl Selection<T, At, U>) {
        let mut terms = Terms::default();
        selection.into_terms(&mut terms);
        self.take_columns(terms);
    }

    fn take_columns(&mut self, terms: Terms) {
        let terms = terms.0.into_iter();
        let columns = terms.map(|term| self.parts.take_in(term)).collect();
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
        let mut terms = Terms::default();
        keys.into_terms(&mut terms);
        let terms = terms.0.into_iter();
        let keys = terms.map(|term| self.parts.take_in(term)).collect();
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
                "it is aggregated after `limit`, `distinct` or `group_by`: write `.subquery()` between",
            );
        }
        self.parts.order.clear();
        self.set_columns(aggregates);
        // All rows are one group, so that a column outside of an aggregate is noticed.
        self.parts.more().group = Some(Vec::new());
        Query::of(self.parts, L::read)
    }

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

    /// The rows of this query and of another, each of them once.
    ///
    /// The rows are taken by position and have the same types in both; what they are called does not matter. An
    /// order or a limit behind it is that of all rows, one before it that of one query.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let names = Artist::query().select(Artist::NAME).union(Employee::query().select(Employee::NAME));
    /// assert_eq!(names.count(&db)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn union<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Union, other)
    }

    /// The rows of this query and of another, as often as they are there.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let long = Track::query().filter(Track::SECONDS.gt(600)).select(Track::ALBUM_ID);
    /// let all = Track::query().select(Track::ALBUM_ID).union_all(long);
    /// assert_eq!(all.count(&db)?, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn union_all<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::UnionAll, other)
    }

    /// The rows of this query that are also those of another, each of them once.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let old = Album::query().filter(Album::YEAR.lt(1970));
    /// let by_bill_evans = Album::query().filter(Album::ARTIST_ID.eq(2));
    /// let both = old.intersect(by_bill_evans).all(&db)?;
    /// assert_eq!(both.len(), 1);
    /// assert_eq!(both[0].title, "Portrait in Jazz");
    /// # Ok(())
    /// # }
    /// ```
    pub fn intersect<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Intersect, other)
    }

    /// The rows of this query that are none of another, each of them once.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let with_album = Album::query().select(Album::ARTIST_ID);
    /// let without = Artist::query().select(Artist::ID).except(with_album);
    /// assert_eq!(without.all(&db)?, [3]); // Vashti Bunyan
    /// # Ok(())
    /// # }
    /// ```
    pub fn except<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Except, other)
    }

    fn set<T: Scope>(self, operator: SetOperator, other: Query<T, R>) -> Query<Rows<R>, R> {
        let table = self.parts.rows_table();
        let read = self.read;
        Query::of(self.parts.set(operator, other.parts, table), read)
    }
}

impl<S: Scope> Query<S> {
    /// Computed values beside every entity: a row is the entity and their values.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// // Every album, and how many tracks it has.
    /// let tracks = Track::query()
    ///     .filter(Track::ALBUM_ID.eq(Album::ID.outer()))
    ///     .group_by(Track::ALBUM_ID)
    ///     .select(count());
    /// let albums = Album::query().order_by(Album::ID).annotate(tracks.scalar().coalesce(0)).all(&db)?;
    /// let (album, tracks) = &albums[0];
    /// assert_eq!((album.title.as_str(), *tracks), ("Pastel Blues", 2));
    /// assert_eq!(albums[2].1, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn annotate<L: Selection<S, At, T>, At, T>(
        mut self,
        selection: L,
    ) -> Query<S, (S::Entity, T)>
    where
        S: Entities,
    {
        let mut terms = Terms::default();
        selection.into_terms(&mut terms);
        let terms = terms.0.into_iter();
        let added: Vec<_> = terms.map(|term| self.parts.take_in(term)).collect();
        self.parts.more().added = added;
        Query::of(self.parts, read_annotated::<S, L, At, T>)
    }
}

impl<S: Entities> Query<S> {
    /// The rows as a table of the same name, so that what follows is about the rows as they are now:
    /// a filter behind a limit, for example.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Of the two longest tracks, those that are shorter than ten minutes.
    /// let two_longest = Track::query().order_by(Track::SECONDS.desc()).limit(2);
    /// let short = two_longest.subquery().filter(Track::SECONDS.lt(600)).one(&db)?;
    /// assert_eq!(short.name, "Strange Fruit");
    /// # Ok(())
    /// # }
    /// ```
    pub fn subquery(self) -> Query<S::Mapping> {
        let table = <S::Mapping as Source>::TABLE;
        Query::of(self.parts.into_table(table), read_entity::<S::Mapping>)
    }

    /// Only rows for which a condition with window functions holds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Window;
    /// use orm::func::row_number;
    ///
    /// // The longest track of each album.
    /// let by_length = Window::partition_by(Track::ALBUM_ID).order_by(Track::SECONDS.desc());
    /// let longest = Track::query()
    ///     .qualify(row_number().over(by_length).eq(1))
    ///     .order_by(Track::ID)
    ///     .all(&db)?;
    /// let names: Vec<_> = longest.iter().map(|track| track.name.as_str()).collect();
    /// assert_eq!(names, ["Sinnerman", "Peri's Scope"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn qualify<At, C>(mut self, condition: C) -> Query<S::Mapping>
    where
        C: IntoCondition<S, At>,
    {
        self.parts
            .refuse_slice("it is filtered after `limit` or `offset`: filter first");
        let condition = self.parts.take_in(condition.into_condition().into_term());
        let table = <S::Mapping as Source>::TABLE;
        Query::of(
            self.parts.into_qualified(table, condition),
            read_entity::<S::Mapping>,
        )
    }
}

/// A scope whose rows are entities of a mapping, as long as nothing is selected.
///
/// [`annotate`](Query::annotate), [`subquery`](Query::subquery), [`qualify`](Query::qualify) and
/// [`keyset`](Query::keyset) ask for it. Tables have it, under their own name or another, and joins of them.
pub trait Entities: Scope {
    /// The mapping.
    type Mapping: Source<Entity = Self::Entity>;
}

impl<M: Source> Entities for M {
    type Mapping = M;
}

impl<M: Source> Entities for Aliased<M> {
    type Mapping = M;
}

impl<S: Entities, N: 'static> Entities for Join<S, N> {
    type Mapping = S::Mapping;
}

fn read_annotated<S: Entities, L: Selection<S, At, T>, At, T>(
    row: &dyn Row,
    at: usize,
) -> Result<(S::Entity, T)> {
    let entity = read_entity::<S::Mapping>(row, at)?;
    let width = <S::Mapping as Source>::TABLE.columns.len();
    Ok((entity, L::read(row, at + width)?))
}

impl<D: FromRow> Query<D> {
    /// Rows that stand in the query itself: `VALUES`. They are bound, and can be queried as rows of a table.
    ///
    /// A struct for them has up to eight fields.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// #[derive(FromRow)]
    /// struct Discount {
    ///     album_id: i64,
    ///     percent: i64,
    /// }
    ///
    /// let discounts = Query::<Discount>::values([(1, 20), (2, 50)]);
    /// let great = discounts.filter(Discount::PERCENT.ge(50)).one(&db)?;
    /// assert_eq!((great.album_id, great.percent), (2, 50));
    /// # Ok(())
    /// # }
    /// ```
    pub fn values(rows: impl IntoIterator<Item = D::Values>) -> Self
    where
        D::Values: RowOfValues,
    {
        let mut rows: Vec<Vec<Node>> = rows.into_iter().map(nodes).collect();
        let empty = rows.is_empty();
        if empty {
            rows.push(vec![Node::Value(Value::Null); D::TABLE.columns.len()]);
        }
        let mut parts = Parts::over(D::TABLE, Origin::Values(rows), 1);
        if empty {
            parts.filter = Some(Node::Constant(false));
        }
        Self::of(parts, read_entity::<D>)
    }

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

fn nodes(row: impl RowOfValues) -> Vec<Node> {
    let mut terms = Terms::default();
    row.into_terms(&mut terms);
    terms.0.into_iter().map(|term| term.node).collect()
}

/// A tuple of up to eight values, as a row of [`Query::values`].
pub trait RowOfValues {
    /// The values.
    fn into_terms(self, terms: &mut Terms);
}

macro_rules! row_of_values {
    ($($T:ident $at:tt),+) => {
        impl<$($T: ColumnType),+> RowOfValues for ($($T,)+) {
            fn into_terms(self, terms: &mut Terms) {
                $(terms.0.push(operand::value::<Any, $T, $T>(&self.$at).into_term());)+
            }
        }
    };
}

row_of_values!(A 0);
row_of_values!(A 0, B 1);
row_of_values!(A 0, B 1, C 2);
row_of_values!(A 0, B 1, C 2, D 3);
row_of_values!(A 0, B 1, C 2, D 3, E 4);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

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
