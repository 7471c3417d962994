//! What a query selects.

use std::marker::PhantomData;

use super::expression::{Expr, Expression as _};
use super::node::{ColumnRef, Node};
use super::scope::{Here, In, Scope};
use super::select::read_entity;
use super::term::Term;
use crate::error::{Error, Result};
use crate::mapping::{Column, FromRow, Source, Table};
use crate::value::{ColumnType, Row};

/// What rows of a query with scope `S` can become: a column, an expression, an [`EntityOf`], or a tuple
/// of up to twelve of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from `{S}`",
    label = "not a column, an expression or a tuple of them over `{S}`"
)]
pub trait Selection<S, At = Here> {
    /// What one row becomes.
    type Row: 'static;

    /// How many columns of the result it takes.
    fn width() -> usize;

    /// The expressions, as the query takes them up.
    fn into_terms(self, terms: &mut Terms);

    /// Reads what was selected from a row, from a position on.
    ///
    /// # Errors
    /// [`Error::Decode`] for a value that the type cannot hold.
    fn read(row: &dyn Row, at: usize) -> Result<Self::Row>;
}

/// The expressions of a [`Selection`].
#[derive(Default)]
pub struct Terms(pub(super) Vec<Term>);

impl<S, M: In<S, At>, T: ColumnType, At> Selection<S, At> for Expr<M, T> {
    type Row = M::Value<T>;

    fn width() -> usize {
        1
    }

    fn into_terms(self, terms: &mut Terms) {
        terms.0.push(self.into_term());
    }

    fn read(row: &dyn Row, at: usize) -> Result<M::Value<T>> {
        ColumnType::read(row, at)
    }
}

impl<S, M: Source + In<S, At>, T: ColumnType, At> Selection<S, At> for Column<M, T> {
    type Row = M::Value<T>;

    fn width() -> usize {
        1
    }

    fn into_terms(self, terms: &mut Terms) {
        terms.0.push(self.into_expr().into_term());
    }

    fn read(row: &dyn Row, at: usize) -> Result<M::Value<T>> {
        ColumnType::read(row, at)
    }
}

/// The position of what comes next, which is so wide.
fn advance(next: &mut usize, width: usize) -> usize {
    *next += width;
    *next - width
}

macro_rules! selection_tuple {
    ($($ty:ident $way:ident $at:tt),+) => {
        impl<S, $($ty: Selection<S, $way>, $way),+> Selection<S, ($($way,)+)> for ($($ty,)+) {
            type Row = ($($ty::Row,)+);

            fn width() -> usize {
                0 $(+ $ty::width())+
            }

            fn into_terms(self, terms: &mut Terms) {
                $(self.$at.into_terms(terms);)+
            }

            fn read(row: &dyn Row, at: usize) -> Result<Self::Row> {
                let mut next = at;
                Ok(($($ty::read(row, advance(&mut next, $ty::width()))?,)+))
            }
        }
    };
}

selection_tuple!(A A1 0);
selection_tuple!(A A1 0, B B1 1);
selection_tuple!(A A1 0, B B1 1, C C1 2);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6, H H1 7);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6, H H1 7, I I1 8);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6, H H1 7, I I1 8, J J1 9);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6, H H1 7, I I1 8, J J1 9, K K1 10);
selection_tuple!(A A1 0, B B1 1, C C1 2, D D1 3, E E1 4, F F1 5, G G1 6, H H1 7, I I1 8, J J1 9, K K1 10, L L1 11);

/// A whole row of one table of the query, as its entity.
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

impl<S, N: In<S, At>, M: Source, At> Selection<S, At> for EntityOf<N, M> {
    type Row = N::Entity<M::Entity>;

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

    fn read(row: &dyn Row, at: usize) -> Result<Self::Row> {
        N::entity(row, M::TABLE.key, at, read_entity::<M>)
    }
}

/// The expressions that the fields of a struct are filled from, in their order.
pub struct Columns<S, V> {
    pub(super) terms: Terms,
    types: PhantomData<fn() -> (S, V)>,
}

/// The expressions of a selection, for a struct whose fields have the types of its values.
pub fn columns<S, L: Selection<S, At>, At>(selection: L) -> Columns<S, L::Row> {
    let mut terms = Terms::default();
    selection.into_terms(&mut terms);
    let types = PhantomData;
    Columns { terms, types }
}

/// A struct that says itself which columns its fields are, by `#[orm(from = …)]` at
/// `#[derive(FromRow)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which columns its fields are",
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
            }
        }
        other => other,
    }
}
