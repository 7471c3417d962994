//! Queries inside of conditions and selections.

use orm::prelude::*;
use orm::{Error, Result, func};

use super::{Employee, Genre, Sale, Track, assert_tracks, ids, store};

#[test]
fn a_value_is_among_those_of_a_query() -> Result<()> {
    let sold = Sale::query()
        .filter(Sale::QUANTITY.ge(2))
        .select(Sale::TRACK_ID);
    let tracks = Track::query()
        .filter(Track::ID.is_in_query(sold.clone()))
        .order_by(Track::ID);
    assert_tracks(
        &tracks,
        r#"WHERE "tracks"."id" IN (SELECT "sales"."track_id" FROM "sales" WHERE "sales"."quantity" >= ?) ORDER BY "tracks"."id""#,
        &[2.into()],
        &[1, 3],
    )?;
    assert_tracks(
        &Track::query().filter(Track::ID.not_in_query(sold.order_by(Sale::ID.desc()).limit(1))),
        r#"WHERE "tracks"."id" NOT IN (SELECT "sales"."track_id" FROM "sales" WHERE "sales"."quantity" >= ? ORDER BY "sales"."id" DESC LIMIT 1)"#,
        &[2.into()],
        &[1, 2, 4, 5],
    )
}

/// As SQL has it: NULL in the list makes every other value unknown.
#[test]
fn no_value_is_surely_absent_from_a_query_with_null() -> Result<()> {
    let (db, _) = store()?;
    let used = Track::query().select(Track::GENRE_ID);
    let unused = Genre::query().filter(Genre::ID.not_in_query(used.clone()));
    assert_eq!(unused.count(&db)?, 0);
    let used = used.filter(Track::GENRE_ID.is_not_null());
    let unused = Genre::query().filter(Genre::ID.not_in_query(used));
    assert_eq!(unused.one(&db)?.name, "Polka");
    Ok(())
}

#[test]
fn rows_of_values_are_among_those_of_a_query() -> Result<()> {
    let (db, _) = store()?;
    let pairs = Sale::query().select((Sale::TRACK_ID, Sale::QUANTITY + 1));
    let tracks =
        Track::query().filter(func::row((Track::ID, Track::SECONDS)).is_in_query(pairs.clone()));
    assert_eq!(tracks.count(&db)?, 0);
    Track::query()
        .filter(Track::ID.eq(3))
        .update(&db, Track::SECONDS.set(5))?;
    assert_eq!(ids(&tracks.all(&db)?), [3]);
    assert!(
        tracks.to_sql(&db)?.0.ends_with(
            r#"WHERE ("tracks"."id", "tracks"."seconds") IN (SELECT "sales"."track_id", "sales"."quantity" + ? FROM "sales")"#
        )
    );
    Ok(())
}

#[test]
fn exists_looks_at_the_row_around() -> Result<()> {
    let sold = func::exists(
        Sale::query().filter(Sale::TRACK_ID.eq(Track::ID.outer()) & Sale::QUANTITY.ge(2)),
    );
    assert_tracks(
        &Track::query().filter(sold.clone()).order_by(Track::ID),
        r#"WHERE EXISTS (SELECT "sales"."id", "sales"."track_id", "sales"."quantity" FROM "sales" WHERE "sales"."track_id" = "tracks"."id" AND "sales"."quantity" >= ?) ORDER BY "tracks"."id""#,
        &[2.into()],
        &[1, 3],
    )?;
    let (db, _) = store()?;
    let unsold = Track::query().filter(!sold.clone() & Track::SECONDS.joined().gt(150));
    assert_eq!(ids(&unsold.all(&db)?), [2, 5]);
    assert_eq!(Track::query().exclude(sold).count(&db)?, 3);
    Ok(())
}

#[test]
fn a_query_of_one_value_is_a_value() -> Result<()> {
    let (db, _) = store()?;
    let genre = Genre::query()
        .filter(Genre::ID.eq(Track::GENRE_ID.outer()))
        .select(Genre::NAME);
    let rows = Track::query()
        .order_by(Track::ID)
        .select((Track::ID, genre.scalar()));
    assert_eq!(
        rows.to_sql(&db)?.0,
        r#"SELECT "tracks"."id", (SELECT "genres"."name" FROM "genres" WHERE "genres"."id" = "tracks"."genre_id") FROM "tracks" ORDER BY "tracks"."id""#
    );
    let rows: Vec<(i64, Option<String>)> = rows.all(&db)?;
    assert_eq!(rows[0], (1, Some("Soul".into())));
    assert_eq!(rows[3], (4, None));
    Ok(())
}

#[test]
fn a_query_inside_may_be_of_the_same_table_under_an_alias() -> Result<()> {
    let (db, _) = store()?;
    let other = Track::alias("other");
    let longer = other.query().filter(
        other.column(Track::GENRE_ID).eq(Track::GENRE_ID.outer())
            & other.column(Track::SECONDS).gt(Track::SECONDS.outer()),
    );
    let longest = Track::query()
        .filter(Track::GENRE_ID.is_not_null() & !func::exists(longer))
        .order_by(Track::ID);
    assert_eq!(ids(&longest.all(&db)?), [1, 3]);
    let mean = other
        .query()
        .filter(other.column(Track::GENRE_ID).eq(Track::GENRE_ID.outer()))
        .order_by(other.column(Track::SECONDS).asc())
        .limit(1)
        .select(other.column(Track::SECONDS));
    let rows = Track::query()
        .filter(Track::SECONDS.eq(mean.scalar()))
        .order_by(Track::ID);
    assert_eq!(ids(&rows.all(&db)?), [2, 5]);
    Ok(())
}

#[test]
fn a_name_that_means_a_table_inside_too_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let same = Track::query().filter(Track::SECONDS.gt(Track::SECONDS.outer()));
    let disguised = Track::alias("TRACKS");
    let alike = disguised
        .query()
        .filter(disguised.column(Track::SECONDS).gt(Track::SECONDS.outer()));
    // The innermost query hides the table of the outermost one, with another query between.
    let deep = Track::query().filter(Track::ID.eq(Track::ID.outer().outer()));
    let between = Genre::query().filter(func::exists(deep));
    for inside in [
        func::exists(same),
        func::exists(alike),
        func::exists(between),
    ] {
        let refused = Track::query().filter(inside).all(&db);
        assert!(
            matches!(
                refused,
                Err(Error::InvalidQuery {
                    table: "tracks",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn queries_stand_two_deep() -> Result<()> {
    let (db, _) = store()?;
    // Genres all of whose tracks were sold.
    let sale = Sale::query().filter(Sale::TRACK_ID.eq(Track::ID.outer()));
    let unsold = Track::query().filter(Track::GENRE_ID.eq(Genre::ID.outer()) & !func::exists(sale));
    let all_sold = Genre::query()
        .filter(!func::exists(unsold))
        .order_by(Genre::ID);
    assert_eq!(
        all_sold.to_sql(&db)?.0,
        r#"SELECT "genres"."id", "genres"."name" FROM "genres" WHERE NOT EXISTS (SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price" FROM "tracks" WHERE "tracks"."genre_id" = "genres"."id" AND NOT EXISTS (SELECT "sales"."id", "sales"."track_id", "sales"."quantity" FROM "sales" WHERE "sales"."track_id" = "tracks"."id")) ORDER BY "genres"."id""#
    );
    let names: Vec<String> = all_sold.select(Genre::NAME).all(&db)?;
    assert_eq!(names, ["Jazz", "Polka"]);
    // The innermost query speaks of the outermost.
    let sale = Sale::query().filter(
        Sale::TRACK_ID.eq(Track::ID.outer()) & Sale::QUANTITY.gt(Genre::ID.outer().outer()),
    );
    let tracks = Track::query().filter(Track::GENRE_ID.eq(Genre::ID.outer()) & func::exists(sale));
    let genres = Genre::query()
        .filter(func::exists(tracks))
        .select(Genre::ID);
    assert_eq!(genres.all(&db)?, [1]);
    Ok(())
}

#[test]
fn outer_without_a_query_around_is_refused() -> Result<()> {
    let (db, log) = store()?;
    let lost = Track::query().filter(Track::ID.eq(Track::SECONDS.outer()));
    let too_far = Sale::query().filter(Sale::TRACK_ID.eq(Track::ID.outer().outer()));
    let stranger = Sale::query().filter(Sale::TRACK_ID.eq(Employee::ID.outer()));
    for query in [
        lost,
        Track::query().filter(func::exists(too_far)),
        Track::query().filter(func::exists(stranger)),
    ] {
        let refused = query.all(&db);
        assert!(
            matches!(refused, Err(Error::InvalidQuery { .. })),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_correlated_query_may_have_groups_and_limits() -> Result<()> {
    let (db, _) = store()?;
    let sold = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .group_by(Sale::TRACK_ID)
        .select(Sale::QUANTITY.sum())
        .having(Sale::QUANTITY.sum().ge(2))
        .scalar();
    let rows = Track::query().order_by(Track::ID).select(sold.coalesce(0));
    assert_eq!(rows.all(&db)?, [3, 0, 4, 0, 0]);
    let top = Track::query()
        .order_by(Track::SECONDS.desc())
        .limit(3)
        .select(Track::ID);
    let sales = Sale::query().filter(Sale::TRACK_ID.is_in_query(top));
    assert_eq!(sales.count(&db)?, 4);
    Ok(())
}

#[test]
fn queries_that_stand_too_deep_are_refused() -> Result<()> {
    let (db, log) = store()?;
    let mut query = Track::query();
    for _ in 0..200 {
        query = Track::query().filter(Track::ID.is_in_query(query.select(Track::ID)));
    }
    assert!(matches!(
        query.all(&db),
        Err(Error::ExpressionTooDeep { .. })
    ));
    let mut query = Track::query();
    for _ in 0..200 {
        query = query.limit(3).subquery();
    }
    assert!(matches!(
        query.count(&db),
        Err(Error::ExpressionTooDeep { .. })
    ));
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn distinct_rows_exist_behind_an_offset_only_if_there_are_so_many() -> Result<()> {
    let (db, _) = store()?;
    let composers = Track::query().distinct().select(Track::COMPOSER);
    for (offset, there) in [(3, true), (4, false)] {
        let behind = composers.clone().offset(offset);
        assert_eq!(behind.exists(&db)?, there);
        let genres = Genre::query().filter(func::exists(behind.clone()));
        assert_eq!(genres.count(&db)?, if there { 3 } else { 0 });
        assert_eq!(behind.count(&db)?, u64::from(there));
    }
    Ok(())
}
