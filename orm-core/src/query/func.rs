//! Expressions that begin with no column.

pub use super::aggregate::count;
pub use super::case::case;
pub use super::date::now;
pub use super::window::{cume_dist, dense_rank, ntile, percent_rank, rank, row_number};

use super::expression::{Expr, Expression};

use super::node::{ColumnRef, Node};
use super::operand::{self, Argument};
use super::scope::{Any, Scope, Within};
use super::select::Query;
use super::selection::EntityOf;
use super::term::Term;
use crate::connection::Sql;
use crate::driver::{Function, SqlFunction};
use crate::mapping::{Column, ColumnList, Source};
use crate::value::{ColumnType, Value};

/// Something that is an expression of mapping `M` and tells its type itself: a value, a column, or an
/// expression.
///
/// Text is a `String`. [`case`](case()) and [`value`] take it, where no column says what type is wanted.
pub trait Valued<M> {
    /// The type of the value.
    type Type;

    /// The expression.
    fn into_valued(self) -> Expr<M, Self::Type>;
}

impl<M, T: ColumnType> Valued<M> for T {
    type Type = T;

    fn into_valued(self) -> Expr<M, T> {
        operand::value(&self)
    }
}

impl<M> Valued<M> for &str {
    type Type = String;

    fn into_valued(self) -> Expr<M, String> {
        Expr::leaf(Node::Value(self.into()))
    }
}

impl<M, N: Source + Within<M>, T> Valued<M> for Column<N, T> {
    type Type = T;

    fn into_valued(self) -> Expr<M, T> {
        self.into_expr().retyped()
    }
}

impl<M, N: Within<M>, T> Valued<M> for Expr<N, T> {
    type Type = T;

    fn into_valued(self) -> Expr<M, T> {
        self.retyped()
    }
}

/// A value, where an expression is wanted. It is bound, as all values are.
///
/// Numbers without a type are an `i32`, as everywhere in Rust.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::value;
///
/// let names = Artist::query().select((value("artist"), Artist::NAME));
/// let all = names.union(Employee::query().select((value("employee"), Employee::NAME)));
/// let rows = all.all(&db)?;
/// assert!(rows.contains(&("employee".into(), "Nancy".into())));
/// assert!(rows.contains(&("artist".into(), "Nina Simone".into())));
/// # Ok(())
/// # }
/// ```
pub fn value<V: Valued<Any>>(value: V) -> Expr<Any, V::Type> {
    value.into_valued()
}

/// A random integer, another one for each row.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // Any two tracks.
/// let two = Track::query().order_by(orm::func::random().asc()).limit(2).all(&db)?;
/// assert_eq!(two.len(), 2);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn random() -> Expr<Any, i64> {
    Expr::new(Term::call(Function::Random, []))
}

/// Whether a query has rows.
///
/// A column of the query around is [`outer`](Expression::outer) within it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::exists;
///
/// let their_albums = Album::query().filter(Album::ARTIST_ID.eq(Artist::ID.outer()));
/// let without_album = Artist::query().filter(!exists(their_albums)).one(&db)?;
/// assert_eq!(without_album.name, "Vashti Bunyan");
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn exists<S: Scope, R>(query: Query<S, R>) -> Expr<Any, bool> {
    let (parts, levels) = query.into_inner();
    Expr::new(Term::above(levels, Node::Exists(Box::new(parts))))
}

/// A whole row of a table of the query, in a selection: its entity, and an `Option` of it where the
/// table is on the outer side of a join.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::entity;
///
/// let rows: Vec<(Artist, Option<Album>)> = Artist::query()
///     .left_join(Artist::ID.on(Album::ARTIST_ID))
///     .order_by((Artist::NAME, Album::ID))
///     .select((entity::<Artist>(), entity::<Album>()))
///     .all(&db)?;
/// let (artist, album) = &rows[0];
/// assert_eq!(artist.name, "Bill Evans");
/// assert!(album.as_ref().is_some_and(|album| album.title == "Portrait in Jazz"));
/// assert!(rows[3].1.is_none()); // Vashti Bunyan
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn entity<M: Source>() -> EntityOf<M, M> {
    EntityOf::new(M::TABLE, None)
}

/// The value that an upsert would have inserted into a column, in what it sets instead.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::excluded;
///
/// // A new price only counts where it is higher.
/// let mut track = Track::query().filter(Track::ID.eq(1)).all(&db)?;
/// track[0].price = 1.29;
/// Track::inserting(&mut track)
///     .on_conflict(Track::ID)
///     .set(Track::PRICE.set(Track::PRICE.greatest(excluded(Track::PRICE))))
///     .run(&db)?;
/// assert_eq!(Track::get(&db, 1)?.price, 1.29);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn excluded<M: Source, T>(column: Column<M, T>) -> Expr<M, T> {
    Expr::leaf(Node::Excluded(ColumnRef::new(M::TABLE, column.position())))
}

/// SQL of your own as an expression, with a value for every `?` in it. It belongs to any table; what it
/// speaks of is not checked.
///
/// Another number of values than placeholders is
/// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) when the query is run.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::raw;
///
/// // What SQLite has, and the query language has not.
/// let hex_length = raw::<i64>("length(hex(track.name)) / ?", [2.into()]);
/// let bytes = Track::query().order_by(Track::ID).select(hex_length).all(&db)?;
/// assert_eq!(bytes[0], 9);
/// # Ok(())
/// # }
/// ```
pub fn raw<T>(sql: impl Into<Sql>, values: impl IntoIterator<Item = Value>) -> Expr<Any, T> {
    let values = values.into_iter().map(Node::Value).collect();
    Expr::leaf(Node::Raw(sql.into().into_text(), values))
}

/// Several columns as one value, which is compared column by column.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::row;
///
/// let wanted = [("Sinnerman", 1), ("Sinnerman", 2)];
/// let found = Track::query().filter(row((Track::NAME, Track::ALBUM_ID)).is_in(wanted));
/// assert_eq!(found.count(&db)?, 1);
/// # Ok(())
/// # }
/// ```
pub fn row<C: RowOfColumns>(columns: C) -> Expr<C::Mapping, C::Values> {
    let columns = columns.positions().into_iter();
    let columns = columns.map(|at| Term::column(ColumnRef::new(C::Mapping::TABLE, at)));
    Expr::new(Term::list(columns, Node::Row))
}

/// Two to four columns of one table that are compared as one value, by [`row`].
pub trait RowOfColumns: ColumnList<Self::Mapping> {
    /// What they are columns of.
    type Mapping: Source;
    /// The types of their values, as a tuple.
    type Values;
}

macro_rules! row_of_columns {
    ($($T:ident),+) => {
        impl<M: Source, $($T),+> RowOfColumns for ($(Column<M, $T>,)+) {
            type Mapping = M;
            type Values = ($($T,)+);
        }
    };
}

row_of_columns!(A, B);
row_of_columns!(A, B, C);
row_of_columns!(A, B, C, D);

impl<T> SqlFunction<(), T> {
    /// The value of a function without arguments.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// use orm::SqlFunction;
    ///
    /// const CHANGES: SqlFunction<(), i64> = SqlFunction::new("changes");
    ///
    /// Track { id: 0, name: "Sinnerman".into() }.insert(&db)?;
    /// assert_eq!(Track::query().select(CHANGES.call()).first(&db)?, Some(1));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn call(self) -> Expr<Any, T> {
        named(self.name, [])
    }
}

macro_rules! call {
    ($A:ident $a:ident $(, $T:ident $t:ident)*) => {
        impl<$A $(, $T)*, R> SqlFunction<($A, $($T,)*), R> {
            /// The value of the function for these arguments. The first tells which table the
            /// expression is of.
            pub fn call<M>(
                self,
                $a: impl Expression<M, $A>
                $(, $t: impl Argument<M, $T>)*
            ) -> Expr<M, R> {
                named(self.name, [$a.into_expr().into_term() $(, $t.into_argument().into_term())*])
            }
        }
    };
}

call!(A first);
call!(A first, B second);
call!(A first, B second, C third);
call!(A first, B second, C third, D fourth);

fn named<M, T, const N: usize>(name: &'static str, arguments: [Term; N]) -> Expr<M, T> {
    Expr::new(Term::list(arguments, |arguments| {
        Node::Named(name, arguments)
    }))
}
