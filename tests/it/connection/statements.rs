//! Prepared statements that are kept.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use orm::driver::Statement;
use orm::prelude::*;
use orm::value::ColumnType;
use orm::{Access, Database, Error, Result, Sql};

use super::Note;

/// A statement that takes far longer to prepare than to run.
fn slow_to_prepare() -> Sql {
    let mut sql = String::from("SELECT 1 WHERE 0");
    for number in 0..300 {
        let condition = format!(" AND {number} IN (SELECT {number})");
        sql.push_str(&condition);
    }
    Sql::trusted(sql)
}

/// How long a statement takes, prepared or not, in the best of a few attempts.
fn time_of(db: &Database, sql: &Sql) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let began = Instant::now();
        db.query(sql.clone(), &[])?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

#[test]
fn a_repeated_statement_is_prepared_once() -> Result<()> {
    let sql = slow_to_prepare();
    let keeping = Database::open("sqlite::memory:")?;
    let forgetting = Database::open("sqlite::memory:?statement_cache=0")?;
    let (kept, prepared) = (time_of(&keeping, &sql)?, time_of(&forgetting, &sql)?);
    assert!(kept * 3 < prepared, "{kept:?} and {prepared:?}");
    Ok(())
}

#[test]
fn a_kept_statement_notices_that_its_table_has_changed() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&db)?;
    assert_eq!(Note::all(&db)?.len(), 1);
    db.execute("DROP TABLE notes", &[])?;
    assert!(matches!(Note::all(&db), Err(Error::UnknownTable { .. })));
    db.create_tables(orm::schema![Note])?;
    assert!(Note::all(&db)?.is_empty());
    Ok(())
}

/// The number that a fixed statement yields.
fn number(db: &dyn Executor, text: &'static str) -> Result<i64> {
    let mut found = None;
    db.run(Access::Read, &mut |connection| {
        let statement = Statement::fixed(text, "notes");
        connection.query(statement, &[].as_slice(), &mut |row| {
            found = Some(i64::decode(row.value(0)).expect("it is a number"));
            Ok(ControlFlow::Continue(()))
        })
    })?;
    Ok(found.expect("one row"))
}

/// Fixed statements are known again by their address, and two can begin at the same one.
#[test]
fn fixed_statements_at_one_address_are_told_apart() -> Result<()> {
    static COUNT: &str = "SELECT count(*) FROM notes WHERE id > 1";
    let all = &COUNT[.."SELECT count(*) FROM notes".len()];
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::insert_many(&db, &mut [Note::new("first"), Note::new("second")])?;
    db.transaction(|tx| {
        assert_eq!((number(tx, COUNT)?, number(tx, all)?), (1, 2));
        assert_eq!((number(tx, COUNT)?, number(tx, all)?), (1, 2));
        Ok(())
    })
}

#[test]
fn a_transaction_may_use_any_number_of_statements() -> Result<()> {
    let db = Database::open("sqlite::memory:?statement_cache=3")?;
    let texts: Vec<&'static str> = (0..100)
        .map(|number| &*format!("SELECT {number}").leak())
        .collect();
    db.transaction(|tx| {
        for _ in 0..2 {
            for (nth, text) in (0..).zip(&texts) {
                assert_eq!(number(tx, text)?, nth);
            }
        }
        Ok(())
    })
}

#[test]
fn a_table_that_a_transaction_has_used_can_be_dropped_in_it() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    db.transaction(|tx| {
        let mut note = Note::new("first");
        note.insert(tx)?;
        Note::get(tx, note.id)?;
        tx.execute("DROP TABLE notes", &[])?;
        assert!(matches!(Note::find(tx, 1), Err(Error::UnknownTable { .. })));
        orm::schema![Note].create(tx)?;
        assert!(Note::find(tx, 1)?.is_none());
        Note::new("second").insert(tx)
    })?;
    assert_eq!(Note::get(&db, 1)?.text, "second");
    Ok(())
}
