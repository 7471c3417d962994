//! Objects that are written together: orders with their lines, and tracks of which some are changed.

use orm::prelude::*;
use uuid::Uuid;

use crate::Result;

/// The new orders.
pub(crate) const ORDERS: usize = 1_000;

/// The lines of each of them.
pub(crate) const LINES_EACH: usize = 5;

/// One track of so many is changed.
pub(crate) const CHANGED_OF: usize = 10;

#[derive(Debug, Clone, Mapper)]
#[orm(table = "orders")]
pub(crate) struct Order {
    #[orm(primary_key(uuid_v7))]
    pub(crate) id: Uuid,
    pub(crate) customer: String,
    pub(crate) city: String,
    pub(crate) paid: bool,
}

#[derive(Debug, Clone, Mapper)]
#[orm(table = "order_lines")]
pub(crate) struct Line {
    #[orm(primary_key(uuid_v7))]
    pub(crate) id: Uuid,
    #[orm(index, references(OrderMapper))]
    pub(crate) order_id: Uuid,
    pub(crate) product: String,
    pub(crate) quantity: i64,
    pub(crate) price: f64,
}

/// Orders that have their keys, and their lines, which refer to them.
#[derive(Default)]
pub(crate) struct NewOrders {
    pub(crate) orders: Vec<Order>,
    pub(crate) lines: Vec<Line>,
}

/// What both sides can do with objects.
pub(crate) trait Objects {
    /// Inserts new objects of two tables together.
    fn add_orders(&self, new: NewOrders) -> Result<()>;
    /// Loads all tracks, to change some of them.
    fn loaded(&self) -> Result<Box<dyn Loaded + '_>>;
}

/// Tracks that are loaded, in whatever form a side has them.
pub(crate) trait Loaded {
    /// Raises the price of one track of [`CHANGED_OF`], and writes these together: a price that is not what it was
    /// when it was loaded is an error. Returns how many they are.
    fn raise_prices(&mut self) -> Result<usize>;
}

impl NewOrders {
    /// So many orders with their lines. No other number than `first` gives the same keys.
    pub(crate) fn new(first: usize, count: usize) -> Self {
        // Keys that increase, as those of version 7 do.
        let mut keys = (first * count * (1 + LINES_EACH)..).map(|key| Uuid::from_u128(key as u128));
        let mut key = || keys.next().unwrap_or_default();
        let mut new = Self::default();
        for nth in 0..count {
            let order_id = key();
            new.orders.push(Order {
                id: order_id,
                customer: format!("Customer {}", nth % 97),
                city: "a city ".repeat(1 + nth % 3),
                paid: nth % 4 != 0,
            });
            new.lines.extend((0..LINES_EACH).map(|at| Line {
                id: key(),
                order_id,
                product: format!("Product {at} of order {nth}"),
                quantity: 1 + i64::from(nth % 2 == 0),
                price: 9.5,
            }));
        }
        new
    }
}
