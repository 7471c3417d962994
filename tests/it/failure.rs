//! Real failures in the middle of the work: a full disk, a conflict that rolls back, an interrupt, a
//! panic, and the death of the program.

mod conflict;
mod full;
mod interrupt;
pub(crate) mod kill;

use std::fmt::Debug;

use orm::prelude::*;
use orm::{Database, Error, Result, Transaction};

use crate::database_file;

#[derive(Debug, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    number: i64,
    content: Vec<u8>,
}

impl Note {
    fn new(number: i64) -> Self {
        Self {
            id: 0,
            number,
            content: Vec::new(),
        }
    }

    /// A note that takes up some pages.
    fn large(number: i64) -> Self {
        Self {
            content: vec![7; 10_000],
            ..Self::new(number)
        }
    }
}

/// Runs a test on a file and in memory.
fn on_both(test: impl Fn(&Database) -> Result<()>) -> Result<()> {
    let (_folder, path) = database_file();
    for db in [
        Database::sqlite(path).open()?,
        Database::open("sqlite::memory:")?,
    ] {
        db.create_tables(orm::schema![Note])?;
        Note::new(-1).insert(&db)?;
        test(&db)?;
        assert_sound(&db)?;
    }
    Ok(())
}

/// The database is whole, and everything that can be done with it can be done again.
fn assert_sound(db: &Database) -> Result<()> {
    let check = db.query("PRAGMA integrity_check", &[])?;
    assert!(check == [["ok".into()]], "the file is damaged");
    let mut usable = Note::new(i64::MAX);
    usable.insert(db)?;
    db.transaction(|tx| {
        usable.save(tx)?;
        tx.transaction(|savepoint| usable.delete(savepoint))
    })?;
    assert!(Note::find(db, usable.id)?.is_none());
    Ok(())
}

/// The numbers of the notes that are stored, without the one that was there from the start.
fn stored(db: &dyn Executor) -> Result<Vec<i64>> {
    let notes = Note::query().filter(Note::NUMBER.ne(-1));
    let notes = notes.order_by(Note::NUMBER).all(db)?;
    Ok(notes.into_iter().map(|note| note.number).collect())
}

/// The transaction is gone, and says so to whatever it is asked.
#[track_caller]
fn assert_lost(tx: &Transaction<'_>) {
    let attempts = [
        Note::new(100).insert(tx),
        Note::insert_many(tx, &mut [Note::new(100)]),
        Note::count(tx).map(drop),
        tx.execute("DELETE FROM notes", &[]).map(drop),
        tx.query("SELECT 1", &[]).map(drop),
        tx.transaction(|_| Ok(())),
    ];
    for (nth, attempt) in attempts.into_iter().enumerate() {
        assert!(
            matches!(attempt, Err(Error::TransactionLost)),
            "{nth}: {attempt:?}"
        );
    }
}
