//! Queries that are too large for SQLite, and those that only look it.

use orm::prelude::*;
use orm::{Error, Expr, Result};

use super::{Track, five_tracks, ids};

const MOST: i64 = 32_766;

#[test]
fn is_in_takes_as_many_values_as_a_statement_has_parameters() -> Result<()> {
    let (db, _) = five_tracks()?;
    let query = Track::query()
        .filter(Track::ID.is_in(2..2 + MOST))
        .order_by(Track::ID);
    assert_eq!(ids(&query.all(&db)?), [2, 3, 4, 5]);
    assert_eq!(query.count(&db)?, 4);
    Ok(())
}

#[test]
fn one_value_more_is_refused() -> Result<()> {
    let (db, _) = five_tracks()?;
    let by_id = Track::query().filter(Track::ID.is_in(0..=MOST));
    let beside = Track::query()
        .filter(Track::ID.not_in(0..MOST))
        .filter(Track::NAME.eq("x"));
    for query in [by_id, beside] {
        for refused in [
            query.all(&db).map(drop),
            query.count(&db).map(drop),
            query.delete(&db).map(drop),
            query.update(&db, Track::NAME.set("x")).map(drop),
        ] {
            assert!(matches!(
                refused,
                Err(Error::TooManyParameters {
                    given: 32_767 | 32_768,
                    limit: 32_766
                })
            ));
        }
    }
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}

fn ten(id: i64) -> Expr<Track, bool> {
    Track::ID.eq(id % 10)
}

#[test]
fn five_hundred_conditions_can_be_chained() -> Result<()> {
    let (db, _) = five_tracks()?;
    let any = (0..500).map(ten).reduce(|all, one| all | one);
    let every = (0..500)
        .map(|id| Track::ID.ne(id + 5))
        .reduce(|all, one| all & one);
    let both = any.zip(every).map(|(any, every)| any & every);
    let query = Track::query()
        .filter(both.expect("500 conditions"))
        .order_by(Track::ID);
    assert_eq!(ids(&query.all(&db)?), [1, 2, 3, 4]);
    let filters = (0..500).fold(Track::query(), |query, id| {
        query.filter(Track::ID.ne(id + 5))
    });
    assert_eq!(ids(&filters.all(&db)?), [1, 2, 3, 4]);
    Ok(())
}

#[test]
fn thousands_of_conditions_can_be_chained() -> Result<()> {
    let (db, _) = five_tracks()?;
    let any = (0..5_000).map(ten).reduce(|all, one| all | one);
    let every = (0..5_000)
        .map(|id| Track::ID.ne(id + 5))
        .reduce(|all, one| all & one);
    for (condition, rows) in [(any, 5), (every, 4)] {
        let query = Track::query().filter(condition.expect("5,000 conditions"));
        assert_eq!(query.count(&db)?, rows);
    }
    Ok(())
}

#[test]
fn five_hundred_conditions_can_be_nested() -> Result<()> {
    let (db, _) = five_tracks()?;
    let nested = (0..250).fold(Track::ID.eq(3), |inner, id| {
        (inner | Track::ID.eq(id % 3)) & Track::ID.ne(1)
    });
    let query = Track::query().filter(nested).order_by(Track::ID);
    assert_eq!(ids(&query.all(&db)?), [2, 3]);
    let negated = (0..500).fold(Track::ID.eq(3), |inner, _| !inner);
    assert_eq!(ids(&Track::query().filter(negated).all(&db)?), [3]);
    Ok(())
}

/// SQLite takes expressions of up to 1,000 levels. What is deeper must not take the program with it.
#[test]
fn conditions_that_are_nested_too_deeply_are_refused() -> Result<()> {
    let (db, log) = five_tracks()?;
    let nested = (0..2_000).fold(Track::ID.eq(3), |inner, _| !inner);
    let refused = Track::query().filter(nested).all(&db);
    assert!(matches!(
        refused,
        Err(Error::ExpressionTooDeep {
            table: "tracks",
            ..
        })
    ));
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn the_deepest_condition_that_is_written_is_not_too_deep_for_the_database() -> Result<()> {
    let (db, _) = five_tracks()?;
    let deepest = (0..898).fold(Track::ID.eq(3), |inner, _| !inner);
    assert_eq!(ids(&Track::query().filter(deepest.clone()).all(&db)?), [3]);
    let long = (0..10_000)
        .map(ten)
        .fold(deepest.not(), |all, one| one | all);
    let refused = Track::query().filter(long).all(&db);
    assert!(matches!(refused, Err(Error::ExpressionTooDeep { .. })));
    Ok(())
}

/// A filter that somebody else wrote may be of any depth.
#[test]
fn a_hundred_thousand_levels_are_refused_and_not_walked() -> Result<()> {
    let (db, _) = five_tracks()?;
    let negated = (0..100_000).fold(Track::ID.eq(3), |inner, _| !inner);
    let mixed = (0..100_000).fold(Track::ID.eq(3), |inner, id| {
        (inner | Track::ID.eq(id)) & Track::ID.ne(1)
    });
    let compared = (0..100_000).fold(Track::ID.eq(3), |inner, _| inner.is_in([true]));
    for condition in [negated, mixed, compared] {
        let query = Track::query().exclude(condition.clone()).filter(condition);
        for refused in [
            query.all(&db).map(drop),
            query.delete(&db).map(drop),
            query.update(&db, Track::NAME.set("x")).map(drop),
        ] {
            assert!(
                matches!(
                    refused,
                    Err(Error::ExpressionTooDeep {
                        table: "tracks",
                        ..
                    })
                ),
                "{refused:?}"
            );
        }
    }
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}
