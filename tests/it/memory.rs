//! How much memory a large result takes.

use orm::prelude::*;
use orm::{Database, Result, Value};

use crate::{child, database_file, is_child, repetitions};

/// What the process may take more than at its start, in KiB.
const LIMIT: u64 = 20 * 1024;

#[derive(Debug, ActiveRecord)]
#[orm(table = "readings")]
struct Reading {
    #[orm(primary_key)]
    id: i64,
    sensor: String,
    level: i64,
}

/// Memory belongs to a process, so the test has one to itself.
#[test]
fn for_each_over_a_million_rows_takes_less_than_20_mebibytes() -> Result<()> {
    if !is_child() {
        let test = "memory::for_each_over_a_million_rows_takes_less_than_20_mebibytes";
        let output = child(test).output().expect("a child");
        assert!(output.status.success(), "{output:?}");
        return Ok(());
    }
    let rows = repetitions("ORM_TEST_ROWS", 1_000_000);
    let start = resident("VmRSS");
    read_every_row(i64::try_from(rows).expect("a number of rows"))?;
    let peak = resident("VmHWM");
    let (Some(start), Some(peak)) = (start, peak) else {
        eprintln!("memory is not measured, because this system does not tell how much is in use");
        return Ok(());
    };
    let growth = peak - start;
    eprintln!("{rows} rows took {growth} KiB more than the start");
    assert!(growth < LIMIT, "{growth} KiB");
    Ok(())
}

fn read_every_row(rows: i64) -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Reading])?;
    let insert = "INSERT INTO readings (sensor, level)
                  WITH RECURSIVE numbers (n) AS
                      (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                  SELECT 'sensor ' || (n % 100), n * 3 FROM numbers";
    let inserted = db.execute(insert, &[Value::from(rows)])?;
    assert_eq!(inserted, rows.unsigned_abs());

    let mut last = 0;
    Reading::query().for_each(&db, |reading| {
        assert_eq!(reading.id, last + 1);
        assert_eq!(reading.sensor, format!("sensor {}", reading.id % 100));
        assert_eq!(reading.level, reading.id * 3);
        last = reading.id;
        Ok(())
    })?;
    assert_eq!(last, rows);
    Ok(())
}

/// A figure of this process in KiB, where the system has it.
fn resident(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim_start_matches(':')
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}
