//! Many rows, each with its own values; and many rows in parts.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Genre, Track, ids, store};
use crate::recorder;

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "seats")]
struct Seat {
    #[orm(primary_key)]
    row: i64,
    #[orm(primary_key)]
    number: i64,
    guest: Option<String>,
    #[orm(check = "price >= 0")]
    price: i64,
}

fn seats(rows: i64) -> Vec<Seat> {
    let all = (1..=rows).flat_map(|row| (1..=2).map(move |number| (row, number)));
    all.map(|(row, number)| Seat {
        row,
        number,
        guest: None,
        price: row * 10,
    })
    .collect()
}

#[test]
fn rows_with_composite_keys_get_values_of_their_own() -> Result<()> {
    let (db, log) = recorder::recorded(&orm::schema![Seat])?;
    let mut all = seats(2);
    Seat::insert_many(&db, &mut all)?;
    log.take();
    all[0].guest = Some("Ada".into());
    all[0].price = 1;
    all[3].guest = Some("Dan".into());
    assert_eq!(
        Seat::update_many(&db, &mut [all[0].clone(), all[3].clone()], Seat::GUEST)?,
        2
    );
    let update = log.take().into_iter().find(|sql| sql.contains("UPDATE"));
    let update = update.unwrap_or_default();
    assert!(update.contains(r#"SET "guest" = "orm_rows"."guest" FROM "orm_rows" WHERE "seats"."row" = "orm_rows"."row" AND "seats"."number" = "orm_rows"."number""#), "{update}");
    let stored = Seat::query().order_by((Seat::ROW, Seat::NUMBER)).all(&db)?;
    let guests: Vec<_> = stored.iter().map(|seat| seat.guest.as_deref()).collect();
    assert_eq!(guests, [Some("Ada"), None, None, Some("Dan")]);
    assert_eq!(stored[0].price, 10);
    Ok(())
}

#[test]
fn of_rows_with_the_same_key_the_last_wins() -> Result<()> {
    let (db, _) = store()?;
    let genre = |id, name: &str| Genre {
        id,
        name: name.into(),
    };
    let mut rows = [genre(1, "a"), genre(2, "b"), genre(1, "c"), genre(99, "d")];
    assert_eq!(Genre::update_many(&db, &mut rows, Genre::NAME)?, 2);
    let names = Genre::query().order_by(Genre::ID).select(Genre::NAME);
    assert_eq!(names.all(&db)?, ["c", "b", "Polka"]);
    Ok(())
}

#[test]
fn nothing_to_update_asks_the_database_nothing() -> Result<()> {
    let (db, log) = store()?;
    let mut genre = Genre {
        id: 1,
        name: "Blues".into(),
    };
    assert_eq!(Genre::update_many(&db, &mut [], Genre::NAME)?, 0);
    assert_eq!(
        Genre::update_many(&db, std::slice::from_mut(&mut genre), [])?,
        0
    );
    assert!(log.take().is_empty());
    let refused = Genre::update_many(&db, &mut [genre], Genre::ID);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "genres",
            ..
        })
    ));
    Ok(())
}

#[test]
fn ten_thousand_rows_are_updated_in_few_statements() -> Result<()> {
    let (db, log) = recorder::recorded(&orm::schema![Seat])?;
    let mut all = seats(5_000);
    Seat::insert_many(&db, &mut all)?;
    log.take();
    for seat in &mut all {
        seat.price += 1;
        seat.guest = (seat.number == 1).then(|| seat.row.to_string());
    }
    assert_eq!(
        Seat::update_many(&db, &mut all, (Seat::GUEST, Seat::PRICE))?,
        10_000
    );
    let statements = log.take();
    assert_eq!(statements.len(), 4, "a transaction with two statements");
    assert_eq!(Seat::query().aggregate(&db, Seat::GUEST.count())?, 5_000);
    assert_eq!(Seat::get(&db, (5_000, 2))?.price, 50_001);
    all[9_999].price = -1;
    all[0].price = 7;
    let refused = Seat::update_many(&db, &mut all, Seat::PRICE);
    assert!(matches!(refused, Err(Error::CheckViolation { .. })));
    assert_eq!(Seat::get(&db, (1, 1))?.price, 11);
    Ok(())
}

#[test]
fn chunks_go_through_all_rows_in_order() -> Result<()> {
    let (db, log) = store()?;
    let mut seen = Vec::new();
    Track::query()
        .order_by(Track::COMPOSER.desc())
        .chunks(&db, 2, |tracks| {
            seen.push(ids(&tracks));
            Ok(())
        })?;
    assert_eq!(seen, [vec![3, 5], vec![4, 2], vec![1]]);
    assert_eq!(log.take().len(), 3);
    let mut sizes = Vec::new();
    for rows in [1, 5, 6, u64::MAX] {
        let mut parts = 0;
        Track::query().chunks(&db, rows, |_| {
            parts += 1;
            Ok(())
        })?;
        sizes.push((parts, log.take().len()));
    }
    assert_eq!(sizes, [(5, 5), (1, 1), (1, 1), (1, 1)]);
    Track::query()
        .filter(Track::ID.lt(0))
        .chunks(&db, 2, |_| panic!("there are no rows"))
}

#[test]
fn the_work_on_a_chunk_may_delete_its_rows() -> Result<()> {
    let (db, _) = store()?;
    let mut seen = 0;
    Track::query()
        .order_by(Track::SECONDS)
        .chunks(&db, 2, |tracks| {
            seen += tracks.len();
            Track::query()
                .filter(Track::ID.is_in(ids(&tracks)))
                .delete(&db)
                .map(drop)
        })?;
    assert_eq!((seen, Track::count(&db)?), (5, 0));
    Ok(())
}

#[test]
fn work_that_fails_ends_the_chunks() -> Result<()> {
    let (db, _) = store()?;
    let mut parts = 0;
    let outcome = Track::query().chunks(&db, 2, |tracks| {
        parts += 1;
        if ids(&tracks).contains(&3) {
            return Err(Error::TransactionRequired);
        }
        Ok(())
    });
    assert!(matches!(outcome, Err(Error::TransactionRequired)));
    assert_eq!(parts, 2);
    for refused in [
        Track::query().limit(4).chunks(&db, 2, |_| Ok(())),
        Track::query().distinct().chunks(&db, 2, |_| Ok(())),
        Track::query().chunks(&db, 0, |_| Ok(())),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "tracks",
                ..
            })
        ));
    }
    Ok(())
}
