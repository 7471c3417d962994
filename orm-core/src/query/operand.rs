//! What may stand on the right of a comparison.

use std::borrow::Cow;

use super::expression::{Expr, Expression as _};
use super::node::Node;
use super::scope::Within;
use super::term::Term;
use crate::mapping::{Column, Mapping, Ref, SingleKey, Source};
use crate::value::ColumnType;

/// Something that can be compared with, or assigned to, a column of type `T` of mapping `M`: a value of
/// that type, another column, or an expression.
///
/// A column of `Option<T>` takes a `T` too, text columns take a `&str`, and a column of [`Ref`] takes a key.
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
    message = "`{T}` of `{M}` cannot be compared or combined with, or set to, `{Self}`",
    label = "expected `{T}`, or a column or expression of `{M}` with such values",
    note = "`.cast::<…>()` makes values of another type alike, and `.joined()` and `.outer()` columns of another table of this query and of the one around",
    note = "an aggregate, `Grouped<…>`, comes from a query of its own: `.aggregated(…).scalar()`"
)]
pub trait Operand<M, T> {
    /// The expression behind it.
    fn into_operand(self) -> Expr<M, T>;
}

/// Something that gives a value of type `T` within an expression of mapping `M`: as [`Operand`], but for
/// a column that may be NULL where the value must not.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::Expr;
/// use orm::query::Argument;
///
/// fn at_most(seconds: impl Argument<Track, i64>) -> Expr<Track, i64> {
///     Track::SECONDS.least(seconds)
/// }
///
/// let charged = Track::query().order_by(Track::ID).select(at_most(300)).all(&db)?;
/// assert_eq!(charged, [300, 220, 193]);
/// let same = Track::query().order_by(Track::ID).select(at_most(Track::SECONDS)).all(&db)?;
/// assert_eq!(same, [622, 220, 193]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{T}` of `{M}` cannot be combined with `{Self}`",
    label = "expected `{T}`, or a column or expression of `{M}` with such values",
    note = "where one side may be NULL, both have to: write `.nullable()` behind the other, or `.coalesce(…)` behind it",
    note = "`.cast::<…>()` makes values of another type alike, and `.joined()` and `.outer()` columns of another table of this query and of the one around"
)]
pub trait Argument<M, T> {
    /// The expression behind it.
    fn into_argument(self) -> Expr<M, T>;
}

/// What both take.
macro_rules! operands {
    ($Trait:ident::$into:ident) => {
        #[diagnostic::do_not_recommend]
        impl<M, T: ColumnType> $Trait<M, T> for T {
            fn $into(self) -> Expr<M, T> {
                value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, T: ColumnType> $Trait<M, Option<T>> for T {
            fn $into(self) -> Expr<M, Option<T>> {
                value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, T: ColumnType> $Trait<M, T> for &T {
            fn $into(self) -> Expr<M, T> {
                value(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, T: ColumnType> $Trait<M, Option<T>> for &T {
            fn $into(self) -> Expr<M, Option<T>> {
                value(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, N: Mapping<Key = K>, K: SingleKey> $Trait<M, Ref<N, K>> for K {
            fn $into(self) -> Expr<M, Ref<N, K>> {
                value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, N: Mapping<Key = K>, K: SingleKey> $Trait<M, Option<Ref<N, K>>> for K {
            fn $into(self) -> Expr<M, Option<Ref<N, K>>> {
                value(&self)
            }
        }

        operands!($Trait::$into, &str, |text| text);
        operands!($Trait::$into, &&str, |text| *text);

        #[diagnostic::do_not_recommend]
        impl<M, N: Source + Within<M>, T> $Trait<M, T> for Column<N, T> {
            fn $into(self) -> Expr<M, T> {
                self.into_expr().retyped()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, N: Source + Within<M>, T> $Trait<M, Option<T>> for Column<N, T> {
            fn $into(self) -> Expr<M, Option<T>> {
                self.into_expr().retyped()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, N: Within<M>, T> $Trait<M, T> for Expr<N, T> {
            fn $into(self) -> Expr<M, T> {
                self.retyped()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, N: Within<M>, T> $Trait<M, Option<T>> for Expr<N, T> {
            fn $into(self) -> Expr<M, Option<T>> {
                self.retyped()
            }
        }
    };
    ($Trait:ident::$into:ident, $ty:ty, |$text:ident| $str:expr) => {
        #[diagnostic::do_not_recommend]
        impl<M> $Trait<M, String> for $ty {
            fn $into(self) -> Expr<M, String> {
                let $text = self;
                Expr::leaf(Node::Value($str.into()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> $Trait<M, Option<String>> for $ty {
            fn $into(self) -> Expr<M, Option<String>> {
                let $text = self;
                Expr::leaf(Node::Value($str.into()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> $Trait<M, Cow<'static, str>> for $ty {
            fn $into(self) -> Expr<M, Cow<'static, str>> {
                let $text = self;
                Expr::leaf(Node::Value($str.into()))
            }
        }
    };
}

operands!(Operand::into_operand);
operands!(Argument::into_argument);

#[diagnostic::do_not_recommend]
impl<M, N: Source + Within<M>, T> Operand<M, T> for Column<N, Option<T>> {
    fn into_operand(self) -> Expr<M, T> {
        self.into_expr().retyped()
    }
}

#[diagnostic::do_not_recommend]
impl<M, N: Within<M>, T> Operand<M, T> for Expr<N, Option<T>> {
    fn into_operand(self) -> Expr<M, T> {
        self.retyped()
    }
}

/// Rows of values, which are compared with rows of columns.
macro_rules! row_operand {
    ($($T:ident $V:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($T, $V: Operand<M, $T>),+> Operand<M, ($($T,)+)> for ($($V,)+) {
            fn into_operand(self) -> Expr<M, ($($T,)+)> {
                Expr::new(Term::list([$(self.$at.into_operand().into_term()),+], Node::Row))
            }
        }
    };
}

row_operand!(A V 0, B W 1);
row_operand!(A V 0, B W 1, C X 2);
row_operand!(A V 0, B W 1, C X 2, D Y 3);

pub(super) fn value<M, T: ColumnType, U>(value: &T) -> Expr<M, U> {
    Expr::leaf(match value.encode().into_value() {
        Ok(value) => Node::Value(value),
        Err(mismatch) => Node::Invalid(None, mismatch),
    })
}
