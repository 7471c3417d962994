//! Joins of several tables.

use orm::prelude::*;
use orm::query::On;
use orm::{Error, Join, Outer, Query, Result, func};

use super::{Genre, Named, Sale, TRACKS, Track, ids, store, texts};

fn with_genre() -> Query<Join<Track, Genre>, Track> {
    Track::query().join(Track::GENRE_ID.on(Genre::ID))
}

fn with_any_genre() -> Query<Join<Track, Outer<Genre>>> {
    Track::query().left_join(Track::GENRE_ID.on(Genre::ID))
}

#[test]
fn an_inner_join_drops_rows_without_a_partner() -> Result<()> {
    let (db, _) = store()?;
    let soul = with_genre()
        .filter(Genre::NAME.eq("Soul"))
        .order_by(Track::ID);
    let (sql, values) = soul.to_sql(&db)?;
    assert_eq!(
        sql.strip_prefix(TRACKS),
        Some(
            r#"JOIN "genres" ON "tracks"."genre_id" = "genres"."id" WHERE "genres"."name" = ? ORDER BY "tracks"."id""#
        )
    );
    assert_eq!(values, ["Soul".into()]);
    assert_eq!(ids(&soul.all(&db)?), [1, 2]);
    assert_eq!(with_genre().count(&db)?, 4);
    Ok(())
}

#[test]
fn a_left_join_makes_the_outer_columns_optional() -> Result<()> {
    let (db, _) = store()?;
    let rows = with_any_genre().order_by(Track::ID).select((
        Track::NAME,
        Genre::NAME,
        Genre::NAME.length(),
    ));
    assert_eq!(
        rows.to_sql(&db)?.0,
        r#"SELECT "tracks"."name", "genres"."name", length("genres"."name") FROM "tracks" LEFT JOIN "genres" ON "tracks"."genre_id" = "genres"."id" ORDER BY "tracks"."id""#
    );
    let rows: Vec<(String, Option<String>, Option<i64>)> = rows.all(&db)?;
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0], ("Sinnerman".into(), Some("Soul".into()), Some(4)));
    assert_eq!(rows[3], ("Pink Moon".into(), None, None));
    Ok(())
}

#[test]
fn an_optional_column_of_the_outer_side_stays_one_option() -> Result<()> {
    let (db, _) = store()?;
    let composers: Vec<(String, Option<String>)> = Genre::query()
        .left_join(Genre::ID.on(Track::GENRE_ID))
        .order_by((Genre::ID, Track::ID))
        .select((Genre::NAME, Track::COMPOSER))
        .all(&db)?;
    let expected = [
        ("Jazz", Some("Evans")),
        ("Jazz", Some("Evans")),
        ("Soul", None),
        ("Soul", Some("Bricusse")),
        ("Polka", None),
    ];
    let expected = expected.map(|(genre, name)| (genre.to_owned(), name.map(str::to_owned)));
    assert_eq!(composers, expected);
    Ok(())
}

#[test]
fn rows_without_a_partner_are_found_by_null() -> Result<()> {
    let (db, _) = store()?;
    let none = with_any_genre().filter(Genre::ID.is_null());
    assert_eq!(ids(&none.all(&db)?), [4]);
    assert_eq!(none.count(&db)?, 1);
    assert!(none.exists(&db)?);
    Ok(())
}

#[test]
fn an_entity_of_the_outer_side_is_optional() -> Result<()> {
    let (db, _) = store()?;
    let rows: Vec<(Track, Option<Genre>)> = with_any_genre()
        .order_by(Track::ID)
        .select((func::entity::<Track>(), func::entity::<Genre>()))
        .all(&db)?;
    let genres: Vec<_> = rows
        .iter()
        .map(|(_, genre)| genre.as_ref().map(|genre| genre.id))
        .collect();
    assert_eq!(genres, [Some(2), Some(2), Some(1), None, Some(1)]);
    assert_eq!(rows[3].0, Track::get(&db, 4)?);
    let annotated: Vec<(Track, Option<Genre>)> = with_any_genre()
        .order_by(Track::ID)
        .annotate(func::entity::<Genre>())
        .all(&db)?;
    assert_eq!(annotated, rows);
    Ok(())
}

#[test]
fn a_condition_in_on_keeps_the_rows_that_one_in_where_drops() -> Result<()> {
    let (db, _) = store()?;
    let jazz = Track::GENRE_ID.on(Genre::ID).and(Genre::NAME.eq("Jazz"));
    let joined = Track::query().left_join(jazz.clone()).order_by(Track::ID);
    assert_eq!(
        joined.to_sql(&db)?.0.strip_prefix(TRACKS),
        Some(
            r#"LEFT JOIN "genres" ON "tracks"."genre_id" = "genres"."id" AND "genres"."name" = ? ORDER BY "tracks"."id""#
        )
    );
    let names: Vec<Option<String>> = joined.select(Genre::NAME).all(&db)?;
    let jazz_name = Some("Jazz".to_owned());
    assert_eq!(names, [None, None, jazz_name.clone(), None, jazz_name]);
    assert_eq!(
        ids(&Track::query().join(jazz).order_by(Track::ID).all(&db)?),
        [3, 5]
    );
    let where_clause = with_any_genre().filter(Genre::NAME.eq("Jazz"));
    assert_eq!(where_clause.count(&db)?, 2);
    Ok(())
}

#[test]
fn a_join_may_have_any_condition() -> Result<()> {
    let (db, _) = store()?;
    let on = On::<Track, Sale>::condition(
        Track::SECONDS.gt(Sale::QUANTITY.joined() * 100) & Sale::TRACK_ID.joined().ne(Track::ID),
    );
    let pairs = Track::query()
        .join(on)
        .order_by((Track::ID, Sale::ID))
        .select((Track::ID, Sale::ID));
    assert_eq!(
        pairs.to_sql(&db)?.0,
        r#"SELECT "tracks"."id", "sales"."id" FROM "tracks" JOIN "sales" ON "tracks"."seconds" > "sales"."quantity" * ? AND "sales"."track_id" <> "tracks"."id" ORDER BY "tracks"."id", "sales"."id""#
    );
    let expected = [
        (1, 3),
        (1, 4),
        (2, 2),
        (2, 4),
        (3, 1),
        (3, 2),
        (3, 4),
        (4, 2),
        (4, 4),
        (5, 1),
        (5, 2),
    ];
    assert_eq!(pairs.all(&db)?, expected);
    Ok(())
}

#[test]
fn a_cross_join_pairs_all_rows() -> Result<()> {
    let (db, _) = store()?;
    let pairs = Genre::query().cross_join::<Sale>();
    assert_eq!(
        pairs.to_sql(&db)?.0,
        r#"SELECT "genres"."id", "genres"."name" FROM "genres" CROSS JOIN "sales""#
    );
    assert_eq!(pairs.count(&db)?, 12);
    let same = pairs.filter(Genre::ID.eq(Sale::QUANTITY.joined()));
    let ids: Vec<(i64, i64)> = same
        .order_by(Sale::ID)
        .select((Genre::ID, Sale::ID))
        .all(&db)?;
    assert_eq!(ids, [(2, 1), (1, 2), (1, 4)]);
    Ok(())
}

#[test]
fn three_tables_are_joined_in_any_order() -> Result<()> {
    let (db, _) = store()?;
    let sold = Sale::query()
        .join(Sale::TRACK_ID.on(Track::ID))
        .left_join(Track::GENRE_ID.on(Genre::ID))
        .filter(Sale::QUANTITY.gt(1) | Genre::NAME.joined().eq("Soul"))
        .order_by((Genre::NAME.desc(), Sale::ID))
        .select((Sale::ID, Track::NAME, Genre::NAME));
    assert_eq!(
        sold.to_sql(&db)?.0,
        r#"SELECT "sales"."id", "tracks"."name", "genres"."name" FROM "sales" JOIN "tracks" ON "sales"."track_id" = "tracks"."id" LEFT JOIN "genres" ON "tracks"."genre_id" = "genres"."id" WHERE "sales"."quantity" > ? OR "genres"."name" = ? ORDER BY "genres"."name" DESC, "sales"."id""#
    );
    let soul = Some("Soul".to_owned());
    assert_eq!(
        sold.all(&db)?,
        [
            (1, "Sinnerman".into(), soul.clone()),
            (2, "Sinnerman".into(), soul),
            (3, "Peace Piece".into(), Some("Jazz".into())),
        ]
    );
    Ok(())
}

/// Two tables on the outer side: the second hangs on the first.
#[test]
fn outer_joins_can_hang_on_each_other() -> Result<()> {
    let (db, _) = store()?;
    let rows: Vec<(String, Option<i64>, Option<i64>)> = Genre::query()
        .left_join(Genre::ID.on(Track::GENRE_ID))
        .left_join(Track::ID.on(Sale::TRACK_ID))
        .order_by((Genre::ID, Track::ID, Sale::ID))
        .select((Genre::NAME, Track::ID, Sale::QUANTITY))
        .all(&db)?;
    let numbers: Vec<_> = rows.iter().map(|row| (row.1, row.2)).collect();
    let expected = [
        (Some(3), Some(4)),
        (Some(5), Some(1)),
        (Some(1), Some(2)),
        (Some(1), Some(1)),
        (Some(2), None),
        (None, None),
    ];
    assert_eq!(numbers, expected);
    Ok(())
}

#[test]
fn rows_of_a_join_become_a_struct() -> Result<()> {
    let (db, _) = store()?;
    let rows = with_genre()
        .select((Genre::NAME, Track::SECONDS))
        .rows_as::<Named>();
    let long = rows.filter(Named::NUMBER.gt(400)).order_by(Named::NAME);
    assert_eq!(
        long.to_sql(&db)?.0,
        r#"SELECT "named"."name", "named"."number" FROM (SELECT "genres"."name" AS "name", "tracks"."seconds" AS "number" FROM "tracks" JOIN "genres" ON "tracks"."genre_id" = "genres"."id") AS "named" WHERE "named"."number" > ? ORDER BY "named"."name""#
    );
    let names: Vec<String> = long.all(&db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, texts(["Jazz", "Soul"]));
    Ok(())
}

#[test]
fn a_join_after_a_limit_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let refused = Track::query()
        .limit(1)
        .join(Track::GENRE_ID.on(Genre::ID))
        .all(&db);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "tracks",
            ..
        })
    ));
    assert!(log.take().is_empty());
    let joined = Track::query()
        .order_by(Track::ID)
        .limit(3)
        .subquery()
        .join(Track::GENRE_ID.on(Genre::ID));
    assert_eq!(joined.filter(Genre::NAME.eq("Soul")).count(&db)?, 2);
    Ok(())
}

#[test]
fn a_column_of_no_table_of_the_query_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let refused = Track::query()
        .filter(Track::GENRE_ID.eq(Genre::ID.joined()))
        .all(&db);
    assert!(
        matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "genres",
                ..
            })
        ),
        "{refused:?}"
    );
    assert!(log.take().is_empty());
    Ok(())
}
