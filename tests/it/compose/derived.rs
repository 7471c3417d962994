//! Queries whose rows come from another query.

use orm::prelude::*;
use orm::{Error, Result, Window, func};

use super::{Genre, Named, Sale, Track, assert_tracks, ids, store};

#[test]
fn a_filter_behind_a_limit_sees_the_rows_that_are_left() -> Result<()> {
    let longest = Track::query().order_by(Track::SECONDS.desc()).limit(3);
    assert_tracks(
        &longest
            .subquery()
            .filter(Track::COMPOSER.eq("Evans"))
            .order_by(Track::ID),
        r#"SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price" FROM (SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price" FROM "tracks" ORDER BY "tracks"."seconds" DESC LIMIT 3) AS "tracks" WHERE "tracks"."composer" = ? ORDER BY "tracks"."id""#,
        &["Evans".into()],
        &[3, 5],
    )
}

#[test]
fn an_order_or_filter_behind_a_limit_is_refused_without_a_subquery() -> Result<()> {
    let (db, log) = store()?;
    let first = Track::query().limit(3);
    for refused in [
        first.clone().filter(Track::ID.gt(1)).all(&db),
        first.clone().exclude(Track::ID.gt(1)).all(&db),
        first.clone().order_by(Track::ID).all(&db),
        first
            .clone()
            .qualify(Track::SECONDS.sum().over(Window::all()).gt(1))
            .all(&db),
        first.clone().reverse().all(&db),
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
fn slices_of_slices_are_counted() -> Result<()> {
    let (db, _) = store()?;
    let middle = Track::query()
        .order_by(Track::ID)
        .limit(4)
        .subquery()
        .order_by(Track::ID.desc())
        .limit(2);
    assert_eq!(ids(&middle.all(&db)?), [4, 3]);
    assert_eq!(middle.count(&db)?, 2);
    assert_eq!(
        ids(&middle
            .clone()
            .subquery()
            .subquery()
            .order_by(Track::ID)
            .all(&db)?),
        [3, 4]
    );
    assert_eq!(middle.subquery().page(&db, 1, 10)?.total, 2);
    assert_eq!(Track::query().limit(0).count(&db)?, 0);
    assert!(!Track::query().limit(0).exists(&db)?);
    assert!(!Track::query().offset(5).exists(&db)?);
    assert_eq!(
        Track::query().offset(u64::MAX).limit(u64::MAX).count(&db)?,
        0
    );
    Ok(())
}

#[test]
fn rows_of_groups_are_filtered_joined_and_grouped() -> Result<()> {
    let (db, _) = store()?;
    let sold = Track::query()
        .join(Track::ID.on(Sale::TRACK_ID))
        .join(Track::GENRE_ID.on(Genre::ID))
        .group_by(Genre::NAME)
        .select((Genre::NAME, Sale::QUANTITY.sum().coalesce(0)))
        .rows_as::<Named>();
    assert_eq!(sold.count(&db)?, 2);
    assert_eq!(sold.aggregate(&db, Named::NUMBER.max())?, Some(5));
    let joined = sold
        .filter(Named::NUMBER.gt(1))
        .join(Named::NAME.on(Genre::NAME))
        .order_by(Genre::ID)
        .select((Genre::ID, Named::NUMBER));
    assert_eq!(joined.all(&db)?, [(1, 5), (2, 3)]);
    Ok(())
}

#[test]
fn a_query_inside_does_not_change_the_one_around() -> Result<()> {
    let (db, _) = store()?;
    let distinct = Track::query()
        .distinct()
        .select((Track::COMPOSER.coalesce("?"), func::value(1_i64)));
    let rows = distinct.rows_as::<Named>();
    assert_eq!(rows.count(&db)?, 4);
    assert_eq!(rows.aggregate(&db, Named::NUMBER.sum())?, Some(4));
    assert!(rows.filter(Named::NAME.eq("?")).exists(&db)?);
    Ok(())
}

#[test]
fn comments_behind_a_derived_table_stay() -> Result<()> {
    let (db, _) = store()?;
    let rows = Track::query()
        .select((Track::NAME, Track::ID))
        .rows_as::<Named>();
    let (sql, _) = rows.comment("names").to_sql(&db)?;
    assert!(sql.contains("/* names */"), "{sql}");
    let (sql, _) = Track::query()
        .limit(1)
        .subquery()
        .comment("again")
        .to_sql(&db)?;
    assert!(sql.contains("/* again */"), "{sql}");
    Ok(())
}

#[test]
fn rows_of_a_derived_table_are_changed_by_their_keys() -> Result<()> {
    let (db, log) = store()?;
    let first = Track::query().order_by(Track::ID).limit(3).subquery();
    let changed = first
        .filter(Track::SECONDS.gt(200))
        .update(&db, Track::COMPOSER.set("?"))?;
    assert_eq!(changed, 2);
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "tracks" SET "composer" = ? WHERE "tracks"."id" IN (SELECT "tracks"."id" FROM (SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price" FROM "tracks" ORDER BY "tracks"."id" LIMIT 3) AS "tracks" WHERE "tracks"."seconds" > ?)"#
        ]
    );
    assert_eq!(
        Track::query().filter(Track::COMPOSER.eq("?")).count(&db)?,
        2
    );
    Ok(())
}

/// A table of all rows is still all rows.
#[test]
fn a_subquery_is_no_condition_for_a_change() -> Result<()> {
    let (db, log) = store()?;
    let all = Track::query().order_by(Track::ID).subquery();
    for refused in [
        all.delete(&db),
        all.clone().subquery().delete(&db),
        all.update(&db, Track::SECONDS.set(0)),
    ] {
        assert!(
            matches!(refused, Err(Error::ConditionRequired { table: "tracks" })),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    assert_eq!(all.all_rows().delete(&db)?, 5);
    Ok(())
}

#[test]
fn qualified_rows_are_deleted() -> Result<()> {
    let (db, _) = store()?;
    let second = func::row_number()
        .over(Window::partition_by(Track::GENRE_ID).order_by(Track::ID))
        .gt(1);
    assert_eq!(Track::query().qualify(second).delete(&db)?, 2);
    assert_eq!(
        ids(&Track::query().order_by(Track::ID).all(&db)?),
        [1, 3, 4]
    );
    Ok(())
}
