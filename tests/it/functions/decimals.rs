//! Decimal numbers, which SQLite holds as text and which are numbers all the same.

use orm::func::{self, case, row};
use orm::prelude::*;
use orm::query::IntoCondition;
use orm::{Database, Result};
use rust_decimal::Decimal;

use crate::recorder;

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "prices")]
struct Price {
    #[orm(primary_key)]
    id: i64,
    net: Decimal,
    gross: Decimal,
    old: Option<Decimal>,
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal number")
}

/// As texts, every pair of neighbors stands the other way around.
fn prices() -> Result<Database> {
    let (db, _) = recorder::recorded(&orm::schema![Price])?;
    for (net, gross, old) in [
        ("9.5", "10", Some("9.50")),
        ("10", "9.5", Some("100")),
        ("-2", "-10", None),
        (
            "123456789012345678901.1",
            "123456789012345678901.2",
            Some("9"),
        ),
    ] {
        let (net, gross) = (decimal(net), decimal(gross));
        Price {
            id: 0,
            net,
            gross,
            old: old.map(decimal),
        }
        .insert(&db)?;
    }
    Ok(db)
}

#[track_caller]
fn assert_ids<At>(
    db: &Database,
    condition: impl IntoCondition<Price, At>,
    ids: &[i64],
) -> Result<()> {
    let query = Price::query().filter(condition).order_by(Price::ID);
    let (sql, _) = query.to_sql(db)?;
    assert_eq!(query.select(Price::ID).all(db)?, ids, "{sql}");
    Ok(())
}

#[test]
fn columns_are_compared_as_numbers() -> Result<()> {
    let db = prices()?;
    let (net, gross, old) = (Price::NET, Price::GROSS, Price::OLD);
    assert_ids(&db, net.lt(gross), &[1, 4])?;
    assert_ids(&db, net.gt(gross), &[2, 3])?;
    assert_ids(&db, net.eq(old), &[1])?;
    assert_ids(&db, net.is_distinct_from(old), &[2, 3, 4])?;
    assert_ids(&db, old.ne(decimal("9.500")), &[2, 4])?;
    assert_ids(&db, net.is_in([decimal("9.500"), decimal("10.0")]), &[1, 2])?;
    assert_ids(&db, net.not_in([old, Price::OLD]), &[2, 4])?;
    assert_ids(&db, net.between(decimal("9"), decimal("11")), &[1, 2])?;
    assert_ids(&db, net.between(gross, decimal("11")), &[2, 3])
}

#[test]
fn a_value_on_the_left_is_compared_as_a_number() -> Result<()> {
    let db = prices()?;
    let nine = || func::value(decimal("9.50"));
    assert_ids(&db, nine().eq(Price::NET), &[1])?;
    assert_ids(&db, nine().lt(Price::NET), &[2, 4])?;
    assert_ids(&db, nine().is_in([Price::NET, Price::GROSS]), &[1, 2])?;
    assert_ids(&db, nine().between(Price::GROSS, Price::NET), &[2])?;
    assert_ids(&db, nine().between(decimal("-100"), Price::NET), &[1, 2, 4])
}

#[test]
fn computed_decimal_numbers_are_compared_as_numbers() -> Result<()> {
    let db = prices()?;
    let (net, gross, old) = (Price::NET, Price::GROSS, Price::OLD);
    let nine = || decimal("9.50");
    assert_ids(&db, old.coalesce(net).lt(decimal("10")), &[1, 3, 4])?;
    assert_ids(&db, net.least(gross).eq(nine()), &[1, 2])?;
    assert_ids(&db, net.greatest(gross).gt(decimal("10")), &[4])?;
    assert_ids(&db, old.nullif(nine()).is_null(), &[1, 3])?;
    assert_ids(&db, net.nullif(gross).lt(decimal("10")), &[1, 3])?;
    let chosen = || case().when(Price::ID.le(1), net).otherwise(gross);
    assert_ids(&db, chosen().lt(nine()), &[3])?;
    assert_ids(&db, chosen().is_in([nine(), decimal("10.0")]), &[1, 2])?;
    assert_ids(&db, net.nullable().lt(old), &[2])?;
    let cast = Price::ID.cast::<Decimal>();
    assert_ids(&db, cast.lt(decimal("10")), &[1, 2, 3, 4])
}

#[test]
fn least_greatest_and_order_are_those_of_numbers() -> Result<()> {
    let db = prices()?;
    let query = Price::query().order_by(Price::ID).limit(3);
    let both = query.select((
        Price::NET.least(Price::GROSS),
        Price::NET.greatest(decimal("9.75")),
    ));
    let rows = both.all(&db)?;
    let expected = [("9.5", "9.75"), ("9.5", "10"), ("-10", "9.75")];
    assert_eq!(
        rows,
        expected.map(|(least, greatest)| (decimal(least), decimal(greatest)))
    );
    let ids = |query: orm::Query<Price>| query.select(Price::ID).all(&db);
    assert_eq!(ids(Price::query().order_by(Price::NET))?, [3, 1, 2, 4]);
    assert_eq!(
        ids(Price::query().order_by(Price::OLD.coalesce(Price::NET)))?,
        [3, 4, 1, 2]
    );
    let chosen = case()
        .when(Price::ID.le(1), Price::NET)
        .otherwise(Price::GROSS);
    assert_eq!(
        ids(Price::query().order_by((chosen.desc(), Price::ID)))?,
        [4, 1, 2, 3]
    );
    Ok(())
}

#[test]
fn the_least_and_the_greatest_of_all_rows_are_those_of_numbers() -> Result<()> {
    let db = prices()?;
    let query = Price::query().filter(Price::ID.le(3));
    let extremes = query.aggregate(&db, (Price::NET.min(), Price::NET.max(), Price::OLD.min()))?;
    let of = |text| Some(decimal(text));
    assert_eq!(extremes, (of("-2"), of("10"), of("9.5")));
    let having = Price::query()
        .group_by(Price::ID)
        .select(Price::ID)
        .having(Price::NET.max().gt(decimal("9.75")))
        .order_by(Price::ID);
    assert_eq!(having.all(&db)?, [2, 4]);
    assert_eq!(
        Price::query().aggregate(&db, Price::OLD.count_distinct())?,
        3
    );
    Ok(())
}

#[test]
fn the_value_of_a_query_is_compared_as_a_number() -> Result<()> {
    let db = prices()?;
    let first = Price::query().filter(Price::ID.eq(1)).select(Price::GROSS);
    assert_ids(&db, Price::NET.lt(first.clone().scalar()), &[1, 3])?;
    assert_ids(&db, first.clone().scalar().gt(Price::NET), &[1, 3])?;
    assert_ids(
        &db,
        first.clone().scalar().eq(decimal("10.00")),
        &[1, 2, 3, 4],
    )?;
    assert_ids(
        &db,
        Price::OLD.is_in_query(Price::query().select(Price::NET)),
        &[1],
    )
}

#[test]
fn rows_with_decimal_numbers_are_compared_as_numbers() -> Result<()> {
    let db = prices()?;
    let pair = || row((Price::NET, Price::ID));
    assert_ids(&db, pair().eq((decimal("9.50"), 1)), &[1])?;
    assert_ids(&db, pair().lt((decimal("10"), 0)), &[1, 3])?;
    assert_ids(
        &db,
        pair().is_in([(decimal("9.50"), 1), (decimal("10.0"), 2)]),
        &[1, 2],
    )?;
    assert_ids(&db, pair().not_in([(decimal("9.50"), 1)]), &[2, 3, 4])
}
