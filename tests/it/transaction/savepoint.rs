//! Savepoints, and what they undo of each other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm::prelude::*;
use orm::{Error, Result, Transaction};

use super::{Calls, Note, assert_lost, assert_stopped, assert_texts, file, memory, stop};

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
    assert_stopped(&outcome);
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
    assert_stopped(&db.transaction(|tx| {
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
        assert_stopped(&tx.transaction(|_| {
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
            assert_stopped(&undone);
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
