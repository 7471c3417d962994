//! Window functions.

use orm::prelude::*;
use orm::query::{Ranking, Selection, WindowFunction};
use orm::{Error, FrameBound, Result, Window, func};

use super::{Genre, Sale, Track, ids, store};

/// The values of an expression for all tracks in the order of their keys, and how it is written.
#[track_caller]
fn values<At, T>(expression: impl Selection<Track, At, T>) -> Result<(String, Vec<T>)> {
    let (db, _) = store()?;
    let query = Track::query().order_by(Track::ID).select(expression);
    let sql = query.to_sql(&db)?.0;
    let sql = sql.strip_prefix("SELECT ").unwrap_or(&sql).to_owned();
    let sql = sql
        .strip_suffix(r#" FROM "tracks" ORDER BY "tracks"."id""#)
        .unwrap_or(&sql);
    Ok((sql.to_owned(), query.all(&db)?))
}

fn by_seconds() -> Window<Track> {
    Window::ordered_by(Track::SECONDS)
}

fn by_genre() -> Window<Track> {
    Window::partition_by(Track::GENRE_ID).order_by(Track::SECONDS.desc())
}

#[test]
fn rows_are_numbered_and_ranked() -> Result<()> {
    let rank = |function: Ranking<i64>| values(function.over(by_genre()));
    let (sql, numbers) = rank(func::row_number())?;
    assert_eq!(
        sql,
        r#"row_number() OVER (PARTITION BY "tracks"."genre_id" ORDER BY "tracks"."seconds" DESC)"#
    );
    assert_eq!(numbers, [1, 2, 1, 1, 2]);
    let by_composer = || Window::ordered_by(Track::COMPOSER.desc());
    assert_eq!(values(func::rank().over(by_composer()))?.1, [5, 4, 1, 3, 1]);
    assert_eq!(
        values(func::dense_rank().over(by_composer()))?.1,
        [4, 3, 1, 2, 1]
    );
    assert_eq!(
        values(func::percent_rank().over(by_composer()))?.1,
        [1.0, 0.75, 0.0, 0.5, 0.0]
    );
    assert_eq!(
        values(func::cume_dist().over(by_composer()))?.1,
        [1.0, 0.8, 0.4, 0.6, 0.4]
    );
    let (sql, parts) = values(func::ntile(2).over(by_seconds()))?;
    assert_eq!(sql, r#"ntile(?) OVER (ORDER BY "tracks"."seconds")"#);
    assert_eq!(parts, [2, 1, 2, 1, 1]);
    Ok(())
}

#[test]
fn rows_look_at_their_neighbors() -> Result<()> {
    let value = |function: WindowFunction<Track, Option<i64>>| values(function.over(by_seconds()));
    assert_eq!(
        value(Track::ID.lag(1))?,
        (
            r#"lag("tracks"."id", ?) OVER (ORDER BY "tracks"."seconds")"#.into(),
            vec![Some(3), Some(4), Some(5), None, Some(2)]
        )
    );
    assert_eq!(
        value(Track::ID.lead(2))?.1,
        [None, Some(3), None, Some(5), Some(1)]
    );
    assert_eq!(
        values(Track::ID.lag_or(1, 0).over(by_seconds()))?.1,
        [3, 4, 5, 0, 2]
    );
    assert_eq!(
        values(Track::ID.lead_or(2, -1).over(by_seconds()))?.1,
        [-1, 3, -1, 5, 1]
    );
    assert_eq!(value(Track::ID.first_value())?.1, [Some(4); 5]);
    assert_eq!(value(Track::ID.last_value())?.1, [1, 2, 3, 4, 5].map(Some));
    assert_eq!(
        value(Track::ID.nth_value(3))?.1,
        [Some(5), None, Some(5), None, Some(5)]
    );
    // NULL of the row before is not the same as no row before.
    let composers = values(Track::COMPOSER.lag(1).over(Window::ordered_by(Track::ID)))?.1;
    assert_eq!(composers[1], None);
    assert_eq!(composers[2].as_deref(), Some("Bricusse"));
    Ok(())
}

#[test]
fn a_frame_says_which_rows_count() -> Result<()> {
    let sum = |window| values(Track::ID.sum().over(window));
    let around = by_seconds().rows(FrameBound::preceding(1), FrameBound::following(1));
    let (sql, sums) = sum(around)?;
    assert_eq!(
        sql,
        r#"sum("tracks"."id") OVER (ORDER BY "tracks"."seconds" ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)"#
    );
    assert_eq!(sums, [4, 11, 9, 6, 10].map(Some));
    let near = by_seconds().range(FrameBound::preceding(100), FrameBound::CURRENT);
    let (sql, sums) = sum(near)?;
    assert!(
        sql.ends_with("RANGE BETWEEN 100 PRECEDING AND CURRENT ROW)"),
        "{sql}"
    );
    assert_eq!(sums, [1, 6, 8, 4, 5].map(Some));
    let groups =
        Window::ordered_by(Track::COMPOSER).groups(FrameBound::FIRST, FrameBound::preceding(1));
    let (sql, sums) = sum(groups)?;
    assert!(
        sql.ends_with("GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"),
        "{sql}"
    );
    assert_eq!(sums, [None, Some(1), Some(7), Some(3), Some(7)]);
    let rest = by_seconds().rows(FrameBound::CURRENT, FrameBound::LAST);
    let last = values(Track::ID.last_value().over(rest))?;
    assert!(
        last.0
            .ends_with("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)")
    );
    assert_eq!(last.1, [Some(1); 5]);
    Ok(())
}

#[test]
fn aggregates_run_over_windows() -> Result<()> {
    let (sql, counts) = values(func::count().over(Window::partition_by((
        Track::GENRE_ID,
        Track::SECONDS.gt(400),
    ))))?;
    assert_eq!(
        sql,
        r#"count(*) OVER (PARTITION BY "tracks"."genre_id", "tracks"."seconds" > ?)"#
    );
    assert_eq!(counts, [1, 1, 1, 1, 1]);
    assert_eq!(
        values(func::count().over(Window::all()))?,
        ("count(*) OVER ()".into(), vec![5; 5])
    );
    let long = Track::ID
        .max()
        .filter(Track::SECONDS.gt(200))
        .over(Window::partition_by(Track::GENRE_ID));
    let (sql, longest) = values(long)?;
    assert_eq!(
        sql,
        r#"max("tracks"."id") FILTER (WHERE "tracks"."seconds" > ?) OVER (PARTITION BY "tracks"."genre_id")"#
    );
    assert_eq!(longest, [Some(1), Some(1), Some(5), None, Some(5)]);
    let share = Track::SECONDS.cast::<f64>() / Track::SECONDS.total().over(Window::all());
    let sum: f64 = values(share)?.1.into_iter().sum();
    assert!((sum - 1.0).abs() < 1e-9);
    Ok(())
}

/// A window over groups: sums of sums.
#[test]
fn groups_have_windows_too() -> Result<()> {
    let (db, _) = store()?;
    let total = Track::SECONDS.sum();
    let running = total
        .clone()
        .sum()
        .over(Window::ordered_by(Track::GENRE_ID));
    let rows = Track::query()
        .group_by(Track::GENRE_ID)
        .select((
            Track::GENRE_ID,
            total.clone(),
            running,
            func::rank().over(Window::ordered_by(total.desc())),
        ))
        .order_by(Track::GENRE_ID);
    assert_eq!(
        rows.to_sql(&db)?.0,
        r#"SELECT "tracks"."genre_id", sum("tracks"."seconds"), sum(sum("tracks"."seconds")) OVER (ORDER BY "tracks"."genre_id"), rank() OVER (ORDER BY sum("tracks"."seconds") DESC) FROM "tracks" GROUP BY "tracks"."genre_id" ORDER BY "tracks"."genre_id""#
    );
    let expected = [
        (None, Some(126), Some(126), 3),
        (Some(1), Some(731), Some(857), 2),
        (Some(2), Some(795), Some(1652), 1),
    ];
    assert_eq!(rows.all(&db)?, expected);
    let stray = func::rank().over(Window::ordered_by(Track::SECONDS));
    let refused = Track::query()
        .group_by(Track::GENRE_ID)
        .select(stray)
        .all(&db);
    assert!(
        matches!(
            refused,
            Err(Error::UngroupedColumn {
                column: "seconds",
                ..
            })
        ),
        "{refused:?}"
    );
    Ok(())
}

#[test]
fn rows_are_filtered_by_a_window() -> Result<()> {
    let (db, _) = store()?;
    let first = func::row_number().over(by_genre()).eq(1);
    let longest = Track::query()
        .filter(Track::SECONDS.lt(600))
        .qualify(first)
        .order_by(Track::ID);
    let (sql, values) = longest.to_sql(&db)?;
    assert_eq!(
        sql.split_once(" FROM ").map(|(_, from)| from),
        Some(
            r#"(SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price", row_number() OVER (PARTITION BY "tracks"."genre_id" ORDER BY "tracks"."seconds" DESC) = ? AS "orm_qualified" FROM "tracks" WHERE "tracks"."seconds" < ?) AS "tracks" WHERE "tracks"."orm_qualified" ORDER BY "tracks"."id""#
        )
    );
    assert_eq!(values, [1.into(), 600.into()]);
    assert_eq!(ids(&longest.all(&db)?), [2, 3, 4]);
    assert_eq!(longest.count(&db)?, 3);
    assert_eq!(
        ids(&longest.filter(Track::COMPOSER.ne("Drake")).all(&db)?),
        [2, 3]
    );
    Ok(())
}

#[test]
fn joined_and_distinct_rows_are_filtered_by_a_window() -> Result<()> {
    let (db, _) = store()?;
    let sales = Sale::query()
        .join(Sale::TRACK_ID.on(Track::ID))
        .join(Track::GENRE_ID.on(Genre::ID))
        .filter(Genre::NAME.eq("Soul"))
        .distinct()
        .qualify(
            Sale::QUANTITY.joined().eq(Sale::QUANTITY
                .max()
                .over(Window::partition_by(Sale::TRACK_ID))),
        );
    let quantities: Vec<i64> = sales.select(Sale::QUANTITY).all(&db)?;
    assert_eq!(quantities, [2]);
    Ok(())
}

#[test]
fn a_window_in_a_filter_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let first = func::row_number().over(by_genre());
    for refused in [
        Track::query().filter(first.clone().eq(1)).all(&db),
        Track::query().filter(!(first.clone() + 1).gt(2)).all(&db),
        Track::query().exclude(Track::ID.eq(first)).all(&db),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "tracks",
                ..
            })
        ));
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn rows_are_sorted_by_a_window() -> Result<()> {
    let (db, _) = store()?;
    let size = func::count().over(Window::partition_by(Track::COMPOSER));
    let tracks = Track::query().order_by((size.desc(), Track::ID.desc()));
    assert_eq!(ids(&tracks.all(&db)?), [5, 3, 4, 2, 1]);
    Ok(())
}
