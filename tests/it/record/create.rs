//! `get_or_create` and `update_or_create`.

use std::cell::Cell;

use orm::prelude::*;
use orm::{Error, Result};

use super::{Artist, artist, database, names, three_artists};

#[test]
fn get_or_create_finds_a_row_without_making_one() -> Result<()> {
    let (db, log) = three_artists()?;
    let (nina, created) = Artist::get_or_create(&db, Artist::NAME.eq("Nina Simone"), || {
        unreachable!("the row is there")
    })?;
    assert_eq!((nina.id, created), (1, false));
    assert_eq!(
        log.take(),
        [
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" WHERE "artists"."name" = ? LIMIT 2"#
        ]
    );
    Ok(())
}

#[test]
fn get_or_create_inserts_a_row_that_is_not_there() -> Result<()> {
    let (db, _) = three_artists()?;
    let condition = Artist::NAME.eq("Joni Mitchell");
    let (joni, created) = Artist::get_or_create(&db, condition, || artist("Joni Mitchell"))?;
    assert_eq!((joni.id, created), (4, true));
    assert_eq!(Artist::get(&db, 4)?, joni);
    Ok(())
}

/// The rival inserts after the search and before the insert.
#[test]
fn get_or_create_finds_the_row_of_whoever_was_quicker() -> Result<()> {
    let (db, _) = database()?;
    let rival = Cell::new(0);
    let (nina, created) = Artist::get_or_create(&db, Artist::NAME.eq("Nina"), || {
        let mut quicker = artist("Nina");
        quicker.insert(&db).expect("the name is free");
        rival.set(quicker.id);
        artist("Nina")
    })?;
    assert_eq!((nina.id, created), (rival.get(), false));
    assert_eq!(Artist::count(&db)?, 1);
    Ok(())
}

#[test]
fn get_or_create_in_a_transaction_survives_the_rival_too() -> Result<()> {
    let (db, _) = database()?;
    db.transaction(|tx| {
        artist("before").insert(tx)?;
        let (_, created) = Artist::get_or_create(tx, Artist::NAME.eq("Nina"), || {
            artist("Nina").insert(tx).expect("the name is free");
            artist("Nina")
        })?;
        assert!(!created);
        artist("after").insert(tx)
    })?;
    assert_eq!(names(Artist::all(&db)?), ["before", "Nina", "after"]);
    Ok(())
}

#[test]
fn get_or_create_of_several_rows_is_an_error() -> Result<()> {
    let (db, _) = three_artists()?;
    let found = Artist::get_or_create(&db, Artist::PLAYS.eq(0), || artist("New"));
    assert!(matches!(
        found,
        Err(Error::MultipleFound { table: "artists" })
    ));
    assert_eq!(Artist::count(&db)?, 3);
    Ok(())
}

#[test]
fn a_violation_that_the_condition_does_not_cover_is_reported() -> Result<()> {
    let (db, _) = three_artists()?;
    let created = Artist::get_or_create(&db, Artist::PLAYS.eq(7), || artist("Nina Simone"));
    assert!(matches!(
        created,
        Err(Error::UniqueViolation { columns, .. }) if columns == ["name"]
    ));
    assert_eq!(Artist::count(&db)?, 3);
    Ok(())
}

#[test]
fn update_or_create_changes_the_row_that_is_there() -> Result<()> {
    let (db, log) = three_artists()?;
    let (nina, created) = Artist::update_or_create(
        &db,
        Artist::NAME.eq("Nina Simone"),
        |artist| artist.plays += 1,
        || unreachable!("the row is there"),
    )?;
    assert_eq!((nina.plays, created), (1, false));
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"SELECT "artists"."id", "artists"."name", "artists"."plays" FROM "artists" WHERE "artists"."name" = ? LIMIT 2"#,
            r#"UPDATE "artists" SET "name" = ?, "plays" = ? WHERE "artists"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(Artist::get(&db, 1)?, nina);
    Ok(())
}

#[test]
fn update_or_create_inserts_a_row_that_is_not_there() -> Result<()> {
    let (db, _) = three_artists()?;
    let (joni, created) = Artist::update_or_create(
        &db,
        Artist::NAME.eq("Joni"),
        |_| unreachable!("there is no row to change"),
        || artist("Joni"),
    )?;
    assert!(created);
    assert_eq!(Artist::get(&db, joni.id)?, joni);
    Ok(())
}

#[test]
fn update_or_create_changes_the_row_of_whoever_was_quicker() -> Result<()> {
    let (db, _) = database()?;
    db.transaction(|tx| {
        let (nina, created) = Artist::update_or_create(
            tx,
            Artist::NAME.eq("Nina"),
            |artist| artist.plays = 5,
            || {
                artist("Nina").insert(tx).expect("the name is free");
                artist("Nina")
            },
        )?;
        assert_eq!((nina.plays, created), (5, false));
        Ok(())
    })?;
    assert_eq!(Artist::all(&db)?.len(), 1);
    Ok(())
}

#[test]
fn a_refused_change_leaves_the_row() -> Result<()> {
    let (db, _) = three_artists()?;
    let changed = Artist::update_or_create(
        &db,
        Artist::NAME.eq("Bill Evans"),
        |artist| artist.name = "Nina Simone".into(),
        || unreachable!("the row is there"),
    );
    assert!(matches!(changed, Err(Error::UniqueViolation { .. })));
    assert_eq!(Artist::get(&db, 2)?.name, "Bill Evans");
    artist("usable").insert(&db)
}
