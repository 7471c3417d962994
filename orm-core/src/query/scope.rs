//! Which tables an expression may speak of: types that stand for the tables of a query.
//!
//! An [`Expr`](super::Expr) belongs to one table; a query has a scope, which is a table or a chain of
//! [`Join`]s. [`In`] says that the one may stand in the other, and whether its values may be NULL there
//! because the table is on the outer side of a join. Its second parameter only tells the ways apart in
//! which that can be so; it is always inferred.

use std::marker::PhantomData;

use crate::error::Result;
use crate::mapping::{Source, Table};
use crate::value::{ColumnType, Row, ValueRef};

/// The tables of a query: a mapping alone, or joined with others.
///
/// It is what functions over queries are generic in:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::query::scope::Scope;
///
/// /// The first ten of whatever it is.
/// fn top<S: Scope, R: 'static>(query: Query<S, R>) -> Query<S, R> {
///     query.limit(10)
/// }
///
/// assert_eq!(top(Track::query().select(Track::NAME)).all(&db)?.len(), 3);
/// assert_eq!(top(Artist::query().left_join(Artist::ID.on(Album::ARTIST_ID))).all(&db)?.len(), 4);
/// # Ok(())
/// # }
/// ```
pub trait Scope: 'static {
    /// The mapping that it begins with.
    type Root: 'static;

    /// What rows of the query become where nothing is selected.
    type Entity: 'static;

    /// What the rows are before they are grouped, which is what `filter` sees.
    type Rows: Scope;

    /// What the only value of the only row is in an expression: NULL where there may be no row.
    type Scalar<T: ColumnType>: ColumnType;
}

impl<M: Source> Scope for M {
    type Root = M;
    type Entity = M::Entity;
    type Rows = M;
    type Scalar<T: ColumnType> = T::Nullable;
}

/// The scope `S` joined with a further table, in the type of a query with joins.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::{Join, Outer};
///
/// type Albums = Query<Join<Artist, Outer<Album>>>;
///
/// fn with_albums() -> Albums {
///     Artist::query().left_join(Artist::ID.on(Album::ARTIST_ID))
/// }
///
/// assert_eq!(with_albums().filter(Album::ID.is_null()).all(&db)?[0].name, "Vashti Bunyan");
/// # Ok(())
/// # }
/// ```
pub struct Join<S, M>(PhantomData<fn() -> (S, M)>);

#[diagnostic::do_not_recommend]
impl<S: Scope, M: 'static> Scope for Join<S, M> {
    type Root = S::Root;
    type Entity = S::Entity;
    type Rows = Self;
    type Scalar<T: ColumnType> = T::Nullable;
}

/// In a [`Join`], a table on the outer side: where no row matches, its columns are NULL.
///
/// In types it is `Join<Artist, Outer<Album>>`.
pub struct Outer<M>(PhantomData<fn() -> M>);

/// A table under another name, in the type of a query; made by [`Alias`](super::Alias).
pub struct Aliased<M>(PhantomData<fn() -> M>);

#[diagnostic::do_not_recommend]
impl<M: Source> Scope for Aliased<M> {
    type Root = M;
    type Entity = M::Entity;
    type Rows = Self;
    type Scalar<T: ColumnType> = T::Nullable;
}

/// The groups of scope `S`; of an expression, that it is an aggregate over `S`.
pub struct Grouped<S>(PhantomData<fn() -> S>);

#[diagnostic::do_not_recommend]
impl<S: Scope> Scope for Grouped<S> {
    type Root = S::Root;
    type Entity = S::Entity;
    type Rows = S;
    type Scalar<T: ColumnType> = T::Nullable;
}

/// All rows of scope `S` as one group.
pub struct Whole<S>(PhantomData<fn() -> S>);

#[diagnostic::do_not_recommend]
impl<S: Scope> Scope for Whole<S> {
    type Root = S::Root;
    type Entity = S::Entity;
    type Rows = S;
    type Scalar<T: ColumnType> = T;
}

/// The rows of a set operation, as values of type `R`.
///
/// A set of entities is filtered and sorted by their columns, one of other rows not at all; with
/// [`rows_as`](super::Query::rows_as) it gets columns.
pub struct Rows<R>(PhantomData<fn() -> R>);

#[diagnostic::do_not_recommend]
impl<R: 'static> Scope for Rows<R> {
    type Root = R;
    type Entity = R;
    type Rows = Self;
    type Scalar<T: ColumnType> = T::Nullable;
}

/// Any scope. That the columns are those of a table in the query is checked when it is run.
///
/// It is what [`joined`](super::Expression::joined), [`outer`](super::Expression::outer) and
/// [`func::raw`](super::func::raw) give.
pub struct Any(());

/// That what belongs to `Self` may stand in scope `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not part of this query over `{S}`",
    label = "expected a column of the query on the left, and one of the table that is joined on the right",
    note = "the table of the column on the left is in the query already, or joined before"
)]
pub trait In<S, At = Here> {
    /// What a value becomes, which is NULL where an outer join found no row.
    type Value<T: ColumnType>: ColumnType;

    /// What an entity becomes.
    type Entity<E: 'static>: 'static;

    /// Reads an entity whose key starts at a position of the row.
    ///
    /// # Errors
    /// Those of the reader.
    fn entity<E: 'static>(
        row: &Row<'_>,
        key: &[usize],
        at: usize,
        read: fn(&Row<'_>, usize) -> Result<E>,
    ) -> Result<Self::Entity<E>>;
}

/// The way of [`In`] for the table that a scope ends with.
pub struct Here(());

/// The way of [`In`] for a table further inside.
pub struct There<At>(PhantomData<At>);

/// The way of [`In`] for what is checked when the query is run.
pub struct Free(());

/// The way of [`In`] for what groups are made by.
pub struct Key<At>(PhantomData<At>);

/// The way of [`In`] for aggregates.
pub struct Total<At>(PhantomData<At>);

/// Values that are as they were: the inner side of a join.
macro_rules! inner {
    () => {
        type Value<T: ColumnType> = T;
        type Entity<E: 'static> = E;

        fn entity<E: 'static>(
            row: &Row<'_>,
            _: &[usize],
            at: usize,
            read: fn(&Row<'_>, usize) -> Result<E>,
        ) -> Result<E> {
            read(row, at)
        }
    };
}

/// Values that are what they are in the scope inside.
macro_rules! as_inside {
    ($M:ident, $S:ident, $I:ident) => {
        type Value<T: ColumnType> = <$M as In<$S, $I>>::Value<T>;
        type Entity<E: 'static> = <$M as In<$S, $I>>::Entity<E>;

        fn entity<E: 'static>(
            row: &Row<'_>,
            key: &[usize],
            at: usize,
            read: fn(&Row<'_>, usize) -> Result<E>,
        ) -> Result<Self::Entity<E>> {
            <$M as In<$S, $I>>::entity(row, key, at, read)
        }
    };
}

#[diagnostic::do_not_recommend]
impl<M: Source> In<M, Here> for M {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<S, M: Source> In<Join<S, M>, Here> for M {
    inner!();
}

/// Entities that may be absent: the outer side of a join.
macro_rules! outer_entity {
    ($M:ident) => {
        type Entity<E: 'static> = Option<E>;

        fn entity<E: 'static>(
            row: &Row<'_>,
            key: &[usize],
            at: usize,
            read: fn(&Row<'_>, usize) -> Result<E>,
        ) -> Result<Option<E>> {
            if is_absent($M::TABLE, row, key, at) {
                return Ok(None);
            }
            read(row, at).map(Some)
        }
    };
}

#[diagnostic::do_not_recommend]
impl<S, M: Source> In<Join<S, Outer<M>>, Here> for M {
    type Value<T: ColumnType> = T::Nullable;
    outer_entity!(M);
}

/// Whether no row of a table matched: its key is NULL, or everything is where it has no key.
fn is_absent(table: &Table, row: &Row<'_>, key: &[usize], at: usize) -> bool {
    let is_null = |column: usize| row.value(at + column) == ValueRef::Null;
    if key.is_empty() {
        return (0..table.columns.len()).all(is_null);
    }
    key.iter().all(|&column| is_null(column))
}

#[diagnostic::do_not_recommend]
impl<S, J, M: Source + In<S, I>, I> In<Join<S, J>, There<I>> for M {
    as_inside!(M, S, I);
}

#[diagnostic::do_not_recommend]
impl<S, J> In<Join<S, J>, Here> for Join<S, J> {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<M: Source> In<Rows<M::Entity>, Here> for M {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<S, M: Source + In<S, I>, I> In<Grouped<S>, Key<I>> for M {
    as_inside!(M, S, I);
}

#[diagnostic::do_not_recommend]
impl<S, M: Source> In<S, Free> for Aliased<M> {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<S, M: Source> In<S, Free> for Aliased<Outer<M>> {
    type Value<T: ColumnType> = T;
    outer_entity!(M);
}

#[diagnostic::do_not_recommend]
impl<S> In<S, Free> for Any {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, I>, I> In<Grouped<S>, Total<I>> for Grouped<M> {
    inner!();
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, I>, I> In<Whole<S>, Total<I>> for Grouped<M> {
    inner!();
}

/// A table, under its own name or another.
pub trait Member: 'static {}

impl<M: Source> Member for M {}
impl<M: 'static> Member for Aliased<M> {}

/// That an expression of `Self` may stand within one of `M`: both are of one table, one of them is of
/// [`Any`], or the other is an aggregate.
#[diagnostic::on_unimplemented(
    message = "an expression over `{Self}` cannot stand within one over `{M}`",
    label = "of `{Self}`, where `{M}` is expected",
    note = "write `.joined()` behind a column of another table of the same query, and `.outer()` behind one of the query around"
)]
pub trait Within<M> {}

#[diagnostic::do_not_recommend]
impl<M: Member> Within<M> for M {}
#[diagnostic::do_not_recommend]
impl<M> Within<M> for Any {}
#[diagnostic::do_not_recommend]
impl<M: Member> Within<Any> for M {}
#[diagnostic::do_not_recommend]
impl<M: Member> Within<Grouped<M>> for M {}
#[diagnostic::do_not_recommend]
impl<M: Member> Within<Grouped<Any>> for M {}
#[diagnostic::do_not_recommend]
impl<M: Member> Within<Grouped<M>> for Grouped<M> {}
#[diagnostic::do_not_recommend]
impl<M> Within<Grouped<M>> for Grouped<Any> {}
#[diagnostic::do_not_recommend]
impl<M: Member> Within<Grouped<Any>> for Grouped<M> {}

/// The table of what is made of expressions of two tables, neither of which has to be the first: an
/// aggregate stays one, and [`Any`] gives way.
#[diagnostic::on_unimplemented(
    message = "an expression over `{Self}` cannot stand beside one over `{M}`",
    label = "of `{Self}`, beside `{M}`",
    note = "write `.joined()` behind a column of another table of the same query"
)]
pub trait Beside<M> {
    /// The table of both.
    type Both;
}

macro_rules! beside {
    ($($one:ty, $other:ty => $both:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Member> Beside<$other> for $one {
            type Both = $both;
        }
    )*};
}

beside! {
    M, M => M;
    M, Any => M;
    Any, M => M;
    M, Grouped<M> => Grouped<M>;
    Grouped<M>, M => Grouped<M>;
    M, Grouped<Any> => Grouped<M>;
    Grouped<Any>, M => Grouped<M>;
    Any, Grouped<M> => Grouped<M>;
    Grouped<M>, Any => Grouped<M>;
    Grouped<M>, Grouped<M> => Grouped<M>;
    Grouped<M>, Grouped<Any> => Grouped<M>;
    Grouped<Any>, Grouped<M> => Grouped<M>;
}

#[diagnostic::do_not_recommend]
impl Beside<Any> for Any {
    type Both = Any;
}

#[diagnostic::do_not_recommend]
impl Beside<Any> for Grouped<Any> {
    type Both = Self;
}

#[diagnostic::do_not_recommend]
impl Beside<Grouped<Any>> for Any {
    type Both = Grouped<Any>;
}

#[diagnostic::do_not_recommend]
impl Beside<Grouped<Any>> for Grouped<Any> {
    type Both = Self;
}

/// What the table of an expression becomes when it is set free: an aggregate stays one.
pub trait Release {
    /// [`Any`], or an aggregate over it.
    type Free;
}

impl<M: Member> Release for M {
    type Free = Any;
}

impl Release for Any {
    type Free = Any;
}

impl<M> Release for Grouped<M> {
    type Free = Grouped<Any>;
}

/// Types whose values can be compared: the same, but for NULL.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` cannot be compared with values of type `{T}`",
    label = "expected `{Self}` or `Option` of it"
)]
pub trait Comparable<T> {}

#[diagnostic::do_not_recommend]
impl<T> Comparable<T> for T {}
#[diagnostic::do_not_recommend]
impl<T> Comparable<Option<T>> for T {}
#[diagnostic::do_not_recommend]
impl<T> Comparable<T> for Option<T> {}
