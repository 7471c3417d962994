//! Counting in the database.

use orm::prelude::*;
use orm::{Database, Error, Result};
use rust_decimal::Decimal;

use super::{Artist, artist, three_artists};

#[derive(Debug, ActiveRecord)]
#[orm(table = "counters")]
struct Counter {
    #[orm(primary_key)]
    id: i64,
    wide: i64,
    narrow: i32,
    natural: u8,
    maybe: Option<i64>,
    real: f64,
    #[orm(check = "bounded <= 10")]
    bounded: i64,
    #[orm(generated = "wide * 2")]
    double: i64,
}

fn counter() -> Result<(Database, Counter)> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Counter])?;
    let mut counter = Counter {
        id: 0,
        wide: 1,
        narrow: 1,
        natural: 1,
        maybe: None,
        real: 0.5,
        bounded: 9,
        double: 0,
    };
    counter.insert(&db)?;
    Ok((db, counter))
}

#[test]
fn increment_adds_in_the_database_and_returns_the_sum() -> Result<()> {
    let (db, log) = three_artists()?;
    let nina = Artist::get(&db, 1)?;
    log.take();
    assert_eq!(nina.increment(&db, Artist::PLAYS, 5)?, 5);
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "artists" SET "plays" = "artists"."plays" + ? WHERE "artists"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(nina.plays, 0, "the record itself is not changed");
    assert_eq!(Artist::get(&db, 1)?.plays, 5);
    assert_eq!(Artist::get(&db, 2)?.plays, 0);
    Ok(())
}

#[test]
fn increments_of_stale_records_add_up() -> Result<()> {
    let (db, _) = three_artists()?;
    let (one, other) = (Artist::get(&db, 1)?, Artist::get(&db, 1)?);
    assert_eq!(one.increment(&db, Artist::PLAYS, 2)?, 2);
    assert_eq!(other.increment(&db, Artist::PLAYS, 3)?, 5);
    assert_eq!(one.increment(&db, Artist::PLAYS, -1)?, 4);
    Ok(())
}

#[test]
fn increment_takes_reals_and_other_columns() -> Result<()> {
    let (db, counter) = counter()?;
    let sum = counter.increment(&db, Counter::REAL, 0.25)?;
    assert!((sum - 0.75).abs() < f64::EPSILON);
    assert_eq!(counter.increment(&db, Counter::WIDE, Counter::BOUNDED)?, 10);
    assert_eq!(Counter::get(&db, counter.id)?.double, 20);
    Ok(())
}

#[test]
fn increment_of_nothing_is_nothing() -> Result<()> {
    let (db, counter) = counter()?;
    assert_eq!(counter.increment(&db, Counter::MAYBE, 1)?, None);
    Counter::query()
        .all_rows()
        .update(&db, Counter::MAYBE.set(1))?;
    assert_eq!(counter.increment(&db, Counter::MAYBE, 1)?, Some(2));
    Ok(())
}

#[test]
fn increment_without_a_row_is_not_found() -> Result<()> {
    let (db, _) = three_artists()?;
    let unset = artist("New").increment(&db, Artist::PLAYS, 1);
    assert!(matches!(unset, Err(Error::NotFound { table: "artists" })));
    Ok(())
}

#[test]
fn a_sum_that_does_not_fit_the_column_is_undone() -> Result<()> {
    let (db, counter) = counter()?;
    let sums = [
        (
            "wide",
            counter.increment(&db, Counter::WIDE, i64::MAX).err(),
        ),
        (
            "narrow",
            counter.increment(&db, Counter::NARROW, i32::MAX).err(),
        ),
        (
            "natural",
            counter.increment(&db, Counter::NATURAL, 255).err(),
        ),
    ];
    for (name, error) in sums {
        match error {
            Some(Error::Decode { table, column, .. }) => {
                assert_eq!((table, column), ("counters", name));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let stored = Counter::get(&db, counter.id)?;
    assert_eq!((stored.wide, stored.narrow, stored.natural), (1, 1, 1));
    Ok(())
}

#[test]
fn a_sum_that_does_not_fit_leaves_the_rest_of_a_transaction() -> Result<()> {
    let (db, counter) = counter()?;
    db.transaction(|tx| {
        counter.increment(tx, Counter::BOUNDED, 1)?;
        let overflow = counter.increment(tx, Counter::NARROW, i32::MAX);
        assert!(matches!(overflow, Err(Error::Decode { .. })));
        Ok(())
    })?;
    let stored = Counter::get(&db, counter.id)?;
    assert_eq!((stored.bounded, stored.narrow), (10, 1));
    Ok(())
}

#[test]
fn increment_obeys_the_constraints() -> Result<()> {
    let (db, counter) = counter()?;
    assert_eq!(counter.increment(&db, Counter::BOUNDED, 1)?, 10);
    let beyond = counter.increment(&db, Counter::BOUNDED, 1);
    assert!(matches!(
        beyond,
        Err(Error::CheckViolation { columns, .. }) if columns == ["bounded"]
    ));
    assert_eq!(Counter::get(&db, counter.id)?.bounded, 10);
    Ok(())
}

/// A key that moves would leave the record pointing at another row, or at none.
#[test]
fn increment_refuses_columns_that_cannot_be_written() -> Result<()> {
    let (db, counter) = counter()?;
    for refused in [
        counter.increment(&db, Counter::ID, 1),
        counter.increment(&db, Counter::DOUBLE, 1),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "counters",
                ..
            })
        ));
    }
    assert_eq!(Counter::first(&db)?.map(|counter| counter.id), Some(1));
    Ok(())
}

/// SQLite takes text for zero, and adds decimal numbers as it adds real ones: with 15 digits.
#[test]
fn increment_refuses_columns_that_hold_no_numbers_or_lossy_ones() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    #[orm(table = "accounts")]
    struct Account {
        #[orm(primary_key)]
        id: i64,
        balance: Decimal,
        owner: String,
        open: bool,
    }

    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Account])?;
    let mut account = Account {
        id: 0,
        balance: Decimal::new(123_456_789_012_345_678, 2),
        owner: "Ada".into(),
        open: false,
    };
    account.insert(&db)?;
    for refused in [
        account
            .increment(&db, Account::BALANCE, Decimal::ONE)
            .map(drop),
        account.increment(&db, Account::OWNER, "1").map(drop),
        account.increment(&db, Account::OPEN, true).map(drop),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "accounts",
                ..
            })
        ));
    }
    assert_eq!(Account::get(&db, 1)?, account);
    Ok(())
}
