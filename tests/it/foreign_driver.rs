//! The seam, used from outside the library: a driver without a database behind it, which can be told to
//! fail. The recorder is another one, which wraps SQLite.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use orm::driver::sqlite::SqliteDialect;
use orm::driver::{
    Batch, Connection, Connector, Dialect, OnRow, Params, PoolLimits, Reference, Statement,
    TransactionState, Write,
};
use orm::error::DriverError;
use orm::prelude::*;
use orm::{Behavior, Database, Error, Interrupter, Result, TransactionOptions, Value};

use crate::recorder::recorded;

#[derive(Debug, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

impl Note {
    fn new(text: &str) -> Self {
        Self {
            id: 0,
            text: text.into(),
        }
    }
}

#[test]
fn a_driver_outside_the_library_sees_every_statement() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Note])?;
    let mut note = Note::new("first");
    note.save(&db)?;
    note.text = "changed".into();
    note.save(&db)?;
    Note::insert_many(&db, &mut [Note::new("second"), Note::new("third")])?;
    assert_eq!(Note::get(&db, note.id)?.text, "changed");
    note.delete(&db)?;

    let expected = [
        r#"INSERT INTO "notes" ("text") VALUES (?)"#,
        r#"UPDATE "notes" SET "text" = ? WHERE "notes"."id" = ?"#,
        "BEGIN",
        r#"INSERT INTO "notes" ("text") VALUES (?) × 2"#,
        "COMMIT",
        r#"SELECT "notes"."id", "notes"."text" FROM "notes" WHERE "notes"."id" = ?"#,
        r#"DELETE FROM "notes" WHERE "notes"."id" = ?"#,
    ];
    assert_eq!(log.take(), expected);
    assert_eq!(Note::count(&db)?, 2);
    Ok(())
}

/// What a connection can be told not to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Open,
    Commit,
    RollBack,
    Reset,
}

/// What a fake driver is to do, and what it has done.
#[derive(Debug, Default)]
struct Script {
    opened: usize,
    refused: Vec<Step>,
    panic_when_opened: bool,
    /// The state that a server would be in after a statement.
    after_a_statement: Option<TransactionState>,
    log: Vec<String>,
}

/// A driver without a database: a statement changes one row, a query finds none.
#[derive(Debug, Clone, Default)]
struct Fake(Arc<Mutex<Script>>);

impl Fake {
    fn open(&self) -> Result<Database> {
        let builder = Database::builder().pool_timeout(Duration::from_millis(20));
        builder.connect(self.clone())
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on these steps fail, and no others.
    fn refuse(&self, steps: &[Step]) {
        self.script().refused = steps.to_vec();
    }

    /// What was asked of the connections since the last call.
    fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.script().log)
    }

    fn new_connection(&self) -> Result<Box<dyn Connection + Send>> {
        let mut script = self.script();
        assert!(!script.panic_when_opened, "told to panic");
        if script.refused.contains(&Step::Open) {
            return Err(broken());
        }
        script.opened += 1;
        Ok(Box::new(FakeConnection {
            driver: self.clone(),
            state: TransactionState::Idle,
        }))
    }
}

fn broken() -> Error {
    let source = DriverError::new("08006", "the connection broke");
    Error::Connection { source }
}

impl Connector for Fake {
    fn connect(&self) -> Result<Box<dyn Connection + Send>> {
        self.new_connection()
    }

    fn connect_reader(&self) -> Result<Box<dyn Connection + Send>> {
        self.new_connection()
    }

    fn limits(&self) -> PoolLimits {
        PoolLimits {
            writers: 2,
            readers: 0,
        }
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }
}

struct FakeConnection {
    driver: Fake,
    state: TransactionState,
}

impl FakeConnection {
    fn attempt(&self, step: Step) -> Result<()> {
        if self.driver.script().refused.contains(&step) {
            return Err(broken());
        }
        Ok(())
    }

    fn log(&self, entry: impl Into<String>) {
        self.driver.script().log.push(entry.into());
    }

    fn run(&mut self, text: &str) {
        self.log(text);
        if let Some(state) = self.driver.script().after_a_statement {
            self.state = state;
        }
    }

    fn end(&mut self, text: &str, step: Step) -> Result<()> {
        self.log(text);
        self.attempt(step)?;
        self.state = TransactionState::Idle;
        Ok(())
    }
}

impl Connection for FakeConnection {
    fn execute(&mut self, statement: Statement<'_>, _: &dyn Params) -> Result<u64> {
        self.run(statement.text);
        Ok(1)
    }

    fn query(&mut self, statement: Statement<'_>, _: &dyn Params, _: OnRow<'_>) -> Result<()> {
        self.run(statement.text);
        Ok(())
    }

    /// Hands back the key 7 for every new row.
    fn write(&mut self, write: &Write<'_>, _: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
        self.run(write.statement.text);
        let made = [Value::Int(7)];
        let _ = on_row(&write.statement.row(&made))?;
        Ok(1)
    }

    fn write_batch(
        &mut self,
        write: &Write<'_>,
        batch: &dyn Batch,
        returned: &mut Vec<Value>,
    ) -> Result<()> {
        for row in 0..batch.rows() {
            batch.with_row(row, &mut |params| {
                assert_eq!(params.count(), 1);
                assert_eq!(params.target(0), ("notes", "text"));
                Ok(())
            })?;
            self.run(write.statement.text);
            returned.push(Value::Int(7));
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.run(sql);
        Ok(())
    }

    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
        let access = if read_only { " read only" } else { "" };
        self.log(format!("BEGIN {behavior:?}{access}"));
        self.state = TransactionState::Open;
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        self.end("COMMIT", Step::Commit)
    }

    fn rollback(&mut self) -> Result<()> {
        self.end("ROLLBACK", Step::RollBack)
    }

    fn hold_statements(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        work(self)
    }

    fn transaction_state(&self) -> TransactionState {
        self.state
    }

    fn reset(&mut self) -> Result<()> {
        self.attempt(Step::Reset)
    }

    fn references(&mut self, _: &str) -> Result<Vec<Reference>> {
        Ok(Vec::new())
    }

    fn max_parameters(&self) -> usize {
        100
    }

    fn interrupter(&self) -> Interrupter {
        Interrupter::new(|| {})
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }
}

#[test]
fn a_driver_needs_no_sqlite_behind_it() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    let mut note = Note::new("one");
    note.insert(&db)?;
    assert_eq!(note.id, 7);
    assert!(Note::find(&db, 7)?.is_none());

    let mut notes = [Note::new("two"), Note::new("three")];
    Note::insert_many(&db, &mut notes)?;
    assert_eq!(notes.map(|note| note.id), [7, 7]);
    Ok(())
}

#[test]
fn a_connection_is_used_again_after_a_transaction() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    db.transaction(|tx| Note::new("one").insert(tx))?;
    db.begin()?.rollback()?;
    drop(db.begin()?);
    assert_eq!(fake.script().opened, 1);
    Ok(())
}

#[test]
fn a_connection_that_cannot_roll_back_is_not_used_again() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.refuse(&[Step::RollBack]);
    let rolled_back = db.begin()?.rollback();
    assert!(matches!(rolled_back, Err(Error::Connection { .. })));

    db.execute("SELECT 1", &[])?;
    assert_eq!(fake.script().opened, 2);
    Ok(())
}

#[test]
fn a_commit_that_fails_is_rolled_back() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.refuse(&[Step::Commit]);
    let committed = db.transaction(|tx| Note::new("one").insert(tx));
    assert!(matches!(committed, Err(Error::Connection { .. })));
    assert_eq!(
        fake.take_log()[2..],
        ["COMMIT".to_owned(), "ROLLBACK".to_owned()]
    );
    assert_eq!(fake.script().opened, 1);
    Ok(())
}

#[test]
fn a_connection_that_neither_commits_nor_rolls_back_is_not_used_again() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.refuse(&[Step::Commit, Step::RollBack]);
    let committed = db.transaction(|_| Ok(()));
    assert!(matches!(committed, Err(Error::Connection { .. })));

    db.execute("SELECT 1", &[])?;
    assert_eq!(fake.script().opened, 2);
    Ok(())
}

#[test]
fn a_connection_that_cannot_be_reset_is_not_used_again() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.refuse(&[Step::Reset]);
    db.execute("SELECT 1", &[])?;
    db.execute("SELECT 2", &[])?;
    assert_eq!(fake.script().opened, 2);
    Ok(())
}

#[test]
fn a_statement_that_leaves_a_transaction_open_costs_the_connection() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.script().after_a_statement = Some(TransactionState::Open);
    fake.refuse(&[Step::RollBack]);
    db.execute("SELECT 1", &[])?;
    fake.script().after_a_statement = None;
    db.execute("SELECT 2", &[])?;
    assert_eq!(fake.script().opened, 2);
    Ok(())
}

#[test]
fn a_transaction_that_the_server_ended_is_lost_even_after_a_success() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.script().after_a_statement = Some(TransactionState::Idle);
    let tx = db.begin()?;
    let inserted = Note::new("one").insert(&tx);
    assert!(matches!(inserted, Err(Error::TransactionLost)));
    assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
    assert!(!fake.take_log().contains(&"COMMIT".to_owned()));
    Ok(())
}

/// A driver whose connections have failed transactions refuses to commit them; the library leaves it
/// the last word and rolls back.
#[test]
fn a_failed_transaction_is_rolled_back() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    fake.script().after_a_statement = Some(TransactionState::Failed);
    fake.refuse(&[Step::Commit]);
    let committed = db.transaction(|tx| Note::new("one").insert(tx));
    assert!(matches!(committed, Err(Error::Connection { .. })));
    assert_eq!(fake.take_log().last(), Some(&"ROLLBACK".to_owned()));
    Ok(())
}

#[test]
fn a_connection_that_cannot_be_opened_does_not_take_up_its_place() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    let _held = db.begin()?;
    fake.refuse(&[Step::Open]);
    for _ in 0..3 {
        assert!(matches!(db.begin(), Err(Error::Connection { .. })));
    }
    fake.refuse(&[]);
    db.execute("SELECT 1", &[])?;
    Ok(())
}

#[test]
fn a_driver_that_panics_while_opening_does_not_take_up_the_place() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    let _held = db.begin()?;
    fake.script().panic_when_opened = true;
    for _ in 0..3 {
        let begun = catch_unwind(AssertUnwindSafe(|| db.begin().map(drop)));
        assert!(begun.is_err(), "the panic is the caller's");
    }
    fake.script().panic_when_opened = false;
    db.execute("SELECT 1", &[])?;
    Ok(())
}

#[test]
fn a_driver_may_have_several_connections_that_write() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    let first = db.begin()?;
    let second = db.begin()?;
    assert!(matches!(db.begin(), Err(Error::ConnectionInUse)));
    drop(first);
    db.begin()?.commit()?;
    second.commit()?;
    assert_eq!(fake.script().opened, 2);
    Ok(())
}

#[test]
fn a_transaction_is_these_statements() -> Result<()> {
    let fake = Fake::default();
    let db = fake.open()?;
    db.transaction(|tx| {
        tx.transaction(|savepoint| savepoint.transaction(|_| Ok(())))?;
        let undone = tx.transaction(|_| Err::<(), _>(broken()));
        assert!(undone.is_err());
        Ok(())
    })?;
    let options = TransactionOptions::new();
    db.transaction_with(options.behavior(Behavior::Deferred), |_| Ok(()))?;
    drop(db.begin_with(options.behavior(Behavior::Exclusive))?);
    db.transaction_with(options.read_only(), |_| Ok(()))?;
    let expected = [
        "BEGIN Immediate",
        "SAVEPOINT orm_1",
        "SAVEPOINT orm_2",
        "RELEASE orm_2",
        "RELEASE orm_1",
        "SAVEPOINT orm_1",
        "ROLLBACK TO orm_1; RELEASE orm_1",
        "COMMIT",
        "BEGIN Deferred",
        "COMMIT",
        "BEGIN Exclusive",
        "ROLLBACK",
        "BEGIN Immediate read only",
        "COMMIT",
    ];
    assert_eq!(fake.take_log(), expected);
    Ok(())
}

/// Whoever waits must not go on waiting for a connection that will not come back.
#[test]
fn a_connection_that_is_dropped_makes_room_for_a_new_one() -> Result<()> {
    let fake = Fake::default();
    let builder = Database::builder().pool_timeout(Duration::from_mins(1));
    let db = builder.connect(fake.clone())?;
    for _ in 0..20 {
        let (first, second) = (db.begin()?, db.begin()?);
        fake.refuse(&[Step::Reset]);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| db.execute("SELECT 1", &[]));
            drop(first);
            waiting.join().unwrap()
        })?;
        fake.refuse(&[]);
        second.commit()?;
    }
    Ok(())
}
