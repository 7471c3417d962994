//! What is called when a transaction has ended.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm::Result;
use orm::prelude::*;

use super::{Calls, Note, assert_stopped, assert_texts, file, memory, stop, texts};
use crate::{child, is_child};

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
    assert_stopped(&db.transaction(|tx| {
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
        assert_stopped(&tx.transaction(|savepoint| {
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
    assert_stopped(&db.transaction(|tx| {
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
        let test = "transaction::hooks::a_hook_that_panics_after_a_panic_does_not_end_the_program";
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

#[test]
fn a_hook_that_panics_does_not_keep_others_from_being_called() -> Result<()> {
    let (db, calls) = (memory()?, Calls::default());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| {
            tx.on_commit(|| panic!("told to panic"));
            calls.watch(tx, "next");
            Note::new("kept").insert(tx)
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(calls.take(), ["next committed"]);
    assert_texts(&db, &["kept"]);
    Ok(())
}
