//! The session beside its model.

use std::collections::HashMap;

use orm::prelude::*;
use orm::{Database, Error, Handle, Ref, Savepoint, Session};
use proptest_state_machine::StateMachineTest;

use super::choice::{Choice, Step};
use super::edit::{each_key, each_reference, key, references, seen};
use super::model::Model;
use super::objects::{Object, State};
use super::shop::{
    Customer, CustomerMapper, InvoiceMapper, LabelMapper, LineMapper, MarkMapper, NoteMapper,
    Order, OrderMapper, To, new_of,
};

/// The session, and which row of the database each row of the model is.
pub(super) struct Machine {
    pub(super) session: Session<'static>,
    pub(super) customers: Vec<Handle<CustomerMapper>>,
    pub(super) orders: Vec<Handle<OrderMapper>>,
    pub(super) savepoints: Vec<Savepoint>,
    pub(super) ids: HashMap<i64, i64>,
}

impl Machine {
    pub(super) fn real(&self, id: i64) -> i64 {
        match id {
            0 => 0,
            _ => self.ids[&id],
        }
    }

    /// An aggregate of the model as the database has it, where references to new customers are one below zero.
    pub(super) fn expected(&self, order: &Order) -> Order {
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
    pub(super) fn reference(&self, to: To) -> Ref<CustomerMapper> {
        match new_of(to) {
            Some(at) => {
                let reference = self.session.reference(self.customers[at]);
                reference.expect("it is to be inserted")
            }
            None => Ref::to(self.real(to)),
        }
    }

    /// Notes the keys of what was inserted.
    pub(super) fn learn(&mut self, model: &Model) {
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

    pub(super) fn take(&mut self, step: &Step) -> orm::Result<()> {
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

    pub(super) fn take_in_transaction(&mut self, step: &Step) -> orm::Result<()> {
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
    pub(super) fn find(&mut self, step: &Step, model: &Model) {
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

    pub(super) fn check_customers(&self, model: &Model) {
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

    pub(super) fn check_orders(&self, model: &Model) {
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

    pub(super) fn assert_same(
        &self,
        found: &Order,
        of_model: &Order,
        what: &dyn std::fmt::Display,
    ) {
        let expected = self.expected(of_model);
        assert_eq!(*found, expected, "{what}");
        assert_eq!(references(found), references(&expected), "{what}");
    }

    pub(super) fn check_rows(&self, model: &Model) {
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

    pub(super) fn counts(&self) -> [usize; 5] {
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
pub(super) fn place<E>(objects: &[Object<E>], is_meant: impl Fn(&E) -> bool) -> Option<usize> {
    let mut objects = objects.iter();
    objects.position(|it| it.state == State::Stored && is_meant(&it.base))
}

/// Whether an error is one that the model knows of.
pub(super) fn is_expected(error: &Error) -> bool {
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
