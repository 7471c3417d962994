//! Writing one row: save, insert, update, `save_only`, upsert.

use orm::prelude::*;
use orm::{AnyColumn, Error, Result};
use uuid::Uuid;

use super::{
    Artist, Country, Token, Track, artist, country, database, three_artists, token, track,
};

const INSERT: &str = r#"INSERT INTO "artists" ("name", "plays") VALUES (?, ?)"#;
const UPDATE: &str = r#"UPDATE "artists" SET "name" = ?, "plays" = ? WHERE "artists"."id" = ?"#;

#[test]
fn save_inserts_the_first_time_and_then_updates() -> Result<()> {
    let (db, log) = database()?;
    let mut nina = artist("Eunice Waymon");
    nina.save(&db)?;
    assert_eq!(nina.id, 1);
    nina.name = "Nina Simone".into();
    nina.plays = 7;
    nina.save(&db)?;
    assert_eq!(log.take(), [INSERT, UPDATE]);
    assert_eq!(Artist::all(&db)?, [nina]);
    Ok(())
}

#[test]
fn save_without_a_change_finds_the_row_too() -> Result<()> {
    let (db, _) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    nina.save(&db)?;
    assert_eq!(Artist::get(&db, 1)?, nina);
    Ok(())
}

#[test]
fn save_does_not_bring_back_a_row_that_was_deleted_elsewhere() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    Artist::delete_by_key(&db, 1)?;
    log.take();
    let saved = nina.save(&db);
    assert!(matches!(saved, Err(Error::NotFound { table: "artists" })));
    assert_eq!(log.take(), [UPDATE]);
    assert_eq!((nina.id, Artist::count(&db)?), (1, 2));
    Ok(())
}

#[test]
fn save_with_a_generated_key_does_not_bring_back_a_row_either() -> Result<()> {
    let (db, _) = database()?;
    let mut token = token("a");
    token.save(&db)?;
    assert!(!token.id.is_nil());
    Token::delete_by_key(&db, token.id)?;
    let saved = token.save(&db);
    assert!(matches!(saved, Err(Error::NotFound { table: "tokens" })));
    assert_eq!(Token::count(&db)?, 0);
    Ok(())
}

#[test]
fn save_with_a_generated_key_inserts_and_then_updates() -> Result<()> {
    let (db, log) = database()?;
    let mut token = token("a");
    token.save(&db)?;
    token.text = "b".into();
    token.save(&db)?;
    assert_eq!(
        log.take(),
        [
            r#"INSERT INTO "tokens" ("id", "text") VALUES (?, ?)"#,
            r#"UPDATE "tokens" SET "text" = ? WHERE "tokens"."id" = ?"#,
        ]
    );
    assert_eq!(Token::all(&db)?, [token]);
    Ok(())
}

#[test]
fn save_with_an_assigned_key_updates_or_inserts() -> Result<()> {
    let (db, log) = database()?;
    let mut country = country("SN", "Senegal");
    country.save(&db)?;
    let update = r#"UPDATE "countries" SET "name" = ? WHERE "countries"."code" = ?"#;
    assert_eq!(
        log.take(),
        [
            update,
            r#"INSERT INTO "countries" ("code", "name") VALUES (?, ?) ON CONFLICT ("code") DO UPDATE SET "name" = excluded."name""#,
        ]
    );
    country.name = "Sénégal".into();
    country.save(&db)?;
    assert_eq!(log.take(), [update]);
    assert_eq!(Country::all(&db)?, [country]);
    Ok(())
}

#[test]
fn save_with_an_assigned_key_inserts_a_row_that_was_deleted_elsewhere() -> Result<()> {
    let (db, _) = database()?;
    let mut country = country("SN", "Senegal");
    country.save(&db)?;
    Country::delete_by_key(&db, "SN")?;
    country.save(&db)?;
    assert_eq!(Country::all(&db)?, [country]);
    Ok(())
}

#[test]
fn save_with_a_composite_key_updates_or_inserts() -> Result<()> {
    let (db, _) = database()?;
    track(0, 0, "hidden").save(&db)?;
    track(0, 0, "found").save(&db)?;
    assert_eq!(Track::all(&db)?, [track(0, 0, "found")]);
    Ok(())
}

#[test]
fn a_failed_save_leaves_the_key_unset() -> Result<()> {
    let (db, _) = database()?;
    artist("Nina").insert(&db)?;
    token("a").insert(&db)?;
    let (mut nina, mut token) = (artist("Nina"), token("a"));
    for saved in [nina.save(&db), nina.insert(&db), nina.upsert(&db)] {
        assert!(matches!(saved, Err(Error::UniqueViolation { .. })));
        assert_eq!(nina.id, 0);
    }
    for saved in [token.save(&db), token.insert(&db), token.upsert(&db)] {
        assert!(matches!(saved, Err(Error::UniqueViolation { .. })));
        assert_eq!(token.id, Uuid::nil());
    }
    assert_eq!((Artist::count(&db)?, Token::count(&db)?), (1, 1));
    Ok(())
}

#[test]
fn insert_keeps_an_automatic_key_that_is_set() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut joni = Artist {
        id: 70,
        ..artist("Joni Mitchell")
    };
    joni.insert(&db)?;
    assert_eq!(
        log.take(),
        [r#"INSERT INTO "artists" ("id", "name", "plays") VALUES (?, ?, ?)"#]
    );
    assert_eq!(Artist::get(&db, 70)?, joni);
    let mut copy = Artist::get(&db, 1)?;
    copy.name = "Eunice Waymon".into();
    assert!(matches!(
        copy.insert(&db),
        Err(Error::UniqueViolation { table, columns, .. }) if table == "artists" && columns == ["id"]
    ));
    assert_eq!((copy.id, Artist::count(&db)?), (1, 4));
    Ok(())
}

#[test]
fn insert_keeps_a_generated_key_that_is_set() -> Result<()> {
    let (db, _) = database()?;
    let id = Uuid::from_u128(7);
    let mut token = Token { id, ..token("a") };
    token.insert(&db)?;
    assert_eq!(Token::get(&db, id)?, token);
    Ok(())
}

#[test]
fn insert_of_an_assigned_key_that_is_taken_is_refused() -> Result<()> {
    let (db, _) = database()?;
    country("SN", "Senegal").insert(&db)?;
    let twice = country("SN", "Sénégal").insert(&db);
    assert!(matches!(
        twice,
        Err(Error::UniqueViolation { table, columns, .. }) if table == "countries" && columns == ["code"]
    ));
    assert_eq!(Country::get(&db, "SN")?.name, "Senegal");
    Ok(())
}

#[test]
fn update_changes_one_row_and_no_other() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut bill = Artist::get(&db, 2)?;
    log.take();
    bill.plays = 5;
    bill.update(&db)?;
    assert_eq!(log.take(), [UPDATE]);
    let plays = Artist::all(&db)?.into_iter().map(|artist| artist.plays);
    assert_eq!(plays.collect::<Vec<_>>(), [0, 5, 0]);
    Ok(())
}

#[test]
fn update_without_a_row_is_not_found() -> Result<()> {
    let (db, _) = three_artists()?;
    let unset = artist("New").update(&db);
    assert!(matches!(unset, Err(Error::NotFound { table: "artists" })));
    let gone = country("SN", "Senegal").update(&db);
    assert!(matches!(gone, Err(Error::NotFound { table: "countries" })));
    assert_eq!((Artist::count(&db)?, Country::count(&db)?), (3, 0));
    Ok(())
}

#[test]
fn a_refused_update_leaves_the_row() -> Result<()> {
    let (db, _) = three_artists()?;
    let mut bill = Artist::get(&db, 2)?;
    bill.name = "Nina Simone".into();
    let updated = bill.update(&db);
    assert!(matches!(updated, Err(Error::UniqueViolation { .. })));
    assert_eq!(bill.id, 2);
    assert_eq!(Artist::get(&db, 2)?.name, "Bill Evans");
    Ok(())
}

#[test]
fn save_only_writes_the_columns_it_is_given() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    log.take();
    nina.name = "Eunice Waymon".into();
    nina.plays = 9;
    nina.save_only(&db, Artist::PLAYS)?;
    assert_eq!(
        log.take(),
        [r#"UPDATE "artists" SET "plays" = ? WHERE "artists"."id" = ?"#]
    );
    let stored = Artist::get(&db, 1)?;
    assert_eq!((stored.name.as_str(), stored.plays), ("Nina Simone", 9));
    Ok(())
}

#[test]
fn save_only_takes_tuples_and_slices_of_columns() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    log.take();
    nina.plays = 1;
    nina.save_only(&db, (Artist::PLAYS, Artist::NAME))?;
    let columns: [AnyColumn<Artist>; 2] = [Artist::PLAYS.into(), Artist::NAME.into()];
    nina.save_only(&db, &columns[..])?;
    let sql = r#"UPDATE "artists" SET "plays" = ?, "name" = ? WHERE "artists"."id" = ?"#;
    assert_eq!(log.take(), [sql, sql]);
    assert_eq!(Artist::get(&db, 1)?, nina);
    Ok(())
}

#[test]
fn save_only_without_columns_changes_nothing_and_still_tells_whether_the_row_is_there() -> Result<()>
{
    let (db, _) = three_artists()?;
    let none: &[AnyColumn<Artist>] = &[];
    let mut nina = Artist::get(&db, 1)?;
    nina.plays = 9;
    nina.save_only(&db, none)?;
    assert_eq!(Artist::get(&db, 1)?.plays, 0);
    let gone = artist("New").save_only(&db, none);
    assert!(matches!(gone, Err(Error::NotFound { .. })));
    Ok(())
}

#[test]
fn save_only_refuses_the_key() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut nina = Artist::get(&db, 1)?;
    log.take();
    let saved = nina.save_only(&db, (Artist::PLAYS, Artist::ID));
    assert!(matches!(
        saved,
        Err(Error::InvalidQuery {
            table: "artists",
            ..
        })
    ));
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn save_only_without_a_row_is_not_found() -> Result<()> {
    let (db, _) = three_artists()?;
    let saved = artist("New").save_only(&db, Artist::NAME);
    assert!(matches!(saved, Err(Error::NotFound { table: "artists" })));
    assert_eq!(Artist::count(&db)?, 3);
    Ok(())
}

#[test]
fn upsert_inserts_or_updates_in_one_statement() -> Result<()> {
    let (db, log) = database()?;
    country("SN", "Senegal").upsert(&db)?;
    country("SN", "Sénégal").upsert(&db)?;
    let sql = r#"INSERT INTO "countries" ("code", "name") VALUES (?, ?) ON CONFLICT ("code") DO UPDATE SET "name" = excluded."name""#;
    assert_eq!(log.take(), [sql, sql]);
    assert_eq!(Country::all(&db)?, [country("SN", "Sénégal")]);
    Ok(())
}

#[test]
fn upsert_with_an_unset_key_inserts() -> Result<()> {
    let (db, log) = database()?;
    let (mut nina, mut token) = (artist("Nina"), token("a"));
    nina.upsert(&db)?;
    assert_eq!(log.take(), [INSERT]);
    token.upsert(&db)?;
    assert_eq!(Artist::get(&db, nina.id)?, nina);
    assert_eq!(Token::get(&db, token.id)?, token);
    Ok(())
}

#[test]
fn upsert_with_an_automatic_key_that_is_set_keeps_it() -> Result<()> {
    let (db, _) = database()?;
    let mut nina = Artist {
        id: 70,
        ..artist("Nina")
    };
    nina.upsert(&db)?;
    nina.plays = 3;
    nina.upsert(&db)?;
    assert_eq!(Artist::all(&db)?, [nina]);
    let mut next = artist("Next");
    next.insert(&db)?;
    assert_eq!(next.id, 71);
    Ok(())
}

#[test]
fn upsert_does_not_take_over_a_row_that_is_alike_in_another_column() -> Result<()> {
    let (db, _) = database()?;
    country("SN", "Senegal").insert(&db)?;
    let upserted = country("XX", "Senegal").upsert(&db);
    assert!(matches!(
        upserted,
        Err(Error::UniqueViolation { columns, .. }) if columns == ["name"]
    ));
    assert_eq!(Country::all(&db)?, [country("SN", "Senegal")]);
    Ok(())
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "likes")]
struct Like {
    #[orm(primary_key)]
    artist: i64,
    #[orm(primary_key)]
    listener: i64,
}

#[test]
fn a_row_of_nothing_but_its_key_can_be_saved_updated_and_upserted() -> Result<()> {
    let db = orm::Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Like])?;
    let mut like = Like {
        artist: 1,
        listener: 2,
    };
    assert!(matches!(like.update(&db), Err(Error::NotFound { .. })));
    like.save(&db)?;
    like.save(&db)?;
    like.update(&db)?;
    like.upsert(&db)?;
    assert_eq!(Like::all(&db)?, [like]);
    Ok(())
}
