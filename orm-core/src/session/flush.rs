//! A flush as a whole: in which order the tables are written, and what is done with each in turn.

use std::collections::HashSet;

use super::insert::Pending;
use super::moved::{self, Following};
use super::resolve::{self, Part};
use super::work::AnyShelf;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::{ForeignKey, Table};
use crate::relation::owned::{Check, Gone};
use crate::relation::{Compared, key_of};

/// Writes what is to be written of all shelves of a session. An error names the object that it is about.
pub(super) fn write(
    shelves: &mut [Box<dyn AnyShelf>],
    db: &dyn Executor,
    compared: Compared,
    session: u64,
) -> Result<()> {
    let each = |shelves: &mut [Box<dyn AnyShelf>], at: usize, work: Work<'_>| {
        let objects = &mut *shelves[at];
        let table = objects.table().name;
        work(objects).map_err(|error| error.in_object(table, session))
    };
    let order = &order_of(shelves, session);
    let mut pending = Pending::of(referred_too_early(shelves, order));
    for &at in order {
        shelves[at].announce(&mut pending)?;
    }
    let last = first_in_the_way(shelves, order)?;
    let mut gone = Gone::default();
    // Rows in the way go first, and those that may refer to them.
    for &at in order[last..].iter().rev() {
        each(shelves, at, &mut |objects| {
            objects.delete_children(db, &mut gone)?;
            objects.delete(db)
        })?;
    }
    moved::defer(shelves, db)?;
    for &at in order {
        resolve::references(shelves, at, session, Part::New)?;
        each(shelves, at, &mut |objects| objects.insert(db, &pending))?;
        pending.forget(shelves[at].table());
    }
    for &at in order {
        resolve::references(shelves, at, session, Part::Changed)?;
    }
    for &at in order {
        each(shelves, at, &mut |objects| objects.update_deferred(db))?;
    }
    let mut following = Following::default();
    for (nth, &at) in order.iter().enumerate() {
        following.note_done(shelves, &order[..nth], at)?;
        let followed = &following.references;
        each(shelves, at, &mut |objects| {
            objects.update(db, compared, followed)
        })?;
    }
    following.follow(shelves, order, db)?;
    let check = Check::Read(compared, &following.references);
    for &at in order {
        resolve::references(shelves, at, session, Part::Children)?;
        each(shelves, at, &mut |objects| {
            objects.delete_children(db, &mut gone)?;
            objects.take_out_children(db, check, &mut gone)
        })?;
    }
    // What one has lost another may have, also one of another mapper.
    for &at in order {
        each(shelves, at, &mut |objects| {
            objects.put_children(db, check, &gone)
        })?;
    }
    for &at in order.iter().rev() {
        each(shelves, at, &mut |objects| objects.delete(db))?;
    }
    Ok(())
}

/// From which place in the order on rows are deleted first, since some of them are in the way of new ones.
///
/// Nowhere, if changed objects referred to them: the database might delete these together with what they have left.
/// Then the violation of the unique value is the answer.
fn first_in_the_way(shelves: &[Box<dyn AnyShelf>], order: &[usize]) -> Result<usize> {
    let mut first = order.len();
    for (nth, &at) in order.iter().enumerate() {
        if shelves[at].is_in_the_way()? {
            first = nth;
            break;
        }
    }
    if first == order.len() {
        return Ok(first);
    }
    for objects in shelves {
        for reference in objects.foreign_keys() {
            let mut rows = HashSet::new();
            for &at in &order[first..] {
                for row in shelves[at].going(reference.key)? {
                    rows.insert(key_of(reference.table, reference.key.columns, &row)?);
                }
            }
            if !rows.is_empty() && objects.has_left(reference, &rows)? {
                return Ok(order.len());
            }
        }
    }
    Ok(first)
}

/// What is done with the objects of one mapper.
type Work<'a> = &'a mut dyn FnMut(&mut dyn AnyShelf) -> Result<()>;

/// The tables that rows refer to which are inserted before theirs, or among theirs.
fn referred_too_early(shelves: &[Box<dyn AnyShelf>], order: &[usize]) -> Vec<&'static Table> {
    let tables: Vec<&'static Table> = order.iter().map(|&at| shelves[at].table()).collect();
    let early = tables.iter().enumerate().flat_map(|(nth, table)| {
        let targets = table.foreign_keys.iter().map(|key| (key.target)());
        targets
            .filter(|target| {
                let mut before = tables[..nth].iter();
                !before.any(|before| before.is(target))
            })
            .collect::<Vec<_>>()
    });
    early.collect()
}

/// The places of the shelves in such an order that tables come before those that refer to them, as far as there is one:
/// where they refer to each other in a circle, those that cannot be NULL count.
fn order_of(shelves: &[Box<dyn AnyShelf>], session: u64) -> Vec<usize> {
    let tables: Vec<&'static Table> = shelves.iter().map(|objects| objects.table()).collect();
    let place = |key: &ForeignKey| tables.iter().position(|table| table.is((key.target)()));
    let all: Vec<usize> = (0..tables.len()).collect();
    let order = sorted(&all, |at| {
        let places = tables[at].foreign_keys.iter().filter_map(place);
        let objects = resolve::targets(shelves, at, session);
        places.chain(objects).collect()
    });
    sorted(&order, |at| {
        let keys = tables[at].foreign_keys.iter();
        let required = keys.filter(|key| !tables[at].is_optional(key));
        required.filter_map(place).collect()
    })
}

/// The places in an order in which what they refer to comes first, and else that which they have.
fn sorted(places: &[usize], referred: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut order = Vec::with_capacity(places.len());
    let mut seen = vec![false; places.len()];
    for &first in places {
        // What is to be visited, and whether all that it refers to has been.
        let mut way = vec![(first, false)];
        while let Some((at, is_done)) = way.pop() {
            if is_done {
                order.push(at);
            } else if !std::mem::replace(&mut seen[at], true) {
                way.push((at, true));
                way.extend(referred(at).into_iter().map(|target| (target, false)));
            }
        }
    }
    order
}
