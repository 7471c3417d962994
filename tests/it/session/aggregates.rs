//! Random programs against a session of aggregates, beside a model of what it has to do: after every step all objects
//! with their children, and all rows that the session sees, are those of the model.
//!
//! `ORM_TEST_SESSION` says how many steps there are in all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use orm::prelude::*;
use orm::{Database, Error, Handle, Ref, Savepoint, Session};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// The steps of one program.
const STEPS: usize = 50;

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "customers")]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    number: i64,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    number: i64,
    #[orm(index, references(CustomerMapper))]
    customer: Ref<CustomerMapper>,
    #[orm(version)]
    version: i64,
    #[orm(owned(order = place))]
    lines: Vec<Line>,
    #[orm(owned)]
    invoice: Option<Invoice>,
    #[orm(owned(by = name))]
    labels: BTreeMap<String, Label>,
    #[orm(owned(by = name))]
    marks: BTreeMap<String, Mark>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(OrderMapper))]
    order_id: i64,
    place: i64,
    number: i64,
    #[orm(references(CustomerMapper))]
    payer: Option<Ref<CustomerMapper>>,
    #[orm(version)]
    version: i64,
    #[orm(owned(order = place))]
    notes: Vec<Note>,
}

/// A child of a child, which the database may refuse.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(LineMapper))]
    line_id: i64,
    place: i64,
    #[orm(check = "number >= 0")]
    number: i64,
    #[orm(version)]
    version: i64,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "invoices")]
struct Invoice {
    #[orm(primary_key(assigned))]
    name: String,
    #[orm(unique, references(OrderMapper))]
    order_id: i64,
    number: i64,
}

/// Under another name it is another row.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key, references(OrderMapper))]
    order_id: i64,
    #[orm(primary_key)]
    name: String,
    number: i64,
}

/// Under another name it is the same row.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "marks")]
struct Mark {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(OrderMapper))]
    order_id: i64,
    name: String,
    number: i64,
}

/// A reference to a customer, as the model knows it: its key, or, below zero, a customer that has none yet.
type To = i64;

fn to_new(at: usize) -> To {
    -1 - i64::try_from(at).expect("a place")
}

fn new_of(to: To) -> Option<usize> {
    usize::try_from(-1 - to).ok()
}

/// What is done with the children of one aggregate, or with its root.
#[derive(Debug, Clone, PartialEq)]
enum Edit {
    Number(i64),
    Customer(To),
    InsertLine(usize, Line),
    RemoveLine(usize),
    SwapLines(usize, usize),
    ReverseLines,
    NumberLine(usize, i64),
    Payer(usize, Option<To>),
    InsertNote(usize, usize, Note),
    RemoveNote(usize, usize),
    SwapNotes(usize, usize, usize),
    ReverseNotes(usize),
    NumberNote(usize, usize, i64),
    MoveNote(usize, usize, usize),
    /// Lets no note be refused.
    Mend,
    Invoice(Option<Invoice>),
    NumberInvoice(i64),
    Label(String, i64),
    RemoveLabel(String),
    RenameLabel(String, String),
    Mark(String, i64),
    NumberMark(String, i64),
    RemoveMark(String),
    RenameMark(String, String),
}

impl Edit {
    fn map(&self, mut reference: impl FnMut(Ref<CustomerMapper>) -> Ref<CustomerMapper>) -> Self {
        let mut edit = self.clone();
        if let Self::InsertLine(_, line) = &mut edit {
            line.payer = line.payer.map(&mut reference);
        }
        edit
    }

    /// Does it, with a reference to a customer made as the object needs it.
    fn apply(&self, order: &mut Order, reference: impl Fn(To) -> Ref<CustomerMapper>) {
        let lines = &mut order.lines;
        match self.map(|to| reference(key(to))) {
            Self::Number(number) => order.number = number,
            Self::Customer(to) => order.customer = reference(to),
            Self::InsertLine(at, line) => lines.insert(at, line),
            Self::RemoveLine(at) => drop(lines.remove(at)),
            Self::SwapLines(a, b) => lines.swap(a, b),
            Self::ReverseLines => lines.reverse(),
            Self::NumberLine(at, number) => lines[at].number = number,
            Self::Payer(at, to) => lines[at].payer = to.map(reference),
            Self::InsertNote(line, at, note) => lines[line].notes.insert(at, note),
            Self::RemoveNote(line, at) => drop(lines[line].notes.remove(at)),
            Self::SwapNotes(line, a, b) => lines[line].notes.swap(a, b),
            Self::ReverseNotes(line) => lines[line].notes.reverse(),
            Self::NumberNote(line, at, number) => lines[line].notes[at].number = number,
            Self::MoveNote(from, at, to) => {
                let note = lines[from].notes.remove(at);
                lines[to].notes.insert(0, note);
            }
            Self::Mend => {
                let notes = lines.iter_mut().flat_map(|line| &mut line.notes);
                notes.for_each(|note| note.number = note.number.max(0));
            }
            other => other.apply_to_maps(order),
        }
    }

    fn apply_to_maps(self, order: &mut Order) {
        let (labels, marks) = (&mut order.labels, &mut order.marks);
        match self {
            Self::Invoice(invoice) => order.invoice = invoice,
            Self::NumberInvoice(number) => {
                if let Some(invoice) = &mut order.invoice {
                    invoice.number = number;
                }
            }
            Self::Label(name, number) => labels.entry(name).or_default().number = number,
            Self::RemoveLabel(name) => drop(labels.remove(&name)),
            Self::RenameLabel(from, to) => {
                let label = labels.remove(&from).expect("it is there");
                labels.insert(to, label);
            }
            Self::Mark(name, number) => {
                let mark = Mark {
                    number,
                    ..Mark::default()
                };
                marks.insert(name, mark);
            }
            Self::NumberMark(name, number) => marks.entry(name).or_default().number = number,
            Self::RemoveMark(name) => drop(marks.remove(&name)),
            Self::RenameMark(from, to) => {
                let mark = marks.remove(&from).expect("it is there");
                marks.insert(to, mark);
            }
            other => unreachable!("{other:?} is done elsewhere"),
        }
    }
}

/// What goes from one aggregate to another.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Line(usize, usize),
    Note((usize, usize), usize),
    Invoice,
    Label(String),
    Mark(String),
}

impl Part {
    fn apply(&self, from: &mut Order, to: &mut Order) {
        match self {
            Self::Line(at, place) => to.lines.insert(*place, from.lines.remove(*at)),
            Self::Note((line, at), place) => {
                let note = from.lines[*line].notes.remove(*at);
                to.lines[*place].notes.push(note);
            }
            Self::Invoice => to.invoice = from.invoice.take(),
            Self::Label(name) => {
                let label = from.labels.remove(name).expect("it is there");
                to.labels.insert(name.clone(), label);
            }
            Self::Mark(name) => {
                let mark = from.marks.remove(name).expect("it is there");
                to.marks.insert(name.clone(), mark);
            }
        }
    }
}

/// The key of a reference of the model, which is never pending.
fn key(reference: Ref<CustomerMapper>) -> To {
    reference.key().expect("a key, or a place below zero")
}

/// Visits all keys that the database makes, and what refers to them inside of the aggregate.
fn each_key(order: &mut Order, mut visit: impl FnMut(&mut i64)) {
    visit(&mut order.id);
    for line in &mut order.lines {
        visit(&mut line.id);
        visit(&mut line.order_id);
        for note in &mut line.notes {
            visit(&mut note.id);
            visit(&mut note.line_id);
        }
    }
    for mark in order.marks.values_mut() {
        visit(&mut mark.id);
        visit(&mut mark.order_id);
    }
    if let Some(invoice) = &mut order.invoice {
        visit(&mut invoice.order_id);
    }
    for label in order.labels.values_mut() {
        visit(&mut label.order_id);
    }
}

/// Visits all references to customers.
fn each_reference(order: &mut Order, mut visit: impl FnMut(&mut Ref<CustomerMapper>)) {
    visit(&mut order.customer);
    for line in &mut order.lines {
        line.payer.iter_mut().for_each(&mut visit);
    }
}

/// The references of an aggregate, for comparisons.
fn references(order: &Order) -> Vec<To> {
    let mut all = Vec::new();
    each_reference(&mut order.clone(), |to| all.push(key(*to)));
    all
}

/// What an aggregate of the session is, where a reference that is pending is one below zero.
fn seen(order: &Order) -> Order {
    let mut order = order.clone();
    each_reference(&mut order, |to| {
        if to.is_pending() {
            *to = Ref::to(-1);
        }
    });
    order
}

/// All rows. Keys are those of the model, which knows which one of the database each is.
#[derive(Debug, Clone, Default)]
struct Rows {
    customers: BTreeMap<i64, Customer>,
    orders: BTreeMap<i64, Order>,
}

impl Rows {
    /// Whether the constraints hold.
    fn is_valid(&self) -> bool {
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
    fn counts(&self) -> [usize; 5] {
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
fn are_allowed(order: &Order) -> bool {
    let mut notes = order.lines.iter().flat_map(|line| &line.notes);
    notes.all(|note| note.number >= 0)
}

fn are_distinct<T: Ord>(mut all: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    all.all(|one| seen.insert(one))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
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
struct Object<E> {
    entity: E,
    state: State,
    /// What it was at the last flush.
    base: E,
    /// What it was before it was inserted, or when it was read.
    origin: E,
    is_added: bool,
    /// How often it was read in a transaction.
    reads: u32,
}

impl<E: Clone + PartialEq> Object<E> {
    fn added(entity: E) -> Self {
        Self {
            base: entity.clone(),
            origin: entity.clone(),
            entity,
            state: State::New,
            is_added: true,
            reads: 0,
        }
    }

    fn found(entity: E, is_open: bool) -> Self {
        Self {
            state: State::Stored,
            is_added: false,
            reads: u32::from(is_open),
            ..Self::added(entity)
        }
    }

    fn is_live(&self) -> bool {
        matches!(self.state, State::New | State::Stored)
    }

    fn is_changed(&self) -> bool {
        self.state == State::Stored && self.entity != self.base
    }

    fn has_work(&self) -> bool {
        matches!(self.state, State::New | State::Removed) || self.is_changed()
    }

    /// Whether it is the object of a row.
    fn has_row(&self) -> bool {
        matches!(
            self.state,
            State::Stored | State::Expired | State::Removed | State::Gone
        )
    }

    fn read(&mut self, row: E, is_open: bool) {
        (self.entity, self.base, self.state) = (row.clone(), row.clone(), State::Stored);
        self.reads += u32::from(is_open);
        if !is_open {
            self.origin = row;
        }
    }

    fn expire(&mut self) {
        if self.state == State::Stored {
            self.state = State::Expired;
            self.entity = self.base.clone();
        }
    }

    fn remove(&mut self) {
        self.state = match self.state {
            State::New => State::Detached,
            _ => State::Removed,
        };
    }

    /// Everything was written.
    fn finish(&mut self) {
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
    fn go_back(&mut self, before: Option<&Self>) {
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
struct Objects {
    customers: Vec<Object<Customer>>,
    orders: Vec<Object<Order>>,
}

impl Objects {
    fn go_back(&mut self, before: &Self) {
        for (at, it) in self.customers.iter_mut().enumerate() {
            it.go_back(before.customers.get(at));
        }
        for (at, it) in self.orders.iter_mut().enumerate() {
            it.go_back(before.orders.get(at));
        }
    }

    /// The key that a reference comes to, if its customer is still to be there.
    fn settled(&self, to: To) -> Option<To> {
        let Some(at) = new_of(to) else {
            return Some(to);
        };
        let customer = &self.customers[at];
        customer.is_live().then_some(customer.entity.id)
    }

    fn settle(&self, order: &mut Order) -> bool {
        let mut is_settled = true;
        each_reference(order, |to| match self.settled(key(*to)) {
            Some(found) => *to = Ref::to(found),
            None => is_settled = false,
        });
        is_settled
    }
}

/// A step of a program, with everything resolved.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    AddCustomer(i64),
    AddOrder(Order),
    ChangeCustomer(usize, i64),
    Edit(usize, Edit),
    Move(usize, usize, Part),
    FindCustomer(i64),
    FindOrder(i64),
    RefreshCustomer(usize),
    RefreshOrder(usize),
    RemoveCustomer(usize),
    RemoveOrder(usize),
    ExpireAll,
    Clear,
    Flush,
    Commit,
    Rollback,
    Savepoint,
    RollbackTo(usize),
    Release(usize),
}

/// What a program chooses from.
#[derive(Debug, Clone)]
struct Choice {
    step: u8,
    edit: u8,
    which: usize,
    a: usize,
    b: usize,
    number: i64,
}

#[derive(Debug, Clone, Default)]
struct Model {
    committed: Rows,
    open: Option<Rows>,
    objects: Objects,
    /// The objects when the transaction could last have begun.
    begin: Objects,
    savepoints: Vec<(Rows, Objects)>,
    next_id: i64,
    last: Option<(Step, bool)>,
    /// All steps so far, for whoever has to understand a failure.
    steps: Vec<(Step, bool)>,
}

/// One of some things, if there are any.
fn pick<T>(all: impl Iterator<Item = T>, nth: usize) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    (!all.is_empty()).then(|| all.swap_remove(nth % all.len()))
}

fn name(nth: usize) -> String {
    ["a", "b", "c", "d"][nth % 4].into()
}

fn note(number: i64) -> Note {
    Note {
        number: if number % 32 == 0 { -1 } else { number },
        ..Note::default()
    }
}

impl Model {
    fn rows(&self) -> &Rows {
        self.open.as_ref().unwrap_or(&self.committed)
    }

    /// What a choice comes to; nothing where the model could not tell what has to happen. So no object is read again of
    /// which the row is gone, since the database may have given its key to another one.
    fn resolve(&self, choice: &Choice) -> Step {
        let Choice { which, number, .. } = *choice;
        let step = match choice.step {
            0 | 1 => None,
            2 => {
                let at = self.customer(which, Object::is_live);
                at.map(|at| Step::ChangeCustomer(at, number))
            }
            3..=31 => self.editing(choice),
            32..=40 => self.moving(choice),
            41 | 42 => self.removing(which),
            43 => {
                let at = self.customer(which, |it| self.is_free(it, number));
                at.map(Step::RemoveCustomer)
            }
            44..=49 => self.reading(choice),
            _ => Some(self.in_transaction(choice)),
        };
        step.or_else(|| self.growing(choice))
            .unwrap_or(Step::AddCustomer(number))
    }

    fn reading(&self, choice: &Choice) -> Option<Step> {
        let (which, rows) = (choice.which, self.rows());
        match choice.step {
            44 | 45 => pick(rows.orders.keys(), which).map(|id| Step::FindOrder(*id)),
            46 => pick(rows.customers.keys(), which).map(|id| Step::FindCustomer(*id)),
            47 | 48 => {
                let is_meant =
                    |it: &Object<Order>| it.has_row() && rows.orders.contains_key(&it.base.id);
                self.order(which, is_meant).map(Step::RefreshOrder)
            }
            _ => {
                let is_meant = |it: &Object<Customer>| {
                    it.has_row() && rows.customers.contains_key(&it.base.id)
                };
                self.customer(which, is_meant).map(Step::RefreshCustomer)
            }
        }
    }

    fn in_transaction(&self, choice: &Choice) -> Step {
        let Choice { which, number, .. } = *choice;
        let savepoint = pick(0..self.savepoints.len(), which);
        match (choice.step, number, savepoint) {
            (50, ..24, _) => Step::ExpireAll,
            (51, ..12, _) => Step::Clear,
            (57 | 58, ..) => Step::Commit,
            (59, ..32, _) => Step::Rollback,
            (60, ..) => Step::Savepoint,
            (61, _, Some(nth)) => Step::RollbackTo(nth),
            (62, _, Some(nth)) => Step::Release(nth),
            (63, ..) => {
                let at = self.order(which, |it| it.is_live() && !are_allowed(&it.entity));
                at.map_or(Step::Flush, |at| Step::Edit(at, Edit::Mend))
            }
            _ => Step::Flush,
        }
    }

    /// Whether a customer may be removed: mostly one that no row refers to.
    fn is_free(&self, customer: &Object<Customer>, number: i64) -> bool {
        let mut orders = self.rows().orders.values();
        let mut is_referred = || orders.any(|it| references(it).contains(&customer.base.id));
        customer.is_live() && (number % 8 == 0 || !is_referred())
    }

    fn order(&self, nth: usize, is_meant: impl Fn(&Object<Order>) -> bool) -> Option<usize> {
        let orders = self.objects.orders.iter().enumerate();
        pick(
            orders.filter_map(|(at, it)| is_meant(it).then_some(at)),
            nth,
        )
    }

    fn customer(&self, nth: usize, is_meant: impl Fn(&Object<Customer>) -> bool) -> Option<usize> {
        let customers = self.objects.customers.iter().enumerate();
        pick(
            customers.filter_map(|(at, it)| is_meant(it).then_some(at)),
            nth,
        )
    }

    /// A customer to refer to: a new one, or a row.
    fn reference(&self, nth: usize) -> Option<To> {
        let customers = self.objects.customers.iter().enumerate();
        let new = customers.filter(|(_, it)| it.state == State::New);
        let new = new.map(|(at, _)| to_new(at));
        pick(new.chain(self.rows().customers.keys().copied()), nth)
    }

    /// Adds an order, or something to one where there are some.
    fn growing(&self, choice: &Choice) -> Option<Step> {
        let live = self.objects.orders.iter().filter(|it| it.is_live());
        if live.count() < 4 {
            return self.adding(choice);
        }
        let at = self.order(choice.which, Object::is_live)?;
        let lines = &self.objects.orders[at].entity.lines;
        let edit = match lines.len() {
            ..4 => Edit::InsertLine(choice.a % (lines.len() + 1), self.line(choice, 0)),
            count => Edit::SwapLines(choice.a % count, choice.b % count),
        };
        Some(Step::Edit(at, edit))
    }

    fn adding(&self, choice: &Choice) -> Option<Step> {
        let customer = self.reference(choice.which)?;
        let lines = 0..choice.a % 4;
        let lines = lines.map(|nth| self.line(choice, nth)).collect();
        let labels = (0..choice.b % 3).map(|nth| (name(nth), Label::default()));
        let marks = (0..choice.b / 3 % 3).map(|nth| (name(nth), Mark::default()));
        Some(Step::AddOrder(Order {
            id: 0,
            number: choice.number,
            customer: Ref::to(customer),
            version: 0,
            lines,
            invoice: choice
                .edit
                .is_multiple_of(2)
                .then(|| self.invoice(choice.number)),
            labels: labels.collect(),
            marks: marks.collect(),
        }))
    }

    fn line(&self, choice: &Choice, nth: usize) -> Line {
        let notes = 0..(choice.b + nth) % 3;
        let payer = self.reference(choice.b).filter(|_| choice.number % 3 == 0);
        Line {
            number: choice.number,
            payer: payer.map(Ref::to),
            notes: notes.map(|_| note(choice.number)).collect(),
            ..Line::default()
        }
    }

    /// An invoice, the name of which another one may have.
    fn invoice(&self, number: i64) -> Invoice {
        let name = match number % 20 {
            0 => number / 20,
            _ => 100 + i64::try_from(self.steps.len()).unwrap_or_default(),
        };
        Invoice {
            name: name.to_string(),
            number,
            ..Invoice::default()
        }
    }

    fn editing(&self, choice: &Choice) -> Option<Step> {
        let at = self.order(choice.which, |it| {
            it.is_live() || it.state == State::Expired
        })?;
        let object = &self.objects.orders[at];
        if object.state == State::Expired {
            let id = object.entity.id;
            return (self.rows().orders.contains_key(&id)).then_some(Step::FindOrder(id));
        }
        let order = &object.entity;
        let edit = match choice.edit {
            0..=15 => self.editing_lines(order, choice),
            16..=28 => self.editing_notes(order, choice),
            _ => self.editing_maps(order, choice),
        };
        edit.map(|edit| Step::Edit(at, edit))
    }

    fn editing_lines(&self, order: &Order, choice: &Choice) -> Option<Edit> {
        let Choice { a, b, number, .. } = *choice;
        let count = order.lines.len();
        let at = (count > 0).then(|| a % count);
        Some(match choice.edit {
            0 => Edit::Number(number),
            1 => Edit::Customer(self.reference(a)?),
            2..=4 => Edit::InsertLine(a % (count + 1), self.line(choice, 0)),
            5 => Edit::InsertLine(count, self.line(choice, 0)),
            6 | 7 => Edit::RemoveLine(at?),
            8 | 9 => Edit::SwapLines(at?, b % count),
            10 => Edit::ReverseLines,
            11..=13 => Edit::NumberLine(at?, number),
            _ => Edit::Payer(at?, self.reference(b).filter(|_| number % 3 != 0)),
        })
    }

    fn editing_notes(&self, order: &Order, choice: &Choice) -> Option<Edit> {
        let Choice { a, b, number, .. } = *choice;
        let line = pick(0..order.lines.len(), a)?;
        let count = order.lines[line].notes.len();
        let at = (count > 0).then(|| b % count);
        Some(match choice.edit {
            16..=18 => Edit::InsertNote(line, b % (count + 1), note(number)),
            19 | 20 => Edit::RemoveNote(line, at?),
            21 => Edit::SwapNotes(line, at?, self.steps.len() % count),
            22 => Edit::ReverseNotes(line),
            23 | 24 => Edit::NumberNote(line, at?, note(number).number),
            25 | 26 => Edit::MoveNote(line, at?, self.steps.len() % order.lines.len()),
            _ => Edit::NumberNote(line, at?, number),
        })
    }

    fn editing_maps(&self, order: &Order, choice: &Choice) -> Option<Edit> {
        let Choice { a, b, number, .. } = *choice;
        let label = || pick(order.labels.keys().cloned(), a);
        let mark = || pick(order.marks.keys().cloned(), a);
        Some(match choice.edit {
            29 | 30 => Edit::Invoice(Some(self.invoice(number))),
            31 => Edit::Invoice(None),
            32 => Edit::NumberInvoice(number),
            33 | 34 => Edit::Label(name(b), number),
            35 => Edit::RemoveLabel(label()?),
            36 => Edit::RenameLabel(label()?, name(b)),
            37 => Edit::Mark(name(b), number),
            38 => Edit::NumberMark(name(b), number),
            39 => Edit::RemoveMark(mark()?),
            _ => Edit::RenameMark(mark()?, name(b)),
        })
    }

    /// A part of one aggregate, also of one that is to be deleted, that goes to another.
    fn moving(&self, choice: &Choice) -> Option<Step> {
        let Choice { a, b, .. } = *choice;
        let from = self.order(choice.which, |it| {
            it.is_live() || it.state == State::Removed
        })?;
        let to = self.order(a, Object::is_live).filter(|to| *to != from)?;
        let (source, target) = (
            &self.objects.orders[from].entity,
            &self.objects.orders[to].entity,
        );
        let line = || pick(0..source.lines.len(), b);
        let part = match choice.edit {
            0..=9 => Part::Line(line()?, a % (target.lines.len() + 1)),
            10..=20 => {
                let line = line()?;
                let at = pick(0..source.lines[line].notes.len(), a)?;
                Part::Note((line, at), pick(0..target.lines.len(), a)?)
            }
            21..=27 => source.invoice.as_ref().map(|_| Part::Invoice)?,
            28..=34 => Part::Label(pick(source.labels.keys().cloned(), b)?),
            _ => Part::Mark(pick(source.marks.keys().cloned(), b)?),
        };
        Some(Step::Move(from, to, part))
    }

    /// An order to be removed; one that is expired only where it is what is stored, as it is stale otherwise.
    fn removing(&self, nth: usize) -> Option<Step> {
        let is_same = |order: &Order| {
            let row = self.rows().orders.get(&order.id);
            row.is_some_and(|row| row.version == order.version)
        };
        let at = self.order(nth, |it| {
            it.is_live() || it.state == State::Expired && is_same(&it.entity)
        });
        at.map(Step::RemoveOrder)
    }

    fn take(&mut self, step: &Step) -> bool {
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

    fn take_in_transaction(&mut self, step: &Step) -> bool {
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

    fn end(&mut self) {
        self.open = None;
        self.savepoints.clear();
        self.begin = self.objects.clone();
    }

    fn refresh_customer(&mut self, at: usize) -> bool {
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

    fn refresh_order(&mut self, at: usize) -> bool {
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
    fn flush(&mut self) -> bool {
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
fn put<E: Clone + PartialEq>(rows: &mut BTreeMap<i64, E>, it: &Object<E>, old: i64, new: i64) {
    if it.state == State::Removed {
        rows.remove(&old);
    } else if it.has_work() {
        rows.insert(new, it.entity.clone());
    }
}

/// What was deleted is no longer known when it is committed.
fn forget<E>(it: &mut Object<E>) {
    if it.state == State::Gone {
        it.state = State::Dropped;
    }
}

/// Reads a row, unless there is an object of it.
fn find<E: Clone + PartialEq>(
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
fn write(order: &mut Order, before: Option<&Order>, next: &mut impl FnMut() -> i64) {
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

fn write_notes(line: &mut Line, before: Option<&Line>, next: &mut impl FnMut() -> i64) {
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

/// The session, and which row of the database each row of the model is.
struct Machine {
    session: Session<'static>,
    customers: Vec<Handle<CustomerMapper>>,
    orders: Vec<Handle<OrderMapper>>,
    savepoints: Vec<Savepoint>,
    ids: HashMap<i64, i64>,
}

impl Machine {
    fn real(&self, id: i64) -> i64 {
        match id {
            0 => 0,
            _ => self.ids[&id],
        }
    }

    /// An aggregate of the model as the database has it, where references to new customers are one below zero.
    fn expected(&self, order: &Order) -> Order {
        let mut order = order.clone();
        each_key(&mut order, |id| *id = self.real(*id));
        each_reference(&mut order, |to| {
            *to = Ref::to(match new_of(key(*to)) {
                Some(_) => -1,
                None => self.real(key(*to)),
            });
        });
        order
    }

    /// A reference as a field of an object gets it.
    fn reference(&self, to: To) -> Ref<CustomerMapper> {
        match new_of(to) {
            Some(at) => {
                let reference = self.session.reference(self.customers[at]);
                reference.expect("it is to be inserted")
            }
            None => Ref::to(self.real(to)),
        }
    }

    /// Notes the keys of what was inserted.
    fn learn(&mut self, model: &Model) {
        for (it, handle) in model.objects.customers.iter().zip(&self.customers) {
            if it.state == State::Stored {
                let real = self.session[*handle].id;
                self.ids.entry(it.entity.id).or_insert(real);
            }
        }
        for (it, handle) in model.objects.orders.iter().zip(&self.orders) {
            if it.state == State::Stored {
                let (mut of_model, mut real) = (Vec::new(), Vec::new());
                each_key(&mut it.entity.clone(), |id| of_model.push(*id));
                each_key(&mut self.session[*handle].clone(), |id| real.push(*id));
                assert_eq!(of_model.len(), real.len(), "children of {model:#?}");
                for (of_model, real) in of_model.into_iter().zip(real) {
                    self.ids.entry(of_model).or_insert(real);
                }
            }
        }
    }

    fn take(&mut self, step: &Step) -> orm::Result<()> {
        match *step {
            Step::AddCustomer(number) => {
                let added = self.session.add(Customer { id: 0, number })?;
                self.customers.push(added);
            }
            Step::AddOrder(ref order) => {
                let mut order = order.clone();
                each_reference(&mut order, |to| *to = self.reference(key(*to)));
                self.orders.push(self.session.add(order)?);
            }
            Step::ChangeCustomer(at, number) => {
                self.session.get_mut(self.customers[at])?.number = number;
            }
            Step::Edit(at, ref edit) => {
                let mut order = self.session.get_mut(self.orders[at])?.clone();
                edit.apply(&mut order, |to| self.reference(to));
                *self.session.get_mut(self.orders[at])? = order;
            }
            Step::Move(from, to, ref part) => {
                let handles = [self.orders[from], self.orders[to]];
                let [from, to] = self.session.get_disjoint_mut(handles)?;
                part.apply(from, to);
            }
            Step::RefreshCustomer(at) => self.session.refresh(self.customers[at])?,
            Step::RefreshOrder(at) => self.session.refresh(self.orders[at])?,
            Step::RemoveCustomer(at) => self.session.remove(self.customers[at])?,
            Step::RemoveOrder(at) => self.session.remove(self.orders[at])?,
            Step::ExpireAll => self.session.expire_all()?,
            Step::Clear => self.session.clear(),
            Step::FindCustomer(_) | Step::FindOrder(_) => {}
            ref other => return self.take_in_transaction(other),
        }
        Ok(())
    }

    fn take_in_transaction(&mut self, step: &Step) -> orm::Result<()> {
        match *step {
            Step::Flush => self.session.flush()?,
            Step::Commit => {
                self.session.commit()?;
                self.savepoints.clear();
            }
            Step::Rollback => {
                self.savepoints.clear();
                self.session.rollback()?;
            }
            Step::Savepoint => self.savepoints.push(self.session.savepoint()?),
            Step::RollbackTo(nth) => {
                let savepoint = self.savepoints[nth];
                self.savepoints.truncate(nth);
                self.session.rollback_to(savepoint)?;
            }
            Step::Release(nth) => {
                let savepoint = self.savepoints[nth];
                self.savepoints.truncate(nth);
                self.session.release(savepoint)?;
            }
            ref other => unreachable!("{other:?} is taken elsewhere"),
        }
        Ok(())
    }

    /// Finds a row that there is, of which the session may have an object that is to be deleted.
    fn find(&mut self, step: &Step, model: &Model) {
        match *step {
            Step::FindCustomer(id) => {
                let found = self.session.find::<CustomerMapper>(self.real(id));
                let found = found.expect("it can be read");
                if let Some(at) = place(&model.objects.customers, |it| it.id == id) {
                    self.customers
                        .extend(found.filter(|_| at == self.customers.len()));
                    assert_eq!(found, Some(self.customers[at]), "{step:?} of {model:#?}");
                }
            }
            Step::FindOrder(id) => {
                let found = self.session.find::<OrderMapper>(self.real(id));
                let found = found.expect("it can be read");
                if let Some(at) = place(&model.objects.orders, |it| it.id == id) {
                    self.orders
                        .extend(found.filter(|_| at == self.orders.len()));
                    assert_eq!(found, Some(self.orders[at]), "{step:?} of {model:#?}");
                }
            }
            _ => {}
        }
    }

    fn check_customers(&self, model: &Model) {
        for (at, it) in model.objects.customers.iter().enumerate() {
            let found = self.session.get_ref(self.customers[at]);
            match it.state {
                State::Dropped => assert!(matches!(found, Err(Error::UnknownHandle { .. }))),
                State::Expired | State::Gone => {}
                _ => {
                    let (id, number) = (self.real(it.entity.id), it.entity.number);
                    let found = found.expect("it is there");
                    assert_eq!(*found, Customer { id, number }, "{at} of {model:#?}");
                }
            }
            if it.state == State::Stored {
                let is_modified = self.session.is_modified(self.customers[at]);
                assert_eq!(
                    is_modified.ok(),
                    Some(it.is_changed()),
                    "{at} of {model:#?}"
                );
            }
        }
    }

    fn check_orders(&self, model: &Model) {
        for (at, it) in model.objects.orders.iter().enumerate() {
            let found = self.session.get_ref(self.orders[at]);
            match it.state {
                State::Dropped => assert!(matches!(found, Err(Error::UnknownHandle { .. }))),
                State::Expired | State::Gone => {}
                // Its children were read again, and are not those that were added.
                State::Detached if it.reads > 0 => {
                    assert_eq!(found.expect("it is there").id, 0, "{at} of {model:#?}");
                }
                _ => {
                    let found = seen(found.expect("it is there"));
                    self.assert_same(
                        &found,
                        &it.entity,
                        &format_args!("object {at} of {model:#?}"),
                    );
                }
            }
            if it.state == State::Stored {
                let is_modified = self.session.is_modified(self.orders[at]);
                assert_eq!(
                    is_modified.ok(),
                    Some(it.is_changed()),
                    "{at} of {model:#?}"
                );
            }
        }
    }

    fn assert_same(&self, found: &Order, of_model: &Order, what: &dyn std::fmt::Display) {
        let expected = self.expected(of_model);
        assert_eq!(*found, expected, "{what}");
        assert_eq!(references(found), references(&expected), "{what}");
    }

    fn check_rows(&self, model: &Model) {
        let rows = model.rows();
        let customers = CustomerMapper::query().all(&self.session);
        let mut customers: Vec<Customer> = customers.expect("the table is there");
        customers.sort_by_key(|it| it.id);
        let expected = rows.customers.values().map(|it| Customer {
            id: self.real(it.id),
            number: it.number,
        });
        let mut expected: Vec<Customer> = expected.collect();
        expected.sort_by_key(|it| it.id);
        assert_eq!(customers, expected, "customers of {model:#?}");

        let orders = OrderMapper::query().all(&self.session);
        let mut orders: Vec<Order> = orders.expect("the tables are there");
        orders.sort_by_key(|it| it.id);
        let mut expected: Vec<&Order> = rows.orders.values().collect();
        expected.sort_by_key(|it| self.real(it.id));
        assert_eq!(orders.len(), expected.len(), "orders of {model:#?}");
        for (found, expected) in orders.iter().zip(expected) {
            self.assert_same(found, expected, &format_args!("a row of {model:#?}"));
        }
        assert_eq!(self.counts(), rows.counts(), "children of {model:#?}");
    }

    fn counts(&self) -> [usize; 5] {
        let db = &self.session;
        let counts = [
            LineMapper::query().count(db),
            NoteMapper::query().count(db),
            InvoiceMapper::query().count(db),
            LabelMapper::query().count(db),
            MarkMapper::query().count(db),
        ];
        counts.map(|count| usize::try_from(count.expect("the table is there")).expect("a number"))
    }
}

/// The object of a row that is to stay.
fn place<E>(objects: &[Object<E>], is_meant: impl Fn(&E) -> bool) -> Option<usize> {
    let mut objects = objects.iter();
    objects.position(|it| it.state == State::Stored && is_meant(&it.base))
}

/// Whether an error is one that the model knows of.
fn is_expected(error: &Error) -> bool {
    matches!(
        error,
        Error::UniqueViolation { .. }
            | Error::ForeignKeyViolation { .. }
            | Error::CheckViolation { .. }
            | Error::NotFound { .. }
            | Error::UnknownHandle { .. }
            | Error::InvalidQuery { .. }
    )
}

impl StateMachineTest for Machine {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let db = Database::open("sqlite::memory:").expect("memory");
        let tables = orm::schema![
            CustomerMapper,
            OrderMapper,
            LineMapper,
            NoteMapper,
            InvoiceMapper,
            LabelMapper,
            MarkMapper
        ];
        db.create_tables(tables).expect("the tables are right");
        let db: &'static Database = Box::leak(Box::new(db));
        Self {
            session: Session::new(db).autoflush(false),
            customers: Vec::new(),
            orders: Vec::new(),
            savepoints: Vec::new(),
            ids: HashMap::new(),
        }
    }

    fn apply(mut machine: Self, model: &Model, _: Choice) -> Self {
        let Some((step, is_done)) = &model.last else {
            return machine;
        };
        machine.find(step, model);
        let taken = machine.take(step);
        assert_eq!(taken.is_ok(), *is_done, "{step:?}: {taken:?} of {model:#?}");
        if let Err(error) = taken {
            assert!(is_expected(&error), "{step:?}: {error:?} of {model:#?}");
        }
        machine.learn(model);
        machine
    }

    fn check_invariants(machine: &Self, model: &Model) {
        machine.check_customers(model);
        machine.check_orders(model);
        let is_in_memory = matches!(
            model.last,
            None | Some((Step::Edit(..) | Step::Move(..), _))
        );
        if !is_in_memory {
            machine.check_rows(model);
        }
    }
}

#[test]
fn a_session_does_with_aggregates_what_the_model_does() {
    let steps = crate::repetitions("ORM_TEST_SESSION", 5_000);
    let config = Config {
        cases: u32::try_from(steps / STEPS).unwrap_or(u32::MAX).max(1),
        failure_persistence: None,
        ..Config::default()
    };
    let programs = Model::sequential_strategy(STEPS);
    let mut runner = proptest::test_runner::TestRunner::new(config.clone());
    let outcome = runner.run(&programs, |(model, choices, seen)| {
        Machine::test_sequential(config.clone(), model, choices, seen);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
