//! Transactions and savepoints: what they keep, what they undo, and what they refuse.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use orm::prelude::*;
use orm::{Behavior, Database, Error, Result, Transaction, TransactionOptions, Value};

use crate::{child, database_file, is_child};

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
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    connection
}

fn texts(db: &dyn Executor) -> Result<BTreeSet<String>> {
    let notes = Note::all(db)?.into_iter();
    Ok(notes.map(|note| note.text).collect())
}

#[track_caller]
fn assert_texts(db: &dyn Executor, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|&text| text.to_owned()).collect();
    assert_eq!(texts(db).unwrap(), expected);
}

/// What a program may stop a transaction with.
fn stop() -> Error {
    Error::ConditionRequired { table: "stopped" }
}

#[track_caller]
fn assert_stopped<T: fmt::Debug>(outcome: Result<T>) {
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

#[test]
fn ok_commits_and_err_rolls_back() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        let answer = db.transaction(|tx| {
            Note::new("kept").insert(tx)?;
            Ok(42)
        })?;
        assert_eq!(answer, 42);
        assert_stopped(db.transaction(|tx| {
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
fn a_panic_that_is_caught_in_a_transaction_does_not_end_it() -> Result<()> {
    let db = memory()?;
    db.transaction(|tx| {
        Note::new("before").insert(tx)?;
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            tx.transaction(|savepoint| -> Result<()> {
                Note::new("undone").insert(savepoint)?;
                panic!("told to panic")
            })
        }));
        assert!(panicked.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            Note::query().for_each(tx, |_| panic!("told to panic"))
        }));
        assert!(panicked.is_err());
        Note::new("after").insert(tx)
    })?;
    assert_texts(&db, &["before", "after"]);
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

/// Writes a note, then does the same one level deeper, and then keeps or undoes all of it.
fn nest(tx: &Transaction<'_>, level: usize, kept: &[bool]) -> Result<()> {
    let Some((&keep, deeper)) = kept.split_first() else {
        return Ok(());
    };
    let outcome = tx.transaction(|savepoint| {
        Note::new(&format!("level {level}")).insert(savepoint)?;
        nest(savepoint, level + 1, deeper)?;
        Note::new(&format!("level {level} again")).insert(savepoint)?;
        if keep { Ok(()) } else { Err(stop()) }
    });
    if keep {
        return outcome;
    }
    assert_stopped(outcome);
    Ok(())
}

#[test]
fn nested_savepoints_keep_what_no_level_around_them_undoes() -> Result<()> {
    let levels = 5;
    for outcomes in 0..1_u32 << levels {
        let kept: Vec<bool> = (0..levels)
            .map(|level| outcomes >> level & 1 == 1)
            .collect();
        let db = memory()?;
        db.transaction(|tx| {
            Note::new("root").insert(tx)?;
            nest(tx, 1, &kept)
        })?;
        let depth = kept.iter().take_while(|&&keep| keep).count();
        let mut expected = vec!["root".to_owned()];
        for level in 1..=depth {
            expected.push(format!("level {level}"));
            expected.push(format!("level {level} again"));
        }
        assert_texts(
            &db,
            &expected.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }
    Ok(())
}

#[test]
fn savepoints_that_return_errors_to_the_root_undo_everything() -> Result<()> {
    let db = memory()?;
    assert_stopped(db.transaction(|tx| {
        Note::new("root").insert(tx)?;
        tx.transaction(|tx| {
            tx.transaction(|tx| {
                Note::new("deep").insert(tx)?;
                Err::<(), _>(stop())
            })
        })
    }));
    assert_texts(&db, &[]);
    Ok(())
}

#[test]
fn guards_of_savepoints_nest_too() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    let outer = tx.begin()?;
    Note::new("outer").insert(&outer)?;
    let inner = outer.begin()?;
    Note::new("inner").insert(&inner)?;
    drop(inner);
    let inner = outer.begin()?;
    Note::new("second inner").insert(&inner)?;
    inner.commit()?;
    outer.commit()?;
    let outer = tx.begin()?;
    Note::new("second outer").insert(&outer)?;
    outer.rollback()?;
    tx.commit()?;
    assert_texts(&db, &["outer", "second inner"]);
    Ok(())
}

/// A slip of the pen that compiles: the outer handle is used where the inner one was meant.
#[test]
fn hooks_belong_to_the_savepoint_that_is_open_and_not_to_the_handle() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    let outcome = db.transaction(|tx| {
        let undone = tx.transaction(|savepoint| {
            calls.watch(savepoint, "outer");
            Note::new("outer").insert(savepoint)?;
            tx.transaction(|inner| Note::new("inner").insert(inner))?;
            Err::<(), _>(stop())
        });
        assert!(undone.is_err());
        Ok(())
    });
    assert!(outcome.is_ok());
    assert_texts(&db, &[]);
    assert_eq!(calls.take(), ["outer rolled back"]);
    Ok(())
}

#[test]
fn a_savepoint_inside_does_not_end_the_hooks_of_the_one_around_it() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    db.transaction(|tx| {
        tx.transaction(|savepoint| {
            calls.watch(savepoint, "outer");
            Note::new("outer").insert(savepoint)?;
            let undone = tx.transaction(|_| Err::<(), _>(stop()));
            assert!(undone.is_err());
            Ok(())
        })
    })?;
    assert_texts(&db, &["outer"]);
    assert_eq!(calls.take(), ["outer committed"]);
    Ok(())
}

#[test]
fn what_is_done_around_a_savepoint_belongs_to_it() -> Result<()> {
    let db = memory()?;
    db.transaction(|tx| {
        assert_stopped(tx.transaction(|_| {
            Note::new("undone").insert(tx)?;
            tx.transaction(|_| Note::new("undone too").insert(tx))?;
            Err::<(), _>(stop())
        }));
        tx.transaction(|_| tx.transaction(|_| Note::new("kept").insert(tx)))
    })?;
    assert_texts(&db, &["kept"]);
    Ok(())
}

/// A database would end the inner one together with the outer one.
#[test]
fn savepoints_that_end_in_the_wrong_order_end_the_transaction() -> Result<()> {
    for keep in [true, false] {
        let db = memory()?;
        let tx = db.begin()?;
        let first = tx.begin()?;
        Note::new("first").insert(&first)?;
        let second = tx.begin()?;
        Note::new("second").insert(&second)?;
        let ended = if keep {
            first.commit()
        } else {
            first.rollback()
        };
        assert!(matches!(ended, Err(Error::ConnectionInUse)), "{ended:?}");
        assert_lost(&second);
        assert!(second.commit().is_err());
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
        assert_texts(&db, &[]);
        Note::new("usable").insert(&db)?;
    }
    Ok(())
}

#[test]
fn savepoints_that_end_in_the_right_order_may_come_from_one_handle() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    let first = tx.begin()?;
    let second = tx.begin()?;
    Note::new("second").insert(&second)?;
    second.rollback()?;
    Note::new("first").insert(&first)?;
    first.commit()?;
    tx.commit()?;
    assert_texts(&db, &["first"]);
    Ok(())
}

#[test]
fn a_savepoint_that_is_forgotten_is_not_committed() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    Note::new("before").insert(&tx)?;
    let savepoint = tx.begin()?;
    Note::new("inside").insert(&savepoint)?;
    std::mem::forget(savepoint);
    assert!(matches!(tx.commit(), Err(Error::ConnectionInUse)));
    assert_texts(&db, &[]);
    Note::new("usable").insert(&db)
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

#[test]
fn hooks_are_called_in_their_order_and_only_those_of_the_outcome() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    db.transaction(|tx| {
        for name in ["first", "second", "third"] {
            calls.watch(tx, name);
        }
        assert!(calls.take().is_empty(), "nothing has been committed yet");
        Ok(())
    })?;
    assert_eq!(
        calls.take(),
        ["first committed", "second committed", "third committed"]
    );

    let tx = db.begin()?;
    calls.watch(&tx, "dropped");
    drop(tx);
    let tx = db.begin()?;
    calls.watch(&tx, "explicit");
    tx.rollback()?;
    assert_stopped(db.transaction(|tx| {
        calls.watch(tx, "failed");
        Err::<(), _>(stop())
    }));
    let expected = [
        "dropped rolled back",
        "explicit rolled back",
        "failed rolled back",
    ];
    assert_eq!(calls.take(), expected);
    Ok(())
}

#[test]
fn a_panic_calls_the_hooks_of_a_rollback() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| -> Result<()> {
            calls.watch(tx, "panicked");
            panic!("told to panic")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(calls.take(), ["panicked rolled back"]);
    Ok(())
}

#[test]
fn a_savepoint_that_rolls_back_drops_its_own_hooks() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    db.transaction(|tx| {
        calls.watch(tx, "before");
        assert_stopped(tx.transaction(|savepoint| {
            calls.watch(savepoint, "undone");
            savepoint.transaction(|inner| {
                calls.watch(inner, "inside");
                Ok(())
            })?;
            Err::<(), _>(stop())
        }));
        assert_eq!(calls.take(), ["undone rolled back", "inside rolled back"]);
        tx.transaction(|savepoint| {
            calls.watch(savepoint, "kept");
            Ok(())
        })?;
        assert!(calls.take().is_empty(), "a savepoint commits nothing");
        calls.watch(tx, "after");
        Ok(())
    })?;
    assert_eq!(
        calls.take(),
        ["before committed", "kept committed", "after committed"]
    );
    Ok(())
}

#[test]
fn a_rollback_of_the_whole_reaches_the_hooks_of_kept_savepoints() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    assert_stopped(db.transaction(|tx| {
        calls.watch(tx, "root");
        tx.transaction(|savepoint| {
            calls.watch(savepoint, "kept");
            Ok(())
        })?;
        Err::<(), _>(stop())
    }));
    assert_eq!(calls.take(), ["root rolled back", "kept rolled back"]);
    Ok(())
}

#[test]
fn a_hook_runs_when_the_commit_is_seen_by_everybody() -> Result<()> {
    let (_folder, _, db) = file()?;
    let calls = Calls::default();
    db.transaction(|tx| {
        Note::new("one").insert(tx)?;
        let (db, calls) = (db.clone(), calls.clone());
        tx.on_commit(move || calls.add(format!("{:?}", texts(&db).unwrap())));
        Ok(())
    })?;
    assert_eq!(calls.take(), [r#"{"one"}"#]);
    Ok(())
}

/// The transaction is over, so its connection has to be free for the hooks.
#[test]
fn hooks_may_use_the_database() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        let calls = Calls::default();
        let write = |text: &'static str| {
            let (db, calls) = (db.clone(), calls.clone());
            move || calls.add(format!("{text}: {:?}", Note::new(text).insert(&db)))
        };
        db.transaction(|tx| {
            tx.on_commit(write("committed"));
            Ok(())
        })?;
        let tx = db.begin()?;
        tx.on_rollback(write("rolled back"));
        tx.rollback()?;
        let tx = db.begin()?;
        tx.on_rollback(write("dropped"));
        drop(tx);
        assert_eq!(
            calls.take(),
            [
                "committed: Ok(())",
                "rolled back: Ok(())",
                "dropped: Ok(())"
            ]
        );
        assert_texts(&db, &["committed", "rolled back", "dropped"]);
    }
    Ok(())
}

#[test]
fn a_hook_that_panics_leaves_the_pool_usable() -> Result<()> {
    let db = memory()?;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| {
            tx.on_commit(|| panic!("told to panic"));
            Note::new("kept").insert(tx)
        })
    }));
    assert!(panicked.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let tx = db.begin().unwrap();
        tx.on_rollback(|| panic!("told to panic"));
        Note::new("undone").insert(&tx).unwrap();
    }));
    assert!(panicked.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| {
            tx.on_rollback(|| panic!("told to panic"));
            Note::new("undone").insert(tx)?;
            Err::<(), _>(stop())
        })
    }));
    assert!(panicked.is_err());
    db.transaction(|tx| Note::new("second").insert(tx))?;
    assert_texts(&db, &["kept", "second"]);
    Ok(())
}

#[test]
fn a_hook_that_panics_in_a_savepoint_leaves_the_transaction_usable() -> Result<()> {
    let db = memory()?;
    db.transaction(|tx| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let savepoint = tx.begin().unwrap();
            savepoint.on_rollback(|| panic!("told to panic"));
            Note::new("undone").insert(&savepoint).unwrap();
        }));
        assert!(panicked.is_err());
        Note::new("kept").insert(tx)
    })?;
    assert_texts(&db, &["kept"]);
    Ok(())
}

/// A second panic while the first unwinds would end the program.
#[test]
fn a_hook_that_panics_after_a_panic_does_not_end_the_program() -> Result<()> {
    if !is_child() {
        let test = "transaction::a_hook_that_panics_after_a_panic_does_not_end_the_program";
        let output = child(test).output().unwrap();
        assert!(output.status.success(), "{}", output.status);
        return Ok(());
    }
    let db = memory()?;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| -> Result<()> {
            tx.on_rollback(|| panic!("told to panic too"));
            Note::new("undone").insert(tx)?;
            panic!("told to panic")
        })
    }));
    assert!(panicked.is_err());
    Note::new("kept").insert(&db)?;
    assert_texts(&db, &["kept"]);
    Ok(())
}

fn manual() -> Result<Database> {
    let db = Database::open("sqlite::memory:?autocommit=false")?;
    db.create_tables(orm::schema![Note, Tag])?;
    Ok(db)
}

/// A record whose key is made before it is written.
#[derive(Debug, ActiveRecord)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key(uuid_v4))]
    id: uuid::Uuid,
    name: String,
}

#[test]
fn without_autocommit_every_write_needs_a_transaction() -> Result<()> {
    let db = manual()?;
    let mut note = Note::new("one");
    db.transaction(|tx| note.insert(tx))?;
    note.votes = 5;
    let refusals = [
        note.save(&db),
        note.update(&db),
        note.save_only(&db, Note::VOTES),
        note.upsert(&db),
        note.delete(&db),
        note.increment(&db, Note::VOTES, 1).map(drop),
        Note::new("two").save(&db),
        Note::new("two").insert(&db),
        Note::new("two").upsert(&db),
        Note::insert_many(&db, &mut [Note::new("two")]),
        Note::delete_by_key(&db, note.id).map(drop),
        Note::get_or_create(&db, Note::TEXT.eq("two"), || Note::new("two")).map(drop),
        Note::update_or_create(&db, Note::TEXT.eq("two"), |_| {}, || Note::new("two")).map(drop),
        Note::update_or_create(&db, Note::TEXT.eq("one"), |_| {}, || Note::new("one")).map(drop),
        Note::query().all_rows().delete(&db).map(drop),
        Note::query()
            .all_rows()
            .update(&db, Note::VOTES.set(1))
            .map(drop),
        db.execute("DELETE FROM notes", &[]).map(drop),
    ];
    for (nth, refusal) in refusals.into_iter().enumerate() {
        assert!(
            matches!(refusal, Err(Error::TransactionRequired)),
            "{nth}: {refusal:?}"
        );
    }
    assert_texts(&db, &["one"]);
    assert_eq!(Note::get(&db, note.id)?.votes, 0);
    Ok(())
}

#[test]
fn without_autocommit_reading_needs_no_transaction() -> Result<()> {
    let db = manual()?;
    db.transaction(|tx| Note::new("one").insert(tx))?;
    let (found, created) = Note::get_or_create(&db, Note::TEXT.eq("one"), || Note::new("never"))?;
    assert!(!created);
    assert!(Note::exists(&db, found.id)?);
    assert_eq!(
        (Note::count(&db)?, db.query("SELECT 1", &[])?.len()),
        (1, 1)
    );
    Ok(())
}

#[test]
fn a_write_that_needs_a_transaction_leaves_the_record_as_it_was() -> Result<()> {
    let db = manual()?;
    let new = || Tag {
        id: uuid::Uuid::nil(),
        name: "new".into(),
    };
    let mut tag = new();
    assert!(matches!(tag.save(&db), Err(Error::TransactionRequired)));
    assert!(matches!(tag.insert(&db), Err(Error::TransactionRequired)));
    assert!(matches!(tag.upsert(&db), Err(Error::TransactionRequired)));
    assert!(tag.id.is_nil());
    let mut tags = [new(), new()];
    assert!(Tag::insert_many(&db, &mut tags).is_err());
    assert!(tags.iter().all(|tag| tag.id.is_nil()));
    db.transaction(|tx| tag.save(tx))?;
    assert_eq!(Tag::get(&db, tag.id)?.name, "new");
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

#[test]
fn a_transaction_that_was_ended_behind_its_back_is_lost() -> Result<()> {
    for (end, expected) in [
        ("COMMIT", &["before"][..]),
        ("ROLLBACK", &[]),
        ("END", &["before"]),
    ] {
        let (db, calls) = (memory()?, Calls::default());
        let tx = db.begin()?;
        calls.watch(&tx, "transaction");
        Note::new("before").insert(&tx)?;
        let ended = tx.execute(end, &[]);
        assert!(
            matches!(ended, Err(Error::TransactionLost)),
            "{end}: {ended:?}"
        );
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)), "{end}");
        assert_eq!(calls.take(), ["transaction rolled back"], "{end}");
        assert_texts(&db, expected);
        db.transaction(|tx| Note::new("usable").insert(tx))?;
    }
    Ok(())
}

#[test]
fn work_that_hides_the_loss_of_its_transaction_does_not_commit() -> Result<()> {
    let db = memory()?;
    let outcome = db.transaction(|tx| {
        Note::new("before").insert(tx)?;
        let _ = tx.execute("ROLLBACK", &[]);
        let _ = Note::new("after").insert(tx);
        Ok(())
    });
    assert!(matches!(outcome, Err(Error::TransactionLost)));
    assert_texts(&db, &[]);
    Ok(())
}

#[test]
fn a_loss_in_a_savepoint_is_the_loss_of_everything_around_it() -> Result<()> {
    for end in ["COMMIT", "ROLLBACK"] {
        let (db, calls) = (memory()?, Calls::default());
        let outcome = db.transaction(|tx| {
            calls.watch(tx, "root");
            let inner = tx.transaction(|savepoint| {
                calls.watch(savepoint, "savepoint");
                let _ = savepoint.execute(end, &[]);
                assert_lost(savepoint);
                Ok(())
            });
            assert!(matches!(inner, Err(Error::TransactionLost)), "{inner:?}");
            assert_lost(tx);
            Ok(())
        });
        assert!(
            matches!(outcome, Err(Error::TransactionLost)),
            "{outcome:?}"
        );
        assert_eq!(calls.take(), ["savepoint rolled back", "root rolled back"]);
        assert_texts(&db, &[]);
        Note::new("usable").insert(&db)?;
    }
    Ok(())
}

#[test]
fn rolling_a_lost_transaction_back_is_no_error() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    Note::new("before").insert(&tx)?;
    let _ = tx.execute("ROLLBACK", &[]);
    tx.rollback()?;
    assert_texts(&db, &[]);
    Ok(())
}

/// A savepoint that was ended by raw SQL cannot be rolled back, so its writes must not be committed.
#[test]
fn what_a_savepoint_could_not_undo_is_not_committed() -> Result<()> {
    let (_folder, _, file) = file()?;
    for db in [memory()?, file] {
        Note::new("before").insert(&db)?;
        let outcome = db.transaction(|tx| {
            let undone = tx.transaction(|savepoint| {
                Note::new("undone").insert(savepoint)?;
                savepoint.execute("RELEASE orm_1", &[])?;
                Err::<(), _>(stop())
            });
            assert_stopped(undone);
            Ok(())
        });
        assert!(outcome.is_err(), "{outcome:?}");
        assert_texts(&db, &["before"]);
        Note::new("usable").insert(&db)?;
    }
    Ok(())
}

/// The rows of the query keep the connection, so this savepoint can neither be kept nor undone.
#[test]
fn a_savepoint_that_ends_while_rows_are_read_is_not_half_kept() -> Result<()> {
    for keep in [true, false] {
        let db = memory()?;
        Note::new("before").insert(&db)?;
        let tx = db.begin()?;
        let mut savepoint = Some(tx.begin()?);
        Note::new("inside").insert(&tx)?;
        let mut ended = None;
        Note::query().for_each(&tx, |_| {
            if let Some(savepoint) = savepoint.take() {
                ended = Some(if keep {
                    savepoint.commit()
                } else {
                    savepoint.rollback()
                });
            }
            Ok(())
        })?;
        drop(savepoint);
        let ended = ended.expect("there was a row");
        assert!(matches!(ended, Err(Error::ConnectionInUse)), "{ended:?}");
        let committed = tx.commit();
        assert!(committed.is_err(), "keep {keep}: {committed:?}");
        assert_texts(&db, &["before"]);
        Note::new("usable").insert(&db)?;
    }
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
