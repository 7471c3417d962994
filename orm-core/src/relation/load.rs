//! How a relation is loaded: which of the related rows, in which order, what of theirs, and how.

use std::fmt;
use std::sync::Arc;

use super::constant::Relation;
use super::field::{BelongsToField, RelationField};
use super::{joined, select_in, summary, tree};
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::Mapping;
use crate::query::scope::Grouped;
use crate::query::{
    AggregateExpression, Entities, Expr, IntoCondition, Joins, Loader, Number, OrderList, Query,
    Reader, func,
};
use crate::value::{ColumnType, Row};

/// A relation, and how it is to be loaded; made by the methods of [`RelationExpression`].
#[must_use = "nothing is loaded until a query with it is run"]
pub struct Load<M: Mapping, F: RelationField> {
    pub(super) relation: Relation<M, F>,
    pub(super) query: Query<F::Target>,
    strategy: Strategy<M, F>,
}

/// How related rows are found.
enum Strategy<M: Mapping, F: RelationField> {
    /// By a second query, over the keys of all rows of the first.
    SelectIn,
    /// By a join to the first query.
    Joined,
    /// Level by level, until there are no more.
    Recursive(tree::Grow<M, F>),
}

impl<M: Mapping, F: RelationField> Load<M, F> {
    fn new(relation: Relation<M, F>) -> Self {
        Self {
            relation,
            query: relation.all(),
            strategy: Strategy::SelectIn,
        }
    }

    /// Loads what is to be loaded of the related entities.
    pub(super) fn load_nested<'e>(
        &self,
        from: Reader<'_>,
        entities: impl Iterator<Item = &'e mut <F::Target as Mapping>::Entity>,
    ) -> Result<()> {
        if self.query.loaders().is_empty() {
            return Ok(());
        }
        self.query.load_all(from, entities.collect())
    }
}

impl<M: Mapping, F: RelationField> Loader<M::Entity> for Load<M, F> {
    fn join(&self, joins: &mut Joins<'_, '_>) {
        if matches!(self.strategy, Strategy::Joined) {
            joined::join(self, joins);
        }
    }

    fn width(&self) -> usize {
        match self.strategy {
            Strategy::Joined => joined::width(self),
            Strategy::SelectIn | Strategy::Recursive(_) => 0,
        }
    }

    fn attach(&self, entity: &mut M::Entity, row: &Row<'_>, at: usize) -> Result<usize> {
        match self.strategy {
            Strategy::Joined => joined::attach(self, entity, row, at),
            Strategy::SelectIn | Strategy::Recursive(_) => Ok(at),
        }
    }

    fn load(&self, from: Reader<'_>, entities: &mut [&mut M::Entity]) -> Result<()> {
        match self.strategy {
            Strategy::SelectIn => select_in::load(from, self, entities),
            Strategy::Joined => joined::load_nested(from, self, entities),
            Strategy::Recursive(grow) => grow(from, self, entities),
        }
    }
}

impl<M: Mapping, F: RelationField> Clone for Strategy<M, F> {
    fn clone(&self) -> Self {
        match self {
            Self::SelectIn => Self::SelectIn,
            Self::Joined => Self::Joined,
            Self::Recursive(grow) => Self::Recursive(*grow),
        }
    }
}

impl<M: Mapping, F: RelationField> Clone for Load<M, F> {
    fn clone(&self) -> Self {
        Self {
            relation: self.relation,
            query: self.query.clone(),
            strategy: self.strategy.clone(),
        }
    }
}

impl<M: Mapping, F: RelationField> fmt::Debug for Load<M, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Load({:?})", self.relation)
    }
}

/// A relation, as a constant or with something said about how it is loaded.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // Artists with their two newest albums, and the tracks of these: three statements.
/// let newest = Artist::ALBUMS.order_by(Album::YEAR.desc()).limit(2).with(Album::TRACKS);
/// let artists = Artist::query().with(newest).order_by(Artist::ID).all(&db)?;
/// assert_eq!(artists[0].albums.get()?[0].tracks.get()?.len(), 2);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "expected a relation of `{M}`",
    note = "the derive makes a constant of each relation field: `Artist::ALBUMS` of the field `albums`"
)]
pub trait RelationExpression<M: Mapping, F: RelationField>: Sized {
    /// The relation, and how it is loaded.
    fn into_load(self) -> Load<M, F>;

    /// Only related rows that meet a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let sixties = Artist::ALBUMS.filter(Album::YEAR.between(1960, 1969));
    /// let artists = Artist::query().with(sixties).order_by(Artist::ID).all(&db)?;
    /// assert_eq!(artists[0].albums.get()?.len(), 1);
    /// assert!(artists[1].albums.get()?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    fn filter<At>(self, condition: impl IntoCondition<F::Target, At>) -> Load<M, F> {
        self.apply(|query| query.filter(condition))
    }

    /// Sorts the related rows.
    fn order_by<At>(self, orders: impl OrderList<F::Target, At>) -> Load<M, F> {
        self.apply(|query| query.order_by(orders))
    }

    /// At most so many related rows for each row, in the order given, or by primary key.
    fn limit(self, rows: u64) -> Load<M, F> {
        self.apply(|query| query.limit(rows))
    }

    /// Passes over so many related rows of each row first.
    fn offset(self, rows: u64) -> Load<M, F> {
        self.apply(|query| query.offset(rows))
    }

    /// Applies a function that adds to the query of the related rows.
    fn apply(self, scope: impl FnOnce(Query<F::Target>) -> Query<F::Target>) -> Load<M, F> {
        let mut load = self.into_load();
        load.query = scope(load.query);
        load
    }

    /// Loads a relation of the related entities too.
    fn with(self, relation: impl Loadable<F::Target>) -> Load<M, F> {
        let loader = relation.into_loader().0;
        self.apply(|query| query.with_loader(loader))
    }

    /// Loads by a second query over the keys of all rows, which is what is done where nothing is said.
    fn select_in(self) -> Load<M, F> {
        let mut load = self.into_load();
        load.strategy = Strategy::SelectIn;
        load
    }

    /// Loads by a join to the query of the rows, and so without a statement of its own.
    ///
    /// It is for `belongs_to`: a join to rows of which there may be many would repeat the row for each of
    /// them. It pays where few rows refer to the same one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let albums = Album::query().with(Album::ARTIST.joined()).order_by(Album::ID).all(&db)?;
    /// assert_eq!(albums[0].artist.get()?.name, "Nina Simone");
    /// # Ok(())
    /// # }
    /// ```
    fn joined(self) -> Load<M, F>
    where
        F: BelongsToField,
    {
        let mut load = self.into_load();
        load.strategy = Strategy::Joined;
        load
    }

    /// Loads the relation of the related entities too, and of theirs, until there are no more: a tree.
    ///
    /// It takes a statement for each level. Every row is followed once: where one is met again, because a circle
    /// closes, because it is among the rows of the query itself or because a second way leads to it, it is there,
    /// and its relation is left unloaded.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let everybody = Employee::REPORTS.recursive();
    /// let chief = Employee::query().filter(Employee::MANAGER_ID.is_null()).with(everybody).one(&db)?;
    /// let nancy = &chief.reports.get()?[0];
    /// assert_eq!(nancy.reports.get()?[0].name, "Jane");
    /// # Ok(())
    /// # }
    /// ```
    fn recursive(self) -> Load<M, F>
    where
        F: RelationField<Target = M>,
    {
        let mut load = self.into_load();
        load.strategy = Strategy::Recursive(tree::grow::<M, F>);
        load
    }

    /// Loads the relation of entities that are there already; what they had loaded of it is replaced.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut artists = Artist::all(&db)?;
    /// Artist::ALBUMS.load_onto(&db, &mut artists)?; // one statement
    /// assert!(artists.iter().all(|artist| artist.albums.is_loaded()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of a query; no entity has been changed then.
    fn load_onto(self, db: &dyn Executor, entities: &mut [M::Entity]) -> Result<()> {
        let mut load = self.into_load();
        if matches!(load.strategy, Strategy::Joined) {
            // There is no query left to join to.
            load.strategy = Strategy::SelectIn;
        }
        let mut entities: Vec<&mut M::Entity> = entities.iter_mut().collect();
        if entities.is_empty() {
            return Ok(());
        }
        load.load(Reader::new(db), &mut entities)
    }

    /// Whether a related row meets a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let of_the_sixties = Artist::ALBUMS.any(Album::YEAR.between(1960, 1969));
    /// assert_eq!(Artist::query().filter(of_the_sixties).one(&db)?.name, "Nina Simone");
    /// # Ok(())
    /// # }
    /// ```
    fn any<At>(self, condition: impl IntoCondition<F::Target, At>) -> Expr<M, bool> {
        summary::exists(self.filter(condition))
    }

    /// Whether no related row meets a condition.
    fn none<At>(self, condition: impl IntoCondition<F::Target, At>) -> Expr<M, bool> {
        self.any(condition).not()
    }

    /// Whether every related row meets a condition; also where there is none. A row for which the
    /// condition is unknown does not meet it.
    fn every<At>(self, condition: impl IntoCondition<F::Target, At>) -> Expr<M, bool> {
        summary::exists(self.apply(|query| query.exclude(condition))).not()
    }

    /// Whether there is a related row.
    fn exists(self) -> Expr<M, bool> {
        summary::exists(self.into_load())
    }

    /// How many related rows there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let rows = Album::query()
    ///     .order_by(Album::ID)
    ///     .select((Album::TITLE, Album::TRACKS.count(), Album::TRACKS.sum(Track::SECONDS)))
    ///     .all(&db)?;
    /// assert_eq!(rows[0], ("Pastel Blues".to_owned(), 2, Some(842)));
    /// # Ok(())
    /// # }
    /// ```
    fn count(self) -> Expr<M, i64> {
        summary::of(self.into_load(), func::count())
    }

    /// An aggregate over the related rows; NULL where it is so without a row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let longest = Album::TRACKS.aggregate(Track::SECONDS.max());
    /// let first = Album::query().order_by(longest.clone().desc().nulls_last()).first(&db)?;
    /// assert_eq!(first.map(|album| album.title), Some("Pastel Blues".into()));
    /// # Ok(())
    /// # }
    /// ```
    fn aggregate<T: ColumnType>(self, aggregate: Expr<Grouped<F::Target>, T>) -> Expr<M, T> {
        summary::of(self.into_load(), aggregate)
    }

    /// The sum of a column of the related rows; NULL without one.
    fn sum<T>(self, column: impl AggregateExpression<F::Target, T>) -> Expr<M, Option<T::Sum>>
    where
        T: Number,
    {
        self.aggregate(column.sum())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapping, F: RelationField> RelationExpression<M, F> for Relation<M, F> {
    fn into_load(self) -> Load<M, F> {
        Load::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapping, F: RelationField> RelationExpression<M, F> for Load<M, F> {
    fn into_load(self) -> Self {
        self
    }
}

/// What can be loaded with the entities of mapping `M`: one of its relations, as a constant or with something
/// said about how it is loaded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "expected a relation of `{M}`",
    note = "relations are constants, such as `{M}::ALBUMS`; several are given one after the other: `.with(…).with(…)`"
)]
pub trait Loadable<M: Mapping> {
    /// How it is loaded.
    fn into_loader(self) -> AnyLoader<M>;
}

/// How something is loaded, whatever it is.
pub struct AnyLoader<M: Mapping>(pub(super) Arc<dyn Loader<M::Entity>>);

#[diagnostic::do_not_recommend]
impl<M: Mapping, F: RelationField> Loadable<M> for Relation<M, F> {
    fn into_loader(self) -> AnyLoader<M> {
        Load::new(self).into_loader()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapping, F: RelationField> Loadable<M> for Load<M, F> {
    fn into_loader(self) -> AnyLoader<M> {
        AnyLoader(Arc::new(self))
    }
}

impl<S: Entities> Query<S> {
    /// Loads a relation of the entities too, for all of them together.
    ///
    /// Related rows are found by a second statement over the keys of all rows, so a limit counts the
    /// entities of this query; [`joined`](RelationExpression::joined) is the other way, and
    /// [`RelationExpression`] says what else can be said about what is loaded. Each relation, on each level,
    /// takes one statement however many rows there are, as long as their keys fit into one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::testing::assert_queries;
    ///
    /// let query = Artist::query()
    ///     .with(Artist::ALBUMS.with(Album::TRACKS))
    ///     .with(Artist::PROFILE)
    ///     .order_by(Artist::ID)
    ///     .limit(20);
    /// let artists = assert_queries(&db, 4, || query.all(&db))?;
    /// assert_eq!(artists[0].albums.get()?[0].tracks.get()?[1].name, "Strange Fruit");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with<M>(self, relation: impl Loadable<M>) -> Self
    where
        S: Entities<Mapping = M>,
        M: Mapping<Entity = S::Entity>,
    {
        self.with_loader(relation.into_loader().0)
    }

    /// Lets relations of the entities, and of those that are loaded with them, not be loaded lazily: what is not
    /// loaded with the query is [`Error::LazyLoading`](crate::error::Error::LazyLoading) when it is asked for.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let artists = Artist::query().strict_loading().all(&db)?;
    /// assert!(matches!(artists[0].albums(&db), Err(orm::Error::LazyLoading { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn strict_loading(self) -> Self {
        self.strict()
    }
}
