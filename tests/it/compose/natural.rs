//! What is natural to write, and takes several parts of the language to be right.

use orm::prelude::*;
use orm::{Condition, Result, Window, func};
use rust_decimal::Decimal;

use super::{Genre, Named, Track, ids, store};
use crate::recorder;

#[test]
fn a_union_of_tuples_becomes_rows_of_a_struct_that_can_be_queried() -> Result<()> {
    let (db, _) = store()?;
    let tracks = Track::query().select((Track::NAME, Track::ID));
    let genres = Genre::query().select((Genre::NAME, Genre::ID));
    for limited in [false, true] {
        let first = if limited {
            tracks.clone().limit(2)
        } else {
            tracks.clone()
        };
        let both = first.union(genres.clone()).rows_as::<Named>();
        let all = both.all(&db)?;
        let sorted = both.clone().order_by(Named::NAME).all(&db)?;
        assert_eq!(sorted.len(), all.len());
        assert!(sorted.is_sorted_by_key(|row| row.name.clone()));
        let second = both.clone().filter(Named::NUMBER.eq(2));
        let expected = all.iter().filter(|row| row.number == 2).count();
        assert_eq!(second.count(&db)?, expected as u64);
        let cut = both.limit(3).subquery().order_by(Named::NUMBER.desc());
        assert_eq!(cut.all(&db)?.len(), 3);
    }
    Ok(())
}

#[derive(Debug, ActiveRecord)]
struct Price {
    #[orm(primary_key)]
    id: i64,
    net: Decimal,
}

/// As text, 3.0 and 3.00 are two values.
#[test]
fn equal_decimals_are_one_in_distinct_and_in_sets() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Price])?;
    for net in ["3.00", "3.0", "3", "10"] {
        let net = net.parse().expect("a decimal number");
        Price { id: 0, net }.insert(&db)?;
    }
    let all = Price::query().select(Price::NET);
    assert_eq!(all.clone().distinct().count(&db)?, 2);
    assert_eq!(all.clone().union(all.clone()).count(&db)?, 2);
    assert_eq!(all.clone().union_all(all.clone()).count(&db)?, 8);
    let of = |id| Price::query().filter(Price::ID.eq(id)).select(Price::NET);
    assert_eq!(of(1).intersect(of(2)).all(&db)?.len(), 1);
    assert_eq!(of(1).except(of(3)).all(&db)?.len(), 0);
    assert_eq!(all.limit(1).union(of(2)).count(&db)?, 1);
    Ok(())
}

#[test]
fn groups_are_ranked_within_others_by_an_aggregate() -> Result<()> {
    let (db, _) = store()?;
    let longest = Track::SECONDS.sum().desc();
    let rank = func::rank().over(Window::partition_by(Track::GENRE_ID).order_by(longest.clone()));
    let turned = func::rank().over(Window::ordered_by(longest).partition(Track::GENRE_ID));
    let rows = Track::query()
        .group_by((Track::GENRE_ID, Track::ID))
        .order_by(Track::ID)
        .select((rank, turned))
        .all(&db)?;
    assert!(rows.iter().all(|(one, other)| one == other));
    assert!(rows.iter().any(|(rank, _)| *rank > 1));
    Ok(())
}

#[test]
fn what_is_absent_in_a_left_join_gets_another_value() -> Result<()> {
    let (db, _) = store()?;
    let rows: Vec<(i64, String)> = Track::query()
        .left_join(Track::GENRE_ID.on(Genre::ID))
        .order_by(Track::ID)
        .select((Track::ID, Genre::NAME.if_absent("none")))
        .all(&db)?;
    let without = Track::query()
        .filter(Track::GENRE_ID.is_null())
        .order_by(Track::ID);
    let named: Vec<_> = rows.iter().filter(|(_, name)| name == "none").collect();
    let named: Vec<i64> = named.into_iter().map(|(id, _)| *id).collect();
    assert_eq!(named, ids(&without.all(&db)?));
    assert!(!named.is_empty());
    Ok(())
}

#[test]
fn conditions_on_several_tables_are_collected() -> Result<()> {
    let (db, _) = store()?;
    let conditions = vec![Track::SECONDS.gt(0).joined(), Genre::ID.gt(0).joined()];
    let joined = Track::query().join(Track::GENRE_ID.on(Genre::ID));
    let all = joined.clone().filter(Condition::all(conditions));
    assert_eq!(all.count(&db)?, joined.count(&db)?);
    Ok(())
}
