//! The connections that callers share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Note, database_with_a_note, readers_at_once};

#[test]
fn a_database_can_be_shared_between_threads() {
    fn assert_shared<T: Clone + Send + Sync + 'static>() {}

    assert_shared::<Database>();
}

#[test]
fn a_file_has_as_many_readers_as_were_asked_for() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    for readers in 1..=5 {
        let db = Database::sqlite(&path).readers(readers).open()?;
        assert_eq!(readers_at_once(&db), readers);
    }
    let db = Database::sqlite(&path).read_only().readers(0).open()?;
    assert_eq!(
        readers_at_once(&db),
        1,
        "somebody has to read a read-only file"
    );
    let db = Database::sqlite(&path).open()?;
    assert!(readers_at_once(&db) >= 4);
    Ok(())
}

#[test]
fn without_readers_the_writer_reads() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).readers(0).open()?;
    assert_eq!(readers_at_once(&db), 1);
    let _tx = db.begin()?;
    assert!(matches!(Note::count(&db), Err(Error::ConnectionInUse)));
    Ok(())
}

#[test]
fn a_call_without_a_connection_in_time_says_so() -> Result<()> {
    let db = Database::open("sqlite::memory:?pool_timeout=15")?;
    let (held, is_held) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    let holder = db.clone();
    let thread = thread::spawn(move || {
        holder.transaction(|_| {
            held.send(()).unwrap();
            is_done.recv().unwrap();
            Ok(())
        })
    });
    is_held.recv().unwrap();
    match db.execute("SELECT 1", &[]) {
        Err(Error::PoolTimeout { waited }) => assert!(waited >= Duration::from_millis(15)),
        other => panic!("{other:?}"),
    }
    done.send(()).unwrap();
    thread.join().unwrap()?;
    db.execute("SELECT 1", &[])?;
    Ok(())
}

#[test]
fn a_pool_timeout_of_zero_does_not_wait_and_takes_what_is_free() -> Result<()> {
    let db = Database::open("sqlite::memory:?pool_timeout=0")?;
    db.execute("SELECT 1", &[])?;
    let tx = db.begin()?;
    let refused = thread::scope(|scope| {
        let waiting = scope.spawn(|| db.execute("SELECT 1", &[]));
        waiting.join().unwrap()
    });
    assert!(matches!(refused, Err(Error::PoolTimeout { .. })));
    tx.rollback()
}

#[test]
fn a_thread_does_not_wait_for_itself() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let file = Database::sqlite(&path).open()?;
    let memory = Database::open("sqlite::memory:")?;
    memory.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&memory)?;
    for db in [&file, &memory] {
        let tx = db.begin()?;
        for refused in [
            Note::new("second").insert(db),
            db.begin().map(drop),
            db.execute("SELECT 1", &[]).map(drop),
            db.transaction(|_| Ok(())),
        ] {
            assert!(matches!(refused, Err(Error::ConnectionInUse)));
        }
        tx.commit()?;
        Note::new("second").insert(db)?;
        assert_eq!(Note::count(db)?, 2);
    }
    Ok(())
}

#[test]
fn inside_a_transaction_a_file_can_still_be_read_as_it_was() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    db.transaction(|tx| {
        Note::new("second").insert(tx)?;
        assert_eq!((Note::count(tx)?, Note::count(&db)?), (2, 1));
        Ok(())
    })?;
    assert_eq!(Note::count(&db)?, 2);
    Ok(())
}

#[test]
fn inside_for_each_the_connection_is_in_use() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&db)?;
    let mut rows = 0;
    Note::query().for_each(&db, |mut note| {
        rows += 1;
        assert!(matches!(note.save(&db), Err(Error::ConnectionInUse)));
        assert!(matches!(Note::count(&db), Err(Error::ConnectionInUse)));
        Ok(())
    })?;
    assert_eq!(rows, 1);

    db.transaction(|tx| {
        Note::query().for_each(tx, |mut note| {
            rows += 1;
            assert!(matches!(note.save(tx), Err(Error::ConnectionInUse)));
            assert!(matches!(tx.begin(), Err(Error::ConnectionInUse)));
            assert!(matches!(tx.interrupter(), Err(Error::ConnectionInUse)));
            Ok(())
        })?;
        assert_eq!(Note::count(tx)?, 1, "and free again afterwards");
        Ok(())
    })?;
    assert_eq!(rows, 2);
    Ok(())
}

#[test]
fn the_error_of_for_each_and_its_panic_give_the_connection_back() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::insert_many(&db, &mut [Note::new("first"), Note::new("second")])?;
    let stopped = Note::query().for_each(&db, |_| Err(Error::ConditionRequired { table: "mine" }));
    assert!(matches!(
        stopped,
        Err(Error::ConditionRequired { table: "mine" })
    ));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        Note::query().for_each(&db, |_| panic!("told to panic"))
    }));
    assert!(panicked.is_err());
    assert_eq!(Note::count(&db)?, 2);
    Ok(())
}

/// The data of a database in memory live as long as its connection, which must survive this.
#[test]
fn a_raw_begin_does_not_cost_a_database_in_memory_its_data() -> Result<()> {
    for begin in ["BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT mine"] {
        let db = Database::open("sqlite::memory:")?;
        db.create_tables(orm::schema![Note])?;
        Note::new("first").insert(&db)?;
        let _ = db.execute(begin, &[]);
        assert_eq!(Note::count(&db)?, 1, "{begin}");
        Note::new("second").insert(&db)?;
        assert_eq!(Note::count(&db)?, 2, "{begin}");
    }
    Ok(())
}

#[test]
fn a_raw_begin_on_a_file_does_not_reach_the_next_caller() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    let _ = db.execute("BEGIN", &[]);
    let _ = db.query("BEGIN", &[]);
    Note::new("second").insert(&db)?;
    let other = Database::sqlite(&path).open()?;
    assert_eq!((Note::count(&db)?, Note::count(&other)?), (2, 2));
    Ok(())
}
