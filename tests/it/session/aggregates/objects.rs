//! What the model knows of rows, and of the objects of a session.

use std::collections::{BTreeMap, BTreeSet};

use orm::Ref;

use super::edit::{each_reference, key, references};
use super::shop::{Customer, Order, To, new_of};

/// All rows. Keys are those of the model, which knows which one of the database each is.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) customers: BTreeMap<i64, Customer>,
    pub(super) orders: BTreeMap<i64, Order>,
}

impl Rows {
    /// Whether the constraints hold.
    pub(super) fn is_valid(&self) -> bool {
        let is_there = |to: To| self.customers.contains_key(&to);
        let refers = |order: &Order| references(order).into_iter().all(is_there);
        let lines = || self.orders.values().flat_map(|order| &order.lines);
        let notes = lines().flat_map(|line| &line.notes);
        let marks = self.orders.values().flat_map(|order| order.marks.values());
        let invoices = self.orders.values().filter_map(|it| it.invoice.as_ref());
        self.orders.values().all(refers)
            && self.orders.values().all(are_allowed)
            && are_distinct(lines().map(|line| line.id))
            && are_distinct(notes.map(|note| note.id))
            && are_distinct(marks.map(|mark| mark.id))
            && are_distinct(invoices.map(|invoice| &invoice.name))
    }

    /// How many there are in each table of children.
    pub(super) fn counts(&self) -> [usize; 5] {
        let orders = || self.orders.values();
        let lines = || orders().flat_map(|order| &order.lines);
        [
            lines().count(),
            lines().map(|line| line.notes.len()).sum(),
            orders().filter(|order| order.invoice.is_some()).count(),
            orders().map(|order| order.labels.len()).sum(),
            orders().map(|order| order.marks.len()).sum(),
        ]
    }
}

/// Whether the database lets all notes be.
pub(super) fn are_allowed(order: &Order) -> bool {
    let mut notes = order.lines.iter().flat_map(|line| &line.notes);
    notes.all(|note| note.number >= 0)
}

pub(super) fn are_distinct<T: Ord>(mut all: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    all.all(|one| seen.insert(one))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Stored,
    /// What is in memory need not be what is stored.
    Expired,
    Removed,
    Gone,
    Detached,
    /// Its handle is no longer known.
    Dropped,
}

#[derive(Debug, Clone)]
pub(super) struct Object<E> {
    pub(super) entity: E,
    pub(super) state: State,
    /// What it was at the last flush.
    pub(super) base: E,
    /// What it was before it was inserted, or when it was read.
    pub(super) origin: E,
    pub(super) is_added: bool,
    /// How often it was read in a transaction.
    pub(super) reads: u32,
}

impl<E: Clone + PartialEq> Object<E> {
    pub(super) fn added(entity: E) -> Self {
        Self {
            base: entity.clone(),
            origin: entity.clone(),
            entity,
            state: State::New,
            is_added: true,
            reads: 0,
        }
    }

    pub(super) fn found(entity: E, is_open: bool) -> Self {
        Self {
            state: State::Stored,
            is_added: false,
            reads: u32::from(is_open),
            ..Self::added(entity)
        }
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::New | State::Stored)
    }

    pub(super) fn is_changed(&self) -> bool {
        self.state == State::Stored && self.entity != self.base
    }

    pub(super) fn has_work(&self) -> bool {
        matches!(self.state, State::New | State::Removed) || self.is_changed()
    }

    /// Whether it is the object of a row.
    pub(super) fn has_row(&self) -> bool {
        matches!(
            self.state,
            State::Stored | State::Expired | State::Removed | State::Gone
        )
    }

    pub(super) fn read(&mut self, row: E, is_open: bool) {
        (self.entity, self.base, self.state) = (row.clone(), row.clone(), State::Stored);
        self.reads += u32::from(is_open);
        if !is_open {
            self.origin = row;
        }
    }

    pub(super) fn expire(&mut self) {
        if self.state == State::Stored {
            self.state = State::Expired;
            self.entity = self.base.clone();
        }
    }

    pub(super) fn remove(&mut self) {
        self.state = match self.state {
            State::New => State::Detached,
            _ => State::Removed,
        };
    }

    /// Everything was written.
    pub(super) fn finish(&mut self) {
        match self.state {
            State::Removed => self.state = State::Gone,
            State::New | State::Stored => {
                self.state = State::Stored;
                self.base = self.entity.clone();
            }
            _ => {}
        }
    }

    /// Becomes what it was at some point, if it was there.
    pub(super) fn go_back(&mut self, before: Option<&Self>) {
        let was_expired = self.state == State::Expired;
        match (self.state, before) {
            (State::Dropped, _) => return,
            (_, Some(before)) => {
                let was_read = self.reads != before.reads;
                *self = Self {
                    reads: self.reads,
                    ..before.clone()
                };
                if was_read && self.state == State::Stored {
                    self.state = State::Expired;
                }
            }
            (State::New | State::Detached, None) => self.state = State::Detached,
            (_, None) if self.is_added => {
                self.entity = self.origin.clone();
                self.state = State::Detached;
            }
            (_, None) => {
                self.entity = self.origin.clone();
                self.base = self.origin.clone();
                self.state = match self.reads {
                    0 => State::Stored,
                    _ => State::Expired,
                };
            }
        }
        if was_expired && self.state == State::Stored {
            self.state = State::Expired;
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    pub(super) customers: Vec<Object<Customer>>,
    pub(super) orders: Vec<Object<Order>>,
}

impl Objects {
    pub(super) fn go_back(&mut self, before: &Self) {
        for (at, it) in self.customers.iter_mut().enumerate() {
            it.go_back(before.customers.get(at));
        }
        for (at, it) in self.orders.iter_mut().enumerate() {
            it.go_back(before.orders.get(at));
        }
    }

    /// The key that a reference comes to, if its customer is still to be there.
    pub(super) fn settled(&self, to: To) -> Option<To> {
        let Some(at) = new_of(to) else {
            return Some(to);
        };
        let customer = &self.customers[at];
        customer.is_live().then_some(customer.entity.id)
    }

    pub(super) fn settle(&self, order: &mut Order) -> bool {
        let mut is_settled = true;
        each_reference(order, |to| match self.settled(key(*to)) {
            Some(found) => *to = Ref::to(found),
            None => is_settled = false,
        });
        is_settled
    }
}
