//! Common table expressions.

use orm::prelude::*;
use orm::{Alias, Error, Query, Result, func};

use super::{Genre, Named, Sale, Track, ids, store, texts};

/// What was sold of a track.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Sold {
    track: i64,
    number: i64,
}

fn sold() -> Query<Sold> {
    Sale::query()
        .group_by(Sale::TRACK_ID)
        .select((Sale::TRACK_ID, Sale::QUANTITY.sum().coalesce(0)))
        .rows_as::<Sold>()
}

const SOLD: &str = r#"WITH "sold" ("track", "number") AS (SELECT "sales"."track_id" AS "track", coalesce(sum("sales"."quantity"), ?) AS "number" FROM "sales" GROUP BY "sales"."track_id") "#;

#[test]
fn a_common_table_is_joined() -> Result<()> {
    let (db, _) = store()?;
    let best = Track::query()
        .with_cte(sold())
        .join(Track::ID.on(Sold::TRACK))
        .filter(Sold::NUMBER.gt(1))
        .order_by(Sold::NUMBER.desc())
        .select((Track::NAME, Sold::NUMBER));
    let (sql, values) = best.to_sql(&db)?;
    assert_eq!(
        sql.strip_prefix(SOLD),
        Some(
            r#"SELECT "tracks"."name", "sold"."number" FROM "tracks" JOIN "sold" ON "tracks"."id" = "sold"."track" WHERE "sold"."number" > ? ORDER BY "sold"."number" DESC"#
        )
    );
    assert_eq!(values, [0.into(), 1.into()]);
    let [peace, sinnerman] = texts(["Peace Piece", "Sinnerman"]);
    assert_eq!(best.all(&db)?, [(peace, 4), (sinnerman, 3)]);
    assert_eq!(best.count(&db)?, 2);
    assert!(best.exists(&db)?);
    assert_eq!(best.page(&db, 2, 1)?.items[0].1, 3);
    Ok(())
}

#[test]
fn a_common_table_on_the_outer_side_is_optional() -> Result<()> {
    let (db, _) = store()?;
    let rows: Vec<(i64, Option<i64>, Option<Sold>)> = Track::query()
        .with_cte(sold())
        .left_join(Track::ID.on(Sold::TRACK))
        .order_by(Track::ID)
        .select((Track::ID, Sold::NUMBER, func::entity::<Sold>()))
        .all(&db)?;
    assert_eq!(
        rows[0],
        (
            1,
            Some(3),
            Some(Sold {
                track: 1,
                number: 3
            })
        )
    );
    assert_eq!(rows[1], (2, None, None));
    Ok(())
}

#[test]
fn a_common_table_is_used_twice() -> Result<()> {
    let (db, _) = store()?;
    let other: Alias<Sold> = Alias::new("other");
    let pairs = Query::<Sold>::new()
        .with_cte(sold())
        .join(
            Sold::NUMBER
                .on(other.column(Sold::NUMBER))
                .and(Sold::TRACK.ne(other.column(Sold::TRACK).joined())),
        )
        .select((Sold::TRACK, other.column(Sold::TRACK)));
    assert_eq!(
        pairs.to_sql(&db)?.0.strip_prefix(SOLD),
        Some(
            r#"SELECT "sold"."track", "other"."track" FROM "sold" JOIN "sold" AS "other" ON "sold"."number" = "other"."number" AND "sold"."track" <> "other"."track""#
        )
    );
    assert!(pairs.all(&db)?.is_empty());
    let most = Query::<Sold>::new()
        .select(Sold::NUMBER)
        .order_by(Sold::NUMBER.desc())
        .limit(1);
    let best = Track::query()
        .with_cte(sold())
        .join(Track::ID.on(Sold::TRACK))
        .filter(Sold::NUMBER.eq(most.scalar()));
    assert_eq!(ids(&best.all(&db)?), [3]);
    Ok(())
}

#[test]
fn several_common_tables_build_on_each_other() -> Result<()> {
    let (db, _) = store()?;
    let by_genre = Query::<Sold>::new()
        .join(Sold::TRACK.on(Track::ID))
        .join(Track::GENRE_ID.on(Genre::ID))
        .group_by(Genre::ID)
        .select((Genre::NAME, Sold::NUMBER.sum().coalesce(0)))
        .rows_as::<Named>();
    let genres = Query::<Named>::new()
        .with_cte(sold())
        .with_cte(by_genre)
        .order_by(Named::NUMBER.desc());
    assert!(
        genres
            .to_sql(&db)?
            .0
            .contains(r#"), "named" ("name", "number") AS (SELECT "#)
    );
    let [jazz, soul] = texts(["Jazz", "Soul"]);
    assert_eq!(
        genres.all(&db)?,
        [
            Named {
                name: jazz,
                number: 5
            },
            Named {
                name: soul,
                number: 3
            }
        ]
    );
    Ok(())
}

#[test]
fn rows_are_changed_with_the_help_of_a_common_table() -> Result<()> {
    let (db, log) = store()?;
    let tracks = Query::<Sold>::new()
        .filter(Sold::NUMBER.gt(1))
        .select(Sold::TRACK);
    let best = Track::query()
        .with_cte(sold())
        .filter(Track::ID.is_in_query(tracks));
    assert_eq!(ids(&best.all(&db)?), [1, 3]);
    log.take();
    let number = Query::<Sold>::new()
        .filter(Sold::TRACK.eq(Track::ID.outer()))
        .select(Sold::NUMBER)
        .scalar();
    assert_eq!(best.update(&db, Track::SECONDS.set(number))?, 2);
    assert_eq!(
        log.take()[0].strip_prefix(SOLD),
        Some(
            r#"UPDATE "tracks" SET "seconds" = (SELECT "sold"."number" FROM "sold" WHERE "sold"."track" = "tracks"."id") WHERE "tracks"."id" IN (SELECT "sold"."track" FROM "sold" WHERE "sold"."number" > ?)"#
        )
    );
    assert_eq!(Track::get(&db, 1)?.seconds, 3);
    let deleted = best.clone().returning(Track::ID).delete(&db)?;
    assert_eq!(deleted, [1, 3]);
    assert_eq!(best.delete(&db)?, 0);
    Ok(())
}

#[test]
fn a_common_table_may_be_sorted_and_limited() -> Result<()> {
    let (db, _) = store()?;
    let top = sold().order_by(Sold::NUMBER.desc()).limit(1);
    let best = Track::query().with_cte(top).join(Track::ID.on(Sold::TRACK));
    assert_eq!(ids(&best.all(&db)?), [3]);
    let rows = best.select((Track::NAME, Sold::NUMBER)).rows_as::<Named>();
    assert_eq!(rows.filter(Named::NUMBER.gt(3)).count(&db)?, 1);
    Ok(())
}

#[test]
fn a_common_table_that_is_missing_is_an_unknown_table() -> Result<()> {
    let (db, _) = store()?;
    let missing = Query::<Sold>::new().all(&db);
    assert!(
        matches!(missing, Err(Error::UnknownTable { .. })),
        "{missing:?}"
    );
    let refused = Track::query()
        .with_cte(sold())
        .filter(Track::ID.eq(Sold::TRACK.joined()))
        .all(&db);
    assert!(
        matches!(refused, Err(Error::InvalidQuery { table: "sold", .. })),
        "{refused:?}"
    );
    Ok(())
}
