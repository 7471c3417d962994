//! Reading: get, find, `find_many`, `find_by`, first, last, all, count, exists.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Artist, Token, Track, artist, database, names, three_artists, token, track};

const FIND: &str = r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" WHERE "artists"."id" = ?"#;

#[test]
fn get_reads_the_row_with_the_key() -> Result<()> {
    let (db, log) = three_artists()?;
    let nina = Artist::get(&db, 1)?;
    assert_eq!(
        nina,
        Artist {
            id: 1,
            ..artist("Nina Simone")
        }
    );
    assert_eq!(log.take(), [FIND]);
    Ok(())
}

#[test]
fn get_without_a_row_is_not_found() -> Result<()> {
    let (db, _) = three_artists()?;
    for key in [0, 4, -1, i64::MAX, i64::MIN] {
        let found = Artist::get(&db, key);
        assert!(matches!(found, Err(Error::NotFound { table: "artists" })));
    }
    Ok(())
}

#[test]
fn find_without_a_row_is_none() -> Result<()> {
    let (db, log) = three_artists()?;
    assert_eq!(Artist::find(&db, 2)?.map(|artist| artist.id), Some(2));
    assert_eq!(Artist::find(&db, 4)?, None);
    assert_eq!(log.take(), [FIND, FIND]);
    Ok(())
}

#[test]
fn find_by_a_composite_key_compares_every_part() -> Result<()> {
    let (db, log) = database()?;
    Track::insert_many(&db, &mut [track(1, 2, "b"), track(2, 1, "c")])?;
    log.take();
    assert_eq!(Track::find(&db, (1, 2))?, Some(track(1, 2, "b")));
    assert_eq!(Track::find(&db, (1, 1))?, None);
    assert_eq!(
        log.take()[0],
        r#"SELECT "tracks"."album", "tracks"."number", "tracks"."title" FROM "tracks" WHERE "tracks"."album" = ? AND "tracks"."number" = ?"#
    );
    Ok(())
}

#[test]
fn find_many_keeps_the_order_of_the_keys() -> Result<()> {
    let (db, log) = three_artists()?;
    let found = Artist::find_many(&db, [3, 1, 2])?;
    assert_eq!(names(found), ["Nick Drake", "Nina Simone", "Bill Evans"]);
    assert_eq!(
        log.take(),
        [
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" WHERE "artists"."id" IN (?, ?, ?)"#
        ]
    );
    Ok(())
}

#[test]
fn find_many_passes_over_keys_without_a_row() -> Result<()> {
    let (db, _) = three_artists()?;
    let found = Artist::find_many(&db, [9, 2, 0, 1])?;
    assert_eq!(names(found), ["Bill Evans", "Nina Simone"]);
    assert_eq!(Artist::find_many(&db, [7, 8])?, []);
    Ok(())
}

#[test]
fn find_many_yields_a_row_once_however_often_its_key_is_given() -> Result<()> {
    let (db, _) = three_artists()?;
    let found = Artist::find_many(&db, [2, 1, 2, 2, 1])?;
    assert_eq!(names(found), ["Bill Evans", "Nina Simone"]);
    Ok(())
}

#[test]
fn find_many_of_nothing_asks_nothing() -> Result<()> {
    let (db, log) = three_artists()?;
    assert_eq!(Artist::find_many(&db, Vec::<i64>::new())?, []);
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn find_many_of_forty_thousand_keys_is_cut_to_the_limit_of_parameters() -> Result<()> {
    let (db, log) = database()?;
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) \
         INSERT INTO artists (id, name, plays) SELECT i, 'artist ' || i, 0 FROM n",
        &[],
    )?;
    log.take();
    let found = Artist::find_many(&db, (1..=40_000).rev())?;
    assert!(found.iter().map(|artist| artist.id).eq((1..=40_000).rev()));
    let placeholders = log.take().into_iter().map(|sql| sql.matches('?').count());
    assert_eq!(placeholders.collect::<Vec<_>>(), [32_766, 7_234]);
    Ok(())
}

#[test]
fn find_many_takes_composite_keys() -> Result<()> {
    let (db, log) = database()?;
    let mut tracks = [track(1, 1, "a"), track(1, 2, "b"), track(2, 1, "c")];
    Track::insert_many(&db, &mut tracks)?;
    log.take();
    let found = Track::find_many(&db, [(2, 1), (2, 2), (1, 1)])?;
    assert_eq!(found, [track(2, 1, "c"), track(1, 1, "a")]);
    assert_eq!(
        log.take(),
        [
            r#"SELECT "tracks"."album", "tracks"."number", "tracks"."title" FROM "tracks" WHERE ("tracks"."album", "tracks"."number") IN (VALUES (?, ?), (?, ?), (?, ?))"#
        ]
    );
    Ok(())
}

#[test]
fn find_many_of_many_composite_keys_is_cut_to_the_limit_of_parameters() -> Result<()> {
    let (db, log) = database()?;
    Track::insert_many(&db, &mut [track(1, 1, "a"), track(1, 20_000, "b")])?;
    log.take();
    let found = Track::find_many(&db, (1..=20_000).map(|number| (1, number)))?;
    assert_eq!(found, [track(1, 1, "a"), track(1, 20_000, "b")]);
    assert_eq!(log.take().len(), 2);
    Ok(())
}

#[test]
fn find_many_takes_keys_that_are_uuids() -> Result<()> {
    let (db, _) = database()?;
    let mut tokens = ["a", "b", "c"].map(token);
    Token::insert_many(&db, &mut tokens)?;
    let [first, _, third] = tokens;
    let found = Token::find_many(&db, [third.id, first.id])?;
    assert_eq!(found, [third, first]);
    Ok(())
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key(assigned), collate = "NOCASE")]
    name: String,
}

/// Which keys are equal is the database's affair: `find` and `find_many` must agree on it.
#[test]
fn find_many_finds_the_rows_that_find_finds_by_the_column_s_collation() -> Result<()> {
    let db = orm::Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Account])?;
    let account = |name: &str| Account { name: name.into() };
    Account::insert_many(
        &db,
        &mut [account("Nina"), account("bill"), account("nick")],
    )?;
    assert_eq!(Account::find(&db, "NINA")?, Some(account("Nina")));
    let found = Account::find_many(&db, ["BILL", "nobody", "nick", "NINA", "nina"])?;
    assert_eq!(found, [account("bill"), account("nick"), account("Nina")]);
    Ok(())
}

#[test]
fn find_by_finds_the_one_row_that_meets_the_condition() -> Result<()> {
    let (db, log) = three_artists()?;
    let found = Artist::find_by(&db, Artist::NAME.eq("Bill Evans"))?;
    assert_eq!(found.map(|artist| artist.id), Some(2));
    assert_eq!(
        log.take(),
        [
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" WHERE "artists"."name" = ? LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn find_by_without_a_row_is_none_and_with_two_an_error() -> Result<()> {
    let (db, _) = three_artists()?;
    assert_eq!(Artist::find_by(&db, Artist::NAME.eq("Nobody"))?, None);
    let several = Artist::find_by(&db, Artist::NAME.starts_with("Ni"));
    assert!(matches!(
        several,
        Err(Error::MultipleFound { table: "artists" })
    ));
    Ok(())
}

#[test]
fn first_and_last_go_by_the_key() -> Result<()> {
    let (db, log) = three_artists()?;
    assert_eq!(Artist::first(&db)?.map(|artist| artist.id), Some(1));
    assert_eq!(Artist::last(&db)?.map(|artist| artist.id), Some(3));
    assert_eq!(
        log.take(),
        [
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" ORDER BY "artists"."id" LIMIT 1"#,
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" ORDER BY "artists"."id" DESC LIMIT 1"#,
        ]
    );
    Ok(())
}

#[test]
fn first_and_last_of_a_composite_key_go_by_all_its_parts() -> Result<()> {
    let (db, _) = database()?;
    let mut tracks = [
        track(2, 1, "c"),
        track(1, 2, "b"),
        track(2, 3, "d"),
        track(1, 1, "a"),
    ];
    Track::insert_many(&db, &mut tracks)?;
    assert_eq!(Track::first(&db)?, Some(track(1, 1, "a")));
    assert_eq!(Track::last(&db)?, Some(track(2, 3, "d")));
    Ok(())
}

#[test]
fn an_empty_table_has_no_first_and_no_last_row() -> Result<()> {
    let (db, _) = database()?;
    assert_eq!(Artist::first(&db)?, None);
    assert_eq!(Artist::last(&db)?, None);
    assert_eq!(Artist::all(&db)?, []);
    assert_eq!(Artist::count(&db)?, 0);
    Ok(())
}

#[test]
fn all_reads_and_count_counts_every_row() -> Result<()> {
    let (db, log) = three_artists()?;
    assert_eq!(names(Artist::all(&db)?).len(), 3);
    assert_eq!(Artist::count(&db)?, 3);
    assert_eq!(
        log.take(),
        [
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists""#,
            r#"SELECT count(*) FROM "artists""#,
        ]
    );
    Ok(())
}

#[test]
fn exists_says_whether_the_key_has_a_row() -> Result<()> {
    let (db, _) = three_artists()?;
    assert!(Artist::exists(&db, 3)?);
    assert!(!Artist::exists(&db, 4)?);
    assert!(!Artist::exists(&db, 0)?);
    Ok(())
}

#[test]
fn a_query_begins_with_every_row() -> Result<()> {
    let (db, _) = three_artists()?;
    assert_eq!(Artist::query().count(&db)?, 3);
    Ok(())
}
