//! The key of a record that knows its row.

use orm::prelude::*;
use orm::{Database, Error, Record, Result, Value};
use uuid::Uuid;

use super::{User, change, database};
use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "countries")]
struct Country {
    #[orm(primary_key(assigned))]
    code: String,
    name: String,
    #[orm(generated = "code || ' ' || name")]
    label: String,
    visits: i64,
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "places")]
struct Place {
    #[orm(primary_key)]
    country: String,
    #[orm(primary_key)]
    number: i64,
    name: String,
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "tokens")]
struct Token {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    text: String,
    #[orm(tracked)]
    record: Record<Self>,
}

fn country(code: &str, name: &str) -> Country {
    Country {
        code: code.into(),
        name: name.into(),
        ..Country::default()
    }
}

fn countries() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Country, Place, Token])?;
    Country::insert_many(
        &db,
        &mut [country("de", "Germany"), country("fr", "France")],
    )?;
    log.take();
    Ok((db, log))
}

#[test]
fn a_new_record_with_an_assigned_key_is_one_insert() -> Result<()> {
    let (db, log) = countries()?;
    country("it", "Italy").save(&db)?;
    let insert = r#"INSERT INTO "countries" ("code", "name", "visits") VALUES (?, ?, ?)"#;
    assert_eq!(log.take(), ["BEGIN", insert, "COMMIT"]);
    let mut taken = country("de", "Denmark");
    assert!(matches!(
        taken.save(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert!(taken.is_new());
    Ok(())
}

#[test]
fn a_loaded_record_with_an_assigned_key_is_not_brought_back() -> Result<()> {
    let (db, log) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.delete(&db)?;
    germany.name = "Deutschland".into();
    log.take();
    assert!(matches!(germany.save(&db), Err(Error::NotFound { .. })));
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "countries" SET "name" = ? WHERE "countries"."code" = ?"#,
            "COMMIT"
        ]
    );
    Ok(())
}

#[test]
fn a_changed_key_that_the_user_makes_is_written_to_the_row_that_was_read() -> Result<()> {
    let (db, log) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.code = "DE".into();
    germany.visits = 3;
    log.take();
    germany.save(&db)?;
    let update =
        r#"UPDATE "countries" SET "code" = ?, "visits" = ? WHERE "countries"."code" = ? × 1"#;
    assert!(log.take().contains(&update.to_owned()));
    assert_eq!(
        germany.label, "DE Germany",
        "what the database computes is read"
    );
    assert_eq!(
        germany.saved_changes(),
        [
            change("code", "de", "DE"),
            change("label", "de Germany", "DE Germany"),
            change("visits", 0, 3),
        ]
    );
    assert!(!germany.is_changed());
    assert_eq!(Country::count(&db)?, 2);
    assert_eq!(Country::get(&db, "DE".to_owned())?, germany);
    Ok(())
}

#[test]
fn a_changed_key_that_is_taken_leaves_the_record_as_it_was() -> Result<()> {
    let (db, _) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.code = "fr".into();
    assert!(matches!(
        germany.save(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(germany.changes()?, [change("code", "de", "fr")]);

    Country::delete_by_key(&db, "de".to_owned())?;
    germany.code = "xx".into();
    assert!(matches!(germany.save(&db), Err(Error::NotFound { .. })));
    assert_eq!(germany.changes()?, [change("code", "de", "xx")]);
    Ok(())
}

#[test]
fn a_column_of_a_composite_key_may_change() -> Result<()> {
    let (db, log) = countries()?;
    let mut place = Place {
        country: "de".into(),
        number: 1,
        ..Place::default()
    };
    place.save(&db)?;
    place.number = 2;
    log.take();
    place.save(&db)?;
    assert_eq!(
        log.take(),
        [concat!(
            r#"UPDATE "places" SET "number" = ? "#,
            r#"WHERE "places"."country" = ? AND "places"."number" = ? × 1"#
        )]
    );
    assert_eq!(Place::get(&db, ("de".to_owned(), 2))?, place);
    Ok(())
}

#[test]
fn a_changed_key_that_is_made_is_refused() -> Result<()> {
    let (db, log) = countries()?;
    let mut token = Token::default();
    token.save(&db)?;
    token.id = Uuid::from_u128(7);
    log.take();
    assert!(matches!(token.save(&db), Err(Error::InvalidQuery { .. })));
    assert!(log.take().is_empty() && token.changed(Token::ID));

    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    log.take();
    for id in [0, 7] {
        user.id = id;
        assert!(matches!(user.update(&db), Err(Error::InvalidQuery { .. })));
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_generated_key_is_part_of_what_was_inserted() -> Result<()> {
    let (db, _) = countries()?;
    let mut token = Token::default();
    token.save(&db)?;
    assert!(!token.is_changed());
    assert_eq!(
        token.saved_changes()[0],
        change("id", Value::Null, Value::Uuid(token.id.into_bytes()))
    );
    Ok(())
}

#[test]
fn some_columns_are_not_written_with_a_changed_key() -> Result<()> {
    let (db, log) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.code = "fr".into();
    germany.name = "France".into();
    log.take();
    let refused = [
        germany.save_only(&db, Country::NAME),
        germany.update_with(&db, |it| it.visits = 1),
        Country::update_many(&db, &mut [germany.clone()], Country::NAME).map(drop),
    ];
    for refused in refused {
        assert!(
            matches!(refused, Err(Error::InvalidQuery { .. })),
            "{refused:?}"
        );
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn reload_increment_and_delete_find_the_row_that_was_read() -> Result<()> {
    let (db, _) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.code = "fr".into();
    assert_eq!(germany.increment(&db, Country::VISITS, 1)?, 1);
    assert_eq!(Country::get(&db, "de".to_owned())?.visits, 1);
    germany.reload(&db)?;
    assert_eq!(germany.code, "de");
    germany.code = "fr".into();
    germany.delete(&db)?;
    assert_eq!(Country::all(&db)?[0].code, "fr");
    Ok(())
}

#[test]
fn upsert_by_another_key_is_another_row() -> Result<()> {
    let (db, _) = countries()?;
    let mut germany = Country::get(&db, "de".to_owned())?;
    germany.code = "at".into();
    germany.upsert(&db)?;
    assert!(!germany.is_changed());
    assert_eq!(Country::count(&db)?, 3);
    Ok(())
}
