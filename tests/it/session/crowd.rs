//! Many sessions at once, on one file.

use orm::prelude::*;
use orm::{Database, Error, Repository, Result, Session};

use crate::threads::together;
use crate::{database_file, repetitions};

#[derive(Debug, Mapper)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    count: i64,
}

const THREADS: usize = 8;

const ROWS: usize = 10;

/// Adds one to a row, as often as it takes.
fn add_one(db: &Database, id: i64) -> Result<u32> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let mut session = Session::new(db);
        let account = session.get::<AccountMapper>(id)?;
        session[account].count += 1;
        match session.commit() {
            Ok(()) => return Ok(attempts),
            Err(Error::Stale { .. } | Error::Busy { .. }) => {}
            Err(error) => return Err(error),
        }
    }
}

/// `ORM_TEST_COMMITS` says how many commits each thread makes.
#[test]
fn no_change_is_lost_among_many_sessions() -> Result<()> {
    let (_folder, path) = database_file();
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![AccountMapper])?;
    let mut accounts: Vec<Account> = (0..ROWS).map(|_| Account { id: 0, count: 0 }).collect();
    let repository = Repository::<AccountMapper>::new(&db);
    repository.insert_many(&mut accounts)?;

    let commits = repetitions("ORM_TEST_COMMITS", 2_000);
    let attempts = together(THREADS, |thread| {
        let mut attempts = 0;
        for nth in 0..commits {
            let id = i64::try_from((thread * 7 + nth * 3) % ROWS + 1).expect("a small number");
            attempts += add_one(&db, id)?;
        }
        Ok(attempts)
    });
    let attempts: Vec<u32> = attempts.into_iter().collect::<Result<_>>()?;
    let counts = repository.query().select(AccountMapper::COUNT).all(&db)?;
    let sum = i64::try_from(THREADS * commits).expect("a small number");
    assert_eq!(
        counts.iter().sum::<i64>(),
        sum,
        "after {attempts:?} attempts"
    );
    Ok(())
}
