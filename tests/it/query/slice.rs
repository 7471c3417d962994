//! limit, offset and distinct.

use orm::prelude::*;
use orm::{Database, Error, Query, Result};

use super::{Track, assert_query, five_tracks};

#[test]
fn limits_and_offsets_stand_in_the_text() -> Result<()> {
    let query = Track::query().order_by(Track::ID);
    let order = r#"ORDER BY "tracks"."id""#;
    assert_query(
        &query.clone().limit(2),
        &format!("{order} LIMIT 2"),
        &[1, 2],
    )?;
    assert_query(
        &query.clone().limit(2).offset(3),
        &format!("{order} LIMIT 2 OFFSET 3"),
        &[4, 5],
    )?;
    assert_query(&query.clone().limit(0), &format!("{order} LIMIT 0"), &[])?;
    assert_query(&query.clone().offset(0), order, &[1, 2, 3, 4, 5])?;
    assert_query(
        &query.limit(3).limit(9),
        &format!("{order} LIMIT 3"),
        &[1, 2, 3],
    )
}

#[test]
fn the_smallest_limit_and_the_last_offset_count() -> Result<()> {
    let query = Track::query().order_by(Track::ID);
    let query = query.limit(3).offset(9).limit(2).offset(3).limit(5);
    let sql = r#"ORDER BY "tracks"."id" LIMIT 2 OFFSET 3"#;
    assert_query(&query, sql, &[4, 5])
}

#[test]
fn an_offset_needs_no_limit() -> Result<()> {
    let query = Track::query().order_by(Track::ID).offset(3);
    let sql = r#"ORDER BY "tracks"."id" LIMIT 9223372036854775807 OFFSET 3"#;
    assert_query(&query, sql, &[4, 5])
}

#[test]
fn numbers_beyond_every_table_are_fine() -> Result<()> {
    let query = Track::query().order_by(Track::ID);
    assert_query(
        &query.clone().limit(u64::MAX),
        r#"ORDER BY "tracks"."id" LIMIT 9223372036854775807"#,
        &[1, 2, 3, 4, 5],
    )?;
    assert_query(
        &query.offset(u64::MAX),
        r#"ORDER BY "tracks"."id" LIMIT 9223372036854775807 OFFSET 9223372036854775807"#,
        &[],
    )
}

#[test]
fn a_slice_is_counted_as_it_is() -> Result<()> {
    let (db, log) = five_tracks()?;
    assert_eq!(Track::query().limit(3).count(&db)?, 3);
    assert_eq!(Track::query().offset(4).count(&db)?, 1);
    assert_eq!(Track::query().limit(0).count(&db)?, 0);
    assert_eq!(
        log.take()[0],
        r#"SELECT count(*) FROM (SELECT 1 FROM "tracks" LIMIT 3) AS "rows""#
    );
    assert!(Track::query().offset(4).exists(&db)?);
    assert!(!Track::query().offset(5).exists(&db)?);
    assert!(!Track::query().limit(0).exists(&db)?);
    Ok(())
}

#[test]
fn first_and_one_stay_within_the_slice() -> Result<()> {
    let (db, _) = five_tracks()?;
    assert_eq!(Track::query().limit(0).first(&db)?, None);
    let second = Track::query().order_by(Track::ID).offset(1).first(&db)?;
    assert_eq!(second.map(|track| track.id), Some(2));
    assert_eq!(Track::query().order_by(Track::ID).limit(1).one(&db)?.id, 1);
    Ok(())
}

/// Runs a query in every way there is, and expects the same refusal of each before a statement runs.
#[track_caller]
fn assert_refused(query: &Query<Track>) -> Result<()> {
    let (db, log) = five_tracks()?;
    let refusals = [
        query.all(&db).err(),
        query.first(&db).err(),
        query.last(&db).err(),
        query.one(&db).err(),
        query.one_or_none(&db).err(),
        query.count(&db).err(),
        query.exists(&db).err(),
        query.for_each(&db, |_| Ok(())).err(),
        query.to_sql(&db).err(),
        query.update(&db, Track::SECONDS.set(0)).err(),
        query.update(&db, []).err(),
        query.delete(&db).err(),
    ];
    for (nth, error) in refusals.into_iter().enumerate() {
        assert!(
            matches!(
                error,
                Some(Error::InvalidQuery {
                    table: "tracks",
                    ..
                })
            ),
            "{nth}: {error:?}"
        );
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_slice_is_not_filtered_or_sorted_any_more() -> Result<()> {
    let slices = [Track::query().limit(3), Track::query().offset(1)];
    for slice in slices {
        assert_refused(&slice.clone().filter(Track::ID.gt(1)))?;
        assert_refused(&slice.clone().exclude(Track::ID.gt(1)))?;
        assert_refused(&slice.clone().order_by(Track::ID))?;
    }
    Ok(())
}

#[test]
fn a_slice_has_no_last_row() -> Result<()> {
    let (db, _) = five_tracks()?;
    for slice in [Track::query().limit(3), Track::query().offset(1)] {
        let last = slice.last(&db);
        assert!(matches!(
            last,
            Err(Error::InvalidQuery {
                table: "tracks",
                ..
            })
        ));
    }
    Ok(())
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key(assigned))]
    text: String,
}

/// A table whose key is not enforced, as other people's views and tables may be.
fn words() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.execute("CREATE TABLE words (text TEXT NOT NULL)", &[])?;
    db.execute("INSERT INTO words VALUES ('a'), ('b'), ('a'), ('c')", &[])?;
    Ok(db)
}

#[test]
fn distinct_rows_come_once() -> Result<()> {
    let db = words()?;
    let query = Word::query().distinct().order_by(Word::TEXT);
    let (sql, _) = query.to_sql(&db)?;
    assert_eq!(
        sql,
        r#"SELECT DISTINCT "words"."text" FROM "words" ORDER BY "words"."text""#
    );
    let texts = query.all(&db)?.into_iter().map(|word| word.text);
    assert_eq!(texts.collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(query.count(&db)?, 3);
    assert_eq!(Word::query().count(&db)?, 4);
    assert_eq!(query.clone().limit(2).count(&db)?, 2);
    assert_eq!(query.filter(Word::TEXT.eq("a")).one(&db)?.text, "a");
    Ok(())
}

#[test]
fn a_distinct_row_exists_behind_others() -> Result<()> {
    let db = words()?;
    let distinct = Word::query().distinct();
    assert!(distinct.exists(&db)?);
    assert!(distinct.clone().offset(2).exists(&db)?);
    assert!(!distinct.offset(3).exists(&db)?);
    Ok(())
}
