//! Numbers: arithmetic and functions.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use super::expression::{Expr, Expression};
use super::node::{BinaryOperator, Node};
use super::operand::Argument;
use super::term::Term;
use crate::driver::Function;
use crate::mapping::{Column, Source};
use crate::value::{ColumnType, SqlType, Value};

/// Types whose values are added, compared in size and so on by the database: integers and real numbers,
/// and `Option`s of them.
///
/// Decimal numbers are none, since SQLite would compute with real numbers in their place; `cast` says so
/// where it is wanted.
///
/// Columns and expressions of these types have the operators `+`, `-`, `*`, `/` and `%`. Both sides are of one
/// type, and so is the value: `/` of integers leaves the fraction out. Where one side may be NULL, both have to
/// be `Option`s, and the value is NULL where one of them is. SQLite divides by zero without an error and gives
/// NULL, which is [`Error::Decode`](crate::error::Error::Decode) in a type without room for it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let minutes = Track::SECONDS / 60;
/// let rest = Track::SECONDS % 60;
/// let length = Track::query().filter(Track::ID.eq(1)).select((minutes, rest)).one(&db)?;
/// assert_eq!(length, (10, 22));
///
/// let cents_per_minute = Track::PRICE * 100.0 / (Track::SECONDS.cast::<f64>() / 60.0);
/// let dear = Track::query().filter(cents_per_minute.gt(30.0)).all(&db)?;
/// assert_eq!(dear[0].name, "Peri's Scope");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the database does not compute with `{Self}`",
    label = "expected an integer or a real number",
    note = "`.cast::<f64>()` makes a real number of other values, which may lose digits; texts are joined by `.concat(…)`"
)]
pub trait Number: ColumnType {
    /// The type of a sum.
    type Sum: ColumnType;
}

macro_rules! numbers {
    ($($ty:ty => $sum:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Number for $ty {
            type Sum = $sum;
        }
    )*};
}

numbers!(
    i8 => i64, i16 => i64, i32 => i64, i64 => i64, u8 => i64, u16 => i64, u32 => i64, u64 => i64,
    f32 => f64, f64 => f64
);

#[diagnostic::do_not_recommend]
impl<T: Number> Number for Option<T> {
    type Sum = T::Sum;
}

macro_rules! arithmetic {
    ($($Operator:ident::$operator:ident => $node:ident;)*) => {$(
        impl<M, T: Number, R: Argument<M, T>> $Operator<R> for Expr<M, T> {
            type Output = Self;

            fn $operator(self, other: R) -> Self {
                let other = other.into_argument().into_term();
                Self::new(self.into_term().wrap_with(other, |left, right| {
                    let right = right.beside(&left);
                    Node::Binary(Box::new(left), BinaryOperator::$node, Box::new(right))
                }))
            }
        }

        impl<M: Source, T: Number, R: Argument<M, T>> $Operator<R> for Column<M, T> {
            type Output = Expr<M, T>;

            fn $operator(self, other: R) -> Expr<M, T> {
                self.into_expr().$operator(other)
            }
        }
    )*};
}

arithmetic! {
    Add::add => Add;
    Sub::sub => Subtract;
    Mul::mul => Multiply;
    Div::div => Divide;
}

/// The remainder has the sign of the dividend, as in Rust.
impl<M, T: Number, R: Argument<M, T>> Rem<R> for Expr<M, T> {
    type Output = Self;

    fn rem(self, other: R) -> Self {
        let other = other.into_argument().into_term();
        Self::new(self.into_term().wrap_with(other, |left, right| {
            let right = right.beside(&left);
            match T::SQL_TYPE {
                // For its operator a database makes integers of them, or does not take them.
                SqlType::Real | SqlType::Double => {
                    Node::Call(Function::Remainder, vec![left, right])
                }
                _ => Node::Binary(Box::new(left), BinaryOperator::Remainder, Box::new(right)),
            }
        }))
    }
}

impl<M: Source, T: Number, R: Argument<M, T>> Rem<R> for Column<M, T> {
    type Output = Expr<M, T>;

    fn rem(self, other: R) -> Expr<M, T> {
        self.into_expr() % other
    }
}

impl<M, T: Number> Neg for Expr<M, T> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(self.into_term().wrap(Node::Negative))
    }
}

impl<M: Source, T: Number> Neg for Column<M, T> {
    type Output = Expr<M, T>;

    fn neg(self) -> Expr<M, T> {
        -self.into_expr()
    }
}

/// What the database computes of numbers.
///
/// NULL stays NULL.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let minutes = || Track::SECONDS.cast::<f64>() / 60.0;
/// let lengths = Track::query()
///     .filter(Track::ID.eq(1))
///     .select((minutes().round(1), minutes().floor(), minutes().ceil()))
///     .one(&db)?;
/// assert_eq!(lengths, (10.4, 10.0, 11.0));
///
/// // The tracks nearest to four minutes.
/// let nearest = Track::query().order_by((Track::SECONDS - 240).abs().asc()).first(&db)?;
/// assert_eq!(nearest.map(|track| track.name), Some("Strange Fruit".into()));
/// # Ok(())
/// # }
/// ```
pub trait NumberExpression<M, T>: Expression<M, T> {
    /// The number without its sign.
    fn abs(self) -> Expr<M, T>
    where
        T: Number,
    {
        call(Function::Abs, self)
    }

    /// The number rounded to so many decimal places, as a real number. Halves go away from zero.
    fn round(self, places: u8) -> Expr<M, T::Like<f64>>
    where
        T: Number,
    {
        let places = Term::leaf(Node::Value(Value::Int(places.into())));
        Expr::new(Term::call(
            Function::Round,
            [self.into_expr().into_term(), places],
        ))
    }

    /// The greatest whole number that is not greater, as a real number.
    fn floor(self) -> Expr<M, T::Like<f64>>
    where
        T: Number,
    {
        call(Function::Floor, self)
    }

    /// The least whole number that is not less, as a real number.
    fn ceil(self) -> Expr<M, T::Like<f64>>
    where
        T: Number,
    {
        call(Function::Ceil, self)
    }
}

impl<M, T, E: Expression<M, T>> NumberExpression<M, T> for E {}

fn call<M, T, U>(function: Function, number: impl Expression<M, T>) -> Expr<M, U> {
    Expr::new(Term::call(function, [number.into_expr().into_term()]))
}
