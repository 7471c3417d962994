//! Aggregates over all rows.

use orm::prelude::*;
use orm::{Error, Result, func};

use super::{Genre, Sale, Track, empty, store};

#[test]
fn without_rows_there_is_no_sum_but_a_count() -> Result<()> {
    let (db, log) = empty()?;
    let row = Track::query().aggregate(
        &db,
        (
            func::count(),
            Track::COMPOSER.count(),
            Track::SECONDS.sum(),
            Track::SECONDS.total(),
            Track::SECONDS.avg(),
            Track::NAME.min(),
            Track::COMPOSER.max(),
            Track::NAME.join_text(", "),
            Track::SECONDS.sum().coalesce(0),
        ),
    )?;
    let (count, composers, sum, total, average, least, greatest, text, zero) = row;
    assert_eq!(
        (count, composers, sum, average, zero),
        (0, 0, None, None, 0)
    );
    assert!(total.abs() < f64::EPSILON && total.is_sign_positive());
    assert_eq!(
        (least, greatest, text),
        (None::<String>, None::<String>, None)
    );
    assert_eq!(
        log.take(),
        [
            r#"SELECT count(*), count("tracks"."composer"), sum("tracks"."seconds"), total("tracks"."seconds"), avg("tracks"."seconds"), min("tracks"."name"), max("tracks"."composer"), group_concat("tracks"."name", ?), coalesce(sum("tracks"."seconds"), ?) FROM "tracks" LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn rows_are_counted_summed_and_averaged() -> Result<()> {
    let (db, _) = store()?;
    let (rows, composers, different, sum, average) =
        Track::query().order_by(Track::NAME).aggregate(
            &db,
            (
                func::count(),
                Track::COMPOSER.count(),
                Track::COMPOSER.count_distinct(),
                (Track::SECONDS * 2).sum(),
                Track::SECONDS.avg(),
            ),
        )?;
    assert_eq!((rows, composers, different, sum), (5, 4, 3, Some(3304)));
    assert_eq!(average, Some(330.4));
    let longest: Option<i64> = Track::query()
        .filter(Track::COMPOSER.eq("Evans"))
        .aggregate(&db, Track::SECONDS.max())?;
    assert_eq!(longest, Some(404));
    Ok(())
}

#[test]
fn an_aggregate_sees_the_rows_of_its_own_filter() -> Result<()> {
    let (db, log) = store()?;
    let (rows, longer, jazz) = Track::query().aggregate(
        &db,
        (
            func::count(),
            func::count().filter(Track::SECONDS.gt(300)),
            Track::SECONDS.sum().filter(Track::GENRE_ID.eq(1)),
        ),
    )?;
    assert_eq!((rows, longer, jazz), (5, 3, Some(731)));
    assert_eq!(
        log.take(),
        [
            r#"SELECT count(*), count(*) FILTER (WHERE "tracks"."seconds" > ?), sum("tracks"."seconds") FILTER (WHERE "tracks"."genre_id" = ?) FROM "tracks" LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn texts_are_joined_in_an_order() -> Result<()> {
    let (db, log) = store()?;
    let names: Option<String> = Track::query().filter(Track::ID.gt(2)).aggregate(
        &db,
        Track::NAME
            .join_text("; ")
            .sorted_by((Track::SECONDS.desc(), Track::ID)),
    )?;
    assert_eq!(
        names.as_deref(),
        Some("Peace Piece; Blue in Green; Pink Moon")
    );
    assert_eq!(
        log.take(),
        [
            r#"SELECT group_concat("tracks"."name", ? ORDER BY "tracks"."seconds" DESC, "tracks"."id") FROM "tracks" WHERE "tracks"."id" > ? LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn different_values_count_once() -> Result<()> {
    let (db, _) = store()?;
    let (sum, count) = Sale::query().aggregate(
        &db,
        (
            Sale::QUANTITY.sum().distinct(),
            Sale::QUANTITY.count_distinct(),
        ),
    )?;
    assert_eq!((sum, count), (Some(7), 3));
    Ok(())
}

#[test]
fn aggregates_stand_in_expressions() -> Result<()> {
    let (db, log) = store()?;
    let (spread, per_row): (Option<i64>, Option<i64>) = Track::query().aggregate(
        &db,
        (
            Track::SECONDS.max() - Track::SECONDS.min(),
            Track::SECONDS.sum() / func::count().nullable(),
        ),
    )?;
    assert_eq!((spread, per_row), (Some(496), Some(330)));
    assert_eq!(
        log.take(),
        [
            r#"SELECT max("tracks"."seconds") - min("tracks"."seconds"), sum("tracks"."seconds") / count(*) FROM "tracks" LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn columns_of_joined_tables_are_aggregated() -> Result<()> {
    let (db, _) = store()?;
    let (genres, tracks, named) = Genre::query()
        .left_join(Genre::ID.on(Track::GENRE_ID))
        .aggregate(
            &db,
            (
                func::count(),
                Track::ID.count(),
                Genre::NAME.count_distinct(),
            ),
        )?;
    assert_eq!((genres, tracks, named), (5, 4, 3));
    Ok(())
}

/// The sum of integers that is too large is an error of the database and never a wrong number.
#[test]
fn a_sum_that_overflows_is_an_error() -> Result<()> {
    let (db, _) = store()?;
    Track::query()
        .filter(Track::ID.le(2))
        .update(&db, Track::SECONDS.set(i64::MAX))?;
    let refused = Track::query().aggregate(&db, Track::SECONDS.sum());
    assert!(
        matches!(refused, Err(Error::Database { .. })),
        "{refused:?}"
    );
    assert!(Track::query().aggregate(&db, Track::SECONDS.total())? > 1.8e19);
    Ok(())
}

#[test]
fn what_an_aggregate_would_ignore_is_refused() -> Result<()> {
    let (db, log) = store()?;
    for query in [
        Track::query().limit(2),
        Track::query().offset(1),
        Track::query().distinct(),
    ] {
        let refused = query.aggregate(&db, func::count());
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "tracks",
                ..
            })
        ));
    }
    assert!(log.take().is_empty());
    let longest = Track::query().order_by(Track::SECONDS.desc()).limit(2);
    assert_eq!(
        longest.subquery().aggregate(&db, Track::SECONDS.sum())?,
        Some(1026)
    );
    Ok(())
}

#[test]
fn an_aggregate_as_a_query_has_one_row() -> Result<()> {
    for (db, _) in [store()?, empty()?] {
        let longest = Track::query().aggregated(Track::SECONDS.max());
        assert_eq!(longest.count(&db)?, 1);
        assert!(longest.exists(&db)?);
        assert_eq!(longest.all(&db)?.len(), 1);
    }
    let (db, _) = store()?;
    let average = Track::query().aggregated(Track::SECONDS.avg()).scalar();
    let above = Track::query().filter(Track::SECONDS.cast::<f64>().gt(average));
    assert_eq!(above.count(&db)?, 2);
    Ok(())
}

#[test]
fn a_changed_expression_that_is_no_aggregate_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let sum = Track::SECONDS.sum().coalesce(0).distinct();
    let refused = Track::query().aggregate(&db, sum);
    assert!(
        matches!(refused, Err(Error::InvalidQuery { .. })),
        "{refused:?}"
    );
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn an_aggregate_of_nothing_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let refused = Track::query().aggregate(&db, func::value(1));
    assert!(
        matches!(refused, Err(Error::InvalidQuery { .. })),
        "{refused:?}"
    );
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn filters_of_an_aggregate_add_up() -> Result<()> {
    let (db, _) = store()?;
    let all: i64 = Track::query().aggregate(&db, func::count())?;
    let long = Track::SECONDS.gt(0);
    let none = Track::SECONDS.lt(0);
    let counted = |conditions: [orm::Condition<Track>; 2]| {
        let [first, second] = conditions;
        Track::query().aggregate(&db, Track::ID.count().filter(first).filter(second))
    };
    assert_eq!(counted([long.clone(), long.clone()])?, all);
    assert_eq!(counted([long.clone(), none.clone()])?, 0);
    assert_eq!(counted([none, long])?, 0);
    Ok(())
}

#[test]
fn rows_have_no_different_values_to_be_counted() -> Result<()> {
    let (db, log) = store()?;
    let refused = Track::query().aggregate(&db, func::count().distinct());
    assert!(
        matches!(refused, Err(Error::InvalidQuery { .. })),
        "{refused:?}"
    );
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn sql_of_the_user_may_aggregate() -> Result<()> {
    let (db, _) = store()?;
    let counted = Track::query().aggregate(&db, func::raw::<i64>("count(*)", []))?;
    assert_eq!(counted, Track::query().aggregate(&db, func::count())?);
    Ok(())
}
