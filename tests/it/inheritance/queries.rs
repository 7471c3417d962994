//! The query language over joined tables: they stand in it as one.

use orm::func::count;
use orm::prelude::*;
use orm::{Error, Result};

use super::{Loan, Medium, Studio, book, library, song};

#[test]
fn the_tables_are_one_in_from() -> Result<()> {
    let (db, log, media) = library()?;
    let timed = Medium::query()
        .filter(Medium::MINUTES.ge(3))
        .order_by(Medium::MINUTES);
    assert_eq!(timed.all(&db)?, [media[2].clone(), media[1].clone()]);
    assert_eq!(
        log.take(),
        [r#"SELECT "media"."id", "media"."kind", "media"."title", "media"."pages", "media"."isbn", "#
            .to_owned()
            + r#""media"."minutes", "media"."studio" FROM (SELECT "media"."id" AS "id", "#
            + r#""media"."kind" AS "kind", "media"."title" AS "title", "books"."pages" AS "pages", "#
            + r#""books"."isbn" AS "isbn", coalesce("films"."minutes", "songs"."minutes") AS "minutes", "#
            + r#""films"."studio" AS "studio" FROM "media""#
            + r#" LEFT JOIN "books" ON "books"."id" = "media"."id""#
            + r#" LEFT JOIN "films" ON "films"."id" = "media"."id""#
            + r#" LEFT JOIN "songs" ON "songs"."id" = "media"."id""#
            + r#" LEFT JOIN "media_poster" ON "media_poster"."id" = "media"."id") AS "media""#
            + r#" WHERE "media"."minutes" >= ? ORDER BY "media"."minutes""#]
    );
    Ok(())
}

#[test]
fn the_indexes_of_all_tables_are_used() -> Result<()> {
    let (db, _, _) = library()?;
    let plans = [
        Medium::query().filter(Medium::ID.eq(3)).explain(&db)?,
        Medium::query()
            .filter(Medium::ISBN.eq("978"))
            .explain(&db)?,
        Medium::query().filter(Medium::BOOK.is()).explain(&db)?,
        Loan::query()
            .join(Loan::MEDIUM.on(Medium::ID))
            .filter(Loan::ID.eq(1))
            .explain(&db)?,
    ];
    let plans = plans.map(|plan| plan.to_string());
    for plan in &plans {
        assert!(!plan.contains("SCAN"), "{plan}");
    }
    assert!(
        plans[1].contains("SEARCH books USING INDEX"),
        "{}",
        plans[1]
    );
    assert!(plans[2].contains("ix_media__kind__title"), "{}", plans[2]);
    Ok(())
}

#[test]
fn rows_are_counted_grouped_and_summed() -> Result<()> {
    let (db, _, _) = library()?;
    assert_eq!(Medium::query().count(&db)?, 4);
    assert!(Medium::query().filter(Medium::PAGES.gt(200)).exists(&db)?);
    let kinds: Vec<(String, i64)> = Medium::query()
        .group_by(Medium::KIND)
        .select((Medium::KIND, count()))
        .order_by(Medium::KIND)
        .all(&db)?;
    let one = |kind: &str| (kind.to_owned(), 1);
    assert_eq!(
        kinds,
        [one("book"), one("film"), one("poster"), one("song")]
    );
    let (minutes, pages) =
        Medium::query().aggregate(&db, (Medium::MINUTES.sum(), Medium::PAGES.max()))?;
    assert_eq!((minutes, pages), (Some(89), Some(300)));
    Ok(())
}

#[test]
fn other_tables_are_joined_on_either_side() -> Result<()> {
    let (db, _, media) = library()?;
    for (medium, who) in [(2, "Ada"), (1, "Bo")] {
        let who = who.to_owned();
        Loan { id: 0, medium, who }.insert(&db)?;
    }
    let loans: Vec<(String, Medium)> = Loan::query()
        .join(Loan::MEDIUM.on(Medium::ID))
        .order_by(Loan::ID)
        .select((Loan::WHO, orm::func::entity::<Medium>()))
        .all(&db)?;
    assert_eq!(
        loans,
        [
            ("Ada".into(), media[1].clone()),
            ("Bo".into(), media[0].clone())
        ]
    );
    let studios: Vec<(String, Option<String>)> = Medium::query()
        .left_join(Medium::STUDIO.on(Studio::ID))
        .order_by(Medium::ID)
        .select((Medium::TITLE, Studio::NAME))
        .all(&db)?;
    assert_eq!(studios[1], ("Totoro".into(), Some("Ghibli".into())));
    assert_eq!(studios[0], ("Emma".into(), None));

    let who: Vec<(String, Option<i32>)> = Loan::query()
        .left_join(Loan::MEDIUM.on(Medium::ID))
        .filter(Loan::WHO.eq("Bo"))
        .select((Loan::WHO, Medium::PAGES))
        .all(&db)?;
    assert_eq!(who, [("Bo".into(), Some(300))]);
    Ok(())
}

#[test]
fn the_outer_side_of_a_join_may_be_absent() -> Result<()> {
    let (db, _, _) = library()?;
    let rows: Vec<(String, Option<Medium>)> = Studio::query()
        .left_join(Studio::ID.on(Medium::STUDIO).and(Medium::TITLE.eq("Emma")))
        .select((Studio::NAME, orm::func::entity::<Medium>()))
        .all(&db)?;
    assert_eq!(rows, [("Ghibli".into(), None)]);
    Ok(())
}

#[test]
fn an_alias_stands_for_all_tables() -> Result<()> {
    let (db, _, media) = library()?;
    let other = Medium::alias("other");
    let pairs: Vec<(i64, i64)> = Medium::query()
        .join(Medium::TITLE.on(other.column(Medium::TITLE)))
        .filter(
            Medium::ID
                .into_expr()
                .joined()
                .lt(other.column(Medium::ID).joined()),
        )
        .select((Medium::ID, other.column(Medium::ID)))
        .all(&db)?;
    assert_eq!(pairs, [(1, 4)]);
    let films = other.query().filter(other.column(Medium::STUDIO).eq(1));
    assert_eq!(films.all(&db)?, [media[1].clone()]);
    Ok(())
}

#[test]
fn subqueries_pages_and_sets_work() -> Result<()> {
    let (db, _, media) = library()?;
    let long = Medium::query()
        .filter(Medium::MINUTES.gt(5))
        .select(Medium::ID);
    let found = Medium::query()
        .filter(Medium::ID.is_in_query(long))
        .all(&db)?;
    assert_eq!(found, [media[1].clone()]);

    let page = Medium::query()
        .order_by(Medium::TITLE.desc())
        .page(&db, 1, 3)?;
    assert_eq!(page.items.len(), 3);
    let first = Medium::query().order_by(Medium::MINUTES).keyset(&db, 2)?;
    let second = Medium::query()
        .order_by(Medium::MINUTES)
        .after(&first.next.expect("a next page"))?
        .keyset(&db, 2)?;
    let ids: Vec<i64> = [first.items, second.items]
        .concat()
        .iter()
        .map(Medium::key)
        .collect();
    assert_eq!(ids, [1, 4, 3, 2]);

    let books = Medium::query().filter(Medium::BOOK.is());
    let songs = Medium::query().filter(Medium::SONG.is());
    let both = books.union_all(songs);
    assert_eq!(
        both.order_by(Medium::ID).all(&db)?,
        [media[0].clone(), media[2].clone()]
    );
    Ok(())
}

#[test]
fn some_columns_are_loaded_alone() -> Result<()> {
    let (db, _, _) = library()?;
    let partial = Medium::query()
        .filter(Medium::ID.eq(1))
        .only(Medium::PAGES)
        .all(&db)?;
    assert_eq!(partial[0].get(Medium::PAGES)?, Some(300));
    assert!(matches!(
        partial[0].get(Medium::TITLE),
        Err(Error::ColumnNotLoaded { table: "media", .. })
    ));
    Ok(())
}

#[test]
fn an_index_cannot_be_named() -> Result<()> {
    let (db, _, _) = library()?;
    let hinted = Medium::query().use_index("ix_media__kind__title").all(&db);
    assert!(matches!(
        hinted,
        Err(Error::InvalidQuery { table: "media", .. })
    ));
    Ok(())
}

#[test]
fn records_of_any_variant_are_found_or_made() -> Result<()> {
    let (db, _, media) = library()?;
    let (found, created) = Medium::get_or_create(&db, Medium::MINUTES.eq(3), || song("Red", 3))?;
    assert_eq!((found, created), (media[2].clone(), false));
    let (made, created) = Medium::get_or_create(&db, Medium::PAGES.eq(7), || book("Seven", 7))?;
    assert!(created);
    assert_eq!(Medium::get(&db, 5)?, made);
    Ok(())
}
