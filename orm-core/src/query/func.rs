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
use crate::mapping::{Column, Source};
use crate::value::{ColumnType, Value};

/// Something that is an expression of mapping `M` and tells its type itself: a value, a column, or an
/// expression. Text is a `String`.
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
pub fn value<V: Valued<Any>>(value: V) -> Expr<Any, V::Type> {
    value.into_valued()
}

/// A random integer, another one for each row.
#[must_use]
pub fn random() -> Expr<Any, i64> {
    Expr::new(Term::call(Function::Random, []))
}

/// Whether a query has rows.
#[must_use]
pub fn exists<S: Scope, R>(query: Query<S, R>) -> Expr<Any, bool> {
    let (parts, levels) = query.into_inner();
    Expr::new(Term::above(levels, Node::Exists(Box::new(parts))))
}

/// A whole row of a table of the query, in a selection: its entity, and an `Option` of it where the
/// table is on the outer side of a join.
#[must_use]
pub fn entity<M: Source>() -> EntityOf<M, M> {
    EntityOf::new(M::TABLE, None)
}

/// The value that an upsert would have inserted into a column, in what it sets instead.
#[must_use]
pub fn excluded<M: Source, T>(column: Column<M, T>) -> Expr<M, T> {
    Expr::leaf(Node::Excluded(column.position()))
}

/// SQL of your own as an expression, with a value for every `?` in it. It belongs to any table; what it
/// speaks of is not checked.
///
/// Another number of values than placeholders is
/// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) when the query is run.
pub fn raw<T>(sql: impl Into<Sql>, values: impl IntoIterator<Item = Value>) -> Expr<Any, T> {
    let values = values.into_iter().map(Node::Value).collect();
    Expr::leaf(Node::Raw(sql.into().into_text(), values))
}

/// Several columns as one value, which is compared column by column:
/// `row((A, B)).is_in([(1, 2), (3, 4)])`.
pub fn row<C: RowOfColumns>(columns: C) -> Expr<C::Mapping, C::Values> {
    let columns = columns.positions().into_iter();
    let columns = columns.map(|at| Term::column(ColumnRef::new(C::Mapping::TABLE, at)));
    Expr::new(Term::list(columns, Node::Row))
}

/// Columns of one table that are compared as one value.
pub trait RowOfColumns {
    /// What they are columns of.
    type Mapping: Source;
    /// The types of their values, as a tuple.
    type Values;

    /// The positions of the columns.
    fn positions(self) -> Vec<usize>;
}

macro_rules! row_of_columns {
    ($($T:ident $at:tt),+) => {
        impl<M: Source, $($T),+> RowOfColumns for ($(Column<M, $T>,)+) {
            type Mapping = M;
            type Values = ($($T,)+);

            fn positions(self) -> Vec<usize> {
                vec![$(self.$at.position()),+]
            }
        }
    };
}

row_of_columns!(A 0, B 1);
row_of_columns!(A 0, B 1, C 2);
row_of_columns!(A 0, B 1, C 2, D 3);

impl<T> SqlFunction<(), T> {
    /// The value of the function.
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
