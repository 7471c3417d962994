//! The death of the program.

use std::fmt::Debug;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use orm::prelude::*;
use orm::{Database, Result, Transaction, Value};

use crate::{child, database_file, is_child, repetitions};

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

/// Where the program that is killed finds its database.
pub(crate) const DATABASE: &str = "ORM_TEST_DATABASE";

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
pub(crate) fn run_and_kill(test: &str, path: &Path, commits: usize, spins: usize) -> i64 {
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
        seen += read(line.expect("it writes text"));
    }
    // Somewhere in the middle of the next batches.
    (0..spins).for_each(|_| std::hint::spin_loop());
    writer.kill().expect("it is running");
    writer.wait().expect("it is a child of ours");
    for line in lines {
        read(line.expect("it writes text"));
    }
    last
}

/// A number that nobody knows beforehand.
pub(crate) fn any_number(below: usize) -> usize {
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
        let test = "failure::kill::a_program_that_is_killed_leaves_whole_transactions";
        let committed = run_and_kill(test, &path, commits, spins);
        assert_whole(&path, committed)?;
    }
    Ok(())
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
