//! The init hook.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::driver::Connection;
use orm::prelude::*;
use orm::{Access, Database, Error, Result, Value};

use super::{Note, database_with_a_note, only};
use crate::database_file;

#[test]
fn the_init_hook_runs_once_on_every_connection() -> Result<()> {
    let (_folder, path) = database_file();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let db = Database::sqlite(&path)
        .readers(2)
        .init(move |connection| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(connection.batch("PRAGMA cache_size = -1234")?)
        })
        .open()?;
    assert_eq!(runs.load(Ordering::Relaxed), 1, "the writer");

    let tx = db.begin()?;
    assert!(only(&tx, "PRAGMA cache_size")? == Value::Int(-1234));
    db.run(Access::Read, &mut |_| {
        assert!(only(&db, "PRAGMA cache_size")? == Value::Int(-1234));
        Ok(())
    })?;
    for _ in 0..5 {
        assert!(only(&db, "PRAGMA cache_size")? == Value::Int(-1234));
    }
    assert_eq!(runs.load(Ordering::Relaxed), 3, "and two readers");
    Ok(())
}

#[test]
fn an_init_hook_that_fails_fails_the_opening() {
    let database = Database::sqlite_in_memory().init(|_| Err("no extension".into()));
    let error = database.open().unwrap_err();
    let Error::Callback { source } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(source.to_string(), "no extension");
}

/// Opens a file with an init hook that fails when a second connection is opened.
fn with_hook(
    path: &Path,
    hook: impl Fn() -> Result<(), &'static str> + Send + Sync + 'static,
) -> Result<Database> {
    let opened = AtomicUsize::new(0);
    let builder = Database::sqlite(path).readers(1).init(move |_| {
        if opened.fetch_add(1, Ordering::Relaxed) == 0 {
            return Ok(());
        }
        Ok(hook()?)
    });
    builder.open()
}

#[test]
fn an_init_hook_that_fails_later_fails_only_that_call() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let failures = AtomicUsize::new(0);
    let db = with_hook(&path, move || {
        match failures.fetch_add(1, Ordering::Relaxed) {
            0..3 => Err("not yet"),
            _ => Ok(()),
        }
    })?;
    for _ in 0..3 {
        assert!(matches!(Note::count(&db), Err(Error::Callback { .. })));
    }
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

#[test]
fn an_init_hook_that_panics_leaves_the_pool_usable() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let panics = AtomicUsize::new(0);
    let db = with_hook(&path, move || {
        assert!(panics.fetch_add(1, Ordering::Relaxed) >= 3, "told to panic");
        Ok(())
    })?;
    for _ in 0..3 {
        let panicked = catch_unwind(AssertUnwindSafe(|| Note::count(&db)));
        assert!(panicked.is_err(), "{panicked:?}");
    }
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

#[test]
fn an_init_hook_that_leaves_a_transaction_open_fails() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let hook = |connection: &mut dyn Connection| Ok(connection.batch("BEGIN")?);
    for builder in [Database::sqlite(&path), Database::sqlite_in_memory()] {
        let opened = builder.init(hook).open();
        assert!(matches!(opened, Err(Error::Callback { .. })), "{opened:?}");
    }
    Ok(())
}
