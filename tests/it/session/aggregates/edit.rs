//! What a program changes of an order, and how references of the model become those of the session.

use orm::Ref;

use super::shop::{CustomerMapper, Invoice, Line, Mark, Note, Order, To};

/// What is done with the children of one aggregate, or with its root.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
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
    pub(super) fn map(
        &self,
        mut reference: impl FnMut(Ref<CustomerMapper>) -> Ref<CustomerMapper>,
    ) -> Self {
        let mut edit = self.clone();
        if let Self::InsertLine(_, line) = &mut edit {
            line.payer = line.payer.map(&mut reference);
        }
        edit
    }

    /// Does it, with a reference to a customer made as the object needs it.
    pub(super) fn apply(&self, order: &mut Order, reference: impl Fn(To) -> Ref<CustomerMapper>) {
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

    pub(super) fn apply_to_maps(self, order: &mut Order) {
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
pub(super) enum Part {
    Line(usize, usize),
    Note((usize, usize), usize),
    Invoice,
    Label(String),
    Mark(String),
}

impl Part {
    pub(super) fn apply(&self, from: &mut Order, to: &mut Order) {
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
pub(super) fn key(reference: Ref<CustomerMapper>) -> To {
    reference.key().expect("a key, or a place below zero")
}

/// Visits all keys that the database makes, and what refers to them inside of the aggregate.
pub(super) fn each_key(order: &mut Order, mut visit: impl FnMut(&mut i64)) {
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
pub(super) fn each_reference(order: &mut Order, mut visit: impl FnMut(&mut Ref<CustomerMapper>)) {
    visit(&mut order.customer);
    for line in &mut order.lines {
        line.payer.iter_mut().for_each(&mut visit);
    }
}

/// The references of an aggregate, for comparisons.
pub(super) fn references(order: &Order) -> Vec<To> {
    let mut all = Vec::new();
    each_reference(&mut order.clone(), |to| all.push(key(*to)));
    all
}

/// What an aggregate of the session is, where a reference that is pending is one below zero.
pub(super) fn seen(order: &Order) -> Order {
    let mut order = order.clone();
    each_reference(&mut order, |to| {
        if to.is_pending() {
            *to = Ref::to(-1);
        }
    });
    order
}
