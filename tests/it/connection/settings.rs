//! What every connection is set to.

use std::thread;
use std::time::Duration;

use orm::driver::sqlite::Mode;
use orm::prelude::*;
use orm::{Database, Error, Result, Value};

use super::{Note, database_with_a_note, only, readers_at_once, text};
use crate::database_file;

#[test]
fn every_connection_to_a_file_has_the_settings() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(&path).open()?;
    let writer = db.begin()?;
    for (pragma, expected) in [
        ("PRAGMA journal_mode", text("wal")),
        ("PRAGMA foreign_keys", Value::Int(1)),
        ("PRAGMA busy_timeout", Value::Int(5000)),
        ("PRAGMA synchronous", Value::Int(1)),
    ] {
        assert!(only(&writer, pragma)? == expected, "writer: {pragma}");
        assert!(only(&db, pragma)? == expected, "reader: {pragma}");
    }
    Ok(())
}

#[test]
fn a_database_in_memory_has_the_settings_that_matter_to_it() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    assert!(only(&db, "PRAGMA foreign_keys")? == Value::Int(1));
    assert!(only(&db, "PRAGMA busy_timeout")? == Value::Int(5000));
    assert!(only(&db, "PRAGMA journal_mode")? == text("memory"));
    Ok(())
}

#[test]
fn the_write_ahead_log_stays_with_the_file() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let foreign = rusqlite::Connection::open(&path).unwrap();
    let mode: String = foreign
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    Ok(())
}

#[test]
fn a_word_in_double_quotes_is_a_name_and_never_a_string() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    let select = r#"SELECT "nowhere" FROM "notes""#;
    let on_reader = db.query(select, &[]);
    assert!(matches!(on_reader, Err(Error::UnknownColumn { column, .. }) if column == "nowhere"));

    let writer = db.begin()?;
    let on_writer = writer.query(select, &[]);
    assert!(matches!(on_writer, Err(Error::UnknownColumn { .. })));
    let view = writer.execute(r#"CREATE TABLE t (x CHECK (x <> "nowhere"))"#, &[]);
    assert!(view.is_err(), "a definition must not take it either");
    Ok(())
}

#[test]
fn a_connection_that_reads_cannot_write() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    let insert = "INSERT INTO notes (text) VALUES ('second') RETURNING id";
    let written = db.query(insert, &[]);
    assert!(
        matches!(written, Err(Error::ReadOnly { .. })),
        "{written:?}"
    );
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

const PATIENCE: Duration = Duration::from_millis(15);

/// Another thread waits for the connection that writes as long as was asked for, which is far less than
/// the default.
fn assert_patience(db: &Database) -> Result<()> {
    let tx = db.begin()?;
    let refused = thread::scope(|scope| scope.spawn(|| db.begin().map(drop)).join());
    tx.rollback()?;
    let Ok(Err(error @ Error::PoolTimeout { waited })) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.is_transient());
    assert!(
        (PATIENCE..Duration::from_secs(20)).contains(&waited),
        "{waited:?}"
    );
    Ok(())
}

#[test]
fn options_in_a_url_set_what_they_name() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let options = "busy_timeout=1234&readers=3&statement_cache=7&pool_timeout=15&autocommit=false";
    let db = Database::open(&format!("sqlite://{}?{options}", path.display()))?;
    assert!(only(&db, "PRAGMA busy_timeout")? == Value::Int(1234));
    assert_eq!(readers_at_once(&db), 3);
    let written = Note::new("second").insert(&db);
    assert!(matches!(written, Err(Error::TransactionRequired)));
    assert_patience(&db)
}

#[test]
fn options_in_a_url_win_over_the_builder() -> Result<()> {
    let db = Database::builder()
        .autocommit(true)
        .pool_timeout(Duration::from_secs(1000))
        .open("sqlite::memory:?autocommit=false&pool_timeout=15")?;
    let created = db.execute("CREATE TABLE t (x)", &[]);
    assert!(matches!(created, Err(Error::TransactionRequired)));
    assert_patience(&db)
}

#[test]
fn the_builder_sets_the_same_as_the_url() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path)
        .mode(Mode::ReadWrite)
        .busy_timeout(Duration::from_millis(1234))
        .pool_timeout(PATIENCE)
        .readers(3)
        .statement_cache(7)
        .autocommit(false)
        .open()?;
    assert!(only(&db, "PRAGMA busy_timeout")? == Value::Int(1234));
    assert_eq!(readers_at_once(&db), 3);
    let written = Note::new("second").insert(&db);
    assert!(matches!(written, Err(Error::TransactionRequired)));
    assert_patience(&db)
}

#[test]
fn a_busy_timeout_longer_than_sqlite_can_count_is_the_longest() -> Result<()> {
    let builder = Database::sqlite_in_memory().busy_timeout(Duration::MAX);
    let timeout = only(&builder.open()?, "PRAGMA busy_timeout")?;
    assert!(timeout == Value::Int(i32::MAX.into()));
    let url = format!("sqlite::memory:?busy_timeout={}", u64::MAX);
    let timeout = only(&Database::open(&url)?, "PRAGMA busy_timeout")?;
    assert!(timeout == Value::Int(i32::MAX.into()));
    Ok(())
}

#[test]
fn what_is_logged_of_a_database_does_not_name_the_file() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    assert!(!format!("{db:?} {db:#?}").contains("test.db"));
    Ok(())
}
