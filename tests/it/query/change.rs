//! Updates and deletes of many rows.

use orm::prelude::*;
use orm::{Assignment, Error, Result};

use super::{Track, five_tracks, ids};

#[test]
fn update_sets_columns_of_the_rows_that_meet_the_condition() -> Result<()> {
    let (db, log) = five_tracks()?;
    let evans = Track::query().filter(Track::COMPOSER.eq("Evans"));
    let changed = evans.update(&db, [Track::RATING.set(3), Track::NAME.set("Tune")])?;
    assert_eq!(changed, 2);
    assert_eq!(
        log.take(),
        [r#"UPDATE "tracks" SET "rating" = ?, "name" = ? WHERE "tracks"."composer" = ?"#]
    );
    for track in Track::all(&db)? {
        let evans = track.composer.as_deref() == Some("Evans");
        assert_eq!(track.name == "Tune" && track.rating == Some(3), evans);
    }
    Ok(())
}

#[test]
fn update_takes_null_and_other_columns() -> Result<()> {
    let (db, log) = five_tracks()?;
    let all = Track::query().all_rows();
    assert_eq!(all.update(&db, Track::RATING.set(Track::SECONDS))?, 5);
    assert_eq!(all.update(&db, Track::COMPOSER.set(None))?, 5);
    assert_eq!(
        all.update(&db, Track::EXPLICIT.set(Track::SECONDS.gt(600)))?,
        5
    );
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "tracks" SET "rating" = "tracks"."seconds""#,
            r#"UPDATE "tracks" SET "composer" = ?"#,
            r#"UPDATE "tracks" SET "explicit" = "tracks"."seconds" > ?"#,
        ]
    );
    let sinnerman = Track::get(&db, 1)?;
    assert_eq!((sinnerman.rating, sinnerman.explicit), (Some(622), true));
    assert_eq!(
        Track::query()
            .filter(Track::COMPOSER.is_null())
            .count(&db)?,
        5
    );
    Ok(())
}

#[test]
fn delete_takes_the_rows_that_meet_the_condition() -> Result<()> {
    let (db, log) = five_tracks()?;
    assert_eq!(
        Track::query().filter(Track::SECONDS.lt(200)).delete(&db)?,
        2
    );
    assert_eq!(
        log.take(),
        [r#"DELETE FROM "tracks" WHERE "tracks"."seconds" < ?"#]
    );
    assert_eq!(ids(&Track::all(&db)?), [1, 3, 5]);
    assert_eq!(
        Track::query().filter(Track::SECONDS.lt(200)).delete(&db)?,
        0
    );
    Ok(())
}

#[test]
fn a_change_of_every_row_is_asked_for_by_name() -> Result<()> {
    let (db, log) = five_tracks()?;
    let all = Track::query().order_by(Track::ID).distinct();
    for refused in [all.delete(&db), all.update(&db, Track::SECONDS.set(0))] {
        assert!(matches!(
            refused,
            Err(Error::ConditionRequired { table: "tracks" })
        ));
    }
    assert!(log.take().is_empty());
    assert_eq!(
        Track::query()
            .all_rows()
            .update(&db, Track::SECONDS.set(0))?,
        5
    );
    assert_eq!(Track::query().all_rows().delete(&db)?, 5);
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "tracks" SET "seconds" = ?"#,
            r#"DELETE FROM "tracks""#,
        ]
    );
    Ok(())
}

/// A list that turns out to be empty is not a name for every row.
#[test]
fn an_empty_list_is_no_condition() -> Result<()> {
    let (db, _) = five_tracks()?;
    let none = Vec::<i64>::new();
    assert_eq!(
        Track::query()
            .filter(Track::ID.is_in(none.clone()))
            .delete(&db)?,
        0
    );
    for everything in [
        Track::query().filter(Track::ID.not_in(none.clone())),
        Track::query().exclude(Track::ID.is_in(none.clone())),
    ] {
        for refused in [
            everything.delete(&db),
            everything.update(&db, Track::SECONDS.set(0)),
        ] {
            assert!(matches!(
                refused,
                Err(Error::ConditionRequired { table: "tracks" })
            ));
        }
        assert_eq!(everything.count(&db)?, 5);
        assert_eq!(everything.all_rows().update(&db, Track::SECONDS.set(0))?, 5);
    }
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}

#[test]
fn an_update_of_nothing_changes_nothing() -> Result<()> {
    let (db, log) = five_tracks()?;
    let nothing = Vec::<Assignment<Track>>::new();
    assert_eq!(
        Track::query()
            .filter(Track::ID.eq(1))
            .update(&db, nothing.clone())?,
        0
    );
    assert_eq!(Track::query().update(&db, nothing)?, 0);
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_slice_of_rows_is_named_by_the_keys() -> Result<()> {
    let (db, log) = five_tracks()?;
    let longest = Track::query().order_by(Track::SECONDS.desc()).limit(2);
    assert_eq!(longest.update(&db, Track::RATING.set(0))?, 2);
    let changed = Track::query().filter(Track::RATING.eq(0)).all(&db)?;
    assert_eq!(ids(&changed), [1, 3]);
    assert_eq!(longest.clone().offset(1).delete(&db)?, 2);
    assert_eq!(ids(&Track::all(&db)?), [1, 2, 4]);
    let statements = log.take();
    assert_eq!(
        statements[0],
        r#"UPDATE "tracks" SET "rating" = ? WHERE "tracks"."id" IN (SELECT "tracks"."id" FROM "tracks" ORDER BY "tracks"."seconds" DESC LIMIT 2)"#
    );
    assert_eq!(
        Track::query()
            .filter(Track::ID.gt(1))
            .limit(1)
            .delete(&db)?,
        1
    );
    assert_eq!(Track::query().limit(0).delete(&db)?, 0);
    assert_eq!(Track::count(&db)?, 2);
    Ok(())
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "seats")]
struct Seat {
    #[orm(primary_key)]
    row: i64,
    #[orm(primary_key)]
    number: i64,
    taken: bool,
}

#[test]
fn a_slice_of_rows_with_a_composite_key_is_named_by_all_its_parts() -> Result<()> {
    let (db, log) = crate::recorder::recorded(&orm::schema![Seat])?;
    let seats = (1..=2).flat_map(|row| (1..=2).map(move |number| (row, number)));
    for (row, number) in seats {
        Seat {
            row,
            number,
            taken: false,
        }
        .insert(&db)?;
    }
    log.take();
    let free = Seat::query()
        .filter(Seat::TAKEN.eq(false))
        .order_by((Seat::ROW, Seat::NUMBER));
    assert_eq!(free.clone().limit(3).update(&db, Seat::TAKEN.set(true))?, 3);
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "seats" SET "taken" = ? WHERE ("seats"."row", "seats"."number") IN (SELECT "seats"."row", "seats"."number" FROM "seats" WHERE "seats"."taken" = ? ORDER BY "seats"."row", "seats"."number" LIMIT 3)"#
        ]
    );
    let left = free.one(&db)?;
    assert_eq!((left.row, left.number), (2, 2));
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "boxes")]
struct Crate {
    #[orm(primary_key)]
    id: i64,
    #[orm(check = "width > 0")]
    width: i64,
    #[orm(generated = "width * width")]
    area: i64,
    #[orm(readonly, db_default = "7")]
    shelf: i64,
}

#[test]
fn columns_that_cannot_be_written_are_refused() -> Result<()> {
    let (db, log) = crate::recorder::recorded(&orm::schema![Crate])?;
    let all = Crate::query().all_rows();
    for refused in [
        all.update(&db, Crate::AREA.set(1)),
        all.update(&db, Crate::SHELF.set(1)),
        all.update(&db, [Crate::WIDTH.set(1), Crate::SHELF.set(1)]),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery { table: "boxes", .. })
        ));
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_refused_update_changes_no_row() -> Result<()> {
    let (db, _) = crate::recorder::recorded(&orm::schema![Crate])?;
    for width in [3, 2, 1] {
        Crate {
            id: 0,
            width,
            area: 0,
            shelf: 0,
        }
        .insert(&db)?;
    }
    let refused = Crate::query().all_rows().update(&db, Crate::WIDTH.set(0));
    assert!(matches!(
        refused,
        Err(Error::CheckViolation { table, columns, .. }) if table == "boxes" && columns == ["width"]
    ));
    let widths = Crate::all(&db)?.into_iter().map(|one| one.width);
    assert_eq!(widths.collect::<Vec<_>>(), [3, 2, 1]);
    Ok(())
}
