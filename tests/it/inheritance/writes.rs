//! Records in a base table and a table of their variant: inserted, updated, moved, and undone together.

use orm::prelude::*;
use orm::{Error, Result, Value};

use super::{Medium, book, counts, database, film, library, poster, rows, song};

#[test]
fn an_insert_writes_both_tables_in_one_transaction() -> Result<()> {
    let (db, log) = database()?;
    let mut medium = book("Emma", 300);
    medium.insert(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"INSERT INTO "media" ("kind", "title") VALUES (?, ?)"#,
            r#"INSERT INTO "books" ("id", "pages", "isbn") VALUES (?, ?, ?)"#,
            "COMMIT",
        ]
    );
    assert_eq!(Medium::key(&medium), 1);
    assert_eq!(Medium::get(&db, 1)?, medium);
    Ok(())
}

#[test]
fn a_key_that_is_set_is_kept() -> Result<()> {
    let (db, _) = database()?;
    let mut medium = film("Totoro", 86, 1);
    Medium::set_key(&mut medium, 70);
    medium.insert(&db)?;
    assert_eq!(Medium::get(&db, 70)?, medium);
    Ok(())
}

#[test]
fn an_update_writes_both_tables() -> Result<()> {
    let (db, log, mut media) = library()?;
    media[0] = Medium::Book {
        id: 1,
        title: "Persuasion".into(),
        pages: 200,
        isbn: None,
    };
    media[0].save(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "media" SET "kind" = ?, "title" = ? WHERE "media"."id" = ?"#,
            r#"UPDATE "books" SET "pages" = ?, "isbn" = ? WHERE "books"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(Medium::query().order_by(Medium::ID).all(&db)?, media);
    Ok(())
}

#[test]
fn a_variant_without_columns_of_its_own_is_updated_too() -> Result<()> {
    let (db, _, _) = library()?;
    let mut poster = Medium::Poster {
        id: 4,
        title: "Horses".into(),
    };
    poster.update(&db)?;
    assert_eq!(Medium::get(&db, 4)?, poster);
    assert_eq!(counts(&db)?, [1, 1, 1, 1]);
    Ok(())
}

#[test]
fn an_update_moves_the_row_of_another_variant() -> Result<()> {
    let (db, log, mut media) = library()?;
    media[0] = Medium::Song {
        id: 1,
        title: "Emma".into(),
        minutes: 4,
    };
    media[0].save(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "media" SET "kind" = ?, "title" = ? WHERE "media"."id" = ?"#,
            r#"UPDATE "songs" SET "minutes" = ? WHERE "songs"."id" = ?"#,
            r#"DELETE FROM "books" WHERE "books"."id" = ?"#,
            r#"DELETE FROM "films" WHERE "films"."id" = ?"#,
            r#"DELETE FROM "media_poster" WHERE "media_poster"."id" = ?"#,
            r#"INSERT INTO "songs" ("id", "minutes") VALUES (?, ?)"#,
            "COMMIT",
        ]
    );
    assert_eq!(counts(&db)?, [0, 1, 2, 1]);
    assert_eq!(Medium::query().order_by(Medium::ID).all(&db)?, media);
    Ok(())
}

#[test]
fn an_update_of_a_row_that_is_gone_writes_nothing() -> Result<()> {
    let (db, _, media) = library()?;
    media[0].delete(&db)?;
    let mut gone = media[0].clone();
    assert!(matches!(
        gone.save(&db),
        Err(Error::NotFound { table: "media" })
    ));
    assert_eq!(counts(&db)?, [0, 1, 1, 1]);
    Ok(())
}

#[test]
fn a_violation_in_the_second_table_leaves_nothing() -> Result<()> {
    let (db, _) = database()?;
    let mut medium = book("Emma", 0);
    let error = medium.insert(&db).unwrap_err();
    let Error::CheckViolation { table, columns, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (table.as_str(), columns),
        ("books", vec!["pages".to_owned()])
    );
    assert_eq!(Medium::key(&medium), 0, "the key is as it was");
    assert_eq!(Medium::count(&db)?, 0);
    assert_eq!(rows(&db, "media")?.len(), 0);
    Ok(())
}

#[test]
fn a_violated_reference_of_a_variant_is_named() -> Result<()> {
    let (db, _, mut media) = library()?;
    let mut other = film("Ponyo", 101, 99);
    media[1] = Medium::Film {
        id: 2,
        title: "Totoro".into(),
        minutes: 86,
        studio: 98,
    };
    for error in [
        other.insert(&db).unwrap_err(),
        media[1].update(&db).unwrap_err(),
        media[1].save_only(&db, Medium::STUDIO).unwrap_err(),
        Medium::insert_many(&db, &mut [poster("Ponyo"), film("Ponyo", 101, 99)]).unwrap_err(),
    ] {
        let Error::ForeignKeyViolation { table, columns, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(
            (table.as_str(), columns),
            ("films", vec!["studio".to_owned()])
        );
    }
    assert_eq!(counts(&db)?, [1, 1, 1, 1]);
    assert_eq!(rows(&db, "media")?.len(), 4);
    Ok(())
}

#[test]
fn a_unique_column_of_a_variant_is_named() -> Result<()> {
    let (db, _) = database()?;
    let with_isbn = |title: &str| Medium::Book {
        id: 0,
        title: title.to_owned(),
        pages: 1,
        isbn: Some("978".into()),
    };
    with_isbn("Emma").insert(&db)?;
    let error = with_isbn("Persuasion").insert(&db).unwrap_err();
    let Error::UniqueViolation { table, columns, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (table.as_str(), columns),
        ("books", vec!["isbn".to_owned()])
    );
    assert_eq!(rows(&db, "media")?.len(), 1);
    Ok(())
}

#[test]
fn writes_are_part_of_the_transaction_around_them() -> Result<()> {
    let (db, _, _) = library()?;
    let undone: Result<()> = db.transaction(|tx| {
        book("Persuasion", 200).insert(tx)?;
        // A savepoint of its own: what fails leaves the transaction as it was.
        assert!(book("Nothing", 0).insert(tx).is_err());
        assert_eq!(Medium::count(tx)?, 5);
        Medium::Song {
            id: 1,
            title: "Emma".into(),
            minutes: 4,
        }
        .save(tx)?;
        Err(Error::TransactionRequired)
    });
    assert!(undone.is_err());
    assert_eq!(Medium::count(&db)?, 4);
    assert_eq!(counts(&db)?, [1, 1, 1, 1]);

    db.transaction(|tx| song("Red", 5).insert(tx))?;
    assert_eq!(counts(&db)?, [1, 1, 2, 1]);
    Ok(())
}

#[test]
fn some_columns_are_written_where_they_are() -> Result<()> {
    let (db, log, _) = library()?;
    let mut medium = Medium::Book {
        id: 1,
        title: "E".into(),
        pages: 5,
        isbn: Some("1".into()),
    };
    medium.save_only(&db, Medium::PAGES)?;
    medium.save_only(&db, Medium::TITLE)?;
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "books" SET "pages" = ? WHERE "books"."id" = ?"#,
            r#"UPDATE "media" SET "title" = ? WHERE "media"."id" = ?"#,
        ]
    );
    medium.save_only(&db, (Medium::TITLE, Medium::PAGES, Medium::ISBN))?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "books" SET "pages" = ?, "isbn" = ? WHERE "books"."id" = ?"#,
            r#"UPDATE "media" SET "title" = ? WHERE "media"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(Medium::get(&db, 1)?, medium);
    // A book has no minutes to write.
    medium.save_only(&db, Medium::MINUTES)?;
    assert_eq!(Medium::get(&db, 1)?, medium);
    Ok(())
}

#[test]
fn columns_of_a_variant_that_the_row_is_not_are_not_found() -> Result<()> {
    let (db, _, media) = library()?;
    let mut no_book = Medium::Book {
        id: 2,
        title: "E".into(),
        pages: 5,
        isbn: None,
    };
    for outcome in [
        no_book.save_only(&db, Medium::PAGES),
        no_book.save_only(&db, (Medium::TITLE, Medium::PAGES)),
    ] {
        assert!(matches!(outcome, Err(Error::NotFound { table: "media" })));
    }
    assert_eq!(Medium::get(&db, 2)?, media[1], "nothing was written");
    Ok(())
}

#[test]
fn the_tag_is_not_written_alone() -> Result<()> {
    let (db, log, mut media) = library()?;
    let outcomes = [
        media[0].save_only(&db, Medium::KIND).map(|()| 0),
        Medium::update_many(&db, &mut media, Medium::KIND),
        Medium::query()
            .all_rows()
            .update(&db, Medium::KIND.set("film")),
    ];
    for outcome in outcomes {
        assert!(
            matches!(outcome, Err(Error::InvalidQuery { table: "media", .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(log.take(), [""; 0]);
    Ok(())
}

#[test]
fn an_upsert_inserts_updates_and_moves() -> Result<()> {
    let (db, log, _) = library()?;
    let mut medium = Medium::Book {
        id: 9,
        title: "Emma".into(),
        pages: 5,
        isbn: None,
    };
    medium.upsert(&db)?;
    assert_eq!(Medium::get(&db, 9)?, medium);
    log.take();
    medium = Medium::Book {
        id: 9,
        title: "Emma".into(),
        pages: 6,
        isbn: None,
    };
    medium.upsert(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"INSERT INTO "media" ("id", "kind", "title") VALUES (?, ?, ?) ON CONFLICT ("id") DO UPDATE SET "kind" = excluded."kind", "title" = excluded."title""#,
            r#"UPDATE "books" SET "pages" = ?, "isbn" = ? WHERE "books"."id" = ?"#,
            "COMMIT",
        ]
    );
    assert_eq!(Medium::get(&db, 9)?, medium);
    medium = Medium::Song {
        id: 9,
        title: "Emma".into(),
        minutes: 6,
    };
    medium.upsert(&db)?;
    assert_eq!(Medium::get(&db, 9)?, medium);
    assert_eq!(counts(&db)?, [1, 1, 2, 1]);

    let mut unset = song("Red", 1);
    unset.upsert(&db)?;
    assert_eq!(Medium::key(&unset), 10);
    Ok(())
}

#[test]
fn many_of_all_variants_are_inserted_together() -> Result<()> {
    let (db, log) = database()?;
    let mut media = [
        song("Blue", 3),
        book("Emma", 300),
        song("Red", 4),
        poster("Emma"),
        song("Kept", 5),
    ];
    Medium::set_key(&mut media[4], 40);
    Medium::insert_many(&db, &mut media)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"INSERT INTO "media" ("id", "kind", "title") VALUES (?, ?, ?) × 1"#,
            r#"INSERT INTO "media" ("kind", "title") VALUES (?, ?) × 4"#,
            r#"INSERT INTO "books" ("id", "pages", "isbn") VALUES (?, ?, ?) × 1"#,
            r#"INSERT INTO "songs" ("id", "minutes") VALUES (?, ?) × 3"#,
            r#"INSERT INTO "media_poster" ("id") VALUES (?) × 1"#,
            "COMMIT",
        ]
    );
    for medium in &media {
        assert_eq!(Medium::get(&db, Medium::key(medium))?, *medium);
    }

    let mut wrong = [song("Green", 3), book("Nothing", 0)];
    assert!(matches!(
        Medium::insert_many(&db, &mut wrong),
        Err(Error::CheckViolation { .. })
    ));
    assert_eq!(wrong.each_ref().map(Medium::key), [0, 0]);
    assert_eq!(Medium::count(&db)?, 5);
    Medium::insert_many(&db, &mut [])?;
    Ok(())
}

#[test]
fn many_of_all_variants_are_updated_together() -> Result<()> {
    let (db, log, mut media) = library()?;
    media[0] = Medium::Book {
        id: 1,
        title: "A".into(),
        pages: 1,
        isbn: None,
    };
    media[2] = Medium::Song {
        id: 3,
        title: "B".into(),
        minutes: 2,
    };
    let columns = (Medium::TITLE, Medium::PAGES, Medium::MINUTES);
    assert_eq!(Medium::update_many(&db, &mut media, columns)?, 4);
    let log = log.take();
    assert_eq!(log.len(), 6, "{log:#?}");
    assert!(log[2].contains(r#"UPDATE "books" SET "pages" = "orm_rows"."pages" FROM"#));
    assert_eq!(Medium::query().order_by(Medium::ID).all(&db)?, media);

    // Of one variant's columns alone, its rows are counted.
    assert_eq!(Medium::update_many(&db, &mut media, Medium::PAGES)?, 1);
    let mut none: [Medium; 0] = [];
    assert_eq!(Medium::update_many(&db, &mut none, Medium::PAGES)?, 0);
    Ok(())
}

#[test]
fn numbers_are_added_to_where_they_are() -> Result<()> {
    let (db, log, media) = library()?;
    assert_eq!(media[0].increment(&db, Medium::PAGES, Some(5))?, Some(305));
    assert!(
        log.take()[1].starts_with(
            r#"UPDATE "books" SET "pages" = "books"."pages" + ? WHERE "books"."id" = ?"#
        )
    );
    // A film has no pages, and minutes are in two tables.
    let not_there = media[1].increment(&db, Medium::PAGES, Some(5));
    assert!(matches!(not_there, Err(Error::NotFound { table: "media" })));
    let ambiguous = media[1].increment(&db, Medium::MINUTES, Some(5));
    assert!(matches!(
        ambiguous,
        Err(Error::InvalidQuery { table: "media", .. })
    ));
    Ok(())
}

#[test]
fn a_trigger_that_leaves_the_second_row_out_leaves_out_the_first() -> Result<()> {
    let (db, _) = database()?;
    db.execute(
        "CREATE TRIGGER no_books BEFORE INSERT ON books BEGIN SELECT RAISE(IGNORE); END",
        &[],
    )?;
    let error = book("Emma", 300).insert(&db).unwrap_err();
    assert!(matches!(error, Error::NotWritten { table } if table == "books"));
    assert_eq!(rows(&db, "media")?, [[Value::Null; 0]; 0]);
    Ok(())
}
