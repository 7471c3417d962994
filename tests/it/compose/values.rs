//! Rows that stand in a query themselves.

use orm::prelude::*;
use orm::{Error, Query, Result};

use super::{Named, Track, store, texts};

fn rows(rows: &[(&str, i64)]) -> Query<Named> {
    Query::values(rows.iter().map(|&(name, number)| (name.to_owned(), number)))
}

#[test]
fn values_are_rows() -> Result<()> {
    let (db, log) = store()?;
    let query = rows(&[("a", 1), ("b", 2), ("c'", 3)]);
    let big = query
        .filter(Named::NUMBER.ge(2))
        .order_by(Named::NUMBER.desc());
    let (sql, values) = big.to_sql(&db)?;
    assert_eq!(
        sql,
        r#"SELECT "named"."name", "named"."number" FROM (SELECT "column1" AS "name", "column2" AS "number" FROM (VALUES (?, ?), (?, ?), (?, ?))) AS "named" WHERE "named"."number" >= ? ORDER BY "named"."number" DESC"#
    );
    assert_eq!(values.len(), 7);
    let names: Vec<String> = big.all(&db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, texts(["c'", "b"]));
    assert_eq!(big.count(&db)?, 2);
    assert_eq!(log.take().len(), 2);
    Ok(())
}

#[test]
fn no_values_are_no_rows() -> Result<()> {
    let (db, _) = store()?;
    let none = rows(&[]);
    assert_eq!(none.all(&db)?, []);
    assert_eq!(none.count(&db)?, 0);
    assert_eq!(none.exclude(Named::NUMBER.eq(1)).count(&db)?, 0);
    let joined = Track::query()
        .with_cte(rows(&[]))
        .left_join(Track::NAME.on(Named::NAME));
    let numbers: Vec<Option<i64>> = joined.select(Named::NUMBER).all(&db)?;
    assert_eq!(numbers, [None; 5]);
    Ok(())
}

#[test]
fn values_are_joined_with_a_table() -> Result<()> {
    let (db, _) = store()?;
    let wanted = rows(&[("Pink Moon", 2), ("Sinnerman", 1), ("Nobody", 3)]);
    let found = wanted
        .clone()
        .left_join(Named::NAME.on(Track::NAME))
        .order_by(Named::NUMBER)
        .select((Named::NUMBER, Track::ID));
    assert_eq!(found.all(&db)?, [(1, Some(1)), (2, Some(4)), (3, None)]);
    let tracks = Track::query()
        .with_cte(wanted)
        .join(Track::NAME.on(Named::NAME))
        .order_by(Named::NUMBER.desc())
        .select(Track::ID);
    assert_eq!(tracks.all(&db)?, [4, 1]);
    Ok(())
}

#[derive(Debug, PartialEq, FromRow)]
struct Mixed {
    whole: Option<i64>,
    real: f64,
    text: Option<String>,
    bytes: Vec<u8>,
    yes: bool,
}

#[test]
fn values_keep_their_types() -> Result<()> {
    let (db, _) = store()?;
    let all = [
        (None, 1.0, Some("1".to_owned()), vec![0], true),
        (Some(i64::MIN), -0.5, None, Vec::new(), false),
    ];
    let back = Query::<Mixed>::values(all.clone()).all(&db)?;
    let back: Vec<_> = back
        .into_iter()
        .map(|row| (row.whole, row.real, row.text, row.bytes, row.yes))
        .collect();
    assert_eq!(back, all);
    let invalid = Query::<Mixed>::values([(None, f64::NAN, None, Vec::new(), true)]);
    assert!(matches!(invalid.all(&db), Err(Error::Encode { .. })));
    Ok(())
}

#[test]
fn values_are_one_side_of_a_set() -> Result<()> {
    let (db, _) = store()?;
    let tracks = Track::query()
        .select((Track::NAME, Track::ID))
        .rows_as::<Named>();
    let missing = rows(&[("Sinnerman", 1), ("Sinnerman", 2)]).except(tracks);
    assert_eq!(
        missing.all(&db)?,
        [Named {
            name: "Sinnerman".into(),
            number: 2
        }]
    );
    Ok(())
}

#[test]
fn more_values_than_a_statement_takes_are_refused() -> Result<()> {
    let (db, _) = store()?;
    let many = Query::<Named>::values((0..16_384).map(|number| (String::new(), number)));
    assert!(matches!(
        many.count(&db),
        Err(Error::TooManyParameters { .. })
    ));
    let most = Query::<Named>::values((0..16_383).map(|number| (String::new(), number)));
    assert_eq!(most.count(&db)?, 16_383);
    Ok(())
}
