//! Updates, deletes and inserts made of queries.

use orm::prelude::*;
use orm::{Error, Query, Result, func};

use super::{Employee, Genre, Sale, Track, empty, ids, store, texts};

#[test]
fn columns_are_set_to_expressions() -> Result<()> {
    let (db, log) = store()?;
    let changed = Track::query().filter(Track::GENRE_ID.eq(1)).update(
        &db,
        (
            Track::PRICE.set((Track::PRICE * 1.1).round(2)),
            Track::SECONDS.set(Track::SECONDS + Track::ID * 2),
            Track::COMPOSER.set(Track::NAME.upper()),
        ),
    )?;
    assert_eq!(changed, 2);
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "tracks" SET "price" = round(("tracks"."price" * ?), ?), "seconds" = "tracks"."seconds" + "tracks"."id" * ?, "composer" = orm_upper("tracks"."name") WHERE "tracks"."genre_id" = ?"#
        ]
    );
    let peace = Track::get(&db, 3)?;
    assert_eq!(
        (peace.seconds, peace.composer.as_deref()),
        (410, Some("PEACE PIECE"))
    );
    assert!((peace.price - 0.55).abs() < f64::EPSILON);
    Ok(())
}

#[test]
fn columns_are_set_to_what_a_query_finds() -> Result<()> {
    let (db, log) = store()?;
    let sold = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .aggregated(Sale::QUANTITY.sum().coalesce(0))
        .scalar();
    assert_eq!(
        Track::query()
            .all_rows()
            .update(&db, Track::SECONDS.set(sold))?,
        5
    );
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "tracks" SET "seconds" = (SELECT coalesce(sum("sales"."quantity"), ?) FROM "sales" WHERE "sales"."track_id" = "tracks"."id")"#
        ]
    );
    assert_eq!(
        Track::query()
            .order_by(Track::ID)
            .select(Track::SECONDS)
            .all(&db)?,
        [3, 0, 4, 0, 1]
    );
    let genre = Genre::query()
        .filter(Genre::ID.eq(Track::GENRE_ID.outer()))
        .select(Genre::NAME)
        .scalar();
    Track::query()
        .filter(Track::ID.ge(4))
        .update(&db, Track::COMPOSER.set(genre))?;
    assert_eq!(
        (Track::get(&db, 4)?.composer, Track::get(&db, 5)?.composer),
        (None, Some("Jazz".into()))
    );
    Ok(())
}

#[test]
fn a_missing_value_in_a_column_that_needs_one_changes_nothing() -> Result<()> {
    let (db, _) = store()?;
    let none = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .limit(1)
        .select(Sale::QUANTITY);
    let refused = Track::query()
        .all_rows()
        .update(&db, Track::SECONDS.set(none.scalar()));
    assert!(
        matches!(&refused, Err(Error::NotNullViolation { columns, .. }) if columns == &["seconds"]),
        "{refused:?}"
    );
    assert_eq!(Track::get(&db, 1)?.seconds, 622);
    Ok(())
}

#[test]
fn rows_are_deleted_by_what_refers_to_them() -> Result<()> {
    let (db, log) = store()?;
    let sales = Sale::query().filter(Sale::TRACK_ID.eq(Track::ID.outer()));
    assert_eq!(
        Track::query()
            .filter(!func::exists(sales.clone()))
            .delete(&db)?,
        2
    );
    assert_eq!(
        log.take(),
        [
            r#"DELETE FROM "tracks" WHERE NOT EXISTS (SELECT "sales"."id", "sales"."track_id", "sales"."quantity" FROM "sales" WHERE "sales"."track_id" = "tracks"."id")"#
        ]
    );
    assert_eq!(
        ids(&Track::query().order_by(Track::ID).all(&db)?),
        [1, 3, 5]
    );
    let other = Track::alias("other");
    let longer = other.query().filter(
        other.column(Track::GENRE_ID).eq(Track::GENRE_ID.outer())
            & other.column(Track::SECONDS).gt(Track::SECONDS.outer()),
    );
    assert_eq!(Track::query().filter(func::exists(longer)).delete(&db)?, 1);
    assert_eq!(ids(&Track::query().order_by(Track::ID).all(&db)?), [1, 3]);
    Ok(())
}

#[test]
fn an_update_gives_the_new_values_back() -> Result<()> {
    let (db, log) = store()?;
    let short = Track::query()
        .filter(Track::SECONDS.lt(200))
        .returning((Track::NAME, Track::SECONDS * 2));
    let mut rows = short.update(&db, Track::SECONDS.set(Track::SECONDS + 1))?;
    rows.sort();
    let [feeling, moon] = texts(["Feeling Good", "Pink Moon"]);
    assert_eq!(rows, [(feeling, 348), (moon, 254)]);
    assert_eq!(
        log.take()
            .iter()
            .find(|sql| sql.starts_with("UPDATE"))
            .map(String::as_str),
        Some(
            r#"UPDATE "tracks" SET "seconds" = "tracks"."seconds" + ? WHERE "tracks"."seconds" < ? RETURNING "tracks"."name", "tracks"."seconds" * ?"#
        )
    );
    assert!(short.update(&db, Vec::new())?.is_empty());
    Ok(())
}

#[test]
fn a_delete_gives_the_last_values_back() -> Result<()> {
    let (db, _) = store()?;
    let before = Track::get(&db, 4)?;
    let longest = Track::query().order_by(Track::SECONDS).limit(1);
    assert_eq!(
        longest.returning(func::entity::<Track>()).delete(&db)?,
        [before]
    );
    let all = Track::query().returning(Track::ID).delete(&db);
    assert!(matches!(
        all,
        Err(Error::ConditionRequired { table: "tracks" })
    ));
    assert_eq!(Track::count(&db)?, 4);
    Ok(())
}

#[test]
fn a_row_that_cannot_be_given_back_stays_as_it_was() -> Result<()> {
    let (db, _) = store()?;
    db.execute("UPDATE tracks SET price = 'dear' WHERE id = 2", &[])?;
    let rows = Track::query()
        .filter(Track::ID.le(2))
        .returning((Track::ID, Track::PRICE));
    for refused in [rows.update(&db, Track::SECONDS.set(0)), rows.delete(&db)] {
        assert!(
            matches!(
                refused,
                Err(Error::Decode {
                    table: "tracks",
                    column: "price",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let seconds = Track::query()
        .order_by(Track::ID)
        .limit(2)
        .select(Track::SECONDS);
    assert_eq!(seconds.all(&db)?, [622, 173]);
    Ok(())
}

#[test]
fn rows_are_inserted_from_a_query() -> Result<()> {
    let (db, log) = store()?;
    let composers = Track::query()
        .filter(Track::COMPOSER.is_not_null())
        .group_by(Track::COMPOSER)
        .select((Track::COMPOSER.coalesce(""),))
        .order_by(Track::COMPOSER.desc());
    assert_eq!(
        Query::<Genre>::insert_from(&db, (Genre::NAME,), &composers)?,
        3
    );
    assert_eq!(
        log.take(),
        [
            r#"INSERT INTO "genres" ("name") SELECT coalesce("tracks"."composer", ?) FROM "tracks" WHERE "tracks"."composer" IS NOT NULL GROUP BY "tracks"."composer" ORDER BY "tracks"."composer" DESC"#
        ]
    );
    assert_eq!(Genre::get(&db, 4)?.name, "Evans");
    let again = Query::<Genre>::insert_from(&db, (Genre::NAME,), &composers);
    assert!(matches!(again, Err(Error::UniqueViolation { .. })));
    assert_eq!(Genre::count(&db)?, 6);
    Ok(())
}

#[test]
fn a_table_is_filled_from_itself() -> Result<()> {
    let (db, _) = store()?;
    let copies = Employee::query().select((Employee::NAME.concat("'s twin"), Employee::MANAGER_ID));
    let columns = (Employee::NAME, Employee::MANAGER_ID);
    assert_eq!(Query::<Employee>::insert_from(&db, columns, &copies)?, 4);
    assert_eq!(Employee::count(&db)?, 8);
    let twin = Employee::get(&db, 8)?;
    assert_eq!(
        (twin.name.as_str(), twin.manager_id),
        ("Dan's twin", Some(2))
    );
    let none = copies.filter(Employee::ID.lt(0));
    assert_eq!(Query::<Employee>::insert_from(&db, columns, &none)?, 0);
    Ok(())
}

#[test]
fn a_table_is_filled_from_sets_and_common_tables() -> Result<()> {
    let (db, _) = empty()?;
    let letters = Query::<super::Named>::values([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    let names = letters.clone().select((super::Named::NAME,));
    let more = letters.clone().select((super::Named::NAME.concat("!"),));
    assert_eq!(
        Query::<Genre>::insert_from(&db, (Genre::NAME,), &names.union(more))?,
        4
    );
    let common = Query::<super::Named>::new()
        .with_cte(letters)
        .select((super::Named::NAME.concat("?"), super::Named::NUMBER + 10));
    assert_eq!(
        Query::<Genre>::insert_from(&db, (Genre::NAME, Genre::ID), &common)?,
        2
    );
    assert_eq!(Genre::get(&db, 12)?.name, "b?");
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "boxes")]
struct Crate {
    #[orm(primary_key)]
    id: i64,
    width: i64,
    #[orm(generated = "width * width")]
    area: i64,
}

#[test]
fn a_generated_column_is_neither_set_nor_filled() -> Result<()> {
    let (db, log) = crate::recorder::recorded(&orm::schema![Crate])?;
    let widths = Crate::query().select((Crate::WIDTH,));
    let refused = Query::<Crate>::insert_from(&db, (Crate::AREA,), &widths);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery { table: "boxes", .. })
    ));
    let refused = Crate::query()
        .all_rows()
        .returning(Crate::ID)
        .update(&db, Crate::AREA.set(1));
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery { table: "boxes", .. })
    ));
    assert!(log.take().is_empty());
    let mut one = Crate {
        id: 0,
        width: 3,
        area: 0,
    };
    one.insert(&db)?;
    let wider = Crate::query().all_rows().returning(Crate::AREA);
    assert_eq!(wider.update(&db, Crate::WIDTH.set(5))?, [25]);
    Ok(())
}
