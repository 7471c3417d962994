//! A full disk.

use orm::prelude::*;
use orm::{Access, Database, Error, Result, Sql, Value};

use super::{Note, assert_lost, on_both, stored};

#[track_caller]
fn assert_full<T: std::fmt::Debug>(outcome: &Result<T>) {
    assert!(
        matches!(outcome, Err(Error::StorageFull { .. })),
        "{outcome:?}"
    );
}

/// Leaves the database room for a few pages more than it has.
fn fill_up(db: &Database) -> Result<()> {
    let pages = db.query("PRAGMA page_count", &[])?;
    let Value::Int(pages) = pages[0][0] else {
        panic!("it counts");
    };
    limit_pages(db, pages + 4)
}

fn limit_pages(db: &Database, pages: i64) -> Result<()> {
    db.run(Access::Write, &mut |connection| {
        connection.batch(&format!("PRAGMA max_page_count = {pages}"))
    })
}

fn make_room(db: &Database) -> Result<()> {
    limit_pages(db, 1_000_000)
}

#[test]
fn a_full_disk_refuses_a_write_and_nothing_of_it_is_stored() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let mut note = Note::large(1);
        note.content = vec![7; 1_000_000];
        assert_full(&note.insert(db));
        assert_eq!(note.id, 0);
        assert_full(&note.save(db));
        assert_full(&note.upsert(db));
        assert!(stored(db)?.is_empty());
        make_room(db)?;
        note.save(db)?;
        assert_eq!(stored(db)?, [1]);
        Ok(())
    })
}

#[test]
fn a_full_disk_undoes_the_whole_batch() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let mut notes: Vec<Note> = (0..10).map(Note::large).collect();
        assert_full(&Note::insert_many(db, &mut notes));
        assert!(stored(db)?.is_empty());
        assert!(notes.iter().all(|note| note.id == 0));
        make_room(db)?;
        Note::insert_many(db, &mut notes)?;
        assert_eq!(stored(db)?.len(), 10);
        Ok(())
    })
}

/// Inserts until the disk is full.
fn insert_until_full(db: &dyn Executor) {
    let full = (0..100).find_map(|number| Note::large(number).insert(db).err());
    assert!(matches!(full, Some(Error::StorageFull { .. })), "{full:?}");
}

#[test]
fn a_full_disk_loses_the_transaction_that_it_rolled_back() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let tx = db.begin()?;
        insert_until_full(&tx);
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        make_room(db)
    })
}

#[test]
fn work_that_ignores_a_full_disk_is_not_committed_in_part() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let outcome = db.transaction(|tx| {
            insert_until_full(tx);
            let _ = Note::new(50).insert(tx);
            Ok(())
        });
        assert!(
            matches!(outcome, Err(Error::TransactionLost)),
            "{outcome:?}"
        );
        assert!(stored(db)?.is_empty());
        make_room(db)
    })
}

#[test]
fn a_full_disk_in_a_savepoint_is_noticed_by_everything_around_it() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let outcome = db.transaction(|tx| {
            Note::new(-2).insert(tx)?;
            let inner = tx.transaction(|savepoint| {
                insert_until_full(savepoint);
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
        assert!(stored(db)?.is_empty());
        make_room(db)
    })
}

/// SQLite undoes a statement over several rows alone, and the transaction goes on.
#[test]
fn a_full_disk_that_undid_only_the_statement_leaves_the_rest() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) \
                    INSERT OR FAIL INTO notes (number, content) SELECT i, zeroblob(10000) FROM n";
        let many = [many, &many.replace("OR FAIL ", "")];
        for statement in many {
            let tx = db.begin()?;
            Note::new(5000).insert(&tx)?;
            assert_full(&tx.execute(Sql::trusted(statement.to_owned()), &[]));
            let before_the_end = stored(&tx);
            match (before_the_end, tx.commit()) {
                (Ok(seen), Ok(())) => assert_eq!(stored(db)?, seen),
                (Err(Error::TransactionLost), Err(Error::TransactionLost)) => {
                    assert!(stored(db)?.is_empty());
                }
                other => panic!("{other:?}"),
            }
            Note::query().filter(Note::NUMBER.ge(0)).delete(db)?;
        }
        make_room(db)
    })
}
