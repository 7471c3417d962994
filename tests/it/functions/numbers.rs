//! Functions of numbers.

use orm::prelude::*;
use orm::{Result, Value};

use super::{Sample, assert_select, database, real, sample, select};

#[test]
fn functions_of_numbers_are_written_and_computed() -> Result<()> {
    let db = database([real(-2.5, None), real(2.4, Some(-0.5))])?;
    let (x, y) = (Sample::X, Sample::Y);
    assert_select(&db, x.abs(), r#"abs("s"."x")"#, &[], &[2.5, 2.4])?;
    assert_select(&db, y.abs(), r#"abs("s"."y")"#, &[], &[None, Some(0.5)])?;
    assert_select(&db, x.floor(), r#"orm_floor("s"."x")"#, &[], &[-3.0, 2.0])?;
    assert_select(&db, x.ceil(), r#"orm_ceil("s"."x")"#, &[], &[-2.0, 3.0])?;
    assert_select(
        &db,
        y.floor(),
        r#"orm_floor("s"."y")"#,
        &[],
        &[None, Some(-1.0)],
    )?;
    assert_select(
        &db,
        y.ceil(),
        r#"orm_ceil("s"."y")"#,
        &[],
        &[None, Some(0.0)],
    )
}

#[test]
fn round_takes_a_number_of_places() -> Result<()> {
    let db = database([
        real(2.345, Some(-2.5)),
        real(-0.05, None),
        real(1e300, Some(0.5)),
    ])?;
    let sql = r#"round("s"."x", ?)"#;
    let one = Value::Int(1);
    assert_select(&db, Sample::X.round(1), sql, &[one], &[2.3, -0.1, 1e300])?;
    let sql = r#"round("s"."y", ?)"#;
    let rounded = [Some(-3.0), None, Some(1.0)];
    assert_select(&db, Sample::Y.round(0), sql, &[0.into()], &rounded)?;
    assert_eq!(
        select(&db, Sample::X.round(u8::MAX))?,
        [2.345, -0.05, 1e300]
    );
    Ok(())
}

#[test]
fn integers_are_rounded_to_real_numbers() -> Result<()> {
    let db = database([sample(-7, 2, None, Some(7))])?;
    assert_eq!(select(&db, Sample::A.round(2))?, [-7.0]);
    assert_eq!(select(&db, Sample::A.floor())?, [-7.0]);
    assert_eq!(select(&db, Sample::A.ceil())?, [-7.0]);
    assert_eq!(select(&db, Sample::A.abs())?, [7]);
    assert_eq!(
        select(&db, (Sample::N.round(1), Sample::N.floor()))?,
        [(None, None)]
    );
    assert_eq!(
        select(&db, (Sample::M.ceil(), Sample::N.abs()))?,
        [(Some(7.0), None)]
    );
    Ok(())
}

#[test]
fn numbers_without_end_stay_so() -> Result<()> {
    let db = database([real(f64::INFINITY, Some(f64::NEG_INFINITY))])?;
    let x = Sample::X;
    let all = select(&db, (x.abs(), x.floor(), x.ceil(), x.round(2)))?;
    assert_eq!(
        all,
        [(f64::INFINITY, f64::INFINITY, f64::INFINITY, f64::INFINITY)]
    );
    assert_eq!(select(&db, Sample::Y.abs())?, [Some(f64::INFINITY)]);
    // There is no such number, and SQLite says NULL.
    assert_eq!(select(&db, Sample::X.nullable() - Sample::X)?, [None]);
    Ok(())
}

#[test]
fn functions_take_expressions() -> Result<()> {
    let db = database([sample(3, 8, None, None)])?;
    let distance = (Sample::A - Sample::B).abs();
    assert_select(&db, distance, r#"abs(("s"."a" - "s"."b"))"#, &[], &[5])?;
    let average = (Sample::A.cast::<f64>() + Sample::B.cast()) / 2.0;
    assert_eq!(select(&db, average.clone())?, [5.5]);
    assert_eq!(select(&db, average.floor().cast::<i64>())?, [5]);
    Ok(())
}

#[test]
fn a_random_number_is_another_one_for_every_row() -> Result<()> {
    let db = database((0..20).map(|a| sample(a, 0, None, None)))?;
    let mut numbers = select(&db, orm::func::random())?;
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() > 15);
    Ok(())
}
