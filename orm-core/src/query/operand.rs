//! What may stand on the right of a comparison.

use std::borrow::Cow;

use super::expression::Expr;
use super::node::{ColumnRef, Node};
use crate::mapping::{Column, Mapping};
use crate::value::ColumnType;

/// Something that can be compared with, or assigned to, a column of type `T` of mapping `M`: a value of
/// that type, another column, or an expression.
///
/// A column of `Option<T>` takes a `T` too, and text columns take a `&str`.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// # let artist = |name: &str| Artist { id: 0, name: name.into() };
/// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
/// use orm::Query;
/// use orm::query::Operand;
///
/// fn named(name: impl Operand<Artist, String>) -> Query<Artist> {
///     let name = name.into_operand(); // an `Expr<Artist, String>`, which can be cloned
///     Artist::query().filter(Artist::NAME.ge(name.clone()) & Artist::NAME.le(name))
/// }
///
/// assert_eq!(named("Nina Simone").count(&db)?, 1); // `&str`
/// assert_eq!(named(String::from("Nina Simone")).count(&db)?, 1);
/// assert_eq!(named(Artist::NAME).count(&db)?, 3); // another column, or the same
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with, or set to, `{Self}`",
    label = "expected `{T}`, or a column or expression of that type",
    note = "the column belongs to `{M}` and holds `{T}`"
)]
pub trait Operand<M, T> {
    /// The expression behind it.
    fn into_operand(self) -> Expr<M, T>;
}

impl<M, T: ColumnType> Operand<M, T> for T {
    fn into_operand(self) -> Expr<M, T> {
        Expr::new(value(&self))
    }
}

impl<M, T: ColumnType> Operand<M, Option<T>> for T {
    fn into_operand(self) -> Expr<M, Option<T>> {
        Expr::new(value(&self))
    }
}

impl<M> Operand<M, String> for &str {
    fn into_operand(self) -> Expr<M, String> {
        Expr::new(Node::Value(self.into()))
    }
}

impl<M> Operand<M, Option<String>> for &str {
    fn into_operand(self) -> Expr<M, Option<String>> {
        Expr::new(Node::Value(self.into()))
    }
}

impl<M> Operand<M, String> for &&str {
    fn into_operand(self) -> Expr<M, String> {
        Expr::new(Node::Value((*self).into()))
    }
}

impl<M> Operand<M, Option<String>> for &&str {
    fn into_operand(self) -> Expr<M, Option<String>> {
        Expr::new(Node::Value((*self).into()))
    }
}

impl<M, T: ColumnType> Operand<M, T> for &T {
    fn into_operand(self) -> Expr<M, T> {
        Expr::new(value(self))
    }
}

impl<M, T: ColumnType> Operand<M, Option<T>> for &T {
    fn into_operand(self) -> Expr<M, Option<T>> {
        Expr::new(value(self))
    }
}

impl<M> Operand<M, Cow<'static, str>> for &str {
    fn into_operand(self) -> Expr<M, Cow<'static, str>> {
        Expr::new(Node::Value(self.into()))
    }
}

impl<M: Mapping, T> Operand<M, T> for Column<M, T> {
    fn into_operand(self) -> Expr<M, T> {
        Expr::new(column(self))
    }
}

impl<M: Mapping, T> Operand<M, Option<T>> for Column<M, T> {
    fn into_operand(self) -> Expr<M, Option<T>> {
        Expr::new(column(self))
    }
}

impl<M: Mapping, T> Operand<M, T> for Column<M, Option<T>> {
    fn into_operand(self) -> Expr<M, T> {
        Expr::new(column(self))
    }
}

impl<M, T> Operand<M, T> for Expr<M, T> {
    fn into_operand(self) -> Self {
        self
    }
}

impl<M, T> Operand<M, Option<T>> for Expr<M, T> {
    fn into_operand(self) -> Expr<M, Option<T>> {
        self.retyped()
    }
}

pub(super) fn column<M: Mapping, T>(column: Column<M, T>) -> Node {
    Node::Column(ColumnRef {
        table: M::TABLE,
        at: column.position(),
    })
}

fn value<T: ColumnType>(value: &T) -> Node {
    match value.encode().into_value() {
        Ok(value) => Node::Value(value),
        Err(mismatch) => Node::Invalid(None, mismatch),
    }
}
