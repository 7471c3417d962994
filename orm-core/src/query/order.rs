//! Orders.

use std::fmt;
use std::marker::PhantomData;

use super::expression::Expression;
use super::node::Node;
use crate::mapping::{Column, Mapping};

/// An order of the rows of mapping `M`.
pub struct Order<M> {
    term: OrderTerm,
    mapping: PhantomData<fn() -> M>,
}

/// One term of an ORDER BY.
#[derive(Debug, Clone)]
pub(super) struct OrderTerm {
    pub(super) node: Node,
    pub(super) direction: Direction,
    pub(super) nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// Where the database puts them.
    Unspecified,
    First,
    Last,
}

impl<M> Order<M> {
    pub(super) fn ascending(node: Node) -> Self {
        Self::new(node, Direction::Ascending)
    }

    pub(super) fn descending(node: Node) -> Self {
        Self::new(node, Direction::Descending)
    }

    fn new(node: Node, direction: Direction) -> Self {
        let nulls = Nulls::Unspecified;
        Self {
            term: OrderTerm {
                node,
                direction,
                nulls,
            },
            mapping: PhantomData,
        }
    }

    /// Puts rows without a value first.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.term.nulls = Nulls::First;
        self
    }

    /// Puts rows without a value last.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.term.nulls = Nulls::Last;
        self
    }
}

impl OrderTerm {
    /// The same order from the other end.
    pub(super) fn reversed(self) -> Self {
        Self {
            direction: match self.direction {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            },
            nulls: match self.nulls {
                Nulls::Unspecified => Nulls::Unspecified,
                Nulls::First => Nulls::Last,
                Nulls::Last => Nulls::First,
            },
            ..self
        }
    }
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Self {
            term: self.term.clone(),
            mapping: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Order")
    }
}

/// One or more orders: an [`Order`], a column (ascending), an array, a `Vec` or a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order of `{M}`",
    note = "write `{M}::COLUMN.asc()`, or several in a tuple"
)]
pub trait OrderList<M> {
    /// The orders, the most important one first.
    fn into_orders(self) -> Vec<Order<M>>;
}

impl<M> OrderList<M> for Order<M> {
    fn into_orders(self) -> Vec<Self> {
        vec![self]
    }
}

impl<M: Mapping, T> OrderList<M> for Column<M, T> {
    fn into_orders(self) -> Vec<Order<M>> {
        vec![self.asc()]
    }
}

impl<M> OrderList<M> for Vec<Order<M>> {
    fn into_orders(self) -> Self {
        self
    }
}

impl<M, const N: usize> OrderList<M> for [Order<M>; N] {
    fn into_orders(self) -> Vec<Order<M>> {
        self.into()
    }
}

macro_rules! order_tuple {
    ($($ty:ident $at:tt),+) => {
        impl<M, $($ty: OrderList<M>),+> OrderList<M> for ($($ty,)+) {
            fn into_orders(self) -> Vec<Order<M>> {
                let mut orders = Vec::new();
                $(orders.extend(self.$at.into_orders());)+
                orders
            }
        }
    };
}

order_tuple!(A 0);
order_tuple!(A 0, B 1);
order_tuple!(A 0, B 1, C 2);
order_tuple!(A 0, B 1, C 2, D 3);
order_tuple!(A 0, B 1, C 2, D 3, E 4);
order_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// The terms of a list of orders, with the types erased.
pub(super) fn terms<M>(orders: impl OrderList<M>) -> impl Iterator<Item = OrderTerm> {
    orders.into_orders().into_iter().map(|order| order.term)
}
