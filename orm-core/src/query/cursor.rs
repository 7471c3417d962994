//! Places in an order of rows, and tokens by which they travel through other hands.

mod token;

pub use self::token::CursorKey;

use std::fmt;
use std::hash::Hasher as _;
use std::marker::PhantomData;

use siphasher::sip::SipHasher24;

use super::node::{BinaryOperator, ColumnRef, Node, Test};
use super::order::{Direction, Nulls, OrderTerm};
use super::parts::Parts;
use super::run;
use super::term::Term;
use crate::driver::sqlite::SqliteDialect;
use crate::error::{Error, Result};
use crate::value::Value;

/// A place behind a row in the order of a query with scope `S`; made by
/// [`Query::keyset`](super::Query::keyset), for [`Query::after`](super::Query::after).
///
/// To give it to somebody else, make a token of it with a [`CursorKey`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let by_length = Track::query().order_by(Track::SECONDS.desc());
/// let first = by_length.keyset(&db, 2)?;
/// let cursor = first.next.expect("there are three tracks");
///
/// let rest = by_length.after(&cursor)?.keyset(&db, 2)?;
/// assert_eq!(rest.items[0].name, "Peri's Scope");
/// assert!(rest.next.is_none());
/// # Ok(())
/// # }
/// ```
pub struct Cursor<S> {
    /// Which table and order it is of.
    fingerprint: u64,
    values: Vec<Value>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Cursor<S> {
    pub(super) fn new(fingerprint: u64, values: Vec<Value>) -> Self {
        let scope = PhantomData;
        Self {
            fingerprint,
            values,
            scope,
        }
    }

    /// The values by which the row is sorted, if the cursor is of this order.
    pub(super) fn values_for(&self, fingerprint: u64, orders: usize) -> Result<&[Value]> {
        if self.fingerprint != fingerprint || self.values.len() != orders {
            let reason = "it is of another table or of another order";
            return Err(Error::InvalidCursor { reason });
        }
        Ok(&self.values)
    }
}

impl<S> Clone for Cursor<S> {
    fn clone(&self) -> Self {
        Self::new(self.fingerprint, self.values.clone())
    }
}

/// Shows no value, because what is logged must not contain data.
impl<S> fmt::Debug for Cursor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor")
    }
}

/// A number that stands for the order of a query: for its text in one dialect, and the values in it.
pub(super) fn fingerprint(parts: &Parts) -> Result<u64> {
    let mut order = Parts::new(parts.table);
    order.order.clone_from(&parts.order);
    order.more.clone_from(&parts.more);
    let more = order.more();
    (more.origin, more.added, more.columns) = (None, Vec::new(), None);
    // How the rows are found, and what happens to them, says nothing about their order.
    (more.lock, more.index) = (None, None);
    more.comments.clear();
    let writer = run::written(&order, &SqliteDialect)?;
    let mut hasher = SipHasher24::new();
    hasher.write(writer.sql.as_bytes());
    for value in writer.params.into_values() {
        let mut bytes = Vec::new();
        value.as_ref().push_bytes(&mut bytes);
        hasher.write(&bytes);
    }
    Ok(hasher.finish())
}

/// The condition for rows behind the one with these values.
pub(super) fn beyond(orders: &[OrderTerm], values: &[Value]) -> Term {
    let levels = orders.iter().map(|term| term.levels).max().unwrap_or(0);
    let condition = if can_be_compared_as_row(orders) {
        let operator = greater(orders[0].direction);
        let row = |nodes: Vec<Node>| Box::new(Node::Row(nodes));
        let columns = orders.iter().map(|term| term.node.clone()).collect();
        let values = values.iter().cloned().map(Node::Value).collect();
        Node::Binary(row(columns), operator, row(values))
    } else {
        step_by_step(orders, values)
    };
    // The condition itself is three levels deep.
    Term::above(levels + 2, condition)
}

/// Whether all orders are columns that are never NULL, in one direction, and compared as they are
/// stored: then the database finds the place in an index.
fn can_be_compared_as_row(orders: &[OrderTerm]) -> bool {
    let same = |term: &OrderTerm| term.direction == orders[0].direction;
    orders.len() > 1
        && orders
            .iter()
            .all(|term| same(term) && never_null(term).is_some_and(plain))
}

/// The column, if it is one that is never NULL: the others have got a place for NULL.
fn never_null(term: &OrderTerm) -> Option<ColumnRef> {
    match term.node {
        Node::Column(column) if term.nulls == Nulls::Unspecified => Some(column),
        _ => None,
    }
}

fn plain(column: ColumnRef) -> bool {
    column.table.columns[column.at].ty != crate::value::SqlType::Decimal
}

/// Greater by the first order; or equal by it, and greater by the second; and so on.
fn step_by_step(orders: &[OrderTerm], values: &[Value]) -> Node {
    let mut alternatives = Vec::new();
    for (nth, (term, value)) in orders.iter().zip(values).enumerate() {
        let mut all: Vec<Node> = orders.iter().zip(values).take(nth).map(equal).collect();
        all.push(behind(term, value));
        alternatives.push(if all.len() == 1 {
            all.remove(0)
        } else {
            Node::And(all)
        });
    }
    let exactly = if alternatives.len() == 1 {
        alternatives.remove(0)
    } else {
        Node::Or(alternatives)
    };
    match (orders.first(), values.first()) {
        // What follows from it, so that the database finds the place in an index.
        (Some(first), Some(value)) if never_null(first).is_some() && orders.len() > 1 => {
            let at_least = match first.direction {
                Direction::Ascending => BinaryOperator::GreaterOrEqual,
                Direction::Descending => BinaryOperator::LessOrEqual,
            };
            Node::And(vec![compare(first, at_least, value), exactly])
        }
        _ => exactly,
    }
}

fn equal((term, value): (&OrderTerm, &Value)) -> Node {
    compare(term, BinaryOperator::Equal, value)
}

/// The condition for values behind this one in one order.
fn behind(term: &OrderTerm, value: &Value) -> Node {
    let nulls_last = matches!(
        (term.nulls, term.direction),
        (Nulls::Last, _) | (Nulls::Unspecified, Direction::Descending)
    );
    let node = || Box::new(term.node.clone());
    if *value == Value::Null {
        return if nulls_last {
            Node::Constant(false)
        } else {
            Node::Test(node(), Test::NotNull)
        };
    }
    let greater = compare(term, greater(term.direction), value);
    if nulls_last && never_null(term).is_none() {
        return Node::Or(vec![greater, Node::Test(node(), Test::Null)]);
    }
    greater
}

fn compare(term: &OrderTerm, operator: BinaryOperator, value: &Value) -> Node {
    Node::compare(term.node.clone(), operator, Node::Value(value.clone()))
}

fn greater(direction: Direction) -> BinaryOperator {
    match direction {
        Direction::Ascending => BinaryOperator::Greater,
        Direction::Descending => BinaryOperator::Less,
    }
}
