//! Pages that begin behind a row.

use orm::prelude::*;
use orm::query::{Cursor, CursorKey};
use orm::value::{Date, Timestamp};
use orm::{Error, Order, Query, Result};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Genre, Named, Sale, Track, ids, store};
use crate::recorder;

const KEY: CursorKey = CursorKey::new(*b"sixteen bytes...");

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "rows")]
struct Wide {
    #[orm(primary_key(assigned))]
    id: Uuid,
    whole: Option<i64>,
    real: Option<f64>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    yes: Option<bool>,
    day: Option<Date>,
    instant: Option<Timestamp>,
    amount: Option<Decimal>,
    other: Option<Uuid>,
}

/// Forty rows of which every column repeats its values, and is NULL in some.
fn rows() -> Vec<Wide> {
    let row = |nth: i64| {
        let some = |modulus: i64| (nth % modulus != 0).then_some(nth % modulus);
        let day = some(4).and_then(|n| Date::from_ymd(2026, 1, u8::try_from(n).unwrap_or(1)));
        let instant =
            some(3).and_then(|n| Timestamp::parse(&format!("2026-01-01 00:00:00.{n}+00:00")).ok());
        Wide {
            id: Uuid::from_u128(u128::from(nth.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            whole: some(5).map(|n| n - 2),
            real: some(4).map(|n| if n == 1 { -0.5 } else { 1e300 }),
            text: some(6).map(|n| {
                ["", "a'", "ä", "B", "\u{1F600}"][usize::try_from(n - 1).unwrap_or(0)].into()
            }),
            bytes: some(3).map(|n| vec![255; usize::try_from(n - 1).unwrap_or(0)]),
            yes: some(3).map(|n| n == 1),
            day,
            instant,
            amount: some(5).map(|n| Decimal::new(n * 1000 - 2000, 2)),
            other: some(4).map(|n| Uuid::from_u128(u128::from(n.unsigned_abs()))),
        }
    };
    (1..=40).map(row).collect()
}

/// Reads pages of several sizes, with every cursor sent as a token, and compares with all rows at once.
#[track_caller]
fn assert_pages(db: &orm::Database, query: &Query<Wide>) -> Result<()> {
    // `page` sorts by the key behind the order too.
    let all = query.page(db, 1, 100)?.items;
    assert_eq!(all.len(), 40);
    for size in [1, 7, 39, 40] {
        let (mut seen, mut next) = (Vec::new(), query.clone());
        loop {
            let page = next.keyset(db, size)?;
            seen.extend(page.items);
            let Some(cursor) = page.next else { break };
            let cursor = Cursor::from_token(&KEY, &cursor.to_token(&KEY))?;
            next = query.clone().after(&cursor)?;
        }
        assert_eq!(seen, all);
    }
    Ok(())
}

#[test]
fn pages_follow_columns_of_every_type() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Wide])?;
    Wide::insert_many(&db, &mut rows())?;
    assert_pages(&db, &Wide::query())?;
    assert_pages(&db, &Wide::query().order_by(Wide::ID.desc()))?;
    let both: Vec<[Order<Wide>; 2]> = vec![
        [Wide::WHOLE.asc(), Wide::WHOLE.desc()],
        [Wide::REAL.asc(), Wide::REAL.desc()],
        [Wide::TEXT.asc(), Wide::TEXT.desc()],
        [Wide::BYTES.asc(), Wide::BYTES.desc()],
        [Wide::YES.asc(), Wide::YES.desc()],
        [Wide::DAY.asc(), Wide::DAY.desc()],
        [Wide::INSTANT.asc(), Wide::INSTANT.desc()],
        [Wide::AMOUNT.asc(), Wide::AMOUNT.desc()],
        [Wide::OTHER.asc(), Wide::OTHER.desc()],
    ];
    for order in both.into_iter().flatten() {
        assert_pages(&db, &Wide::query().order_by(order.clone()))?;
        assert_pages(&db, &Wide::query().order_by(order.clone().nulls_first()))?;
        assert_pages(
            &db,
            &Wide::query().order_by((order.clone().nulls_last(), Wide::ID.desc())),
        )?;
        assert_pages(
            &db,
            &Wide::query().order_by((order, Wide::YES.desc(), Wide::WHOLE)),
        )?;
    }
    Ok(())
}

#[test]
fn pages_follow_expressions() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Wide])?;
    Wide::insert_many(&db, &mut rows())?;
    assert_pages(&db, &Wide::query().order_by((Wide::WHOLE * -1).asc()))?;
    assert_pages(
        &db,
        &Wide::query().order_by((Wide::TEXT.length().desc(), Wide::REAL.desc())),
    )?;
    let first = Wide::query().order_by(Wide::WHOLE.coalesce(9).asc());
    assert_pages(&db, &first)?;
    let cursor = first.keyset(&db, 1)?.next.expect("further rows");
    let other = Wide::query()
        .order_by(Wide::WHOLE.coalesce(8).asc())
        .after(&cursor);
    assert!(matches!(other, Err(Error::InvalidCursor { .. })));
    Ok(())
}

#[test]
fn a_cursor_is_a_condition_in_the_order() -> Result<()> {
    let (db, log) = store()?;
    let longest = Track::query().order_by(Track::SECONDS.desc());
    let page = longest.keyset(&db, 2)?;
    assert_eq!(ids(&page.items), [1, 3]);
    let behind = longest.after(&page.next.expect("further rows"))?;
    let sql = behind.to_sql(&db)?.0;
    assert!(
        sql.ends_with(r#"WHERE "tracks"."seconds" <= ? AND ("tracks"."seconds" < ? OR "tracks"."seconds" = ? AND "tracks"."id" > ?) ORDER BY "tracks"."seconds" DESC"#),
        "{sql}"
    );
    assert_eq!(ids(&behind.all(&db)?), [5, 2, 4]);
    log.take();
    let rows = Track::query().order_by((Track::SECONDS, Track::ID));
    let behind = rows
        .clone()
        .after(&rows.keyset(&db, 2)?.next.expect("further rows"))?;
    let sql = behind.to_sql(&db)?.0;
    assert!(
        sql.contains(r#"WHERE ("tracks"."seconds", "tracks"."id") > (?, ?) ORDER"#),
        "{sql}"
    );
    Ok(())
}

#[test]
fn a_cursor_of_another_order_or_key_is_refused() -> Result<()> {
    let (db, _) = store()?;
    let by_name = Track::query().order_by(Track::NAME);
    let cursor = by_name.keyset(&db, 2)?.next.expect("further rows");
    for other in [
        Track::query(),
        Track::query().order_by(Track::NAME.desc()),
        Track::query().order_by((Track::NAME, Track::SECONDS)),
    ] {
        assert!(matches!(
            other.after(&cursor),
            Err(Error::InvalidCursor { .. })
        ));
    }
    let token = cursor.to_token(&KEY);
    let forged = CursorKey::new([0; 16]);
    for bad in [
        token.replace('0', "1"),
        token[2..].to_owned(),
        format!("{token}00"),
        String::new(),
        "ä".into(),
    ] {
        let refused = Cursor::<Track>::from_token(&KEY, &bad);
        assert!(matches!(refused, Err(Error::InvalidCursor { .. })), "{bad}");
    }
    assert!(matches!(
        Cursor::<Track>::from_token(&forged, &token),
        Err(Error::InvalidCursor { .. })
    ));
    let of_genre = Cursor::<Genre>::from_token(&KEY, &token)?;
    let refused = Genre::query().order_by(Genre::NAME).after(&of_genre);
    assert!(matches!(refused, Err(Error::InvalidCursor { .. })));
    Ok(())
}

#[test]
fn outer_columns_may_be_null_in_a_keyset() -> Result<()> {
    let (db, _) = store()?;
    let query = || Track::query().left_join(Track::GENRE_ID.on(Genre::ID));
    let by_genre = query().order_by((Genre::NAME, Track::ID));
    let mut seen = Vec::new();
    by_genre.chunks(&db, 1, |tracks| {
        seen.extend(ids(&tracks));
        Ok(())
    })?;
    assert_eq!(seen, [4, 3, 5, 1, 2]);
    seen.clear();
    query()
        .order_by((Genre::NAME.desc(), Track::ID.desc()))
        .chunks(&db, 2, |tracks| {
            seen.extend(ids(&tracks));
            Ok(())
        })?;
    assert_eq!(seen, [2, 1, 5, 3, 4]);
    Ok(())
}

/// A track has one genre, so its own key tells the rows apart.
#[test]
fn a_join_with_one_row_at_most_adds_nothing_to_the_order() -> Result<()> {
    let (db, log) = store()?;
    let query = Track::query().join(Track::GENRE_ID.on(Genre::ID).and(Genre::NAME.ne("?")));
    let page = query.keyset(&db, 3)?;
    assert_eq!(ids(&page.items), [1, 2, 3]);
    let statement = log.take().pop().unwrap_or_default();
    assert!(
        statement.ends_with(r#"ORDER BY "tracks"."id" LIMIT 4"#),
        "{statement}"
    );
    assert_eq!(query.subquery().keyset(&db, 9)?.items.len(), 4);
    Ok(())
}

/// A track that was sold twice is there twice, wherever a part ends.
#[test]
fn rows_that_a_join_repeats_are_all_read() -> Result<()> {
    let (db, _) = store()?;
    let sold = Track::query().join(Track::ID.on(Sale::TRACK_ID));
    let outer = Track::query().left_join(Track::ID.on(Sale::TRACK_ID));
    let sale = Sale::alias("sale");
    let alias = Track::query().join(Track::ID.on(sale.column(Sale::TRACK_ID)));
    for rows in [1, 2, 3] {
        let mut seen = Vec::new();
        let mut collect = |tracks: Vec<Track>| {
            seen.extend(ids(&tracks));
            Ok(())
        };
        sold.chunks(&db, rows, &mut collect)?;
        alias.chunks(&db, rows, &mut collect)?;
        outer.chunks(&db, rows, &mut collect)?;
        assert_eq!(seen, [1, 1, 3, 5, 1, 1, 3, 5, 1, 1, 2, 3, 4, 5]);
    }
    Ok(())
}

/// Rows that nothing tells apart have no place to begin behind.
#[test]
fn a_keyset_of_rows_without_a_key_is_refused() -> Result<()> {
    let (db, _) = store()?;
    let rows = Track::query()
        .select((Track::NAME, Track::ID))
        .rows_as::<Named>();
    for query in [rows.clone(), rows.clone().order_by(Named::NAME)] {
        let refused = query.keyset(&db, 2);
        assert!(
            matches!(refused, Err(Error::InvalidQuery { table: "named", .. })),
            "{refused:?}"
        );
    }
    let sold = Track::query().join(Track::ID.on(Sale::TRACK_ID));
    let refused = sold.clone().subquery().keyset(&db, 1);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "tracks",
            ..
        })
    ));
    assert_eq!(sold.distinct().subquery().keyset(&db, 9)?.items.len(), 3);
    assert_eq!(
        rows.order_by(Named::NUMBER).page(&db, 2, 2)?.items[0].number,
        3
    );
    Ok(())
}

#[test]
fn a_cursor_is_of_an_order_and_not_of_the_way_in_which_rows_are_found() -> Result<()> {
    let (db, _) = store()?;
    let tracks = || Track::query().order_by(Track::SECONDS);
    let hinted = tracks()
        .use_index("ix_tracks__seconds")
        .comment("first page");
    let next = hinted.keyset(&db, 2)?.next.expect("more tracks");
    let rest = tracks().without_index().after(&next)?.keyset(&db, 9)?;
    let all = tracks().all(&db)?;
    let sorted = tracks().order_by(Track::ID).all(&db)?;
    assert_eq!(rest.items.len(), all.len() - 2);
    assert_eq!(ids(&rest.items), ids(&sorted)[2..]);
    Ok(())
}
