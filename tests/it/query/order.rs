//! Orders.

use orm::prelude::*;
use orm::{Order, Result};

use super::{Track, assert_query, five_tracks};

const RATING: &str = r#""tracks"."rating""#;
const SECONDS: &str = r#""tracks"."seconds""#;

#[test]
fn rows_are_sorted_up_or_down() -> Result<()> {
    let up = format!("ORDER BY {SECONDS}");
    assert_query(
        &Track::query().order_by(Track::SECONDS),
        &up,
        &[4, 2, 5, 3, 1],
    )?;
    assert_query(
        &Track::query().order_by(Track::SECONDS.asc()),
        &up,
        &[4, 2, 5, 3, 1],
    )?;
    assert_query(
        &Track::query().order_by(Track::SECONDS.desc()),
        &format!("ORDER BY {SECONDS} DESC"),
        &[1, 3, 5, 2, 4],
    )
}

#[test]
fn the_first_order_counts_most() -> Result<()> {
    let sql = format!("ORDER BY {RATING} DESC, {SECONDS}");
    let rows = &[1, 4, 2, 5, 3];
    let orders = || (Track::RATING.desc(), Track::SECONDS);
    assert_query(&Track::query().order_by(orders()), &sql, rows)?;
    let one_by_one = Track::query()
        .order_by(Track::RATING.desc())
        .order_by(Track::SECONDS);
    assert_query(&one_by_one, &sql, rows)?;
    let array = [Track::RATING.desc(), Track::SECONDS.asc()];
    assert_query(&Track::query().order_by(array.clone()), &sql, rows)?;
    assert_query(&Track::query().order_by(Vec::from(array)), &sql, rows)?;
    assert_query(
        &Track::query().order_by(Vec::<Order<Track>>::new()),
        "",
        &[1, 2, 3, 4, 5],
    )
}

#[test]
fn rows_without_a_value_come_first_or_last() -> Result<()> {
    let by = |order: Order<Track>| Track::query().order_by((order, Track::ID));
    let rating = Track::RATING;
    let id = r#""tracks"."id""#;
    assert_query(
        &by(rating.asc().nulls_first()),
        &format!("ORDER BY {RATING} NULLS FIRST, {id}"),
        &[3, 5, 2, 4, 1],
    )?;
    assert_query(
        &by(rating.asc().nulls_last()),
        &format!("ORDER BY {RATING} NULLS LAST, {id}"),
        &[5, 2, 4, 1, 3],
    )?;
    assert_query(
        &by(rating.desc().nulls_first()),
        &format!("ORDER BY {RATING} DESC NULLS FIRST, {id}"),
        &[3, 1, 2, 4, 5],
    )?;
    assert_query(
        &by(rating.desc().nulls_last()),
        &format!("ORDER BY {RATING} DESC NULLS LAST, {id}"),
        &[1, 2, 4, 5, 3],
    )
}

#[test]
fn a_condition_can_be_an_order() -> Result<()> {
    let query =
        Track::query().order_by((Track::COMPOSER.eq("Evans").desc().nulls_last(), Track::ID));
    assert_query(
        &query,
        r#"ORDER BY "tracks"."composer" = ? DESC NULLS LAST, "tracks"."id""#,
        &[3, 5, 2, 4, 1],
    )
}

#[test]
fn values_of_a_filter_come_before_those_of_an_order() -> Result<()> {
    let (db, _) = five_tracks()?;
    let query = Track::query()
        .order_by(Track::ID.eq(5).desc())
        .filter(Track::SECONDS.gt(300));
    assert_eq!(query.first(&db)?.map(|track| track.id), Some(5));
    let (_, values) = query.to_sql(&db)?;
    assert!(values == [300.into(), 5.into()]);
    Ok(())
}

#[test]
fn last_is_the_first_from_the_other_end() -> Result<()> {
    let (db, log) = five_tracks()?;
    let id = |track: Option<Track>| track.map(|track| track.id);
    let query = Track::query().order_by((Track::RATING.asc().nulls_first(), Track::SECONDS.desc()));
    assert_eq!(id(query.first(&db)?), Some(3));
    assert_eq!(id(query.last(&db)?), Some(1));
    let statements = log.take();
    assert!(statements[1].ends_with(&format!(
        "ORDER BY {RATING} DESC NULLS LAST, {SECONDS} LIMIT 1"
    )));
    Ok(())
}
