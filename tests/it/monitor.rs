//! Every statement is counted once, and a test of a program can say how many it expects.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use orm::driver::{Batch, Connection, Dialect, Params, Statement, Write};
use orm::prelude::*;
use orm::testing::{assert_queries, count_queries};
use orm::{Access, Database, Error, LazyLoading, Monitor, Result, TransactionOptions, Value};

use crate::database_file;
use crate::recorder::recorded;

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
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

/// A row whose write hands back more than a key, which is done in a savepoint.
#[derive(Debug, ActiveRecord)]
#[orm(table = "measured")]
struct Measured {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(readonly, db_default = "7")]
    number: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "remarks")]
struct Remark {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Note))]
    note_id: i64,
}

/// A database with two notes.
fn notes() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note, Measured, Remark])?;
    Note::insert_many(&db, &mut [Note::new("first"), Note::new("second")])?;
    Ok(db)
}

/// One call, with the number of statements that it runs.
type Call = (&'static str, u64, fn(&dyn Executor) -> Result<()>);

const CALLS: &[Call] = &[
    ("find", 1, |db| Note::find(db, 1).map(drop)),
    ("get", 1, |db| Note::get(db, 1).map(drop)),
    ("find_many", 1, |db| {
        Note::find_many(db, [1, 2, 3]).map(drop)
    }),
    ("all", 1, |db| Note::all(db).map(drop)),
    ("count", 1, |db| Note::count(db).map(drop)),
    ("exists", 1, |db| Note::exists(db, 1).map(drop)),
    ("query", 1, |db| {
        Note::query().filter(Note::ID.gt(1)).all(db).map(drop)
    }),
    ("first", 1, |db| Note::query().first(db).map(drop)),
    ("for_each", 1, |db| Note::query().for_each(db, |_| Ok(()))),
    ("insert", 1, |db| Note::new("new").insert(db)),
    ("insert in a savepoint", 1, |db| {
        let text = "new".into();
        let mut row = Measured {
            id: 0,
            text,
            number: 0,
        };
        row.insert(db)?;
        assert_eq!(row.number, 7);
        Ok(())
    }),
    ("insert_many", 1, |db| {
        let mut notes = ["a", "b", "c"].map(Note::new);
        Note::insert_many(db, &mut notes)
    }),
    ("insert_many of nothing", 0, |db| {
        Note::insert_many(db, &mut [])
    }),
    ("save of a new record", 1, |db| Note::new("new").save(db)),
    ("save of a stored record", 1, |db| {
        let text = "changed".into();
        Note { id: 1, text }.save(db)
    }),
    ("update", 1, |db| {
        let text = "changed".into();
        Note { id: 1, text }.update(db)
    }),
    ("upsert", 1, |db| {
        let text = "changed".into();
        Note { id: 1, text }.upsert(db)
    }),
    ("delete", 1, |db| {
        let text = String::new();
        Note { id: 1, text }.delete(db)
    }),
    ("delete of many", 1, |db| {
        Note::query().filter(Note::ID.gt(0)).delete(db).map(drop)
    }),
    ("update of many", 1, |db| {
        let all = Note::query().filter(Note::ID.eq(1));
        all.update(db, Note::TEXT.set("changed")).map(drop)
    }),
    ("raw query", 1, |db| db.query("SELECT 1", &[]).map(drop)),
    ("raw execute", 1, |db| {
        db.execute("DELETE FROM notes", &[]).map(drop)
    }),
    ("raw execute_returning", 1, |db| {
        let sql = "DELETE FROM notes RETURNING id";
        let deleted = db.execute_returning(sql, &[])?;
        assert_eq!(deleted.len(), 2);
        Ok(())
    }),
    ("batch", 1, |db| {
        db.run(Access::Write, &mut |connection| {
            connection.batch("DELETE FROM notes; DELETE FROM remarks")
        })
    }),
];

#[test]
fn each_call_is_counted_as_often_as_it_runs_a_statement() -> Result<()> {
    for &(name, expected, call) in CALLS {
        let db = notes()?;
        let (outcome, run) = count_queries(&db, || call(&db));
        outcome?;
        assert_eq!(run, expected, "{name}");
    }
    Ok(())
}

#[test]
fn calls_in_a_transaction_are_counted_and_its_beginning_and_end_are_not() -> Result<()> {
    for &(name, expected, call) in CALLS {
        let db = notes()?;
        let (outcome, run) = count_queries(&db, || db.transaction(|tx| call(tx)));
        outcome?;
        assert_eq!(run, expected, "{name} in a closure");

        let db = notes()?;
        let before = db.monitor().statements();
        let tx = db.begin()?;
        call(&tx)?;
        assert_eq!(tx.monitor().statements() - before, expected, "{name}");
        tx.commit()?;
        assert_eq!(db.monitor().statements() - before, expected, "{name}");
    }
    Ok(())
}

#[test]
fn calls_in_a_savepoint_are_counted_and_its_beginning_and_end_are_not() -> Result<()> {
    for &(name, expected, call) in CALLS {
        let db = notes()?;
        let nested = || db.transaction(|tx| tx.transaction(|savepoint| call(savepoint)));
        let (outcome, run) = count_queries(&db, nested);
        outcome?;
        assert_eq!(run, expected, "{name} in closures");

        let db = notes()?;
        let tx = db.begin()?;
        let savepoint = tx.begin()?;
        let (outcome, run) = count_queries(&savepoint, || call(&savepoint));
        outcome?;
        savepoint.rollback()?;
        assert_eq!(run, expected, "{name}");
    }
    Ok(())
}

#[test]
fn what_is_rolled_back_has_been_run() -> Result<()> {
    let db = notes()?;
    let (outcome, run) = count_queries(&db, || -> Result<()> {
        let tx = db.begin()?;
        Note::new("third").insert(&tx)?;
        let savepoint = tx.begin()?;
        Note::new("fourth").insert(&savepoint)?;
        savepoint.rollback()?;
        drop(tx);
        Ok(())
    });
    outcome?;
    assert_eq!(run, 2);
    Ok(())
}

#[test]
fn transaction_control_is_not_counted() -> Result<()> {
    let db = notes()?;
    let (outcome, run) = count_queries(&db, || -> Result<()> {
        db.transaction(|tx| tx.transaction(|savepoint| savepoint.begin()?.rollback()))?;
        db.transaction_with(TransactionOptions::new().read_only(), |_| Ok(()))?;
        let tx = db.begin()?;
        tx.begin()?.commit()?;
        drop(tx.begin()?);
        tx.rollback()
    });
    outcome?;
    assert_eq!(run, 0);
    Ok(())
}

/// The driver of these tests has no savepoints of its own, and so runs them as batches.
#[test]
fn savepoints_that_a_driver_runs_as_batches_are_not_counted() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Note])?;
    let (outcome, run) = count_queries(&db, || {
        db.transaction(|tx| tx.transaction(|savepoint| Note::new("first").insert(savepoint)))
    });
    outcome?;
    assert_eq!(run, 1);
    assert_eq!(log.take().len(), 5);
    Ok(())
}

#[test]
fn opening_a_database_and_looking_at_its_schema_is_not_counted() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(path)
        .init(|connection| Ok(connection.batch("PRAGMA cache_size = -1000")?))
        .open()?;
    let mut references = Vec::new();
    db.run(Access::Read, &mut |connection| {
        references = connection.references("notes")?;
        Ok(())
    })?;
    assert_eq!(db.monitor().statements(), 0);
    Ok(())
}

#[test]
fn statements_of_the_writer_and_of_the_readers_are_counted() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(path).readers(3).open()?;
    db.create_tables(orm::schema![Note])?;
    let (outcome, run) = count_queries(&db, || -> Result<()> {
        Note::new("first").insert(&db)?;
        Note::query().for_each(&db, |_| Note::find(&db, 1).map(drop))?;
        let only_read = TransactionOptions::new().read_only();
        db.transaction_with(only_read, |tx| Note::count(tx).map(drop))
    });
    outcome?;
    assert_eq!(run, 4);
    Ok(())
}

#[test]
fn clones_of_a_database_count_together_and_databases_apart() -> Result<()> {
    let (db, other) = (notes()?, notes()?);
    let clone = db.clone();
    let (found, run) = count_queries(&db, || Note::find(&clone, 1));
    assert!(found?.is_some());
    assert_eq!(run, 1);
    let (_, run) = count_queries(&other, || Note::find(&db, 1));
    assert_eq!(run, 0);
    Ok(())
}

#[test]
fn a_reference_to_an_executor_counts_as_what_it_refers_to() -> Result<()> {
    let db = notes()?;
    let reference: &dyn Executor = &&db;
    assert!(std::ptr::eq(reference.monitor(), db.monitor()));
    let shared = db.transaction(|tx| Ok(std::ptr::eq((&tx).monitor(), db.monitor())))?;
    assert!(shared);
    Ok(())
}

#[test]
fn a_statement_that_fails_is_counted() -> Result<()> {
    let failing: &[Call] = &[
        ("unknown table", 1, |db| {
            db.query("SELECT * FROM nowhere", &[]).map(drop)
        }),
        ("not SQL", 1, |db| db.execute("not SQL", &[]).map(drop)),
        ("unique", 1, |db| Note::new("first").insert(db)),
        ("unique, many", 1, |db| {
            Note::insert_many(db, &mut [Note::new("new"), Note::new("first")])
        }),
        ("rows that are refused", 1, |db| {
            let refused = Error::ConditionRequired { table: "notes" };
            let mut refused = Some(refused);
            Note::query().for_each(db, |_| refused.take().map_or(Ok(()), Err))
        }),
    ];
    for &(name, expected, call) in failing {
        let db = notes()?;
        let (outcome, run) = count_queries(&db, || call(&db));
        assert!(outcome.is_err(), "{name}");
        assert_eq!(run, expected, "{name}");
        let (outcome, run) = count_queries(&db, || db.transaction(|tx| call(tx)));
        assert!(outcome.is_err(), "{name}");
        assert_eq!(run, expected, "{name} in a transaction");
    }
    Ok(())
}

#[test]
fn looking_for_the_reason_of_a_violated_foreign_key_is_counted() -> Result<()> {
    let db = notes()?;
    let mut remark = Remark { id: 0, note_id: 99 };
    let (outcome, run) = count_queries(&db, || remark.insert(&db));
    assert!(matches!(outcome, Err(Error::ForeignKeyViolation { .. })));
    assert_eq!(run, 2, "the INSERT, and the search for the note");
    Ok(())
}

#[test]
fn what_is_refused_before_it_runs_is_not_counted() -> Result<()> {
    let db = Database::builder()
        .autocommit(false)
        .open("sqlite::memory:")?;
    let (outcome, run) = count_queries(&db, || db.execute("CREATE TABLE t (x)", &[]));
    assert!(matches!(outcome, Err(Error::TransactionRequired)));
    assert_eq!(run, 0);
    Ok(())
}

#[test]
fn a_connection_that_holds_statements_inside_another_is_counted_once() -> Result<()> {
    let db = notes()?;
    let select = Statement::fixed("SELECT 1", "");
    let (outcome, run) = count_queries(&db, || {
        db.run(Access::Read, &mut |connection| {
            connection.hold_statements(&mut |held| {
                held.execute(select, &[].as_slice())?;
                held.hold_statements(&mut |held| held.execute(select, &[].as_slice()).map(drop))
            })
        })
    });
    outcome?;
    assert_eq!(run, 2);
    Ok(())
}

#[test]
fn a_batch_of_many_rows_is_one_statement() -> Result<()> {
    struct Texts(Vec<String>);

    impl Batch for Texts {
        fn rows(&self) -> usize {
            self.0.len()
        }

        fn with_row(
            &self,
            at: usize,
            work: &mut dyn FnMut(&dyn Params) -> Result<()>,
        ) -> Result<()> {
            work(&[Value::from(self.0[at].as_str())].as_slice())
        }
    }

    let db = notes()?;
    let texts = Texts((0..1000).map(|nth| nth.to_string()).collect());
    let write = Write {
        statement: Statement::fixed(r#"INSERT INTO "notes" ("text") VALUES (?)"#, "notes"),
        returning: &["id"],
        generated_key: true,
    };
    let mut keys = Vec::new();
    let written = assert_queries(&db, 1, || {
        db.transaction(|tx| {
            tx.run(Access::Write, &mut |connection| {
                connection.write_batch(&write, &texts, &mut keys)
            })
        })
    });
    written?;
    assert_eq!(keys.len(), 1000);
    Ok(())
}

#[test]
fn no_statement_of_many_threads_is_missed() -> Result<()> {
    const THREADS: u64 = 8;
    const EACH: u64 = 1000;
    let (_folder, path) = database_file();
    let db = Database::sqlite(path).open()?;
    let before = db.monitor().statements();
    let outcomes: Vec<Result<()>> = thread::scope(|scope| {
        let work = || (0..EACH).try_for_each(|_| db.query("SELECT 1", &[]).map(drop));
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|outcome| outcome.expect("no panic")).collect()
    });
    outcomes.into_iter().collect::<Result<()>>()?;
    assert_eq!(db.monitor().statements() - before, THREADS * EACH);
    Ok(())
}

/// What an assertion panics with.
fn message(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it fails");
    *panic.downcast::<String>().expect("a text")
}

#[test]
fn an_assertion_that_holds_returns_what_the_work_made() -> Result<()> {
    let db = notes()?;
    let found = assert_queries(&db, 2, || Note::find(&db, 1).and(Note::find(&db, 2)))?;
    assert_eq!(found.map(|note| note.text).as_deref(), Some("second"));
    assert_eq!(assert_queries(&db, 0, || 42), 42);
    Ok(())
}

#[test]
fn an_assertion_that_fails_names_both_numbers_and_the_statements() -> Result<()> {
    let db = notes()?;
    let message = message(|| {
        let work = || {
            let texts = [Value::from("hunter2")];
            db.query("SELECT ?", &texts)?;
            db.transaction(|tx| Note::new("hunter2").insert(tx))
        };
        let _ = assert_queries(&db, 7, work);
    });
    let expected = "expected statements: 7, run: 2\n   1. SELECT ?\n   2. INSERT INTO \"notes\" (\"text\") \
                    VALUES (?)";
    assert_eq!(message, expected);
    Ok(())
}

#[test]
fn an_assertion_that_fails_without_statements_has_only_the_numbers() -> Result<()> {
    let db = notes()?;
    let message = message(|| assert_queries(&db, 1, || ()));
    assert_eq!(message, "expected statements: 1, run: 0");
    Ok(())
}

#[test]
fn an_assertion_that_fails_lists_a_hundred_statements_and_counts_the_others() -> Result<()> {
    let db = notes()?;
    let message = message(|| {
        let work = || (0..250).try_for_each(|_| Note::find(&db, 1).map(drop));
        let _ = assert_queries(&db, 1, work);
    });
    assert!(message.starts_with("expected statements: 1, run: 250\n   1. SELECT "));
    assert_eq!(message.lines().count(), 102);
    assert!(message.ends_with("\n      … and 150 more"));
    Ok(())
}

#[test]
fn assertions_inside_each_other_count_and_list_their_own() -> Result<()> {
    let db = notes()?;
    let outer = message(|| {
        assert_queries(&db, 1, || {
            let _ = assert_queries(&db, 1, || db.query("SELECT 1", &[]));
            let inner = message(|| {
                let _ = assert_queries(&db, 2, || db.query("SELECT 2", &[]));
            });
            assert_eq!(inner, "expected statements: 2, run: 1\n   1. SELECT 2");
        });
    });
    let expected = "expected statements: 1, run: 2\n   1. SELECT 1\n   2. SELECT 2";
    assert_eq!(outer, expected);
    Ok(())
}

#[test]
fn work_that_panics_leaves_nobody_listening() -> Result<()> {
    let db = notes()?;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        assert_queries(&db, 0, || panic!("in the middle"));
    }));
    assert!(panicked.is_err());
    assert_queries(&db, 1, || Note::find(&db, 1))?;
    Ok(())
}

#[test]
fn lazy_loading_is_set_by_the_url_and_by_both_builders() -> Result<()> {
    let settings = [
        ("allowed", LazyLoading::Allowed),
        ("warned", LazyLoading::Warned),
        ("refused", LazyLoading::Refused),
    ];
    for (name, setting) in settings {
        let builder = Database::builder().lazy_loading(setting);
        let databases = [
            Database::open(&format!("sqlite::memory:?lazy_loading={name}"))?,
            Database::sqlite_in_memory().lazy_loading(setting).open()?,
            builder.clone().open("sqlite::memory:")?,
        ];
        for db in &databases {
            assert_eq!(db.monitor().lazy_loading(), setting);
            assert_eq!(db.begin()?.monitor().lazy_loading(), setting);
        }
        let url_wins = builder.open("sqlite::memory:?lazy_loading=allowed")?;
        assert_eq!(url_wins.monitor().lazy_loading(), LazyLoading::Allowed);
    }
    assert_eq!(
        notes()?.monitor().lazy_loading(),
        LazyLoading::Allowed,
        "the default"
    );
    Ok(())
}

/// An executor that a program wrote.
struct Wrapped<'a>(&'a dyn Executor);

impl Executor for Wrapped<'_> {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        self.0.run(access, work)
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        self.0.atomically(&mut |db| work(&Wrapped(db)))
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect()
    }

    fn monitor(&self) -> &Monitor {
        self.0.monitor()
    }
}

#[test]
fn an_executor_of_a_program_counts_each_call_as_often() -> Result<()> {
    for &(name, expected, call) in CALLS {
        let db = notes()?;
        let (outcome, run) = count_queries(&Wrapped(&db), || call(&Wrapped(&db)));
        outcome?;
        assert_eq!(run, expected, "{name}");
    }
    Ok(())
}
