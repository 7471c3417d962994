//! `insert_many`: all rows or none.

use orm::prelude::*;
use orm::{Database, Error, Result};
use uuid::Uuid;

use super::{
    Artist, Country, Token, Track, artist, country, database, three_artists, token, track,
};

#[test]
fn insert_many_fills_in_the_keys_in_order() -> Result<()> {
    let (db, log) = database()?;
    let mut artists = ["a", "b", "c"].map(artist);
    Artist::insert_many(&db, &mut artists)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"INSERT INTO "artists" ("name", "plays") VALUES (?, ?) × 3"#,
            "COMMIT",
        ]
    );
    assert_eq!(Artist::all(&db)?, artists);
    Ok(())
}

#[test]
fn insert_many_of_nothing_does_nothing() -> Result<()> {
    let (db, log) = database()?;
    Artist::insert_many(&db, &mut [])?;
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn insert_many_takes_more_rows_than_a_statement_takes_parameters() -> Result<()> {
    let (db, _) = database()?;
    let mut artists: Vec<_> = (0..40_000)
        .map(|n| artist(&format!("artist {n}")))
        .collect();
    Artist::insert_many(&db, &mut artists)?;
    assert!(artists.iter().map(|artist| artist.id).eq(1..=40_000));
    assert_eq!(Artist::count(&db)?, 40_000);
    Ok(())
}

#[test]
fn insert_many_takes_keys_of_every_kind() -> Result<()> {
    let (db, _) = database()?;
    let mut tokens = ["a", "b"].map(token);
    let mut countries = [country("SN", "Senegal"), country("ML", "Mali")];
    let mut tracks = [track(1, 1, "a"), track(1, 2, "b")];
    Token::insert_many(&db, &mut tokens)?;
    Country::insert_many(&db, &mut countries)?;
    Track::insert_many(&db, &mut tracks)?;
    assert_eq!(
        Token::find_many(&db, tokens.iter().map(|token| token.id))?,
        tokens
    );
    assert_eq!(Country::find_many(&db, ["SN", "ML"])?, countries);
    assert_eq!(Track::all(&db)?, tracks);
    Ok(())
}

#[test]
fn insert_many_keeps_the_keys_that_are_set() -> Result<()> {
    let (db, _) = database()?;
    let mut artists = ["a", "b", "c", "d"].map(artist);
    artists[1].id = 70;
    artists[3].id = 5;
    Artist::insert_many(&db, &mut artists)?;
    let [first, second, third, fourth] = artists.each_ref().map(|artist| artist.id);
    assert_eq!((second, fourth), (70, 5));
    assert!(first > 0 && third > first);
    let stored = Artist::find_many(&db, [first, 70, third, 5])?;
    assert_eq!(stored, artists);
    Ok(())
}

#[test]
fn a_violation_in_the_middle_leaves_the_keys_that_were_set() -> Result<()> {
    let (db, _) = three_artists()?;
    let mut artists = ["a", "b", "c"].map(artist);
    artists[1].id = 70;
    artists[2].id = 2;
    let before = artists.clone();
    let inserted = Artist::insert_many(&db, &mut artists);
    assert!(matches!(
        inserted,
        Err(Error::UniqueViolation { columns, .. }) if columns == ["id"]
    ));
    assert_eq!(artists, before);
    assert_eq!(Artist::count(&db)?, 3);
    Ok(())
}

#[test]
fn a_violation_in_the_middle_leaves_no_row_and_no_key() -> Result<()> {
    let (db, log) = three_artists()?;
    let mut artists = ["a", "b", "Bill Evans", "c"].map(artist);
    let inserted = Artist::insert_many(&db, &mut artists);
    assert!(matches!(
        inserted,
        Err(Error::UniqueViolation { table, columns, .. }) if table == "artists" && columns == ["name"]
    ));
    assert_eq!(log.take().last().map(String::as_str), Some("ROLLBACK"));
    assert_eq!(artists, ["a", "b", "Bill Evans", "c"].map(artist));
    assert_eq!(Artist::count(&db)?, 3);
    Ok(())
}

#[test]
fn a_violation_in_the_middle_gives_up_generated_keys() -> Result<()> {
    let (db, _) = database()?;
    let given = Uuid::from_u128(7);
    let mut tokens = ["a", "b", "a"].map(token);
    tokens[1].id = given;
    let inserted = Token::insert_many(&db, &mut tokens);
    assert!(matches!(inserted, Err(Error::UniqueViolation { .. })));
    assert_eq!(
        tokens.map(|token| token.id),
        [Uuid::nil(), given, Uuid::nil()]
    );
    assert_eq!(Token::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_violation_inside_a_transaction_leaves_the_rest_of_it() -> Result<()> {
    let (db, log) = database()?;
    db.transaction(|tx| {
        artist("before").insert(tx)?;
        let refused = Artist::insert_many(tx, &mut ["a", "before"].map(artist));
        assert!(matches!(refused, Err(Error::UniqueViolation { .. })));
        artist("after").insert(tx)
    })?;
    let insert = r#"INSERT INTO "artists" ("name", "plays") VALUES (?, ?)"#;
    let statements = log.take();
    assert_eq!(
        statements,
        [
            "BEGIN",
            insert,
            "SAVEPOINT orm_1",
            &format!("{insert} × 2"),
            "ROLLBACK TO orm_1; RELEASE orm_1",
            insert,
            "COMMIT",
        ]
    );
    assert_eq!(super::names(Artist::all(&db)?), ["before", "after"]);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "sizes")]
struct Size {
    #[orm(primary_key)]
    id: i32,
    meters: f64,
}

fn sizes() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Size])?;
    Ok(db)
}

#[test]
fn a_value_that_cannot_be_stored_in_the_middle_leaves_no_row_and_no_key() -> Result<()> {
    let db = sizes()?;
    let mut records = [1.0, f64::NAN, 2.0].map(|meters| Size { id: 0, meters });
    let inserted = Size::insert_many(&db, &mut records);
    assert!(matches!(
        inserted,
        Err(Error::Encode {
            table: "sizes",
            column: "meters",
            ..
        })
    ));
    assert_eq!(records.map(|size| size.id), [0; 3]);
    assert_eq!(Size::count(&db)?, 0);
    Ok(())
}

/// The last key that fits is taken, so that the next one the database makes does not.
fn exhausted_sizes() -> Result<Database> {
    let db = sizes()?;
    db.execute("INSERT INTO sizes VALUES (2147483646, 1.0)", &[])?;
    Ok(db)
}

#[test]
fn a_key_that_does_not_fit_the_field_leaves_no_row_and_no_key() -> Result<()> {
    let db = exhausted_sizes()?;
    let mut records = [1.0, 2.0, 3.0].map(|meters| Size { id: 0, meters });
    let inserted = Size::insert_many(&db, &mut records);
    assert!(matches!(
        inserted,
        Err(Error::Decode {
            table: "sizes",
            column: "id",
            ..
        })
    ));
    assert_eq!(records.map(|size| size.id), [0; 3]);
    assert_eq!(Size::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_single_row_whose_key_does_not_fit_the_field_is_not_stored() -> Result<()> {
    let db = exhausted_sizes()?;
    Size { id: 0, meters: 1.0 }.insert(&db)?;
    let mut last = Size { id: 0, meters: 2.0 };
    let inserted = last.insert(&db);
    assert!(matches!(
        inserted,
        Err(Error::Decode {
            table: "sizes",
            column: "id",
            ..
        })
    ));
    assert_eq!((last.id, Size::count(&db)?), (0, 2));
    Ok(())
}
