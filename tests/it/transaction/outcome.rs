//! How a transaction ends: by its work, by a guard, by a panic, and by a commit that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use orm::prelude::*;
use orm::{Database, Error, Result, Value};

use super::{Calls, Note, assert_stopped, assert_texts, file, foreign, memory, stop};
use crate::database_file;

#[test]
fn ok_commits_and_err_rolls_back() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        let answer = db.transaction(|tx| {
            Note::new("kept").insert(tx)?;
            Ok(42)
        })?;
        assert_eq!(answer, 42);
        assert_stopped(&db.transaction(|tx| {
            Note::new("undone").insert(tx)?;
            Err::<(), _>(stop())
        }));
        assert_texts(&db, &["kept"]);
    }
    Ok(())
}

#[test]
fn a_panic_rolls_back_and_leaves_the_pool_usable() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        for _ in 0..3 {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                db.transaction(|tx| -> Result<()> {
                    Note::new("undone").insert(tx)?;
                    tx.transaction(|savepoint| Note::new("undone too").insert(savepoint))?;
                    panic!("told to panic")
                })
            }));
            assert!(panicked.is_err());
        }
        db.transaction(|tx| Note::new("kept").insert(tx))?;
        assert_texts(&db, &["kept"]);
    }
    Ok(())
}

#[test]
fn a_guard_that_is_dropped_rolls_back() -> Result<()> {
    let db = memory()?;
    {
        let tx = db.begin()?;
        Note::new("dropped").insert(&tx)?;
    }
    let tx = db.begin()?;
    Note::new("rolled back").insert(&tx)?;
    tx.rollback()?;
    let tx = db.begin()?;
    Note::new("committed").insert(&tx)?;
    tx.commit()?;
    assert_texts(&db, &["committed"]);
    Ok(())
}

#[test]
fn a_guard_outlives_the_database_that_it_came_from() -> Result<()> {
    let db = memory()?;
    let again = db.clone();
    let tx = db.begin()?;
    drop(db);
    Note::new("kept").insert(&tx)?;
    tx.commit()?;
    assert_texts(&again, &["kept"]);
    Ok(())
}

#[test]
fn a_transaction_that_is_forgotten_keeps_only_its_connection() -> Result<()> {
    let (_folder, path, db) = file()?;
    let tx = db.begin()?;
    Note::new("forgotten").insert(&tx)?;
    std::mem::forget(tx);
    assert!(matches!(db.begin(), Err(Error::ConnectionInUse)));
    assert_texts(&db, &[]);
    assert!(foreign(&path).execute_batch("BEGIN IMMEDIATE").is_err());
    Ok(())
}

#[derive(Debug)]
enum Failure {
    Database(Error),
    Empty,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

#[test]
fn work_may_have_an_error_type_of_its_own() -> Result<()> {
    let db = memory()?;
    let outcome: Result<(), Failure> = db.try_transaction(|tx| {
        Note::new("undone").insert(tx)?;
        Err(Failure::Empty)
    });
    assert!(matches!(outcome, Err(Failure::Empty)));

    let outcome: Result<i64, Failure> = db.try_transaction(|tx| {
        let inner: Result<(), Failure> = tx.try_transaction(|savepoint| {
            Note::new("undone").insert(savepoint)?;
            Err(Failure::Empty)
        });
        assert!(matches!(inner, Err(Failure::Empty)));
        let mut note = Note::new("kept");
        note.insert(tx)?;
        Ok(note.id)
    });
    assert!(matches!(outcome, Ok(1)), "{outcome:?}");

    let outcome: Result<(), Failure> = db.try_transaction(|tx| {
        Note::new("kept").insert(tx)?;
        Ok(())
    });
    let violated = matches!(
        &outcome,
        Err(Failure::Database(Error::UniqueViolation { .. }))
    );
    assert!(violated, "{outcome:?}");
    assert_texts(&db, &["kept"]);
    Ok(())
}

/// A database with a reference that is checked only at the commit.
fn deferred_reference() -> Result<Database> {
    let db = memory()?;
    db.execute(
        "CREATE TABLE replies (note_id REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)",
        &[],
    )?;
    Ok(db)
}

#[test]
fn a_commit_that_violates_a_deferred_reference_stores_nothing() -> Result<()> {
    let (db, calls) = (deferred_reference()?, Calls::default());
    let outcome = db.transaction(|tx| {
        calls.watch(tx, "transaction");
        Note::new("one").insert(tx)?;
        tx.transaction(|savepoint| {
            savepoint
                .execute("INSERT INTO replies VALUES (77)", &[])
                .map(drop)
        })?;
        Note::new("two").insert(tx)
    });
    assert!(
        matches!(outcome, Err(Error::ForeignKeyViolation { .. })),
        "{outcome:?}"
    );
    assert_eq!(calls.take(), ["transaction rolled back"]);
    assert_texts(&db, &[]);
    assert!(db.query("SELECT * FROM replies", &[])?.is_empty());

    db.transaction(|tx| {
        tx.execute("INSERT INTO replies VALUES (1)", &[])?;
        Note::new("late").insert(tx)
    })?;
    assert_texts(&db, &["late"]);
    Ok(())
}

#[test]
fn a_single_write_that_violates_a_deferred_reference_stores_nothing() -> Result<()> {
    let db = deferred_reference()?;
    let refused = db.execute("INSERT INTO replies VALUES (77)", &[]);
    assert!(matches!(refused, Err(Error::ForeignKeyViolation { .. })));
    assert!(db.query("SELECT * FROM replies", &[])?.is_empty());
    Ok(())
}

/// A commit needs the file for itself while a foreign file is in the rollback journal.
#[test]
fn a_commit_that_a_reader_keeps_waiting_stores_nothing() -> Result<()> {
    let (_folder, path) = database_file();
    let other = foreign(&path);
    let schema = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, votes INT)";
    other.execute_batch(schema).unwrap();
    other.execute_batch("BEGIN; SELECT * FROM notes").unwrap();
    let db = Database::sqlite(&path)
        .busy_timeout(Duration::ZERO)
        .open()?;
    let calls = Calls::default();
    let outcome = db.transaction(|tx| {
        calls.watch(tx, "transaction");
        Note::new("one").insert(tx)
    });
    assert!(matches!(outcome, Err(Error::Busy { .. })), "{outcome:?}");
    assert_eq!(calls.take(), ["transaction rolled back"]);
    other.execute_batch("COMMIT").unwrap();
    assert_texts(&db, &[]);
    db.transaction(|tx| Note::new("two").insert(tx))?;
    assert_texts(&db, &["two"]);
    Ok(())
}

#[test]
fn a_violation_does_not_end_the_transaction() -> Result<()> {
    let db = memory()?;
    db.transaction(|tx| {
        Note::new("one").insert(tx)?;
        assert!(matches!(
            Note::new("one").insert(tx),
            Err(Error::UniqueViolation { .. })
        ));
        let mut several = [Note::new("two"), Note::new("one")];
        let violated = Note::insert_many(tx, &mut several);
        assert!(matches!(violated, Err(Error::UniqueViolation { .. })));
        assert!(several.iter().all(|note| note.id == 0));
        Note::new("three").insert(tx)
    })?;
    assert_texts(&db, &["one", "three"]);
    Ok(())
}

#[test]
fn an_executor_can_be_either() -> Result<()> {
    fn add(db: &dyn Executor, text: &str) -> Result<()> {
        db.atomically(&mut |db| Note::new(text).insert(db))
    }

    let db = memory()?;
    add(&db, "database")?;
    db.transaction(|tx| {
        add(tx, "transaction")?;
        tx.transaction(|savepoint| add(savepoint, "savepoint"))
    })?;
    assert_texts(&db, &["database", "transaction", "savepoint"]);
    let rows = db.query("SELECT votes FROM notes", &[])?;
    assert!(rows.iter().flatten().all(|votes| *votes == Value::Int(0)));
    Ok(())
}

#[test]
fn an_interrupter_of_a_transaction_that_has_ended_interrupts_nobody() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    let interrupter = tx.interrupter()?;
    tx.commit()?;
    Note::insert_many(&db, &mut [Note::new("one"), Note::new("two")])?;
    let mut seen = 0;
    Note::query().for_each(&db, |_| {
        interrupter.interrupt();
        seen += 1;
        Ok(())
    })?;
    assert_eq!(seen, 2, "the connection belongs to somebody else now");
    Ok(())
}
