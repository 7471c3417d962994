//! Interrupts and panics.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use orm::prelude::*;
use orm::{Error, Interrupter, Result, Transaction};

use super::{Note, assert_lost, on_both, stored};

/// A statement that counts up to a number and writes, as far as the database knows.
const COUNTING_WRITE: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
     INSERT INTO notes (number, content) SELECT i, x'' FROM n WHERE i < 0";

const ENDLESS_READ: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
     SELECT count(*) FROM n";

/// Runs work while another thread interrupts it again and again, until it is done.
fn interrupted<T>(interrupter: &Interrupter, work: impl FnOnce() -> T) -> T {
    let (begun, done) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            begun.wait();
            while !done.load(Ordering::Acquire) {
                interrupter.interrupt();
                thread::yield_now();
            }
        });
        begun.wait();
        let outcome = catch_unwind(AssertUnwindSafe(work));
        done.store(true, Ordering::Release);
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Interrupts a write that would go on for ever. It is prepared before, because an interrupt would stop
/// that too, and then nothing would have been rolled back.
fn interrupted_write(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(COUNTING_WRITE, &[1.into()])?;
    let endless = [i64::MAX.into()];
    interrupted(&tx.interrupter()?, || tx.execute(COUNTING_WRITE, &endless)).map(drop)
}

#[test]
fn an_interrupted_write_loses_the_transaction() -> Result<()> {
    on_both(|db| {
        let tx = db.begin()?;
        Note::new(1).insert(&tx)?;
        let outcome = interrupted_write(&tx);
        assert!(
            matches!(outcome, Err(Error::Interrupted { .. })),
            "{outcome:?}"
        );
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

#[test]
fn an_interrupted_read_leaves_the_transaction_as_it_was() -> Result<()> {
    on_both(|db| {
        db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let interrupter = tx.interrupter()?;
            let outcome = interrupted(&interrupter, || tx.query(ENDLESS_READ, &[]));
            assert!(
                matches!(outcome, Err(Error::Interrupted { .. })),
                "{outcome:?}"
            );
            Note::new(2).insert(tx)
        })?;
        assert_eq!(stored(db)?, [1, 2]);
        Ok(())
    })
}

#[test]
fn an_interrupt_in_a_savepoint_is_noticed_by_everything_around_it() -> Result<()> {
    on_both(|db| {
        let outcome = db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let inner = tx.transaction(|savepoint| {
                Note::new(2).insert(savepoint)?;
                interrupted_write(savepoint)
            });
            assert!(matches!(inner, Err(Error::Interrupted { .. })), "{inner:?}");
            assert_lost(tx);
            Ok(())
        });
        assert!(
            matches!(outcome, Err(Error::TransactionLost)),
            "{outcome:?}"
        );
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

/// Whatever an interrupt hits, a transaction is stored as a whole or not at all.
#[test]
fn a_transaction_under_interrupts_is_whole_or_absent() -> Result<()> {
    on_both(|db| {
        for round in 0..50 {
            let tx = db.begin()?;
            let interrupter = tx.interrupter()?;
            let outcome = interrupted(&interrupter, || {
                for number in 0..20 {
                    Note::new(round * 100 + number).insert(&tx)?;
                    let _ = tx.transaction(|savepoint| Note::new(9999).insert(savepoint));
                    Note::query().filter(Note::NUMBER.eq(9999)).delete(&tx)?;
                }
                tx.commit()
            });
            let expected = if outcome.is_ok() { 20 } else { 0 };
            let range = Note::NUMBER.between(round * 100, round * 100 + 99);
            let found = Note::query().filter(range).count(db)?;
            assert_eq!(found, expected, "{outcome:?}");
            assert!(!Note::query().filter(Note::NUMBER.eq(9999)).exists(db)?);
        }
        Ok(())
    })
}

/// A record that hands back what the database computes of it.
#[derive(Debug, ActiveRecord)]
#[orm(table = "doubles")]
struct Double {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    number: i64,
    #[orm(generated = "number * 2")]
    twice: i64,
}

/// A refused write must not be stored by the commit of a transaction that goes on.
#[test]
fn a_write_that_an_interrupt_refused_is_not_there() -> Result<()> {
    on_both(|db| {
        db.create_tables(orm::schema![Double])?;
        for number in 0..1000 {
            let mut double = Double {
                id: 0,
                number,
                twice: 0,
            };
            let tx = db.begin()?;
            let interrupter = tx.interrupter()?;
            let accepted = interrupted(&interrupter, || double.insert(&tx)).is_ok();
            let same = Double::query().filter(Double::NUMBER.eq(number));
            match same.exists(&tx) {
                Ok(found) => assert_eq!(found, accepted),
                Err(error) => assert!(matches!(error, Error::TransactionLost), "{error:?}"),
            }
            assert_eq!(double.id != 0, accepted, "only a stored row has a key");
            assert!(!accepted || double.twice == number * 2);
            drop(tx);
        }
        Ok(())
    })
}

type Work = fn(&Transaction<'_>) -> Result<()>;

#[test]
fn a_panic_at_any_depth_leaves_nothing_behind() -> Result<()> {
    on_both(|db| {
        let works: [Work; 3] = [
            |_| panic!("told to panic"),
            |tx| Note::query().for_each(tx, |_| panic!("told to panic")),
            |tx| {
                tx.transaction(|savepoint| {
                    Note::new(2).insert(savepoint)?;
                    Note::get_or_create(savepoint, Note::NUMBER.eq(3), || panic!("told to panic"))?;
                    Ok(())
                })
            },
        ];
        for work in works {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                db.transaction(|tx| {
                    Note::new(1).insert(tx)?;
                    work(tx)
                })
            }));
            assert!(panicked.is_err());
            assert!(stored(db)?.is_empty());
        }
        Ok(())
    })
}
