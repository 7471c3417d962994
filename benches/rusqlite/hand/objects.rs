//! The workloads on objects as one writes them with rusqlite.

use rusqlite::{Connection, params};

use super::{Calls, require_one};
use crate::Result;
use crate::objects::{CHANGED_OF, Loaded, NewOrders, Objects};
use crate::side::Store as _;
use crate::track::Track;

const INSERT_ORDER: &str = "INSERT INTO orders (id, customer, city, paid) VALUES (?1, ?2, ?3, ?4)";
const INSERT_LINE: &str = "INSERT INTO order_lines (id, order_id, product, quantity, price) \
                           VALUES (?1, ?2, ?3, ?4, ?5)";
const RAISE: &str = "UPDATE tracks SET price = ?1 WHERE id = ?2 AND price IS ?3";

impl Objects for Calls<'_> {
    fn add_orders(&self, new: NewOrders) -> Result<()> {
        self.together(|connection| {
            let mut insert_order = connection.prepare_cached(INSERT_ORDER)?;
            for order in &new.orders {
                let id = &order.id.as_bytes()[..];
                insert_order.execute(params![id, order.customer, order.city, order.paid])?;
            }
            let mut insert_line = connection.prepare_cached(INSERT_LINE)?;
            for line in &new.lines {
                insert_line.execute(params![
                    &line.id.as_bytes()[..],
                    &line.order_id.as_bytes()[..],
                    line.product,
                    line.quantity,
                    line.price,
                ])?;
            }
            Ok(())
        })
    }

    fn loaded(&self) -> Result<Box<dyn Loaded + '_>> {
        Ok(Box::new(Tracks {
            calls: self,
            tracks: self.all()?,
        }))
    }
}

struct Tracks<'c> {
    calls: &'c Calls<'c>,
    tracks: Vec<Track>,
}

impl Loaded for Tracks<'_> {
    fn raise_prices(&mut self) -> Result<usize> {
        let changed = self.tracks.iter_mut().step_by(CHANGED_OF);
        let count = changed.len();
        self.calls
            .together(|connection| raise(connection, changed))?;
        Ok(count)
    }
}

fn raise<'t>(connection: &Connection, tracks: impl Iterator<Item = &'t mut Track>) -> Result<()> {
    let mut update = connection.prepare_cached(RAISE)?;
    for track in tracks {
        let before = track.price;
        track.price += 1.0;
        require_one(update.execute(params![track.price, track.id, before])?)?;
    }
    Ok(())
}
