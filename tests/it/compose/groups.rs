//! Groups of rows.

use orm::prelude::*;
use orm::{Error, Query, Result, func};

use super::{Genre, Named, Sale, Track, store, texts};

#[test]
fn rows_are_grouped_by_a_column() -> Result<()> {
    let (db, _) = store()?;
    let groups = Track::query()
        .filter(Track::SECONDS.gt(130))
        .group_by(Track::GENRE_ID)
        .select((Track::GENRE_ID, func::count(), Track::SECONDS.sum()))
        .having(func::count().ge(2))
        .order_by(Track::SECONDS.sum().desc());
    assert_eq!(
        groups.to_sql(&db)?,
        (
            r#"SELECT "tracks"."genre_id", count(*), sum("tracks"."seconds") FROM "tracks" WHERE "tracks"."seconds" > ? GROUP BY "tracks"."genre_id" HAVING count(*) >= ? ORDER BY sum("tracks"."seconds") DESC"#.into(),
            vec![130.into(), 2.into()]
        )
    );
    assert_eq!(
        groups.all(&db)?,
        [(Some(2), 2, Some(795)), (Some(1), 2, Some(731))]
    );
    assert_eq!(groups.count(&db)?, 2);
    assert!(groups.exists(&db)?);
    Ok(())
}

/// An expression with values in it is one thing in the selection, the group and the order.
fn by_minutes(minutes: i64) -> Query<orm::query::scope::Grouped<Track>, (i64, i64)> {
    let length = Track::SECONDS / (60 * minutes);
    Track::query()
        .group_by(length.clone())
        .select((length.clone(), func::count()))
        .order_by(length.desc())
}

#[test]
fn rows_are_grouped_by_an_expression_with_values() -> Result<()> {
    let (db, _) = store()?;
    let groups = by_minutes(5);
    assert_eq!(groups.all(&db)?, [(2, 1), (1, 2), (0, 2)]);
    assert_eq!(groups.clone().limit(1).all(&db)?, [(2, 1)]);
    assert_eq!(groups.last(&db)?, Some((0, 2)));
    let last = Track::query()
        .group_by(Track::SECONDS / 300)
        .select((func::count(), Track::SECONDS / 300))
        .having((Track::SECONDS / 300).gt(0))
        .order_by(func::count().asc());
    assert_eq!(last.all(&db)?, [(1, 2), (2, 1)]);
    Ok(())
}

#[test]
fn groups_by_an_expression_with_values_are_counted() -> Result<()> {
    let (db, _) = store()?;
    let groups = by_minutes(5);
    assert_eq!(groups.count(&db)?, 3);
    assert!(groups.exists(&db)?);
    let second = Track::query()
        .group_by(Track::SECONDS / 300)
        .select((func::count(), Track::SECONDS / 300))
        .order_by((Track::SECONDS / 300).asc());
    assert_eq!(second.count(&db)?, 3);
    assert_eq!(second.clone().limit(2).count(&db)?, 2);
    assert!(second.clone().offset(2).exists(&db)?);
    assert!(!second.clone().offset(3).exists(&db)?);
    let page = second.page(&db, 2, 2)?;
    assert_eq!((page.total, page.pages(), page.items), (3, 2, vec![(1, 2)]));
    let distinct = second.distinct();
    assert_eq!(distinct.count(&db)?, 3);
    Ok(())
}

#[test]
fn a_key_stands_for_its_whole_table() -> Result<()> {
    let (db, _) = store()?;
    let sold = Track::query()
        .join(Track::ID.on(Sale::TRACK_ID))
        .group_by(Track::ID)
        .select((
            Track::NAME,
            Track::SECONDS * 2,
            Sale::QUANTITY.sum(),
            func::entity::<Track>(),
        ))
        .having(Sale::QUANTITY.sum().gt(1) & Track::NAME.joined().ne("?"))
        .order_by((Sale::QUANTITY.sum().desc(), Track::NAME));
    let rows = sold.all(&db)?;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].0.as_str(), rows[0].1, rows[0].2),
        ("Peace Piece", 808, Some(4))
    );
    assert_eq!(rows[1].3, Track::get(&db, 1)?);
    Ok(())
}

#[test]
fn a_column_outside_of_the_groups_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let by_composer = || Track::query().group_by(Track::COMPOSER);
    let refused = [
        by_composer().select(Track::NAME).all(&db).map(drop),
        by_composer()
            .select(Track::ID.max().coalesce(0) + Track::SECONDS)
            .all(&db)
            .map(drop),
        by_composer()
            .select(func::count())
            .having(Track::NAME.eq("x"))
            .all(&db)
            .map(drop),
        by_composer()
            .select(func::count())
            .order_by(Track::NAME)
            .all(&db)
            .map(drop),
        by_composer().select(Track::NAME).count(&db).map(drop),
        Track::query()
            .group_by(Track::NAME.lower())
            .select(Track::NAME)
            .all(&db)
            .map(drop),
    ];
    for refused in refused {
        assert!(
            matches!(
                refused,
                Err(Error::UngroupedColumn {
                    table: "tracks",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    let lower = Track::query()
        .group_by(Track::NAME.lower())
        .select(Track::NAME.lower().length());
    assert_eq!(lower.count(&db)?, 5);
    Ok(())
}

#[test]
fn rows_are_grouped_by_several_keys_of_several_tables() -> Result<()> {
    let (db, _) = store()?;
    let groups: Vec<(Option<String>, bool, i64)> = Track::query()
        .left_join(Track::GENRE_ID.on(Genre::ID))
        .group_by((Genre::NAME, Track::SECONDS.gt(400)))
        .select((Genre::NAME, Track::SECONDS.gt(400), func::count()))
        .order_by((Genre::NAME, Track::SECONDS.gt(400).asc()))
        .all(&db)?;
    let [jazz, soul] = texts(["Jazz", "Soul"]).map(Some);
    let expected = [
        (None, false, 1),
        (jazz.clone(), false, 1),
        (jazz, true, 1),
        (soul.clone(), false, 1),
        (soul, true, 1),
    ];
    assert_eq!(groups, expected);
    Ok(())
}

#[test]
fn groups_of_an_outer_join_count_no_partner_as_none() -> Result<()> {
    let (db, _) = store()?;
    let groups = Genre::query()
        .left_join(Genre::ID.on(Track::GENRE_ID))
        .group_by(Genre::ID)
        .select((
            Genre::NAME,
            Track::ID.count(),
            Track::SECONDS.max(),
            Track::SECONDS.total(),
        ))
        .order_by(Genre::ID);
    let rows: Vec<(String, i64, Option<i64>, f64)> = groups.all(&db)?;
    assert_eq!(rows[2], ("Polka".into(), 0, None, 0.0));
    assert_eq!((rows[0].1, rows[0].2), (2, Some(404)));
    Ok(())
}

#[test]
fn a_filter_behind_the_selection_is_about_the_rows() -> Result<()> {
    let (db, _) = store()?;
    let groups = Track::query()
        .group_by(Track::GENRE_ID)
        .select((Track::GENRE_ID, func::count()))
        .filter(Track::GENRE_ID.is_not_null())
        .filter(Track::SECONDS.lt(600))
        .order_by(Track::GENRE_ID.desc());
    assert_eq!(groups.all(&db)?, [(Some(2), 1), (Some(1), 2)]);
    Ok(())
}

#[test]
fn groups_become_rows_that_are_grouped_again() -> Result<()> {
    let (db, _) = store()?;
    let composers = Track::query()
        .filter(Track::COMPOSER.is_not_null())
        .group_by(Track::COMPOSER)
        .select((Track::COMPOSER.coalesce(""), func::count()))
        .rows_as::<Named>();
    let sizes = composers
        .group_by(Named::NUMBER)
        .select((
            Named::NUMBER,
            Named::NAME.join_text("+").sorted_by(Named::NAME),
        ))
        .order_by(Named::NUMBER);
    assert_eq!(
        sizes.to_sql(&db)?.0,
        r#"SELECT "named"."number", group_concat("named"."name", ? ORDER BY "named"."name") FROM (SELECT coalesce("tracks"."composer", ?) AS "name", count(*) AS "number" FROM "tracks" WHERE "tracks"."composer" IS NOT NULL GROUP BY "tracks"."composer") AS "named" GROUP BY "named"."number" ORDER BY "named"."number""#
    );
    let sizes = sizes.all(&db)?;
    assert_eq!(
        sizes,
        [
            (1, Some("Bricusse+Drake".into())),
            (2, Some("Evans".into()))
        ]
    );
    Ok(())
}

#[test]
fn filtered_aggregates_stand_in_groups() -> Result<()> {
    let (db, _) = store()?;
    let rows = Track::query()
        .group_by(Track::GENRE_ID)
        .select((
            Track::GENRE_ID,
            func::count().filter(Track::SECONDS.gt(200)),
        ))
        .having(func::count().filter(Track::SECONDS.gt(400)).eq(1))
        .order_by(Track::GENRE_ID);
    assert_eq!(rows.all(&db)?, [(Some(1), 2), (Some(2), 1)]);
    assert_eq!(rows.count(&db)?, 2);
    Ok(())
}
