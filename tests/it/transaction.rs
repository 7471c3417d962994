//! Transactions and savepoints: what they keep, what they undo, and what they refuse.

mod autocommit;
mod behavior;
mod hooks;
mod lost;
mod outcome;
mod savepoint;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use orm::prelude::*;
use orm::{Database, Error, Result, Transaction};

use crate::database_file;

#[derive(Debug, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    text: String,
    votes: i64,
}

impl Note {
    fn new(text: &str) -> Self {
        Self {
            id: 0,
            text: text.into(),
            votes: 0,
        }
    }
}

fn memory() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Ok(db)
}

/// A file that another program uses too, and that does not wait for it.
fn file() -> Result<(tempfile::TempDir, PathBuf, Database)> {
    let (folder, path) = database_file();
    let db = Database::sqlite(&path)
        .busy_timeout(Duration::ZERO)
        .open()?;
    db.create_tables(orm::schema![Note])?;
    Ok((folder, path, db))
}

/// Another program.
fn foreign(path: &PathBuf) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).expect("the file can be opened");
    let patience = connection.busy_timeout(Duration::ZERO);
    patience.expect("it can be set");
    connection
}

fn texts(db: &dyn Executor) -> Result<BTreeSet<String>> {
    let notes = Note::all(db)?.into_iter();
    Ok(notes.map(|note| note.text).collect())
}

#[track_caller]
fn assert_texts(db: &dyn Executor, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|&text| text.to_owned()).collect();
    assert_eq!(texts(db).expect("the notes can be read"), expected);
}

/// What a program may stop a transaction with.
fn stop() -> Error {
    Error::ConditionRequired { table: "stopped" }
}

#[track_caller]
fn assert_stopped<T: fmt::Debug>(outcome: &Result<T>) {
    assert!(
        matches!(outcome, Err(Error::ConditionRequired { table: "stopped" })),
        "{outcome:?}"
    );
}

/// A place where hooks write down that they were called.
#[derive(Clone, Default)]
struct Calls(Rc<RefCell<Vec<String>>>);

impl Calls {
    fn add(&self, call: String) {
        self.0.borrow_mut().push(call);
    }

    fn hook(&self, name: &str) -> impl FnOnce() + 'static {
        let (calls, name) = (self.clone(), name.to_owned());
        move || calls.add(name)
    }

    /// Adds a hook of each kind.
    fn watch(&self, tx: &Transaction<'_>, name: &str) {
        tx.on_commit(self.hook(&format!("{name} committed")));
        tx.on_rollback(self.hook(&format!("{name} rolled back")));
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Everything that can be done with a transaction that is lost.
fn assert_lost(tx: &Transaction<'_>) {
    let attempts = [
        Note::new("after").insert(tx),
        Note::count(tx).map(drop),
        Note::insert_many(tx, &mut [Note::new("after")]),
        tx.execute("INSERT INTO notes (text, votes) VALUES ('after', 0)", &[])
            .map(drop),
        tx.query("SELECT 1", &[]).map(drop),
        tx.begin().map(drop),
        tx.transaction(|_| Ok(())),
        tx.interrupter().map(drop),
        Note::get_or_create(tx, Note::TEXT.eq("after"), || Note::new("after")).map(drop),
    ];
    for (nth, attempt) in attempts.into_iter().enumerate() {
        assert!(
            matches!(attempt, Err(Error::TransactionLost)),
            "{nth}: {attempt:?}"
        );
    }
}
