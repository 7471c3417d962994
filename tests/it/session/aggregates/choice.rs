//! What a step of a program comes to, as far as the model can tell what has to happen.

use orm::Ref;

use super::edit::{Edit, Part, references};
use super::model::Model;
use super::objects::{Object, Rows, State, are_allowed};
use super::shop::{Customer, Invoice, Label, Line, Mark, Note, Order, To, to_new};

/// A step of a program, with everything resolved.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
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
pub(super) struct Choice {
    pub(super) step: u8,
    pub(super) edit: u8,
    pub(super) which: usize,
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) number: i64,
}

/// One of some things, if there are any.
pub(super) fn pick<T>(all: impl Iterator<Item = T>, nth: usize) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    (!all.is_empty()).then(|| all.swap_remove(nth % all.len()))
}

pub(super) fn name(nth: usize) -> String {
    ["a", "b", "c", "d"][nth % 4].into()
}

pub(super) fn note(number: i64) -> Note {
    Note {
        number: if number % 32 == 0 { -1 } else { number },
        ..Note::default()
    }
}

impl Model {
    pub(super) fn rows(&self) -> &Rows {
        self.open.as_ref().unwrap_or(&self.committed)
    }

    /// What a choice comes to; nothing where the model could not tell what has to happen. So no object is read again of
    /// which the row is gone, since the database may have given its key to another one.
    pub(super) fn resolve(&self, choice: &Choice) -> Step {
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

    pub(super) fn reading(&self, choice: &Choice) -> Option<Step> {
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

    pub(super) fn in_transaction(&self, choice: &Choice) -> Step {
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
    pub(super) fn is_free(&self, customer: &Object<Customer>, number: i64) -> bool {
        let mut orders = self.rows().orders.values();
        let mut is_referred = || orders.any(|it| references(it).contains(&customer.base.id));
        customer.is_live() && (number % 8 == 0 || !is_referred())
    }

    pub(super) fn order(
        &self,
        nth: usize,
        is_meant: impl Fn(&Object<Order>) -> bool,
    ) -> Option<usize> {
        let orders = self.objects.orders.iter().enumerate();
        pick(
            orders.filter_map(|(at, it)| is_meant(it).then_some(at)),
            nth,
        )
    }

    pub(super) fn customer(
        &self,
        nth: usize,
        is_meant: impl Fn(&Object<Customer>) -> bool,
    ) -> Option<usize> {
        let customers = self.objects.customers.iter().enumerate();
        pick(
            customers.filter_map(|(at, it)| is_meant(it).then_some(at)),
            nth,
        )
    }

    /// A customer to refer to: a new one, or a row.
    pub(super) fn reference(&self, nth: usize) -> Option<To> {
        let customers = self.objects.customers.iter().enumerate();
        let new = customers.filter(|(_, it)| it.state == State::New);
        let new = new.map(|(at, _)| to_new(at));
        pick(new.chain(self.rows().customers.keys().copied()), nth)
    }

    /// Adds an order, or something to one where there are some.
    pub(super) fn growing(&self, choice: &Choice) -> Option<Step> {
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

    pub(super) fn adding(&self, choice: &Choice) -> Option<Step> {
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

    pub(super) fn line(&self, choice: &Choice, nth: usize) -> Line {
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
    pub(super) fn invoice(&self, number: i64) -> Invoice {
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

    pub(super) fn editing(&self, choice: &Choice) -> Option<Step> {
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

    pub(super) fn editing_lines(&self, order: &Order, choice: &Choice) -> Option<Edit> {
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

    pub(super) fn editing_notes(&self, order: &Order, choice: &Choice) -> Option<Edit> {
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

    pub(super) fn editing_maps(&self, order: &Order, choice: &Choice) -> Option<Edit> {
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
    pub(super) fn moving(&self, choice: &Choice) -> Option<Step> {
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
    pub(super) fn removing(&self, nth: usize) -> Option<Step> {
        let is_same = |order: &Order| {
            let row = self.rows().orders.get(&order.id);
            row.is_some_and(|row| row.version == order.version)
        };
        let at = self.order(nth, |it| {
            it.is_live() || it.state == State::Expired && is_same(&it.entity)
        });
        at.map(Step::RemoveOrder)
    }
}
