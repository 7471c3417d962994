//! What can be opened, and what is done with what cannot.

use std::path::{Path, PathBuf};
use std::time::Duration;

use orm::driver::sqlite::Mode;
use orm::prelude::*;
use orm::{Database, Error, Result, TransactionOptions};

use super::{Note, database_with_a_note, only, text};
use crate::database_file;

#[test]
fn a_file_is_created_only_where_that_is_allowed() -> Result<()> {
    for mode in ["ro", "rw"] {
        let (_folder, path) = database_file();
        let opened = Database::open(&format!("sqlite://{}?mode={mode}", path.display()));
        assert!(matches!(opened, Err(Error::Connection { .. })), "{mode}");
        assert!(!path.exists(), "{mode}");
    }
    for options in ["", "?mode=rwc"] {
        let (_folder, path) = database_file();
        Database::open(&format!("sqlite://{}{options}", path.display()))?;
        assert!(path.exists(), "{options}");
    }
    Ok(())
}

#[test]
fn a_database_opened_for_reading_refuses_every_write() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let by_url = Database::open(&format!("sqlite://{}?mode=ro", path.display()))?;
    let by_builder = Database::sqlite(&path).read_only().open()?;
    for db in [by_url, by_builder] {
        let refusals = [
            Note::new("second").insert(&db),
            db.execute("DELETE FROM notes", &[]).map(drop),
            db.query("DELETE FROM notes RETURNING id", &[]).map(drop),
            db.create_tables(orm::schema![Note]),
            db.begin().map(drop),
            Note::insert_many(&db, &mut [Note::new("second")]),
            Note::query().all_rows().delete(&db).map(drop),
        ];
        for refusal in refusals {
            assert!(
                matches!(refusal, Err(Error::ReadOnly { .. })),
                "{refusal:?}"
            );
        }
        assert_eq!(Note::count(&db)?, 1);
        let reading = TransactionOptions::new().read_only();
        assert_eq!(db.transaction_with(reading, |tx| Note::count(tx))?, 1);
    }
    Ok(())
}

#[track_caller]
fn assert_no_connection(path: &Path) {
    for mode in [Mode::Create, Mode::ReadWrite, Mode::ReadOnly] {
        let opened = Database::sqlite(path).mode(mode).open();
        assert!(
            matches!(opened, Err(Error::Connection { .. })),
            "{mode:?}: {opened:?}"
        );
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (_folder, path) = database_file();
    for content in [
        b"no".to_vec(),
        b"not a database".to_vec(),
        b"not a database".repeat(1000),
        [b"SQLite format 3\0".to_vec(), vec![0xFF; 4096]].concat(),
    ] {
        std::fs::write(&path, &content).unwrap();
        assert_no_connection(&path);
        assert_eq!(std::fs::read(&path).unwrap(), content, "it was changed");
    }
}

#[test]
fn a_folder_and_a_path_in_no_folder_are_refused() {
    let (folder, path) = database_file();
    assert_no_connection(folder.path());
    assert_no_connection(&path.join("deeper.db"));
}

#[test]
fn a_path_with_a_nul_is_refused() {
    let (folder, _) = database_file();
    assert_no_connection(&folder.path().join("a\0b.db"));
}

#[test]
fn an_empty_file_is_an_empty_database() -> Result<()> {
    let (_folder, path) = database_file();
    std::fs::write(&path, b"").unwrap();
    let db = Database::sqlite(&path).open()?;
    db.create_tables(orm::schema![Note])?;
    assert_eq!(Note::count(&db)?, 0);
    Ok(())
}

/// A file that somebody else keeps in the rollback journal, with one note in it.
fn foreign_file() -> (tempfile::TempDir, PathBuf, rusqlite::Connection) {
    let (folder, path) = database_file();
    let foreign = rusqlite::Connection::open(&path).expect("a new file");
    let schema = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
                  INSERT INTO notes VALUES (1, 'theirs')";
    foreign.execute_batch(schema).expect("a new file");
    (folder, path, foreign)
}

#[test]
fn a_file_that_others_are_reading_is_opened_as_it_is() -> Result<()> {
    let (_folder, path, foreign) = foreign_file();
    foreign.execute_batch("BEGIN; SELECT * FROM notes").unwrap();
    let db = Database::sqlite(&path)
        .busy_timeout(Duration::ZERO)
        .open()?;
    assert!(only(&db, "PRAGMA journal_mode")? == text("delete"));
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_file_that_is_locked_is_busy() {
    let (_folder, path, foreign) = foreign_file();
    foreign.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let opened = Database::sqlite(&path).busy_timeout(Duration::ZERO).open();
    assert!(matches!(opened, Err(Error::Busy { .. })), "{opened:?}");
}

/// Who copies the file of a program that has ended copies everything.
#[test]
fn a_database_that_is_closed_is_one_file() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(&path).readers(4).open()?;
    db.create_tables(orm::schema![Note])?;
    Note {
        id: 0,
        text: "kept".into(),
    }
    .insert(&db)?;
    assert_eq!(Note::count(&db)?, 1);
    let log = path.with_extension(match path.extension() {
        Some(extension) => format!("{}-wal", extension.display()),
        None => "-wal".to_owned(),
    });
    assert!(log.exists(), "{log:?}");
    drop(db);
    assert!(!log.exists());
    let db = Database::sqlite(&path).read_only().open()?;
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_reference_to_an_executor_is_one() -> Result<()> {
    fn count(db: impl Executor) -> Result<u64> {
        Note::count(&db)
    }

    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    assert_eq!(count(&db)?, 0);
    assert_eq!(db.transaction(|tx| count(tx))?, 0);
    Ok(())
}
