//! Where an expression stands, which decides how the columns of the two tables are written.

use orm::Expr;
use orm::prelude::*;
use orm::query::Argument;
use orm::query::scope::{Any, Free, Grouped, Here, In, Total, Within};

use super::super::tables::{Item, Part};
use super::super::term::{Aggregate, Term};
use super::{Typed, expr};

pub(crate) trait Place {
    /// The way in which an expression is one of its own scope.
    type Way;
    type M: Within<Self::M> + In<Self::M, Self::Way> + 'static;

    fn item<T>(&self, column: Expr<Item, T>) -> Expr<Self::M, T>;
    fn part<T>(&self, column: Expr<Part, T>) -> Expr<Self::M, T>;

    fn aggregate<T: Typed>(&self, aggregate: &Aggregate) -> Expr<Self::M, Option<T>> {
        unreachable!("{aggregate:?} stands where no groups are")
    }

    fn key<T: Typed>(&self, nth: usize) -> Expr<Self::M, Option<T>> {
        unreachable!("key {nth} stands where no groups are")
    }
}

/// In a query of items.
pub(crate) struct Alone;

impl Place for Alone {
    type Way = Here;
    type M = Item;

    fn item<T>(&self, column: Expr<Item, T>) -> Expr<Item, T> {
        column
    }

    fn part<T>(&self, _: Expr<Part, T>) -> Expr<Item, T> {
        unreachable!("there are no parts")
    }
}

/// In a query of items joined with parts.
pub(crate) struct Joined;

impl Place for Joined {
    type Way = Free;
    type M = Any;

    fn item<T>(&self, column: Expr<Item, T>) -> Expr<Any, T> {
        column.joined()
    }

    fn part<T>(&self, column: Expr<Part, T>) -> Expr<Any, T> {
        column.joined()
    }
}

/// In a query of parts inside one of items.
pub(crate) struct Inside;

impl Place for Inside {
    type Way = Free;
    type M = Any;

    fn item<T>(&self, column: Expr<Item, T>) -> Expr<Any, T> {
        column.outer()
    }

    fn part<T>(&self, column: Expr<Part, T>) -> Expr<Any, T> {
        column.joined()
    }
}

/// Where rows have been grouped by keys.
pub(crate) struct Groups<'t, P>(pub(crate) P, pub(crate) [&'t Term; 2]);

impl<P: Place> Place for Groups<'_, P>
where
    P::M: Within<Grouped<P::M>>,
    Grouped<P::M>: Within<Grouped<P::M>>,
{
    type Way = Total<P::Way>;
    type M = Grouped<P::M>;

    fn item<T>(&self, column: Expr<Item, T>) -> Expr<Self::M, T> {
        Argument::<Self::M, T>::into_argument(self.0.item(column))
    }

    fn part<T>(&self, column: Expr<Part, T>) -> Expr<Self::M, T> {
        Argument::<Self::M, T>::into_argument(self.0.part(column))
    }

    fn aggregate<T: Typed>(&self, aggregate: &Aggregate) -> Expr<Self::M, Option<T>> {
        T::aggregate(aggregate, &self.0)
    }

    fn key<T: Typed>(&self, nth: usize) -> Expr<Self::M, Option<T>> {
        let key = expr::<T, P>(self.1[nth], &self.0);
        Argument::<Self::M, Option<T>>::into_argument(key)
    }
}
