//! When a transaction takes its locks, and what it then sees and keeps from others.

use std::sync::mpsc;
use std::thread;

use orm::prelude::*;
use orm::{Behavior, Database, Error, Result, TransactionOptions};

use super::{Note, assert_texts, file, foreign, memory};
use crate::database_file;

#[test]
fn an_immediate_transaction_keeps_others_from_writing_at_once() -> Result<()> {
    for behavior in [Behavior::Immediate, Behavior::Exclusive] {
        let (_folder, path, db) = file()?;
        let other = foreign(&path);
        let tx = db.begin_with(TransactionOptions::new().behavior(behavior))?;
        let refused = other.execute_batch("BEGIN IMMEDIATE").unwrap_err();
        assert_eq!(
            refused.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy)
        );
        tx.commit()?;
        other.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
    }
    Ok(())
}

#[test]
fn a_transaction_that_is_to_write_is_busy_while_others_write() -> Result<()> {
    let (_folder, path, db) = file()?;
    let other = foreign(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for behavior in [Behavior::Immediate, Behavior::Exclusive] {
        let begun = db.begin_with(TransactionOptions::new().behavior(behavior));
        let error = begun.map(drop).unwrap_err();
        assert!(matches!(error, Error::Busy { .. }), "{error:?}");
        assert!(error.is_transient());
    }
    assert!(matches!(
        Note::new("one").insert(&db),
        Err(Error::Busy { .. })
    ));
    assert_texts(&db, &[]);
    other.execute_batch("COMMIT").unwrap();
    db.transaction(|tx| Note::new("one").insert(tx))?;
    assert_texts(&db, &["one"]);
    Ok(())
}

#[test]
fn a_transaction_waits_until_another_program_has_written() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(&path).open()?;
    db.create_tables(orm::schema![Note])?;
    let (written, is_written) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let other = foreign(&path);
            let insert = "BEGIN IMMEDIATE; INSERT INTO notes (text, votes) VALUES ('theirs', 0)";
            other.execute_batch(insert).unwrap();
            written.send(()).unwrap();
            other.execute_batch("COMMIT").unwrap();
        });
        is_written.recv().unwrap();
        db.transaction(|tx| {
            assert_texts(tx, &["theirs"]);
            Note::new("ours").insert(tx)
        })
    })?;
    assert_texts(&db, &["ours", "theirs"]);
    Ok(())
}

#[test]
fn a_deferred_transaction_takes_the_lock_with_its_first_write() -> Result<()> {
    let (_folder, path, db) = file()?;
    let deferred = TransactionOptions::new().behavior(Behavior::Deferred);
    let other = foreign(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tx = db.begin_with(deferred)?;
    assert!(matches!(
        Note::new("one").insert(&tx),
        Err(Error::Busy { .. })
    ));
    assert_texts(&tx, &[]);
    tx.rollback()?;
    other.execute_batch("COMMIT").unwrap();

    let tx = db.begin_with(deferred)?;
    other.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
    Note::new("one").insert(&tx)?;
    assert!(other.execute_batch("BEGIN IMMEDIATE").is_err());
    tx.commit()?;
    assert_texts(&db, &["one"]);
    Ok(())
}

#[test]
fn a_deferred_transaction_does_not_overwrite_what_it_has_not_seen() -> Result<()> {
    let (_folder, path, db) = file()?;
    let mut note = Note::new("one");
    note.insert(&db)?;
    let tx = db.begin_with(TransactionOptions::new().behavior(Behavior::Deferred))?;
    let mut seen = Note::get(&tx, note.id)?;
    foreign(&path)
        .execute_batch("UPDATE notes SET votes = 1")
        .unwrap();
    seen.votes += 10;
    assert!(matches!(seen.save(&tx), Err(Error::Busy { .. })));
    drop(tx);
    assert_eq!(Note::get(&db, note.id)?.votes, 1);
    Ok(())
}

#[test]
fn a_read_only_transaction_refuses_to_write() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        let mut note = Note::new("one");
        note.insert(&db)?;
        let options = TransactionOptions::new().read_only();
        db.transaction_with(options, |tx| {
            let write = "DELETE FROM notes RETURNING id";
            let refusals = [
                Note::new("two").insert(tx),
                note.save(tx),
                note.delete(tx),
                tx.execute(write, &[]).map(drop),
                tx.query(write, &[]).map(drop),
                tx.transaction(|savepoint| note.delete(savepoint)),
                tx.transaction(|savepoint| savepoint.query(write, &[]).map(drop)),
                Note::query().all_rows().delete(tx).map(drop),
                Note::insert_many(tx, &mut [Note::new("two")]),
                note.increment(tx, Note::VOTES, 1).map(drop),
            ];
            for refusal in refusals {
                assert!(
                    matches!(refusal, Err(Error::ReadOnly { .. })),
                    "{refusal:?}"
                );
            }
            Ok(())
        })?;
        assert_texts(&db, &["one"]);
        Note::new("two").insert(&db)?;
        drop(db.begin_with(options)?);
        Note::new("three").insert(&db)?;
        assert_texts(&db, &["one", "two", "three"]);
    }
    Ok(())
}

#[test]
fn a_read_only_transaction_sees_one_state_of_the_database() -> Result<()> {
    let (_folder, path, db) = file()?;
    Note::new("one").insert(&db)?;
    let other = foreign(&path);
    db.transaction_with(TransactionOptions::new().read_only(), |tx| {
        assert_texts(tx, &["one"]);
        other
            .execute_batch("INSERT INTO notes (text, votes) VALUES ('two', 0)")
            .unwrap();
        Note::new("three").insert(&db)?;
        assert_texts(tx, &["one"]);
        assert_texts(&db, &["one", "two", "three"]);
        Ok(())
    })
}
