//! What the methods that run a query hand back: all, first, one, count, exists, `for_each`.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{SELECT, Track, five_tracks, ids};

#[test]
fn one_wants_exactly_one_row() -> Result<()> {
    let (db, log) = five_tracks()?;
    let none = Track::query().filter(Track::ID.eq(9));
    let one = Track::query().filter(Track::COMPOSER.eq("Drake"));
    let two = Track::query().filter(Track::COMPOSER.eq("Evans"));
    assert!(matches!(
        none.one(&db),
        Err(Error::NotFound { table: "tracks" })
    ));
    assert_eq!(one.one(&db)?.id, 4);
    assert!(matches!(
        two.one(&db),
        Err(Error::MultipleFound { table: "tracks" })
    ));
    assert!(log.take().iter().all(|sql| sql.ends_with(" LIMIT 2")));
    Ok(())
}

#[test]
fn one_or_none_takes_none_too() -> Result<()> {
    let (db, _) = five_tracks()?;
    let by = |composer: &str| Track::query().filter(Track::COMPOSER.eq(composer));
    assert_eq!(by("Nobody").one_or_none(&db)?, None);
    assert_eq!(by("Drake").one_or_none(&db)?.map(|track| track.id), Some(4));
    assert!(matches!(
        by("Evans").one_or_none(&db),
        Err(Error::MultipleFound { .. })
    ));
    Ok(())
}

#[test]
fn count_and_exists_read_no_rows() -> Result<()> {
    let (db, log) = five_tracks()?;
    let evans = Track::query().filter(Track::COMPOSER.eq("Evans"));
    assert_eq!(evans.count(&db)?, 2);
    assert!(evans.exists(&db)?);
    assert!(!Track::query().filter(Track::ID.eq(9)).exists(&db)?);
    let condition = r#"FROM "tracks" WHERE "tracks"."composer" = ?"#;
    assert_eq!(
        log.take()[..2],
        [
            format!("SELECT count(*) {condition}"),
            format!("SELECT EXISTS (SELECT 1 {condition})"),
        ]
    );
    Ok(())
}

#[test]
fn for_each_hands_on_every_row_in_order() -> Result<()> {
    let (db, log) = five_tracks()?;
    let mut seen = Vec::new();
    Track::query()
        .order_by(Track::SECONDS)
        .for_each(&db, |track| {
            seen.push(track);
            Ok(())
        })?;
    assert_eq!(ids(&seen), [4, 2, 5, 3, 1]);
    assert_eq!(
        log.take(),
        [format!(r#"{SELECT} ORDER BY "tracks"."seconds""#)]
    );
    Ok(())
}

#[test]
fn an_error_ends_for_each_and_leaves_the_connection_usable() -> Result<()> {
    let (db, _) = five_tracks()?;
    let mut seen = 0;
    let ended = Track::query().for_each(&db, |_| {
        seen += 1;
        if seen == 2 {
            Err(Error::TransactionLost)
        } else {
            Ok(())
        }
    });
    assert!(matches!(ended, Err(Error::TransactionLost)));
    assert_eq!(seen, 2);
    Track::query().all_rows().delete(&db)?;
    assert_eq!(Track::count(&db)?, 0);
    Ok(())
}

#[test]
fn an_error_ends_for_each_in_a_transaction_which_goes_on() -> Result<()> {
    let (db, _) = five_tracks()?;
    db.transaction(|tx| {
        let ended = Track::query().for_each(tx, |_| Err(Error::TransactionLost));
        assert!(matches!(ended, Err(Error::TransactionLost)));
        Track::delete_by_key(tx, 1).map(drop)
    })?;
    assert_eq!(Track::count(&db)?, 4);
    Ok(())
}

/// There is one connection, which the rows are being read from.
#[test]
fn the_rows_of_for_each_cannot_be_written_to_the_same_connection() -> Result<()> {
    let (db, _) = five_tracks()?;
    let ended = Track::query().for_each(&db, |track| track.delete(&db));
    assert!(matches!(ended, Err(Error::ConnectionInUse)));
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}

#[test]
fn a_row_that_cannot_be_read_ends_the_query() -> Result<()> {
    let (db, _) = five_tracks()?;
    db.execute("UPDATE tracks SET seconds = 'long' WHERE id = 3", &[])?;
    let by_id = Track::query().order_by(Track::ID);
    let mut seen = 0;
    let ended = by_id.for_each(&db, |_| {
        seen += 1;
        Ok(())
    });
    for refused in [ended, by_id.all(&db).map(drop)] {
        assert!(matches!(
            refused,
            Err(Error::Decode {
                table: "tracks",
                column: "seconds",
                position: 3,
                ..
            })
        ));
    }
    assert_eq!((seen, by_id.count(&db)?), (2, 5));
    Ok(())
}

#[test]
fn a_query_runs_on_any_database() -> Result<()> {
    let query = Track::query().filter(Track::ID.gt(0));
    let (five, _) = five_tracks()?;
    let empty = Database::open("sqlite::memory:")?;
    empty.create_tables(orm::schema![Track])?;
    assert_eq!((query.count(&five)?, query.count(&empty)?), (5, 0));
    let in_transaction = five.transaction(|tx| query.count(tx))?;
    assert_eq!(in_transaction, 5);
    Ok(())
}
