//! Queries as values: kept, copied, returned, and put together from parts.

use orm::prelude::*;
use orm::query::scope::Grouped;
use orm::{Condition, Expr, Join, Order, Outer, Query, Result, func};

use super::{Genre, Track, ids, store};

fn long(tracks: Query<Track>) -> Query<Track> {
    tracks.filter(Track::SECONDS.gt(300))
}

fn newest_first(tracks: Query<Track>) -> Query<Track> {
    tracks.order_by(Track::ID.desc())
}

fn with_genre() -> Query<Join<Track, Outer<Genre>>> {
    Track::query().left_join(Track::GENRE_ID.on(Genre::ID))
}

fn names_and_lengths() -> Query<Track, (String, i64)> {
    Track::query().select((Track::NAME, Track::SECONDS))
}

fn per_genre() -> Query<Grouped<Track>, (Option<i64>, i64)> {
    Track::query()
        .group_by(Track::GENRE_ID)
        .select((Track::GENRE_ID, func::count()))
}

#[test]
fn queries_are_returned_from_functions() -> Result<()> {
    let (db, _) = store()?;
    assert_eq!(with_genre().filter(Genre::NAME.eq("Jazz")).count(&db)?, 2);
    let shortest = names_and_lengths()
        .filter(Track::GENRE_ID.eq(1))
        .order_by(Track::SECONDS);
    assert_eq!(shortest.first(&db)?, Some(("Blue in Green".into(), 327)));
    let most = per_genre()
        .having(func::count().gt(1))
        .order_by(Track::GENRE_ID.desc());
    assert_eq!(most.first(&db)?, Some((Some(2), 2)));
    Ok(())
}

#[test]
fn scopes_are_functions() -> Result<()> {
    let (db, _) = store()?;
    let tracks = Track::query().apply(long).apply(newest_first);
    assert_eq!(ids(&tracks.all(&db)?), [5, 3, 1]);
    let at_least =
        |seconds: i64| move |tracks: Query<Track>| tracks.filter(Track::SECONDS.ge(seconds));
    assert_eq!(
        Track::query().apply(at_least(400)).apply(long).count(&db)?,
        2
    );
    let jazz = |rows: Query<Join<Track, Outer<Genre>>>| rows.filter(Genre::NAME.eq("Jazz"));
    assert_eq!(with_genre().apply(jazz).count(&db)?, 2);
    Ok(())
}

#[test]
fn a_copy_goes_its_own_way() -> Result<()> {
    let (db, _) = store()?;
    let all = names_and_lengths();
    let some = all.clone().filter(Track::ID.gt(3)).limit(1);
    assert_eq!((all.count(&db)?, some.count(&db)?), (5, 1));
    assert_eq!(all.to_sql(&db)?, names_and_lengths().to_sql(&db)?);
    let groups = per_genre();
    let having = groups.clone().having(func::count().gt(1));
    assert_eq!((groups.count(&db)?, having.count(&db)?), (3, 2));
    let unselected = Track::query().group_by(Track::COMPOSER);
    assert_eq!(unselected.clone().select(func::count()).count(&db)?, 4);
    assert_eq!(unselected.select(Track::COMPOSER).count(&db)?, 4);
    Ok(())
}

fn search(text: Option<&str>, genres: Vec<i64>, order: Order<Track>) -> Query<Track> {
    let genres: Vec<Condition<Track>> = genres
        .into_iter()
        .map(|genre| Track::GENRE_ID.eq(genre))
        .collect();
    Track::query()
        .filter_if(text, |text| Track::NAME.contains(text))
        .filter_if((!genres.is_empty()).then_some(genres), Condition::any)
        .order_by(order)
}

#[test]
fn a_query_is_put_together_at_run_time() -> Result<()> {
    let (db, _) = store()?;
    let all = search(None, Vec::new(), Track::ID.asc());
    assert_eq!(ids(&all.all(&db)?), [1, 2, 3, 4, 5]);
    let some = search(Some("e"), vec![1, 2], Track::SECONDS.desc());
    assert!(some.to_sql(&db)?.0.ends_with(
        r#"WHERE "tracks"."name" GLOB ? AND ("tracks"."genre_id" = ? OR "tracks"."genre_id" = ?) ORDER BY "tracks"."seconds" DESC"#
    ));
    assert_eq!(ids(&some.all(&db)?), [1, 3, 5, 2]);
    Ok(())
}

/// What differs only in values has one text, and so one prepared statement.
#[test]
fn the_text_of_a_shape_does_not_depend_on_its_values() -> Result<()> {
    let (db, log) = store()?;
    let minutes = |most: i64, names: [&str; 2], share: f64| {
        let length: Expr<Track, i64> = Track::SECONDS / most;
        let genres = Genre::query()
            .filter(Genre::NAME.is_in(names))
            .select(Genre::ID);
        Track::query()
            .filter(Track::GENRE_ID.is_in_query(genres) & Track::PRICE.lt(share))
            .group_by(length.clone())
            .select((length.clone(), Track::NAME.join_text(names[0])))
            .having(func::count().le(most))
            .order_by(length.desc())
    };
    let rows = minutes(60, ["Jazz", "Soul"], 1.0).all(&db)?;
    assert_eq!(rows.len(), 4);
    minutes(1_000_000, ["'", "\""], -0.5).all(&db)?;
    minutes(i64::MAX, ["", "?"], 1e300).all(&db)?;
    let mut statements = log.take();
    assert_eq!(statements.len(), 3);
    statements.dedup();
    assert_eq!(statements.len(), 1);
    Ok(())
}

#[test]
fn debug_shows_no_value() -> Result<()> {
    let (db, _) = store()?;
    let query = Track::query().filter(Track::NAME.eq("secret")).limit(3);
    let condition = Track::NAME.eq("secret");
    let cursor = query.clone().subquery().keyset(&db, 1)?;
    let shown = format!(
        "{query:?} {condition:?} {cursor:?} {:?}",
        names_and_lengths()
    );
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("tracks"));
    Ok(())
}
