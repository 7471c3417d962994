//! Many threads on one file: nobody sees a lock, and nothing is lost.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use orm::prelude::*;
use orm::{Database, Error, Result, TransactionOptions};

use crate::{database_file, repetitions};

#[derive(Debug, ActiveRecord)]
#[orm(table = "counters")]
struct Counter {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    value: i64,
    /// What `value` was changed to together with, in one transaction.
    mirror: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    #[orm(index)]
    thread: i64,
    nth: i64,
}

const WRITERS: usize = 8;
const READERS: usize = 8;

fn open() -> Result<(tempfile::TempDir, Database)> {
    let (folder, path) = database_file();
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Counter, Entry])?;
    Ok((folder, db))
}

fn counter(name: &str) -> Counter {
    Counter {
        id: 0,
        name: name.into(),
        value: 0,
        mirror: 0,
    }
}

fn number(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}

/// Runs work in several threads that begin together, and returns what each of them made of it.
pub(crate) fn together<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let begin = |nth| {
            let (work, barrier) = (&work, &barrier);
            scope.spawn(move || {
                barrier.wait();
                work(nth)
            })
        };
        let handles: Vec<_> = (0..threads).map(begin).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().expect("no thread panics"))
            .collect()
    })
}

/// One write of a thread, each in its turn by another way.
fn write(db: &Database, shared: &Counter, thread: usize, nth: usize) -> Result<()> {
    let mut entry = Entry {
        id: 0,
        thread: number(thread),
        nth: number(nth),
    };
    match nth % 4 {
        0 => {
            entry.insert(db)?;
            shared.increment(db, Counter::VALUE, 1)?;
            shared.increment(db, Counter::MIRROR, 1)?;
        }
        1 => db.transaction(|tx| {
            entry.insert(tx)?;
            let mut counter = Counter::get(tx, shared.id)?;
            counter.value += 1;
            counter.mirror += 1;
            counter.save(tx)
        })?,
        2 => db.transaction(|tx| {
            Entry::insert_many(tx, std::slice::from_mut(&mut entry))?;
            shared.increment(tx, Counter::VALUE, 1)?;
            tx.transaction(|savepoint| shared.increment(savepoint, Counter::MIRROR, 1))?;
            Ok(())
        })?,
        _ => {
            let undone = db.transaction(|tx| {
                Counter::query().all_rows().delete(tx)?;
                Err::<(), _>(Error::ConditionRequired { table: "undone" })
            });
            assert!(matches!(undone, Err(Error::ConditionRequired { .. })));
            entry.insert(db)?;
            db.transaction(|tx| {
                shared.increment(tx, Counter::VALUE, 1)?;
                shared.increment(tx, Counter::MIRROR, 1).map(drop)
            })?;
        }
    }
    assert_eq!(Entry::get(db, entry.id)?.nth, entry.nth, "its own write");
    Ok(())
}

/// One read of a thread: what belongs together is seen together.
fn read(db: &Database, shared: &Counter, nth: usize) -> Result<()> {
    match nth % 3 {
        0 => {
            let found = Counter::get(db, shared.id)?;
            assert!(found.value >= found.mirror);
        }
        1 => db.transaction_with(TransactionOptions::new().read_only(), |tx| {
            let before = (Entry::count(tx)?, Counter::get(tx, shared.id)?.value);
            let after = (Entry::count(tx)?, Counter::get(tx, shared.id)?.value);
            assert_eq!(before, after, "one state throughout");
            Ok(())
        })?,
        _ => {
            let thread = number(nth % WRITERS);
            let entries = Entry::query().filter(Entry::THREAD.eq(thread));
            let entries = entries.order_by(Entry::ID.desc()).limit(5).all(db)?;
            assert!(entries.is_sorted_by_key(|entry| -entry.nth));
        }
    }
    Ok(())
}

/// `ORM_TEST_OPERATIONS` says how many reads and writes there are in all.
#[test]
fn writers_and_readers_lose_nothing_and_meet_no_lock() -> Result<()> {
    let (_folder, db) = open()?;
    let mut shared = counter("shared");
    shared.insert(&db)?;
    let each = repetitions("ORM_TEST_OPERATIONS", 20_000) / (WRITERS + READERS);
    let outcomes = together(WRITERS + READERS, |thread| {
        (0..each).try_for_each(|nth| match thread.checked_sub(WRITERS) {
            None => write(&db, &shared, thread, nth),
            Some(_) => read(&db, &shared, nth),
        })
    });
    for outcome in outcomes {
        outcome?;
    }

    let all = number(WRITERS * each);
    shared.reload(&db)?;
    assert_eq!((shared.value, shared.mirror), (all, all));
    for thread in 0..WRITERS {
        let entries = Entry::query().filter(Entry::THREAD.eq(number(thread)));
        let nths: BTreeSet<i64> = entries.all(&db)?.iter().map(|entry| entry.nth).collect();
        assert_eq!(nths, (0..number(each)).collect());
    }
    assert_eq!(Entry::count(&db)?, u64::try_from(all).unwrap());
    assert!(db.query("PRAGMA integrity_check", &[])? == [["ok".into()]]);
    Ok(())
}

#[test]
fn nobody_is_kept_from_writing_for_long() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(path)
        .pool_timeout(Duration::from_secs(10))
        .open()?;
    db.create_tables(orm::schema![Counter, Entry])?;
    let mut shared = counter("shared");
    shared.insert(&db)?;
    let outcomes = together(WRITERS, |_| {
        (0..200).try_for_each(|_| shared.increment(&db, Counter::VALUE, 1).map(drop))
    });
    for outcome in outcomes {
        outcome?;
    }
    assert_eq!(Counter::get(&db, shared.id)?.value, number(WRITERS * 200));
    Ok(())
}

#[test]
fn threads_share_a_database_in_memory_too() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Counter, Entry])?;
    let mut shared = counter("shared");
    shared.insert(&db)?;
    let outcomes = together(WRITERS, |thread| {
        (0..100).try_for_each(|nth| {
            write(&db, &shared, thread, nth)?;
            read(&db, &shared, nth)
        })
    });
    for outcome in outcomes {
        outcome?;
    }
    shared.reload(&db)?;
    assert_eq!(shared.value, number(WRITERS * 100));
    assert_eq!(Entry::count(&db)?, WRITERS as u64 * 100);
    Ok(())
}

#[test]
fn a_raced_get_or_create_creates_once() -> Result<()> {
    let (_folder, db) = open()?;
    for round in 0..50 {
        let name = format!("round {round}");
        let outcomes = together(WRITERS, |_| {
            Counter::get_or_create(&db, Counter::NAME.eq(&name), || counter(&name))
        });
        let outcomes = outcomes.into_iter().collect::<Result<Vec<_>>>()?;
        let created = outcomes.iter().filter(|(_, created)| *created).count();
        let ids: BTreeSet<i64> = outcomes.iter().map(|(found, _)| found.id).collect();
        assert_eq!((created, ids.len()), (1, 1));
        let found = Counter::find_by(&db, Counter::NAME.eq(&name))?;
        assert!(found.is_some_and(|found| ids.contains(&found.id)));
    }
    Ok(())
}

#[test]
fn a_raced_update_or_create_creates_once_and_loses_no_update() -> Result<()> {
    let (_folder, db) = open()?;
    for round in 0..50 {
        let name = format!("round {round}");
        let outcomes = together(WRITERS, |_| {
            let change = |counter: &mut Counter| counter.value += 1;
            let new = || counter(&name);
            Counter::update_or_create(&db, Counter::NAME.eq(&name), change, new)
        });
        let outcomes = outcomes.into_iter().collect::<Result<Vec<_>>>()?;
        let created = outcomes.iter().filter(|(_, created)| *created).count();
        assert_eq!(created, 1);
        let found = Counter::query().filter(Counter::NAME.eq(&name)).one(&db)?;
        assert_eq!(found.value, number(WRITERS - 1));
    }
    Ok(())
}

/// Two programs, each with a `Database` of its own, race as threads do.
#[test]
fn several_databases_on_one_file_wait_for_each_other() -> Result<()> {
    let (_folder, path) = database_file();
    let first = Database::sqlite(&path).open()?;
    first.create_tables(orm::schema![Counter, Entry])?;
    let mut shared = counter("shared");
    shared.insert(&first)?;
    let outcomes = together(4, |_| {
        let db = Database::sqlite(&path).open()?;
        (0..50).try_for_each(|_| {
            let (mut found, _) =
                Counter::get_or_create(&db, Counter::NAME.eq("made"), || counter("made"))?;
            found.reload(&db)?;
            shared.increment(&db, Counter::VALUE, 1).map(drop)
        })
    });
    for outcome in outcomes {
        outcome?;
    }
    assert_eq!(Counter::get(&first, shared.id)?.value, 200);
    assert_eq!(Counter::count(&first)?, 2);
    Ok(())
}

#[test]
fn a_new_file_is_opened_by_many_at_once() -> Result<()> {
    for _ in 0..10 {
        let (_folder, path) = database_file();
        let outcomes = together(WRITERS, |thread| {
            let db = Database::sqlite(&path).open()?;
            db.create_tables(orm::schema![Counter, Entry])?;
            counter(&format!("of {thread}")).insert(&db)
        });
        for outcome in outcomes {
            outcome?;
        }
        let db = Database::sqlite(&path).open()?;
        assert_eq!(Counter::count(&db)?, WRITERS as u64);
        let mode = db.query("PRAGMA journal_mode", &[])?;
        assert!(mode == [["wal".into()]], "somebody has switched it");
    }
    Ok(())
}

/// Rows in which every change sets all values to one number.
fn fill(db: &Database, rows: usize) -> Result<()> {
    let mut entries: Vec<Entry> = (0..rows)
        .map(|row| Entry {
            id: 0,
            thread: number(row),
            nth: 0,
        })
        .collect();
    Entry::insert_many(db, &mut entries)
}

#[test]
fn for_each_sees_one_state_while_the_same_thread_writes() -> Result<()> {
    let (_folder, db) = open()?;
    fill(&db, 100)?;
    let mut seen = Vec::new();
    Entry::query().for_each(&db, |entry| {
        if seen.len() == 10 {
            Entry::query()
                .all_rows()
                .update(&db, Entry::NTH.set(1_i64))?;
            fill(&db, 50)?;
        }
        seen.push(entry.nth);
        Ok(())
    })?;
    assert_eq!(seen, vec![0; 100]);
    assert_eq!(Entry::count(&db)?, 150);
    assert_eq!(Entry::get(&db, 1)?.nth, 1);
    Ok(())
}

#[test]
fn for_each_sees_one_state_while_others_write() -> Result<()> {
    let (_folder, db) = open()?;
    fill(&db, 500)?;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut generation = 0;
            while !done.load(Ordering::Acquire) {
                generation += 1;
                let all = Entry::query().all_rows();
                all.update(&db, Entry::NTH.set(generation))?;
            }
            Ok::<_, Error>(generation)
        });
        let mut generations = BTreeSet::new();
        for _ in 0..50 {
            let mut seen = BTreeSet::new();
            Entry::query().for_each(&db, |entry| {
                seen.insert(entry.nth);
                Ok(())
            })?;
            assert_eq!(seen.len(), 1, "a mixture of {seen:?}");
            generations.extend(seen);
        }
        done.store(true, Ordering::Release);
        let written = writer.join().expect("it does not panic")?;
        assert!(generations.iter().all(|seen| *seen <= written));
        Ok(())
    })
}
