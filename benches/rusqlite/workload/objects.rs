//! Work on objects that are written together. The operation is the row.

use super::{Input, Work};
use crate::Result;
use crate::objects::{LINES_EACH, NewOrders, ORDERS};
use crate::side::Store;

/// New orders with new lines, which have their keys.
#[expect(clippy::unnecessary_wraps, reason = "as those that can fail")]
pub(super) fn add<'s>(store: &'s dyn Store, input: &'s mut Input) -> Result<Work<'s>> {
    input.orders_made += 1;
    let mut new = NewOrders::new(input.orders_made, ORDERS);
    Ok(Box::new(move || {
        store.add_orders(std::mem::take(&mut new))?;
        Ok(ORDERS * (1 + LINES_EACH))
    }))
}

/// Some of the stored tracks, all of which were loaded before.
pub(super) fn change<'s>(store: &'s dyn Store, _: &'s mut Input) -> Result<Work<'s>> {
    let mut loaded = store.loaded()?;
    Ok(Box::new(move || loaded.raise_prices()))
}

/// The one and then the other.
pub(super) fn add_and_change<'s>(store: &'s dyn Store, input: &'s mut Input) -> Result<Work<'s>> {
    let mut loaded = store.loaded()?;
    let mut add = add(store, input)?;
    Ok(Box::new(move || Ok(add()? + loaded.raise_prices()?)))
}
