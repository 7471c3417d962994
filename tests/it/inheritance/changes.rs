//! Changes of many rows of joined tables by a query.

use orm::prelude::*;
use orm::query::Insert;
use orm::{Error, Query, Result};

use super::{Medium, book, counts, library, rows};

#[test]
fn columns_of_the_base_are_set_by_any_condition() -> Result<()> {
    let (db, log, _) = library()?;
    let changed = Medium::query()
        .filter(Medium::MINUTES.gt(5))
        .update(&db, Medium::TITLE.set("long"))?;
    assert_eq!(changed, 1);
    let [sql] = log.take().try_into().expect("one statement");
    assert!(sql.starts_with(
        r#"UPDATE "media" SET "title" = ? WHERE "media"."id" IN (SELECT "media"."id" FROM (SELECT "#
    ));
    assert_eq!(rows(&db, "media")?[1][2], "long".into());

    let all = Medium::query()
        .all_rows()
        .update(&db, Medium::TITLE.set("all"))?;
    assert_eq!(all, 4);
    assert_eq!(
        log.take().last().map(String::as_str),
        Some(r#"UPDATE "media" SET "title" = ?"#)
    );
    Ok(())
}

#[test]
fn columns_of_a_variant_are_set_in_its_table() -> Result<()> {
    let (db, log, _) = library()?;
    let changed = Medium::query().filter(Medium::TITLE.eq("Emma")).update(
        &db,
        (
            Medium::PAGES.set(Medium::PAGES + 1),
            Medium::ISBN.set("978"),
        ),
    )?;
    assert_eq!(changed, 1);
    let [sql] = log.take().try_into().expect("one statement");
    assert!(
        sql.starts_with(r#"UPDATE "books" SET "pages" = "books"."pages" + ?, "isbn" = ? WHERE "books"."id" IN (SELECT "media"."id" FROM (SELECT "#),
        "{sql}"
    );
    assert_eq!(rows(&db, "books")?, [[1.into(), 301.into(), "978".into()]]);
    let all = Medium::query()
        .all_rows()
        .update(&db, Medium::PAGES.set(7))?;
    assert_eq!(all, 1);
    Ok(())
}

#[test]
fn null_is_refused_where_a_variant_needs_a_value() -> Result<()> {
    let (db, _, _) = library()?;
    let error = Medium::query()
        .filter(Medium::BOOK.is())
        .update(&db, Medium::PAGES.set(None))
        .unwrap_err();
    assert!(matches!(error, Error::NotNullViolation { table, .. } if table == "books"));
    Ok(())
}

#[test]
fn what_one_statement_cannot_change_is_refused() -> Result<()> {
    let (db, log, _) = library()?;
    let all = Medium::query().all_rows();
    let mut media = [book("Emma", 1)];
    let select = Medium::query().select((Medium::TITLE, Medium::KIND));
    let refused = [
        // Of two tables, of two variants, by a column of another table.
        all.update(&db, (Medium::TITLE.set("a"), Medium::PAGES.set(1))),
        all.update(&db, (Medium::STUDIO.set(1), Medium::PAGES.set(1))),
        all.update(&db, Medium::MINUTES.set(1)),
        all.update(&db, Medium::PAGES.set(Medium::MINUTES)),
        all.update(&db, Medium::ISBN.set(Medium::TITLE)),
        all.update(&db, Medium::TITLE.set(Medium::ISBN.coalesce("none"))),
        all.clone().returning(Medium::PAGES).delete(&db).map(|_| 0),
        Insert::<Medium>::new(&mut media).run(&db),
        Query::<Medium>::insert_from(&db, (Medium::TITLE, Medium::KIND), &select),
    ];
    for (nth, outcome) in refused.iter().enumerate() {
        assert!(
            matches!(outcome, Err(Error::InvalidQuery { table: "media", .. })),
            "{nth}: {outcome:?}"
        );
    }
    let wrong: Vec<String> = log.take();
    assert!(
        wrong.iter().all(|sql| sql == "BEGIN" || sql == "ROLLBACK"),
        "{wrong:?}"
    );
    Ok(())
}

#[test]
fn rows_are_deleted_by_any_condition() -> Result<()> {
    let (db, log, media) = library()?;
    let deleted = Medium::query().filter(Medium::PAGES.ge(300)).delete(&db)?;
    assert_eq!(deleted, 1);
    assert!(log.take()[0].starts_with(r#"DELETE FROM "media" WHERE "media"."id" IN (SELECT "#));
    assert_eq!(counts(&db)?, [0, 1, 1, 1]);
    let gone = Medium::query()
        .order_by(Medium::ID)
        .limit(2)
        .returning((Medium::ID, Medium::TITLE))
        .delete(&db)?;
    assert_eq!(gone, [(2, "Totoro".into()), (3, "Blue".into())]);
    assert_eq!(Medium::query().all(&db)?, [media[3].clone()]);
    assert_eq!(Medium::query().all_rows().delete(&db)?, 1);
    assert_eq!(counts(&db)?, [0; 4]);
    Ok(())
}

#[test]
fn a_key_that_is_changed_takes_its_variant_along() -> Result<()> {
    let (db, _, _) = library()?;
    Medium::query()
        .filter(Medium::ID.eq(1))
        .update(&db, Medium::ID.set(70))?;
    assert!(matches!(
        Medium::get(&db, 70)?,
        Medium::Book { pages: 300, .. }
    ));
    Ok(())
}
