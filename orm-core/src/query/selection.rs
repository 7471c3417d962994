//! What a query selects.

use std::marker::PhantomData;

use super::expression::{Expr, Expression as _};
use super::node::{ColumnRef, Node};
use super::scope::{In, Scope};
use super::select::read_entity;
use super::term::Term;
use crate::error::{Error, Result};
use crate::mapping::{Column, FromRow, Source, Table};
use crate::value::{ColumnType, Row};

/// What rows of a query with scope `S` can become: a column, an expression, an [`EntityOf`], or a tuple
/// of up to twelve of them.
///
/// A member of a tuple can be a tuple itself.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let rows: Vec<(String, (i64, f64))> = Track::query()
///     .order_by(Track::ID)
///     .select((Track::NAME, (Track::SECONDS / 60, Track::PRICE)))
///     .all(&db)?;
/// assert_eq!(rows[0], ("Sinnerman".to_owned(), (10, 0.99)));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from `{S}`",
    label = "expected columns and expressions of `{S}`, up to twelve in a tuple",
    note = "join the table of another column, or write `.outer()` behind a column of the query around",
    note = "an aggregate, `Grouped<…>`, is selected behind `group_by`, or by `aggregate`, which takes nothing else",
    note = "a window function ends with `.over(…)`, and a value is written `func::value(…)`"
)]
pub trait Selection<S, At, R> {
    /// How many columns of the result it takes.
    fn width() -> usize;

    /// The expressions, as the query takes them up.
    fn into_terms(self, terms: &mut Terms);

    /// Reads what was selected from a row, from a position on.
    ///
    /// # Errors
    /// [`Error::Decode`] for a value that the type cannot hold.
    fn read(row: &Row<'_>, at: usize) -> Result<R>;
}

/// The expressions of a [`Selection`].
#[derive(Default)]
pub struct Terms(pub(super) Vec<Term>);

impl Terms {
    pub(super) fn of<S, At, R>(selection: impl Selection<S, At, R>) -> Self {
        let mut terms = Self::default();
        selection.into_terms(&mut terms);
        terms
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: In<S, At>, T: ColumnType, At> Selection<S, At, M::Value<T>> for Expr<M, T> {
    fn width() -> usize {
        1
    }

    fn into_terms(self, terms: &mut Terms) {
        terms.0.push(self.into_term());
    }

    fn read(row: &Row<'_>, at: usize) -> Result<M::Value<T>> {
        ColumnType::read(row, at)
    }
}

#[diagnostic::do_not_recommend]
impl<S, M: Source + In<S, At>, T: ColumnType, At> Selection<S, At, M::Value<T>> for Column<M, T> {
    fn width() -> usize {
        1
    }

    fn into_terms(self, terms: &mut Terms) {
        terms.0.push(self.into_expr().into_term());
    }

    fn read(row: &Row<'_>, at: usize) -> Result<M::Value<T>> {
        ColumnType::read(row, at)
    }
}

/// The position of what comes next, which is so wide.
fn advance(next: &mut usize, width: usize) -> usize {
    *next += width;
    *next - width
}

macro_rules! selection_tuple {
    ($($ty:ident $way:ident $row:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<S, $($ty: Selection<S, $way, $row>, $way, $row),+>
            Selection<S, ($($way,)+), ($($row,)+)> for ($($ty,)+)
        {
            fn width() -> usize {
                0 $(+ $ty::width())+
            }

            fn into_terms(self, terms: &mut Terms) {
                $(self.$at.into_terms(terms);)+
            }

            fn read(row: &Row<'_>, at: usize) -> Result<($($row,)+)> {
                let mut next = at;
                Ok(($($ty::read(row, advance(&mut next, $ty::width()))?,)+))
            }
        }
    };
}

selection_tuple!(A A1 A2 0);
selection_tuple!(A A1 A2 0, B B1 B2 1);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6, H H1 H2 7);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6, H H1 H2 7, I I1 I2 8);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6, H H1 H2 7, I I1 I2 8, J J1 J2 9);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6, H H1 H2 7, I I1 I2 8, J J1 J2 9, K K1 K2 10);
selection_tuple!(A A1 A2 0, B B1 B2 1, C C1 C2 2, D D1 D2 3, E E1 E2 4, F F1 F2 5, G G1 G2 6, H H1 H2 7, I I1 I2 8, J J1 J2 9, K K1 K2 10, L L1 L2 11);

/// A whole row of one table of the query, as its entity; made by [`func::entity`](super::func::entity) and
/// [`Alias::entity`](super::Alias::entity).
pub struct EntityOf<N, M> {
    table: &'static Table,
    alias: Option<&'static str>,
    types: PhantomData<fn() -> (N, M)>,
}

impl<N, M: Source> EntityOf<N, M> {
    pub(super) fn new(table: &'static Table, alias: Option<&'static str>) -> Self {
        let types = PhantomData;
        Self {
            table,
            alias,
            types,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S, N: In<S, At>, M: Source, At> Selection<S, At, N::Entity<M::Entity>> for EntityOf<N, M> {
    fn width() -> usize {
        M::TABLE.columns.len()
    }

    fn into_terms(self, terms: &mut Terms) {
        let alias = self.alias;
        let columns = (0..self.table.columns.len()).map(|at| {
            let column = ColumnRef {
                alias,
                ..ColumnRef::new(self.table, at)
            };
            Term::column(column)
        });
        terms.0.extend(columns);
    }

    fn read(row: &Row<'_>, at: usize) -> Result<N::Entity<M::Entity>> {
        N::entity(row, M::TABLE.key, at, read_entity::<M>)
    }
}

/// The expressions from which the fields of a struct are filled, in their order; made by [`columns`].
pub struct Columns<S, V> {
    pub(super) terms: Terms,
    types: PhantomData<fn() -> (S, V)>,
}

/// The expressions of a selection, for a struct whose fields have the types of its values.
///
/// `#[derive(FromRow)]` calls it for a struct with `#[orm(from = …)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::query::{Columns, columns};
///
/// fn listing() -> Columns<Track, (String, i64)> {
///     columns((Track::NAME, Track::SECONDS / 60))
/// }
/// # let _ = listing();
/// # Ok(())
/// # }
/// ```
pub fn columns<S, L: Fill<S, At, V>, At, V>(selection: L) -> Columns<S, V> {
    let terms = Terms::of(selection);
    let types = PhantomData;
    Columns { terms, types }
}

/// A [`Selection`] that fields of the types `V` are filled from.
#[diagnostic::on_unimplemented(
    message = "fields of the types `{V}` cannot be filled from `{Self}`",
    label = "the field has another type than what is selected for it, or that is no column of `{S}`",
    note = "a column fills a field of its own type, and an `Option` where its table is on the outer side of a join"
)]
pub trait Fill<S, At, V>: Selection<S, At, V> {}

#[diagnostic::do_not_recommend]
impl<S, L: Selection<S, At, V>, At, V> Fill<S, At, V> for L {}

/// A struct that says itself which columns its fields are, by `#[orm(from = …)]` at
/// `#[derive(FromRow)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// #[derive(FromRow)]
/// #[orm(from = Track)]
/// struct Length {
///     name: String,
///     #[orm(expr = Track::SECONDS / 60)]
///     minutes: i64,
/// }
///
/// let longest = Track::query().order_by(Track::SECONDS.desc()).select_as::<Length>().first(&db)?;
/// assert!(longest.is_some_and(|track| track.name == "Sinnerman" && track.minutes == 10));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which columns its fields are",
    label = "expected a struct with `#[orm(from = …)]`",
    note = "write `#[orm(from = Table)]` below `#[derive(FromRow)]`, or select the columns and write `.rows_as::<{Self}>()`"
)]
pub trait Projection: FromRow {
    /// The tables that the columns are of.
    type Scope: Scope;

    /// The columns.
    fn columns() -> Columns<Self::Scope, Self::Values>;
}

/// What an error of reading a selection names: the column that the value came from.
pub(super) fn named(error: Error, selected: &[Node]) -> Error {
    match error {
        Error::Decode {
            table: "",
            position,
            mismatch,
            source: None,
            ..
        } => {
            let Some(Node::Column(column)) = selected.get(position) else {
                return Error::decode(position, mismatch);
            };
            let (table, column) = (column.table.name, column.table.columns[column.at].name);
            Error::Decode {
                table,
                column,
                position,
                mismatch,
                source: None,
            }
        }
        other => other,
    }
}
