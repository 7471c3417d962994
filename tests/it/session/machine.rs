//! Random programs against a session, beside a model of what it has to do: after every step all objects, and all rows
//! that the session sees, are those of the model.
//!
//! `ORM_TEST_SESSION` says how many steps there are in all.

use std::collections::{BTreeMap, HashMap};

use orm::prelude::*;
use orm::{Database, Error, Handle, Savepoint, Session};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// The steps of one program.
const STEPS: usize = 50;

macro_rules! tables {
    ($($Entity:ident $Mapper:ident $table:literal { $($key:tt)* } { $($reference:tt)* } { $($number:tt)* })*) => {
        $(
            #[derive(Debug, Clone, PartialEq, Mapper)]
            #[orm(table = $table)]
            struct $Entity {
                #[orm(primary_key $($key)*)]
                id: i64,
                $($reference)*
                reference: Option<i64>,
                $($number)*
                number: i64,
            }
        )*

        /// A handle of one of the mappers.
        #[derive(Debug, Clone, Copy)]
        enum AnyHandle {
            $($Entity(Handle<$Mapper>),)*
        }

        /// Runs the same code for the mapper of a handle.
        macro_rules! with_handle {
            ($any:expr, $handle:ident => $work:expr) => {
                match $any {
                    $(AnyHandle::$Entity($handle) => $work,)*
                }
            };
        }
    };
}

tables! {
    Team TeamMapper "teams" {} {} {}
    Member MemberMapper "members" { (assigned) } { #[orm(references(TeamMapper))] } {}
    Node NodeMapper "nodes" { (assigned) } { #[orm(references(NodeMapper))] } { #[orm(unique)] }
    Desk DeskMapper "desks" {} { #[orm(references(MemberMapper))] } {}
    Tag TagMapper "tags" { (assigned) } { #[orm(references(NodeMapper))] } {}
}

/// The tables, by their places in the list above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Team,
    Member,
    Node,
    Desk,
    Tag,
}

const KINDS: [Kind; 5] = [Kind::Team, Kind::Member, Kind::Node, Kind::Desk, Kind::Tag];

impl Kind {
    /// Whether the database makes its keys.
    fn is_numbered(self) -> bool {
        matches!(self, Self::Team | Self::Desk)
    }

    fn target(self) -> Option<Self> {
        match self {
            Self::Team => None,
            Self::Member => Some(Self::Team),
            Self::Node | Self::Tag => Some(Self::Node),
            Self::Desk => Some(Self::Member),
        }
    }
}

/// What a row holds beside its key.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    reference: Option<i64>,
    number: i64,
}

/// Keys of numbered rows are those of the model, which knows which row of the database each is.
type Rows = BTreeMap<(Kind, i64), Row>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Stored,
    /// It was read in a transaction that was rolled back.
    Expired,
    Removed,
    Gone,
    Detached,
    /// Its handle is no longer known.
    Dropped,
}

#[derive(Debug, Clone)]
struct Object {
    kind: Kind,
    id: Option<i64>,
    row: Row,
    state: State,
    /// What it was at the last flush.
    base: Row,
    /// What it was when it was inserted, or read.
    origin: Row,
    is_added: bool,
    /// How often it was read in a transaction.
    reads: u32,
}

impl Object {
    fn is_changed(&self) -> bool {
        self.state == State::Stored && self.row != self.base
    }
}

/// A step of a program, with everything resolved.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Nothing,
    Add(Kind, Option<i64>, Row),
    Find(Kind, i64),
    Change(usize, Row),
    Remove(usize),
    Refresh(usize),
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
    which: usize,
    kind: usize,
    reference: usize,
    number: i64,
}

#[derive(Debug, Clone, Default)]
struct Model {
    committed: Rows,
    open: Option<Rows>,
    objects: Vec<Object>,
    /// The objects when the transaction could last have begun.
    begin: Vec<Object>,
    savepoints: Vec<(Rows, Vec<Object>)>,
    next_id: i64,
    next_number: i64,
    last: Option<(Step, bool)>,
    /// All steps so far, for whoever has to understand a failure.
    steps: Vec<Step>,
}

impl Model {
    fn rows(&self) -> &Rows {
        self.open.as_ref().unwrap_or(&self.committed)
    }

    fn has_work(&self) -> bool {
        let mut objects = self.objects.iter();
        objects.any(|it| matches!(it.state, State::New | State::Removed) || it.is_changed())
    }

    /// The object of a row.
    fn object_of(&self, kind: Kind, id: i64) -> Option<usize> {
        self.objects.iter().position(|it| {
            let is_live = matches!(it.state, State::Stored | State::Expired | State::Removed);
            is_live && it.kind == kind && it.id == Some(id)
        })
    }

    /// What a choice comes to; nothing where the model could not tell what has to happen.
    fn resolve(&self, choice: &Choice) -> Step {
        let kind = KINDS[choice.kind % KINDS.len()];
        let at = (!self.objects.is_empty()).then(|| choice.which % self.objects.len().max(1));
        let state = at.map(|at| self.objects[at].state);
        match (choice.step, at, state) {
            (0..=5, ..) => self.adding(kind, choice),
            (6..=8, ..) => {
                let rows: Vec<_> = self.rows().keys().copied().collect();
                match rows.get(choice.which % rows.len().max(1)) {
                    Some(&(kind, id)) => Step::Find(kind, id),
                    None => Step::Nothing,
                }
            }
            (9..=14, Some(at), Some(State::New | State::Stored)) => {
                let object = &self.objects[at];
                let reference = self.reference(object.kind, choice.reference);
                let number = self.next_number;
                Step::Change(at, Row { reference, number })
            }
            (15..=17, Some(at), Some(State::New | State::Stored)) => Step::Remove(at),
            (18, Some(at), Some(State::Stored | State::Expired)) => Step::Refresh(at),
            (19..=21, ..) if self.is_predictable() => Step::Flush,
            (22 | 23, ..) if self.is_predictable() => Step::Commit,
            (24, ..) => Step::Rollback,
            (25, ..) if self.is_predictable() => Step::Savepoint,
            (26, ..) if !self.savepoints.is_empty() => {
                Step::RollbackTo(choice.which % self.savepoints.len())
            }
            (27, ..) if !self.savepoints.is_empty() => {
                Step::Release(choice.which % self.savepoints.len())
            }
            _ => Step::Nothing,
        }
    }

    fn adding(&self, kind: Kind, choice: &Choice) -> Step {
        let id = (!kind.is_numbered()).then_some(choice.number % 7 + 1);
        let reference = self.reference(kind, choice.reference);
        let number = if choice.number % 3 == 0 {
            self.next_number
        } else {
            choice.number % 7
        };
        if self.takes_the_place(kind, id, number) {
            return Step::Nothing;
        }
        Step::Add(kind, id, Row { reference, number })
    }

    /// Whether a new row would have what another one leaves in the same flush, which is tried elsewhere.
    fn takes_the_place(&self, kind: Kind, id: Option<i64>, number: i64) -> bool {
        self.objects.iter().any(|it| {
            let is_leaving = it.state == State::Removed || it.is_changed();
            let is_same = id.is_some() && it.id == id || it.base.number == number;
            is_leaving && it.kind == kind && is_same
        })
    }

    /// A row to refer to: none, one that is there or is to be, or, now and then, one that is not.
    fn reference(&self, kind: Kind, choice: usize) -> Option<i64> {
        let target = kind.target()?;
        let objects = self.objects.iter().filter(|it| it.kind == target);
        let added = objects
            .filter(|it| it.state == State::New)
            .filter_map(|it| it.id);
        let stored = self
            .rows()
            .keys()
            .filter(|(kind, _)| *kind == target)
            .map(|(_, id)| *id);
        let mut all: Vec<Option<i64>> = stored.chain(added).map(Some).collect();
        all.push(None);
        if !target.is_numbered() {
            all.push(Some(9));
        }
        all[choice % all.len()]
    }

    /// Whether no reference leads to a numbered row that is gone, whose number may be another row's now.
    fn is_predictable(&self) -> bool {
        let makes_room = self.objects.iter().any(|it| {
            it.state == State::New && self.takes_the_place(it.kind, it.id, it.row.number)
        });
        !makes_room
            && self.objects.iter().all(|it| {
                let target = it.kind.target().filter(|target| target.is_numbered());
                match (target, it.row.reference) {
                    (Some(target), Some(id)) if it.state == State::New || it.is_changed() => {
                        self.rows().contains_key(&(target, id))
                    }
                    _ => true,
                }
            })
    }

    /// Writes what has changed, if the database lets it.
    fn flush(&mut self) -> bool {
        if !self.has_work() {
            return true;
        }
        let mut rows = self.rows().clone();
        let mut objects = self.objects.clone();
        let mut next_id = self.next_id;
        for it in objects.iter_mut().filter(|it| it.state == State::New) {
            let id = it.id.unwrap_or_else(|| {
                next_id += 1;
                1000 + next_id
            });
            if rows.insert((it.kind, id), it.row).is_some() {
                return false;
            }
            (it.id, it.state, it.base, it.origin) = (Some(id), State::Stored, it.row, it.row);
        }
        for it in objects.iter_mut().filter(|it| it.is_changed()) {
            rows.insert((it.kind, it.id.unwrap_or_default()), it.row);
            it.base = it.row;
        }
        for it in objects.iter_mut().filter(|it| it.state == State::Removed) {
            rows.remove(&(it.kind, it.id.unwrap_or_default()));
            it.state = State::Gone;
        }
        if !is_valid(&rows) {
            return false;
        }
        (self.objects, self.open, self.next_id) = (objects, Some(rows), next_id);
        true
    }

    /// Lets the objects be what they were at some point.
    fn go_back(&mut self, before: &[Object]) {
        for (at, it) in self.objects.iter_mut().enumerate() {
            if let Some(before) = before.get(at) {
                let was_read = it.reads != before.reads;
                *it = Object {
                    reads: it.reads,
                    ..before.clone()
                };
                if was_read && it.state == State::Stored {
                    it.state = State::Expired;
                }
                continue;
            }
            if it.state == State::Dropped {
                continue;
            }
            if it.is_added {
                if it.state != State::New && it.state != State::Detached {
                    it.row = it.origin;
                }
                it.state = State::Detached;
                if it.kind.is_numbered() {
                    it.id = None;
                }
            } else {
                it.row = it.origin;
                it.base = it.origin;
                it.state = if it.reads > 0 {
                    State::Expired
                } else {
                    State::Stored
                };
            }
        }
    }

    fn take(&mut self, step: &Step) -> bool {
        match *step {
            Step::Nothing => {}
            Step::Add(kind, id, row) => {
                self.next_number += 1;
                self.objects.push(Object {
                    kind,
                    id,
                    row,
                    state: State::New,
                    base: row,
                    origin: row,
                    is_added: true,
                    reads: 0,
                });
            }
            Step::Find(kind, id) => self.find(kind, id),
            Step::Change(at, row) => {
                self.next_number += 1;
                self.objects[at].row = row;
            }
            Step::Remove(at) => {
                let object = &mut self.objects[at];
                object.state = match object.state {
                    State::New => State::Detached,
                    _ => State::Removed,
                };
            }
            Step::Refresh(at) => return self.refresh(at),
            Step::Flush => return self.flush(),
            Step::Commit => {
                if !self.flush() {
                    return false;
                }
                self.committed = self.rows().clone();
                self.open = None;
                self.savepoints.clear();
                for it in self.objects.iter_mut().filter(|it| it.state == State::Gone) {
                    it.state = State::Dropped;
                }
                self.begin.clone_from(&self.objects);
            }
            Step::Rollback => {
                let begin = std::mem::take(&mut self.begin);
                self.go_back(&begin);
                self.open = None;
                self.savepoints.clear();
                self.begin.clone_from(&self.objects);
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
                self.go_back(&objects);
                self.open = Some(rows);
            }
            Step::Release(nth) => self.savepoints.truncate(nth),
        }
        true
    }

    fn find(&mut self, kind: Kind, id: i64) {
        let row = self.rows()[&(kind, id)];
        let reads = u32::from(self.open.is_some());
        match self.object_of(kind, id) {
            Some(at) if self.objects[at].state == State::Expired => {
                self.refresh(at);
            }
            Some(_) => {}
            None => self.objects.push(Object {
                kind,
                id: Some(id),
                row,
                state: State::Stored,
                base: row,
                origin: row,
                is_added: false,
                reads,
            }),
        }
    }

    fn refresh(&mut self, at: usize) -> bool {
        let is_open = self.open.is_some();
        let object = &self.objects[at];
        let key = (object.kind, object.id.unwrap_or_default());
        let Some(&row) = self.rows().get(&key) else {
            return false;
        };
        let object = &mut self.objects[at];
        (object.row, object.base, object.state) = (row, row, State::Stored);
        object.reads += u32::from(is_open);
        if !is_open {
            object.origin = row;
        }
        true
    }
}

/// Whether the constraints hold.
fn is_valid(rows: &Rows) -> bool {
    let refers = |(&(kind, _), row): (&(Kind, i64), &Row)| match (kind.target(), row.reference) {
        (Some(target), Some(id)) => rows.contains_key(&(target, id)),
        _ => true,
    };
    let mut numbers: Vec<i64> = Vec::new();
    numbers.extend(
        rows.iter()
            .filter(|((kind, _), _)| *kind == Kind::Node)
            .map(|(_, row)| row.number),
    );
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    rows.iter().all(refers) && numbers.len() == count
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Choice;

    fn init_state() -> BoxedStrategy<Self> {
        let next_number = 100;
        Just(Self {
            next_number,
            ..Self::default()
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Choice> {
        (0..28u8, 0..64usize, 0..5usize, 0..32usize, 0..64i64)
            .prop_map(|(step, which, kind, reference, number)| Choice {
                step,
                which,
                kind,
                reference,
                number,
            })
            .boxed()
    }

    fn apply(mut state: Self, choice: &Choice) -> Self {
        let step = state.resolve(choice);
        let is_done = state.take(&step);
        state.steps.push(step.clone());
        state.last = Some((step, is_done));
        state
    }
}

/// The session, and which row of the database each numbered row of the model is.
struct Machine {
    session: Session<'static>,
    handles: Vec<AnyHandle>,
    savepoints: Vec<Savepoint>,
    ids: HashMap<(Kind, i64), i64>,
}

impl Machine {
    fn real(&self, kind: Kind, id: Option<i64>) -> Option<i64> {
        let id = id?;
        Some(if kind.is_numbered() {
            self.ids[&(kind, id)]
        } else {
            id
        })
    }

    fn reference(&self, kind: Kind, row: Row) -> Option<i64> {
        self.real(kind.target()?, row.reference)
    }

    fn add(&mut self, kind: Kind, id: i64, row: Row) -> AnyHandle {
        let (reference, number) = (self.reference(kind, row), row.number);
        macro_rules! add {
            ($Entity:ident) => {
                AnyHandle::$Entity(
                    self.session
                        .add($Entity {
                            id,
                            reference,
                            number,
                        })
                        .expect("there is room"),
                )
            };
        }
        match kind {
            Kind::Team => add!(Team),
            Kind::Member => add!(Member),
            Kind::Node => add!(Node),
            Kind::Desk => add!(Desk),
            Kind::Tag => add!(Tag),
        }
    }

    fn find(&mut self, kind: Kind, id: i64) -> orm::Result<Option<AnyHandle>> {
        let id = self.real(kind, Some(id)).expect("a key");
        let session = &mut self.session;
        Ok(match kind {
            Kind::Team => session.find::<TeamMapper>(id)?.map(AnyHandle::Team),
            Kind::Member => session.find::<MemberMapper>(id)?.map(AnyHandle::Member),
            Kind::Node => session.find::<NodeMapper>(id)?.map(AnyHandle::Node),
            Kind::Desk => session.find::<DeskMapper>(id)?.map(AnyHandle::Desk),
            Kind::Tag => session.find::<TagMapper>(id)?.map(AnyHandle::Tag),
        })
    }

    /// The key of an object, and its row, with the reference as the database has it.
    fn object(&self, at: usize) -> orm::Result<(i64, Option<i64>, i64)> {
        with_handle!(self.handles[at], handle => {
            let it = self.session.get_ref(handle)?;
            Ok((it.id, it.reference, it.number))
        })
    }

    /// The rows of a table as the session sees them.
    fn stored(&self, kind: Kind) -> Vec<(i64, Option<i64>, i64)> {
        macro_rules! stored {
            ($Mapper:ident) => {
                $Mapper::query()
                    .order_by($Mapper::ID)
                    .select(($Mapper::ID, $Mapper::REFERENCE, $Mapper::NUMBER))
                    .all(&self.session)
                    .expect("the table is there")
            };
        }
        match kind {
            Kind::Team => stored!(TeamMapper),
            Kind::Member => stored!(MemberMapper),
            Kind::Node => stored!(NodeMapper),
            Kind::Desk => stored!(DeskMapper),
            Kind::Tag => stored!(TagMapper),
        }
    }

    /// Takes a step, and says whether it was done.
    fn take(&mut self, step: &Step) -> bool {
        let outcome = match *step {
            Step::Nothing => Ok(()),
            Step::Add(kind, id, row) => {
                let added = self.add(kind, id.unwrap_or_default(), row);
                self.handles.push(added);
                Ok(())
            }
            Step::Find(..) => return true,
            Step::Change(at, row) => {
                let kind = kind_of(self.handles[at]);
                let reference = self.reference(kind, row);
                with_handle!(self.handles[at], handle => {
                    let it = self.session.get_mut(handle).expect("it is there");
                    (it.reference, it.number) = (reference, row.number);
                });
                Ok(())
            }
            Step::Remove(at) => {
                with_handle!(self.handles[at], handle => self.session.remove(handle))
            }
            Step::Refresh(at) => {
                with_handle!(self.handles[at], handle => self.session.refresh(handle))
            }
            Step::Flush => self.session.flush(),
            Step::Commit => {
                let committed = self.session.commit();
                if committed.is_ok() {
                    self.savepoints.clear();
                }
                committed
            }
            Step::Rollback => {
                self.savepoints.clear();
                self.session.rollback()
            }
            Step::Savepoint => self
                .session
                .savepoint()
                .map(|made| self.savepoints.push(made)),
            Step::RollbackTo(nth) => {
                let savepoint = self.savepoints[nth];
                self.savepoints.truncate(nth);
                self.session.rollback_to(savepoint)
            }
            Step::Release(nth) => {
                let savepoint = self.savepoints[nth];
                self.savepoints.truncate(nth);
                self.session.release(savepoint)
            }
        };
        if let Err(error) = &outcome {
            let is_expected = matches!(
                error,
                Error::UniqueViolation { .. }
                    | Error::ForeignKeyViolation { .. }
                    | Error::NotFound { .. }
            );
            assert!(is_expected, "{step:?}: {error:?}");
        }
        outcome.is_ok()
    }
}

fn kind_of(handle: AnyHandle) -> Kind {
    match handle {
        AnyHandle::Team(_) => Kind::Team,
        AnyHandle::Member(_) => Kind::Member,
        AnyHandle::Node(_) => Kind::Node,
        AnyHandle::Desk(_) => Kind::Desk,
        AnyHandle::Tag(_) => Kind::Tag,
    }
}

impl StateMachineTest for Machine {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let db = Database::open("sqlite::memory:").expect("memory");
        let tables = orm::schema![TeamMapper, MemberMapper, NodeMapper, DeskMapper, TagMapper];
        db.create_tables(tables).expect("the tables are right");
        let db: &'static Database = Box::leak(Box::new(db));
        Self {
            session: Session::new(db).autoflush(false),
            handles: Vec::new(),
            savepoints: Vec::new(),
            ids: HashMap::new(),
        }
    }

    fn apply(mut machine: Self, model: &Model, _: Choice) -> Self {
        let Some((step, is_done)) = &model.last else {
            return machine;
        };
        if let Step::Find(kind, id) = *step {
            let found = machine.find(kind, id).expect("it can be read");
            let at = model.object_of(kind, id);
            let at = at.filter(|at| model.objects[*at].state != State::Removed);
            assert_eq!(found.is_some(), at.is_some(), "{step:?}");
            if let Some(found) = found.filter(|_| machine.handles.len() < model.objects.len()) {
                machine.handles.push(found);
            }
        }
        assert_eq!(machine.take(step), *is_done, "{step:?} of {model:#?}");
        for (at, object) in model.objects.iter().enumerate() {
            if let (State::Stored, true, Some(id)) =
                (object.state, object.kind.is_numbered(), object.id)
                && !machine.ids.contains_key(&(object.kind, id))
            {
                let (real, ..) = machine.object(at).expect("it is there");
                machine.ids.insert((object.kind, id), real);
            }
        }
        machine
    }

    fn check_invariants(machine: &Self, model: &Model) {
        for (at, object) in model.objects.iter().enumerate() {
            let found = machine.object(at);
            match object.state {
                State::Dropped => assert!(matches!(found, Err(Error::UnknownHandle { .. }))),
                State::Expired => {}
                _ => {
                    let id = machine.real(object.kind, object.id).unwrap_or_default();
                    let reference = machine.reference(object.kind, object.row);
                    let expected = (id, reference, object.row.number);
                    assert_eq!(found.ok(), Some(expected), "object {at} of {model:#?}");
                }
            }
            let is_modified =
                with_handle!(machine.handles[at], handle => machine.session.is_modified(handle));
            if object.state == State::Stored {
                assert_eq!(
                    is_modified.ok(),
                    Some(object.is_changed()),
                    "object {at} of {model:#?}"
                );
            }
        }
        for kind in KINDS {
            let rows = model.rows().iter().filter(|((of, _), _)| *of == kind);
            let mut expected: Vec<_> = rows
                .map(|(&(_, id), row)| {
                    let id = machine.real(kind, Some(id)).expect("it was inserted");
                    (id, machine.reference(kind, *row), row.number)
                })
                .collect();
            expected.sort_unstable();
            assert_eq!(machine.stored(kind), expected, "{kind:?} of {model:#?}");
        }
    }
}

#[test]
fn a_session_does_what_the_model_does() {
    let steps = std::env::var("ORM_TEST_SESSION").ok();
    let steps: usize = steps.and_then(|steps| steps.parse().ok()).unwrap_or(20_000);
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
