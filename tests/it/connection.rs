//! Opening databases, the settings of their connections, and the pool.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use orm::driver::sqlite::Mode;
use orm::driver::{Connection, Statement};
use orm::prelude::*;
use orm::{Access, Database, Error, Result, Sql, TransactionOptions, Value};

use crate::{database_file, said};

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

/// A file with one note in it.
fn database_with_a_note() -> Result<(tempfile::TempDir, PathBuf)> {
    let (folder, path) = database_file();
    let db = Database::sqlite(&path).open()?;
    db.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&db)?;
    Ok((folder, path))
}

/// The only value that a statement yields on a connection that reads.
fn value(db: &impl RawSql, sql: &'static str) -> Result<Value> {
    let mut rows = db.query(sql, &[])?;
    Ok(rows.remove(0).remove(0))
}

fn text(value: &str) -> Value {
    Value::from(value)
}

/// How many connections one thread can read on at the same time.
fn readers_at_once(db: &Database) -> usize {
    fn take_another(db: &Database, taken: &mut usize) -> Result<()> {
        db.run(Access::Read, &mut |_| {
            *taken += 1;
            take_another(db, taken)
        })
    }
    let mut taken = 0;
    let refused = take_another(db, &mut taken);
    assert!(
        matches!(refused, Err(Error::ConnectionInUse)),
        "{refused:?}"
    );
    taken
}

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
        assert!(value(&writer, pragma)? == expected, "writer: {pragma}");
        assert!(value(&db, pragma)? == expected, "reader: {pragma}");
    }
    Ok(())
}

#[test]
fn a_database_in_memory_has_the_settings_that_matter_to_it() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    assert!(value(&db, "PRAGMA foreign_keys")? == Value::Int(1));
    assert!(value(&db, "PRAGMA busy_timeout")? == Value::Int(5000));
    assert!(value(&db, "PRAGMA journal_mode")? == text("memory"));
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
        matches!(written, Err(Error::ReadOnly { source: Some(_) })),
        "{written:?}"
    );
    assert_eq!(Note::count(&db)?, 1);
    Ok(())
}

#[test]
fn the_forms_of_a_url_name_the_same_file() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let absolute = path.display();
    let up = std::env::current_dir().unwrap().components().count() - 1;
    let relative = "../".repeat(up) + path.strip_prefix("/").unwrap().to_str().unwrap();
    for url in [
        format!("sqlite://{absolute}"),
        format!("sqlite:{absolute}"),
        format!("sqlite://{relative}"),
        format!("sqlite:{relative}"),
        format!("sqlite://{relative}?"),
        format!("sqlite://{relative}?&mode=rw&&"),
    ] {
        let db = Database::open(&url)?;
        assert_eq!(Note::count(&db)?, 1, "{url}");
    }
    Ok(())
}

#[test]
fn the_forms_of_a_url_for_memory_open_an_empty_database() -> Result<()> {
    for url in [
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite::memory:?busy_timeout=10",
    ] {
        let db = Database::open(url)?;
        db.create_tables(orm::schema![Note])?;
        assert_eq!(Note::count(&db)?, 0, "{url}");
    }
    Ok(())
}

#[test]
fn databases_in_memory_are_apart_and_clones_are_one() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::new("here").insert(&db.clone())?;
    assert_eq!(Note::count(&db)?, 1);

    let other = Database::open("sqlite::memory:")?;
    assert!(matches!(
        Note::count(&other),
        Err(Error::UnknownTable { .. })
    ));
    Ok(())
}

#[test]
fn percent_signs_in_a_url_stand_for_bytes() -> Result<()> {
    let (folder, path) = database_with_a_note()?;
    let strange = folder.path().join("a b?c%d&ä=#.db");
    std::fs::rename(&path, &strange).unwrap();
    let base = folder.path().display();
    for name in [
        "a%20b%3Fc%25d%26%C3%A4%3D%23.db",
        "a b%3fc%25d&%c3%a4=#.db",
        "%61 b%3fc%25d&ä=#.db",
    ] {
        let db = Database::open(&format!("sqlite://{base}/{name}?mode=rw"))?;
        assert_eq!(Note::count(&db)?, 1, "{name}");
    }
    Ok(())
}

#[test]
fn a_path_is_taken_as_it_is() -> Result<()> {
    let (folder, path) = database_with_a_note()?;
    for name in [
        "a%20b.db",
        "a?mode=ro",
        "ä\"'.db",
        "file:x.db",
        ":memory:",
        "newline\n.db",
    ] {
        let renamed = folder.path().join(name);
        std::fs::copy(&path, &renamed).unwrap();
        let db = Database::sqlite(&renamed).mode(Mode::ReadWrite).open()?;
        assert_eq!(Note::count(&db)?, 1, "{name}");
    }
    Ok(())
}

/// SQLite gives paths like these a meaning of its own: every connection would get a database for itself.
#[test]
fn a_path_with_a_meaning_to_sqlite_never_splits_the_database() -> Result<()> {
    let (folder, _) = database_file();
    let base = folder.path().display();
    for path in [
        String::new(),
        ":memory:1".into(),
        "file::memory:".into(),
        format!("file:{base}/x.db?mode=memory"),
    ] {
        let opened = Database::sqlite(&path).mode(Mode::ReadWrite).open();
        assert!(matches!(opened, Err(Error::Connection { .. })), "{path:?}");
    }
    let opened = Database::open("sqlite:%3Amemory%3A?mode=rw");
    assert!(matches!(opened, Err(Error::Connection { .. })));

    let db = Database::sqlite(":memory:").open()?;
    db.create_tables(orm::schema![Note])?;
    assert_eq!(Note::count(&db)?, 0);
    Ok(())
}

#[test]
fn options_in_a_url_set_what_they_name() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let options = "busy_timeout=1234&readers=3&statement_cache=7&pool_timeout=15&autocommit=false";
    let db = Database::open(&format!("sqlite://{}?{options}", path.display()))?;
    assert!(value(&db, "PRAGMA busy_timeout")? == Value::Int(1234));
    assert_eq!(readers_at_once(&db), 3);
    let written = Note::new("second").insert(&db);
    assert!(matches!(written, Err(Error::TransactionRequired)));
    assert_eq!(pool_timeout(&db)?, Duration::from_millis(15));
    Ok(())
}

/// Waits for the connection that writes until the call gives up.
fn pool_timeout(db: &Database) -> Result<Duration> {
    let began = Instant::now();
    let tx = db.begin()?;
    let waited = thread::scope(|scope| scope.spawn(|| db.begin().map(drop)).join().unwrap());
    tx.rollback()?;
    let Err(error @ Error::PoolTimeout { waited }) = waited else {
        panic!("{waited:?}");
    };
    assert!(error.is_transient());
    assert!(waited <= began.elapsed());
    let whole = Duration::from_millis(u64::try_from(waited.as_millis()).unwrap());
    Ok(whole.min(Duration::from_millis(15)))
}

#[test]
fn options_in_a_url_win_over_the_builder() -> Result<()> {
    let db = Database::builder()
        .autocommit(true)
        .pool_timeout(Duration::from_secs(1000))
        .open("sqlite::memory:?autocommit=false&pool_timeout=15")?;
    let created = db.execute("CREATE TABLE t (x)", &[]);
    assert!(matches!(created, Err(Error::TransactionRequired)));
    assert_eq!(pool_timeout(&db)?, Duration::from_millis(15));
    Ok(())
}

#[test]
fn the_builder_sets_the_same_as_the_url() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path)
        .mode(Mode::ReadWrite)
        .busy_timeout(Duration::from_millis(1234))
        .pool_timeout(Duration::from_millis(15))
        .readers(3)
        .statement_cache(7)
        .autocommit(false)
        .open()?;
    assert!(value(&db, "PRAGMA busy_timeout")? == Value::Int(1234));
    assert_eq!(readers_at_once(&db), 3);
    let written = Note::new("second").insert(&db);
    assert!(matches!(written, Err(Error::TransactionRequired)));
    assert_eq!(pool_timeout(&db)?, Duration::from_millis(15));
    Ok(())
}

#[test]
fn a_busy_timeout_longer_than_sqlite_can_count_is_the_longest() -> Result<()> {
    let builder = Database::sqlite_in_memory().busy_timeout(Duration::MAX);
    let timeout = value(&builder.open()?, "PRAGMA busy_timeout")?;
    assert!(timeout == Value::Int(i32::MAX.into()));
    let url = format!("sqlite::memory:?busy_timeout={}", u64::MAX);
    let timeout = value(&Database::open(&url)?, "PRAGMA busy_timeout")?;
    assert!(timeout == Value::Int(i32::MAX.into()));
    Ok(())
}

#[test]
fn a_malformed_url_is_refused_and_not_repeated() {
    for url in [
        "",
        "hunter2",
        "/hunter2/music.db",
        ":hunter2",
        "postgers://admin:hunter2@localhost/music",
        "postgres://admin:hunter2@localhost/music",
        "mysql://admin:hunter2@localhost/music",
        "SQLite://hunter2",
        "sqlite:",
        "sqlite://",
        "sqlite://?mode=hunter2",
        "sqlite://hunter2?mode=hunter2",
        "sqlite://hunter2?mode",
        "sqlite://hunter2?hunter2=1",
        "sqlite://hunter2?=hunter2",
        "sqlite://hunter2?MODE=ro",
        "sqlite://hunter2?mode=ro?mode=rw",
        "sqlite://hunter2?readers=hunter2",
        "sqlite://hunter2?readers=-1",
        "sqlite://hunter2?readers=99999999999999999999",
        "sqlite://hunter2?statement_cache=1.5",
        "sqlite://hunter2?busy_timeout=",
        "sqlite://hunter2?busy_timeout=5s",
        "sqlite://hunter2?pool_timeout=-hunter2",
        "sqlite://hunter2?autocommit=hunter2",
        "sqlite://hunter2?password=hunter2",
        "sqlite://hunter2%",
        "sqlite://hunter2%4",
        "sqlite://hunter2%zz",
        "sqlite://hunter2%+1",
        "sqlite://hunter2%-1",
        "sqlite://hunter2%FF",
        "sqlite://hunter2%ä",
        "sqlite://hunter2%00.db",
        "sqlite://hunter2\0.db",
    ] {
        let Err(error) = Database::open(url) else {
            panic!("{url:?} was opened");
        };
        assert!(
            matches!(error, Error::InvalidUrl { .. }),
            "{url:?}: {error:?}"
        );
        assert!(!said(&error).contains("hunter2"), "{url:?}: {error:?}");
    }
}

/// A URL of another database with the wrong scheme must not put its password into a message.
#[test]
fn a_password_in_a_sqlite_url_is_not_repeated() {
    for url in [
        "sqlite://admin:hunter2@localhost/music",
        "sqlite://admin:hunter2@localhost/music?mode=rw",
        "sqlite:admin:hunter2@localhost/music",
        "sqlite://:hunter2@localhost/music",
        "sqlite://admin:hunter2@localhost:5432/music?mode=ro",
    ] {
        let error = Database::open(url).unwrap_err();
        assert!(!said(&error).contains("hunter2"), "{url:?}: {error:?}");
    }
}

#[test]
fn an_unknown_option_is_answered_with_the_known_ones() {
    let error = Database::open("sqlite::memory:?modus=ro").unwrap_err();
    for option in [
        "mode",
        "busy_timeout",
        "pool_timeout",
        "readers",
        "statement_cache",
        "autocommit",
    ] {
        assert!(error.to_string().contains(option), "{error}");
    }
}

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
    let foreign = rusqlite::Connection::open(&path).unwrap();
    let schema = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
                  INSERT INTO notes VALUES (1, 'theirs')";
    foreign.execute_batch(schema).unwrap();
    (folder, path, foreign)
}

#[test]
fn a_file_that_others_are_reading_is_opened_as_it_is() -> Result<()> {
    let (_folder, path, foreign) = foreign_file();
    foreign.execute_batch("BEGIN; SELECT * FROM notes").unwrap();
    let db = Database::sqlite(&path)
        .busy_timeout(Duration::ZERO)
        .open()?;
    assert!(value(&db, "PRAGMA journal_mode")? == text("delete"));
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
    assert!(value(&tx, "PRAGMA cache_size")? == Value::Int(-1234));
    db.run(Access::Read, &mut |_| {
        assert!(value(&db, "PRAGMA cache_size")? == Value::Int(-1234));
        Ok(())
    })?;
    for _ in 0..5 {
        assert!(value(&db, "PRAGMA cache_size")? == Value::Int(-1234));
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

#[test]
fn a_database_can_be_shared_between_threads() {
    fn assert_shared<T: Clone + Send + Sync + 'static>() {}

    assert_shared::<Database>();
}

#[test]
fn what_is_logged_of_a_database_does_not_name_the_file() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let db = Database::sqlite(&path).open()?;
    assert!(!format!("{db:?} {db:#?}").contains("test.db"));
    Ok(())
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

/// A statement that takes far longer to prepare than to run.
fn slow_to_prepare() -> Sql {
    let mut sql = String::from("SELECT 1 WHERE 0");
    for number in 0..300 {
        sql.push_str(&format!(" AND {number} IN (SELECT {number})"));
    }
    Sql::trusted(sql)
}

/// How long a statement takes, prepared or not, in the best of a few attempts.
fn time_of(db: &Database, sql: &Sql) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let began = Instant::now();
        db.query(sql.clone(), &[])?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

#[test]
fn a_repeated_statement_is_prepared_once() -> Result<()> {
    let sql = slow_to_prepare();
    let keeping = Database::open("sqlite::memory:")?;
    let forgetting = Database::open("sqlite::memory:?statement_cache=0")?;
    let (kept, prepared) = (time_of(&keeping, &sql)?, time_of(&forgetting, &sql)?);
    assert!(kept * 3 < prepared, "{kept:?} and {prepared:?}");
    Ok(())
}

#[test]
fn a_kept_statement_notices_that_its_table_has_changed() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&db)?;
    assert_eq!(Note::all(&db)?.len(), 1);
    db.execute("DROP TABLE notes", &[])?;
    assert!(matches!(Note::all(&db), Err(Error::UnknownTable { .. })));
    db.create_tables(orm::schema![Note])?;
    assert!(Note::all(&db)?.is_empty());
    Ok(())
}

/// Fixed statements are known again by their address, and two can begin at the same one.
#[test]
fn fixed_statements_at_one_address_are_told_apart() -> Result<()> {
    static COUNT: &str = "SELECT count(*) FROM notes WHERE id > 1";
    let all = &COUNT[.."SELECT count(*) FROM notes".len()];
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::insert_many(&db, &mut [Note::new("first"), Note::new("second")])?;
    let count = |executor: &dyn Executor, text: &'static str| {
        let mut counted = Value::Null;
        executor.run(Access::Read, &mut |connection| {
            let statement = Statement::fixed(text, "notes");
            connection.query(statement, &[].as_slice(), &mut |row| {
                counted = Value::try_from_ref(row.value(0)).expect("it is a number");
                Ok(ControlFlow::Continue(()))
            })
        })?;
        Ok(counted)
    };
    db.transaction(|tx| {
        assert!(count(tx, COUNT)? == Value::Int(1));
        assert!(count(tx, all)? == Value::Int(2));
        Ok(())
    })
}
