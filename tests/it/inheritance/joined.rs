//! A base table joined to one table a variant: the tables, and what is read from them.

use orm::mapping::ReferentialAction;
use orm::prelude::*;
use orm::schema::Schema;
use orm::{Error, Result, Value};

use super::{Loan, Medium, Studio, counts, database, library, rows};

#[test]
fn every_table_has_its_own_columns_and_refers_to_the_base() -> Result<()> {
    let (db, _) = database()?;
    let sql = orm::schema![Medium, Studio].to_sql(&db)?;
    assert_eq!(
        sql,
        [
            r#"CREATE TABLE IF NOT EXISTS "media" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "title" TEXT NOT NULL
)"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_media__kind__title" ON "media" ("kind", "title")"#,
            r#"CREATE TABLE IF NOT EXISTS "books" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "pages" INTEGER NOT NULL CHECK (pages > 0),
  "isbn" TEXT UNIQUE,
  FOREIGN KEY ("id") REFERENCES "media" ("id") ON DELETE CASCADE ON UPDATE CASCADE
)"#,
            r#"CREATE TABLE IF NOT EXISTS "studios" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL
)"#,
            r#"CREATE TABLE IF NOT EXISTS "films" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "minutes" INTEGER NOT NULL,
  "studio" INTEGER NOT NULL,
  FOREIGN KEY ("id") REFERENCES "media" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY ("studio") REFERENCES "studios" ("id")
)"#,
            r#"CREATE TABLE IF NOT EXISTS "songs" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "minutes" INTEGER NOT NULL,
  FOREIGN KEY ("id") REFERENCES "media" ("id") ON DELETE CASCADE ON UPDATE CASCADE
)"#,
            r#"CREATE TABLE IF NOT EXISTS "media_poster" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  FOREIGN KEY ("id") REFERENCES "media" ("id") ON DELETE CASCADE ON UPDATE CASCADE
)"#,
        ]
    );
    Ok(())
}

#[test]
fn tables_come_after_those_they_refer_to_whatever_the_order() {
    let schemas: [Schema; 2] = [
        orm::schema![Loan, Medium, Studio],
        orm::schema![Studio, Medium, Loan],
    ];
    for schema in schemas {
        let names: Vec<_> = schema.tables().iter().map(|table| table.name).collect();
        let place = |name| names.iter().position(|other| *other == name);
        assert_eq!(names.len(), 7, "{names:?}");
        assert!(place("media") < place("books") && place("media") < place("loans"));
        assert!(place("studios") < place("films"));
    }
}

#[test]
fn the_metadata_says_which_table_has_which_column() {
    let table = Medium::TABLE;
    assert!(table.is_joined());
    assert!(table.holds(Medium::TITLE.position()) && !table.holds(Medium::PAGES.position()));
    let [books, films, songs, posters] = table.variants else {
        panic!("four variants");
    };
    assert_eq!((books.tag, books.table.name), ("book", "books"));
    assert_eq!(books.columns, [0, 3, 4]);
    assert_eq!(films.columns, [0, 5, 6]);
    assert_eq!(songs.columns, [0, 5]); // both have minutes
    assert_eq!(
        (posters.table.name, posters.columns),
        ("media_poster", &[0][..])
    );
    let [to_base, to_studio] = films.table.foreign_keys else {
        panic!("two references");
    };
    assert_eq!((to_base.target)().name, "media");
    assert_eq!(to_base.on_delete, ReferentialAction::Cascade);
    assert_eq!((to_studio.target)().name, "studios");
    assert!(table.foreign_keys.is_empty());
}

#[test]
fn variants_come_back_as_they_were() -> Result<()> {
    let (db, log, media) = library()?;
    assert_eq!(media.each_ref().map(Medium::key), [1, 2, 3, 4]);
    assert_eq!(Medium::query().order_by(Medium::ID).all(&db)?, media);
    log.take();
    for medium in &media {
        assert_eq!(Medium::get(&db, Medium::key(medium))?, *medium);
    }
    assert_eq!(
        log.take()[0],
        r#"SELECT "media"."id", "media"."kind", "media"."title", "books"."pages", "books"."isbn", "#
            .to_owned()
            + r#"coalesce("films"."minutes", "songs"."minutes"), "films"."studio" FROM "media""#
            + r#" LEFT JOIN "books" ON "books"."id" = "media"."id""#
            + r#" LEFT JOIN "films" ON "films"."id" = "media"."id""#
            + r#" LEFT JOIN "songs" ON "songs"."id" = "media"."id""#
            + r#" LEFT JOIN "media_poster" ON "media_poster"."id" = "media"."id""#
            + r#" WHERE "media"."id" = ?"#
    );
    let some = Medium::find_many(&db, [4, 9, 2])?;
    assert_eq!(some, [media[3].clone(), media[1].clone()]);
    assert!(Medium::exists(&db, 3)? && !Medium::exists(&db, 9)?);
    Ok(())
}

#[test]
fn each_row_is_in_two_tables() -> Result<()> {
    let (db, _, _) = library()?;
    assert_eq!(
        rows(&db, "media")?,
        [
            [1.into(), "book".into(), "Emma".into()],
            [2.into(), "film".into(), "Totoro".into()],
            [3.into(), "song".into(), "Blue".into()],
            [4.into(), "poster".into(), Value::from("Emma")],
        ]
    );
    assert_eq!(rows(&db, "books")?, [[1.into(), 300.into(), Value::Null]]);
    assert_eq!(rows(&db, "films")?, [[Value::from(2), 86.into(), 1.into()]]);
    assert_eq!(rows(&db, "songs")?, [[Value::from(3), 3.into()]]);
    assert_eq!(rows(&db, "media_poster")?, [[Value::from(4)]]);
    Ok(())
}

#[test]
fn a_filter_by_variant_finds_only_its_rows() -> Result<()> {
    let (db, _, media) = library()?;
    let books = Medium::query().filter(Medium::BOOK.is());
    assert_eq!(books.all(&db)?, [media[0].clone()]);
    let titled = Medium::query().filter(Medium::TITLE.eq("Emma"));
    assert_eq!(
        titled.clone().filter(Medium::POSTER.is()).all(&db)?,
        [media[3].clone()]
    );
    assert_eq!(titled.count(&db)?, 2);
    Ok(())
}

#[test]
fn an_unknown_tag_is_a_decoding_error() -> Result<()> {
    let (db, _) = database()?;
    db.execute(
        "INSERT INTO media (kind, title) VALUES ('vase', 'Ming')",
        &[],
    )?;
    for error in [
        Medium::get(&db, 1).unwrap_err(),
        Medium::query().all(&db).unwrap_err(),
    ] {
        assert!(matches!(
            error,
            Error::Decode {
                table: "media",
                column: "kind",
                ..
            }
        ));
    }
    Ok(())
}

#[test]
fn a_row_without_that_of_its_variant_is_a_decoding_error() -> Result<()> {
    let (db, _, _) = library()?;
    db.execute("DELETE FROM books", &[])?;
    let error = Medium::get(&db, 1).unwrap_err();
    assert!(matches!(
        error,
        Error::Decode {
            table: "media",
            column: "pages",
            ..
        }
    ));
    Ok(())
}

#[test]
fn a_deleted_record_leaves_no_table_a_row() -> Result<()> {
    let (db, log, media) = library()?;
    media[1].delete(&db)?;
    assert_eq!(
        log.take(),
        [r#"DELETE FROM "media" WHERE "media"."id" = ?"#]
    );
    assert_eq!(counts(&db)?, [1, 0, 1, 1]);
    assert!(matches!(
        media[1].delete(&db),
        Err(Error::NotFound { table: "media" })
    ));
    assert!(Medium::delete_by_key(&db, 1)?);
    assert_eq!(counts(&db)?, [0, 0, 1, 1]);
    Ok(())
}

#[test]
fn a_record_that_others_refer_to_stays() -> Result<()> {
    let (db, _, media) = library()?;
    let who = "Ada".to_owned();
    Loan {
        id: 0,
        medium: 2,
        who,
    }
    .insert(&db)?;
    let error = media[1].delete(&db).unwrap_err();
    let Error::ForeignKeyViolation { table, columns, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (table.as_str(), columns),
        ("loans", vec!["medium".to_owned()])
    );
    assert_eq!(counts(&db)?, [1, 1, 1, 1]);
    Ok(())
}
