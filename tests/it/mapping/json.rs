//! `json`: fields stored as documents.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::value::Json;
use orm::{Error, Result};
use serde::{Deserialize, Serialize};

use super::database;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Section {
    title: String,
    pages: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(json)]
    sections: Vec<Section>,
    #[orm(json)]
    ratings: BTreeMap<String, f64>,
    #[orm(json)]
    cover: Option<Section>,
    notes: Option<Json<Section>>,
}

fn section(title: &str) -> Section {
    Section {
        title: title.into(),
        pages: vec![1, 2],
    }
}

fn book() -> Book {
    Book {
        id: 0,
        sections: vec![section("one"), section("two")],
        ratings: BTreeMap::from([("it's".into(), 0.1 + 0.2)]),
        cover: Some(section("\0𝄞")),
        notes: Some(Json(section("notes"))),
    }
}

#[test]
fn documents_come_back() -> Result<()> {
    let db = database(&orm::schema![Book])?;
    let mut book = book();
    book.save(&db)?;
    assert_eq!(Book::get(&db, 1)?, book);
    book.sections.clear();
    book.cover = None;
    book.notes = None;
    book.save(&db)?;
    assert_eq!(Book::get(&db, 1)?, book);
    let rows = db.query("SELECT sections, typeof(notes) FROM books", &[])?;
    assert_eq!(rows, [["[]".into(), "null".into()]]);
    Ok(())
}

#[test]
fn the_column_of_a_document_can_be_compared_and_set() -> Result<()> {
    let db = database(&orm::schema![Book])?;
    book().save(&db)?;
    let two = Json(vec![section("one"), section("two")]);
    assert_eq!(Book::query().filter(Book::SECTIONS.eq(two)).count(&db)?, 1);
    let set = Book::SECTIONS.set(Json(vec![section("three")]));
    Book::query().all_rows().update(&db, set)?;
    assert_eq!(Book::get(&db, 1)?.sections, [section("three")]);
    Ok(())
}

#[test]
fn a_document_of_another_shape_is_refused() -> Result<()> {
    let db = database(&orm::schema![Book])?;
    book().save(&db)?;
    for (document, column) in [
        ("UPDATE books SET sections = '{'", "sections"),
        (
            "UPDATE books SET sections = '[]', ratings = '[1]'",
            "ratings",
        ),
        ("UPDATE books SET ratings = '{}', notes = 'null'", "notes"),
    ] {
        db.execute(document, &[])?;
        match Book::get(&db, 1) {
            Err(Error::Decode {
                table,
                column: found,
                ..
            }) => {
                assert_eq!((table, found), ("books", column));
            }
            other => panic!("{other:?}"),
        }
    }
    Ok(())
}

#[test]
fn a_document_that_json_cannot_hold_is_refused() -> Result<()> {
    let db = database(&orm::schema![Book])?;
    let mut book = book();
    book.ratings.insert("nothing".into(), f64::NAN);
    assert!(matches!(
        book.save(&db),
        Err(Error::Encode {
            table: "books",
            column: "ratings",
            ..
        })
    ));
    assert_eq!((book.id, Book::count(&db)?), (0, 0));
    Ok(())
}
