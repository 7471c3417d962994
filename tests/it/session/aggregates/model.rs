//! What a session has to do, done without a database.

use std::collections::BTreeMap;

use orm::Ref;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::choice::{Choice, Step};
use super::objects::{Object, Objects, Rows, State};
use super::shop::{Customer, Line, Order};

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) committed: Rows,
    pub(super) open: Option<Rows>,
    pub(super) objects: Objects,
    /// The objects when the transaction could last have begun.
    pub(super) begin: Objects,
    pub(super) savepoints: Vec<(Rows, Objects)>,
    pub(super) next_id: i64,
    pub(super) last: Option<(Step, bool)>,
    /// All steps so far, for whoever has to understand a failure.
    pub(super) steps: Vec<(Step, bool)>,
}

impl Model {
    pub(super) fn take(&mut self, step: &Step) -> bool {
        let is_open = self.open.is_some();
        let Objects { customers, orders } = &mut self.objects;
        match step {
            Step::AddCustomer(number) => {
                let (id, number) = (0, *number);
                customers.push(Object::added(Customer { id, number }));
            }
            Step::AddOrder(order) => orders.push(Object::added(order.clone())),
            Step::ChangeCustomer(at, number) => customers[*at].entity.number = *number,
            Step::Edit(at, edit) => edit.apply(&mut orders[*at].entity, Ref::to),
            Step::Move(from, to, part) => {
                let [from, to] = orders.get_disjoint_mut([*from, *to]).expect("they differ");
                part.apply(&mut from.entity, &mut to.entity);
            }
            Step::FindCustomer(id) => {
                let row = self.open.as_ref().unwrap_or(&self.committed).customers[id].clone();
                find(customers, row, is_open, |it| it.id);
            }
            Step::FindOrder(id) => {
                let row = self.open.as_ref().unwrap_or(&self.committed).orders[id].clone();
                find(orders, row, is_open, |it| it.id);
            }
            Step::RefreshCustomer(at) => return self.refresh_customer(*at),
            Step::RefreshOrder(at) => return self.refresh_order(*at),
            Step::RemoveCustomer(at) => customers[*at].remove(),
            Step::RemoveOrder(at) => orders[*at].remove(),
            Step::ExpireAll => {
                customers.iter_mut().for_each(Object::expire);
                orders.iter_mut().for_each(Object::expire);
            }
            Step::Clear => {
                for it in customers {
                    it.state = State::Dropped;
                }
                for it in orders {
                    it.state = State::Dropped;
                }
            }
            other => return self.take_in_transaction(other),
        }
        true
    }

    pub(super) fn take_in_transaction(&mut self, step: &Step) -> bool {
        match *step {
            Step::Flush => return self.flush(),
            Step::Commit => {
                if !self.flush() {
                    return false;
                }
                self.committed = self.rows().clone();
                let Objects { customers, orders } = &mut self.objects;
                customers.iter_mut().for_each(forget);
                orders.iter_mut().for_each(forget);
                self.end();
            }
            Step::Rollback => {
                self.objects.go_back(&self.begin);
                self.end();
            }
            Step::Savepoint => {
                if !self.flush() {
                    return false;
                }
                let rows = self.rows().clone();
                self.open = Some(rows.clone());
                self.savepoints.push((rows, self.objects.clone()));
            }
            Step::RollbackTo(nth) => {
                let (rows, objects) = self.savepoints[nth].clone();
                self.savepoints.truncate(nth);
                self.objects.go_back(&objects);
                self.open = Some(rows);
            }
            Step::Release(nth) => self.savepoints.truncate(nth),
            ref other => unreachable!("{other:?} is taken elsewhere"),
        }
        true
    }

    pub(super) fn end(&mut self) {
        self.open = None;
        self.savepoints.clear();
        self.begin = self.objects.clone();
    }

    pub(super) fn refresh_customer(&mut self, at: usize) -> bool {
        let is_open = self.open.is_some();
        let id = self.objects.customers[at].base.id;
        let Some(row) = self.rows().customers.get(&id).cloned() else {
            return false;
        };
        self.objects.customers[at].read(row, is_open);
        if let (false, Some(begin)) = (is_open, self.begin.customers.get_mut(at)) {
            *begin = self.objects.customers[at].clone();
        }
        true
    }

    pub(super) fn refresh_order(&mut self, at: usize) -> bool {
        let is_open = self.open.is_some();
        let id = self.objects.orders[at].base.id;
        let Some(row) = self.rows().orders.get(&id).cloned() else {
            return false;
        };
        self.objects.orders[at].read(row, is_open);
        if let (false, Some(begin)) = (is_open, self.begin.orders.get_mut(at)) {
            *begin = self.objects.orders[at].clone();
        }
        true
    }

    /// Writes what has changed, if the database lets it.
    pub(super) fn flush(&mut self) -> bool {
        let Objects { customers, orders } = &self.objects;
        if !customers.iter().any(Object::has_work) && !orders.iter().any(Object::has_work) {
            return true;
        }
        let (mut rows, mut objects) = (self.rows().clone(), self.objects.clone());
        let mut next_id = self.next_id;
        let mut next = || {
            next_id += 1;
            1000 + next_id
        };
        for it in &mut objects.customers {
            if it.state == State::New {
                (it.origin, it.entity.id) = (it.entity.clone(), next());
            }
        }
        let known = objects.clone();
        for it in &mut objects.orders {
            let is_written = it.state == State::New || it.is_changed();
            if it.state == State::New {
                it.origin = it.entity.clone();
            }
            if is_written && !known.settle(&mut it.entity) {
                return false;
            }
            match it.state {
                State::New => write(&mut it.entity, None, &mut next),
                State::Stored if is_written => write(&mut it.entity, Some(&it.base), &mut next),
                _ => {}
            }
        }
        for it in &mut objects.customers {
            put(&mut rows.customers, it, it.base.id, it.entity.id);
            it.finish();
        }
        for it in &mut objects.orders {
            put(&mut rows.orders, it, it.base.id, it.entity.id);
            it.finish();
        }
        if !rows.is_valid() {
            return false;
        }
        (self.objects, self.open, self.next_id) = (objects, Some(rows), next_id);
        true
    }
}

/// Lets the row of an object be what it is.
pub(super) fn put<E: Clone + PartialEq>(
    rows: &mut BTreeMap<i64, E>,
    it: &Object<E>,
    old: i64,
    new: i64,
) {
    if it.state == State::Removed {
        rows.remove(&old);
    } else if it.has_work() {
        rows.insert(new, it.entity.clone());
    }
}

/// What was deleted is no longer known when it is committed.
pub(super) fn forget<E>(it: &mut Object<E>) {
    if it.state == State::Gone {
        it.state = State::Dropped;
    }
}

/// Reads a row, unless there is an object of it.
pub(super) fn find<E: Clone + PartialEq>(
    objects: &mut Vec<Object<E>>,
    row: E,
    is_open: bool,
    id: impl Fn(&E) -> i64,
) {
    let mut known = objects.iter_mut().filter(|it| it.has_row());
    match known.find(|it| id(&it.base) == id(&row)) {
        Some(it) if it.state == State::Expired => it.read(row, is_open),
        Some(_) => {}
        None => objects.push(Object::found(row, is_open)),
    }
}

/// Fills in what writing fills in. A row that was changed, or was that of another object, is another version.
pub(super) fn write(order: &mut Order, before: Option<&Order>, next: &mut impl FnMut() -> i64) {
    match before {
        Some(_) => order.version += 1,
        None => order.id = next(),
    }
    for (place, line) in (0..).zip(&mut order.lines) {
        let lines = before.map_or(&[][..], |before| &before.lines);
        let known = lines.iter().find(|known| known.id == line.id);
        (line.order_id, line.place) = (order.id, place);
        let is_same = |known: &Line| {
            let notes = line.notes.clone();
            *line
                == Line {
                    notes,
                    ..known.clone()
                }
        };
        match known {
            _ if line.id == 0 => line.id = next(),
            Some(known) if is_same(known) => {}
            _ => line.version += 1,
        }
        write_notes(line, known, next);
    }
    for (name, mark) in &mut order.marks {
        if mark.id == 0 {
            mark.id = next();
        }
        (mark.order_id, mark.name) = (order.id, name.clone());
    }
    for (name, label) in &mut order.labels {
        (label.order_id, label.name) = (order.id, name.clone());
    }
    if let Some(invoice) = &mut order.invoice {
        invoice.order_id = order.id;
    }
}

pub(super) fn write_notes(line: &mut Line, before: Option<&Line>, next: &mut impl FnMut() -> i64) {
    for (place, note) in (0..).zip(&mut line.notes) {
        let notes = before.map_or(&[][..], |before| &before.notes);
        let known = notes.iter().find(|known| known.id == note.id);
        (note.line_id, note.place) = (line.id, place);
        match known {
            _ if note.id == 0 => note.id = next(),
            Some(known) if known == note => {}
            _ => note.version += 1,
        }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Choice;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Choice> {
        let places = (0..64usize, 0..16usize, 0..16usize);
        (0..64u8, 0..42u8, places, 0..64i64)
            .prop_map(|(step, edit, (which, a, b), number)| Choice {
                step,
                edit,
                which,
                a,
                b,
                number,
            })
            .boxed()
    }

    fn apply(mut state: Self, choice: &Choice) -> Self {
        let step = state.resolve(choice);
        let is_done = state.take(&step);
        state.steps.push((step.clone(), is_done));
        state.last = Some((step, is_done));
        state
    }
}
