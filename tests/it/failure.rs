//! Real failures in the middle of the work: a full disk, a conflict that rolls back, an interrupt, a
//! panic, and the death of the program.

use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use orm::prelude::*;
use orm::{Access, Database, Error, Interrupter, Result, Sql, Transaction, Value};

use crate::{child, database_file, is_child, repetitions};

#[derive(Debug, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    number: i64,
    content: Vec<u8>,
}

impl Note {
    fn new(number: i64) -> Self {
        Self {
            id: 0,
            number,
            content: Vec::new(),
        }
    }

    /// A note that takes up some pages.
    fn large(number: i64) -> Self {
        Self {
            content: vec![7; 10_000],
            ..Self::new(number)
        }
    }
}

/// A statement that counts up to a number and writes, as far as the database knows.
const COUNTING_WRITE: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
     INSERT INTO notes (number, content) SELECT i, x'' FROM n WHERE i < 0";

const ENDLESS_READ: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
     SELECT count(*) FROM n";

/// Runs a test on a file and in memory.
fn on_both(test: impl Fn(&Database) -> Result<()>) -> Result<()> {
    let (_folder, path) = database_file();
    for db in [
        Database::sqlite(path).open()?,
        Database::open("sqlite::memory:")?,
    ] {
        db.create_tables(orm::schema![Note])?;
        Note::new(-1).insert(&db)?;
        test(&db)?;
        assert_sound(&db)?;
    }
    Ok(())
}

/// The database is whole, and everything that can be done with it can be done again.
fn assert_sound(db: &Database) -> Result<()> {
    let check = db.query("PRAGMA integrity_check", &[])?;
    assert!(check == [["ok".into()]], "the file is damaged");
    let mut usable = Note::new(i64::MAX);
    usable.insert(db)?;
    db.transaction(|tx| {
        usable.save(tx)?;
        tx.transaction(|savepoint| usable.delete(savepoint))
    })?;
    assert!(Note::find(db, usable.id)?.is_none());
    Ok(())
}

/// The numbers of the notes that are stored, without the one that was there from the start.
fn stored(db: &dyn Executor) -> Result<Vec<i64>> {
    let notes = Note::query().filter(Note::NUMBER.ne(-1));
    let notes = notes.order_by(Note::NUMBER).all(db)?;
    Ok(notes.into_iter().map(|note| note.number).collect())
}

/// The transaction is gone, and says so to whatever it is asked.
#[track_caller]
fn assert_lost(tx: &Transaction<'_>) {
    let attempts = [
        Note::new(100).insert(tx),
        Note::insert_many(tx, &mut [Note::new(100)]),
        Note::count(tx).map(drop),
        tx.execute("DELETE FROM notes", &[]).map(drop),
        tx.query("SELECT 1", &[]).map(drop),
        tx.transaction(|_| Ok(())),
    ];
    for (nth, attempt) in attempts.into_iter().enumerate() {
        assert!(
            matches!(attempt, Err(Error::TransactionLost)),
            "{nth}: {attempt:?}"
        );
    }
}

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
fn insert_until_full(db: &dyn Executor) -> Result<usize> {
    for number in 0..100 {
        if let Err(error) = Note::large(number).insert(db) {
            assert!(matches!(error, Error::StorageFull { .. }), "{error:?}");
            return Ok(usize::try_from(number).unwrap());
        }
    }
    panic!("there was room for everything");
}

#[test]
fn a_full_disk_loses_the_transaction_that_it_rolled_back() -> Result<()> {
    on_both(|db| {
        fill_up(db)?;
        let tx = db.begin()?;
        insert_until_full(&tx)?;
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
            insert_until_full(tx)?;
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
                insert_until_full(savepoint)?;
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

#[test]
fn a_conflict_that_rolls_back_loses_the_transaction() -> Result<()> {
    on_both(|db| {
        let tx = db.begin()?;
        Note::new(1).insert(&tx)?;
        let conflict = "INSERT OR ROLLBACK INTO notes (number, content) VALUES (?, x'')";
        let refused = tx.execute(conflict, &[1.into()]);
        assert!(
            matches!(refused, Err(Error::UniqueViolation { .. })),
            "{refused:?}"
        );
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

#[test]
fn work_that_hides_a_conflict_that_rolled_back_is_not_committed() -> Result<()> {
    on_both(|db| {
        let outcome = db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let conflict = "INSERT OR ROLLBACK INTO notes (number, content) VALUES (1, x'')";
            let inner = tx.transaction(|savepoint| {
                Note::new(2).insert(savepoint)?;
                let _ = savepoint.execute(conflict, &[]);
                Ok(())
            });
            assert!(matches!(inner, Err(Error::TransactionLost)));
            let _ = Note::new(3).insert(tx);
            Ok(())
        });
        assert!(matches!(outcome, Err(Error::TransactionLost)));
        assert!(stored(db)?.is_empty());
        Ok(())
    })
}

/// Tables of others may roll back at any statement: by a constraint, or by a trigger.
#[test]
fn a_table_that_rolls_back_by_itself_loses_the_transaction() -> Result<()> {
    let constraint = ["CREATE TABLE notes (id INTEGER PRIMARY KEY, content BLOB,
                       number INT UNIQUE ON CONFLICT ROLLBACK)"]
    .as_slice();
    let trigger = &[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, number INT, content BLOB)",
        "CREATE TRIGGER once BEFORE INSERT ON notes
         WHEN EXISTS (SELECT 1 FROM notes WHERE number = new.number)
         BEGIN SELECT RAISE(ROLLBACK, 'already there'); END",
    ];
    for schema in [constraint, trigger] {
        let db = Database::open("sqlite::memory:")?;
        for statement in schema {
            db.execute(*statement, &[])?;
        }
        let tx = db.begin()?;
        Note::new(1).insert(&tx)?;
        let mut note = Note::new(1);
        assert!(note.insert(&tx).is_err());
        assert_eq!(note.id, 0);
        assert_lost(&tx);
        assert!(matches!(tx.commit(), Err(Error::TransactionLost)));

        let mut notes = [Note::new(1), Note::new(2), Note::new(1)];
        assert!(Note::insert_many(&db, &mut notes).is_err());
        let found = db.transaction(|tx| {
            Note::new(1).insert(tx)?;
            let _ = Note::insert_many(tx, &mut notes);
            Ok(())
        });
        assert!(matches!(found, Err(Error::TransactionLost)));
        assert!(notes.iter().all(|note| note.id == 0));
        assert!(stored(&db)?.is_empty());
        Note::new(1).insert(&db)?;
    }
    Ok(())
}

/// Runs work while another thread interrupts it again and again, until it is done.
fn interrupted<T>(interrupter: &Interrupter, work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                interrupter.interrupt();
                thread::yield_now();
            }
        });
        let outcome = work();
        done.store(true, Ordering::Release);
        outcome
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

#[test]
fn a_panic_at_any_depth_leaves_nothing_behind() -> Result<()> {
    on_both(|db| {
        let works: [&dyn Fn(&Transaction<'_>) -> Result<()>; 3] = [
            &|_| panic!("told to panic"),
            &|tx| Note::query().for_each(tx, |_| panic!("told to panic")),
            &|tx| {
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

/// What a program has written that is killed: each batch names its size.
#[derive(Debug, ActiveRecord)]
#[orm(table = "parts", index(batch))]
struct Part {
    #[orm(primary_key)]
    id: i64,
    batch: i64,
    /// How many parts the batch has.
    size: i64,
    content: String,
}

const DATABASE: &str = "ORM_TEST_DATABASE";

/// Writes batches, each in a transaction, and says so after each, until it is killed.
fn write_until_killed() -> Result<()> {
    let path = std::env::var_os(DATABASE).expect("the path of the database");
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Part])?;
    let mut batch = Part::last(&db)?.map_or(0, |part| part.batch);
    loop {
        batch += 1;
        let size = 1 + batch % 40;
        db.transaction(|tx| write_batch(tx, batch, size))?;
        let mut out = std::io::stdout();
        writeln!(out, "committed {batch}").expect("the other end reads");
    }
}

/// Half of a batch one by one, and half of it at once in a savepoint.
fn write_batch(tx: &Transaction<'_>, batch: i64, size: i64) -> Result<()> {
    let part = |at: i64| Part {
        id: 0,
        batch,
        size,
        content: "x".repeat(usize::try_from(at * 50).unwrap_or(0)),
    };
    for at in 0..size / 2 {
        part(at).insert(tx)?;
    }
    let mut rest: Vec<Part> = (size / 2..size).map(part).collect();
    Part::insert_many(tx, &mut rest)
}

/// Kills the writer at some moment after a number of commits, and returns the last one it spoke of.
fn run_and_kill(path: &Path, commits: usize, spins: usize) -> i64 {
    let test = "failure::a_program_that_is_killed_leaves_whole_transactions";
    let mut command = child(test);
    command.env(DATABASE, path).stdout(Stdio::piped());
    let mut writer = command.spawn().expect("the program starts again");
    let mut lines = BufReader::new(writer.stdout.take().expect("it is piped")).lines();
    let mut last = 0;
    let mut read = |line: String| {
        if let Some(batch) = line.strip_prefix("committed ") {
            last = batch.parse().expect("a number");
            return 1;
        }
        0
    };
    let mut seen = 0;
    while seen < commits {
        let line = lines.next().expect("it writes until it is killed");
        seen += read(line.unwrap());
    }
    // Somewhere in the middle of the next batches.
    (0..spins).for_each(|_| std::hint::spin_loop());
    writer.kill().expect("it is running");
    writer.wait().expect("it is a child of ours");
    for line in lines {
        read(line.unwrap());
    }
    last
}

/// Every batch is whole, and none that was committed is missing.
fn assert_whole(path: &Path, committed: i64) -> Result<()> {
    let db = Database::sqlite(path).open()?;
    let check = db.query("PRAGMA integrity_check", &[])?;
    assert!(check == [["ok".into()]], "the file is damaged");
    let batches = "SELECT batch FROM parts GROUP BY batch HAVING count(*) <> max(size)
                   OR min(size) <> max(size)";
    assert!(db.query(batches, &[])?.is_empty(), "half a transaction");
    let found = db.query("SELECT count(DISTINCT batch), max(batch) FROM parts", &[])?;
    let [Value::Int(count), Value::Int(max)] = found[0][..] else {
        panic!("{found:?}");
    };
    assert_eq!(count, max, "a batch is missing");
    assert!(max >= committed, "a commit was lost");
    Ok(())
}

/// A number that nobody knows beforehand.
fn any_number(below: usize) -> usize {
    use std::hash::{BuildHasher, RandomState};

    let number = RandomState::new().hash_one(0);
    usize::try_from(number % below as u64).unwrap_or(0)
}

/// `ORM_TEST_KILLS` says how often.
#[test]
fn a_program_that_is_killed_leaves_whole_transactions() -> Result<()> {
    if is_child() {
        return write_until_killed();
    }
    let (_folder, path) = database_file();
    for _ in 0..repetitions("ORM_TEST_KILLS", 5) {
        let (commits, spins) = (1 + any_number(60), any_number(2_000_000));
        let committed = run_and_kill(&path, commits, spins);
        assert_whole(&path, committed)?;
    }
    Ok(())
}
