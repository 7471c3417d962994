//! Transactions that are no longer there.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Calls, Note, assert_lost, assert_texts, memory};

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
