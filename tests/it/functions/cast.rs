//! CAST.

use orm::prelude::*;
use orm::value::{Date, DateTime, Time, Timestamp};
use orm::{Error, Result, func};
use rust_decimal::Decimal;

use crate::recorder;

use super::{Sample, assert_filter, assert_select, database, real, sample, select, text};

#[test]
fn a_cast_is_written_with_the_type_of_the_column() -> Result<()> {
    let db = database([sample(12, 0, Some(-3), None)])?;
    let (a, n) = (Sample::A, Sample::N);
    assert_select(
        &db,
        a.cast::<f64>(),
        r#"CAST("s"."a" AS REAL)"#,
        &[],
        &[12.0],
    )?;
    let sql = r#"CAST("s"."a" AS TEXT)"#;
    assert_select(&db, a.cast::<String>(), sql, &[], &["12".to_owned()])?;
    assert_select(
        &db,
        a.cast::<u8>(),
        r#"CAST("s"."a" AS INTEGER)"#,
        &[],
        &[12],
    )?;
    let sql = r#"CAST("s"."a" AS BLOB)"#;
    assert_select(&db, a.cast::<Vec<u8>>(), sql, &[], &[b"12".to_vec()])?;
    let sql = r#"CAST("s"."n" AS REAL)"#;
    assert_select(&db, n.cast::<f32>(), sql, &[], &[Some(-3.0)])?;
    let sql = r#"CAST("s"."a" AS TEXT)"#;
    assert_select(&db, a.cast::<Decimal>(), sql, &[], &[Decimal::from(12)])?;
    let sql = r#"CAST("s"."a" + ? AS TEXT)"#;
    let sum = (a + 1).cast::<String>();
    assert_select(&db, sum, sql, &[1.into()], &["13".to_owned()])
}

#[test]
fn a_cast_of_null_is_null_whatever_the_type() -> Result<()> {
    let db = database([sample(0, 0, None, None)])?;
    let n = Sample::N;
    assert_eq!(select(&db, n.cast::<f64>())?, [None]);
    assert_eq!(select(&db, n.cast::<String>())?, [None]);
    assert_eq!(select(&db, n.cast::<bool>())?, [None]);
    assert_eq!(select(&db, n.cast::<Option<u8>>())?, [None]);
    assert_eq!(select(&db, n.cast::<Decimal>())?, [None]);
    assert_eq!(select(&db, Sample::NOTE.cast::<Timestamp>())?, [None]);
    assert_eq!(select(&db, Sample::A.cast::<Option<i64>>())?, [Some(0)]);
    Ok(())
}

#[test]
fn what_does_not_fit_the_type_is_refused() -> Result<()> {
    let db = database([sample(300, 2, Some(-1), None)])?;
    let refused = [
        select(&db, Sample::A.cast::<u8>()).map(drop),
        select(&db, Sample::N.cast::<u64>()).map(drop),
        select(&db, Sample::B.cast::<bool>()).map(drop),
        select(&db, Sample::A.cast::<char>()).map(drop),
        select(&db, Sample::A.cast::<Date>()).map(drop),
        select(&db, Sample::A.cast::<uuid::Uuid>()).map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(Error::Decode { position: 0, .. })));
    }
    Ok(())
}

#[test]
fn text_is_read_as_far_as_it_is_a_number() -> Result<()> {
    let db = database([
        text("12", Some("12.75")),
        text(" 7 apples", None),
        text("none", Some("1e3")),
    ])?;
    assert_eq!(select(&db, Sample::TEXT.cast::<i64>())?, [12, 7, 0]);
    assert_eq!(
        select(&db, Sample::NOTE.cast::<i64>())?,
        [Some(12), None, Some(1)]
    );
    assert_eq!(
        select(&db, Sample::NOTE.cast::<f64>())?,
        [Some(12.75), None, Some(1000.0)]
    );
    let sql = r#"CAST("s"."text" AS INTEGER) > ?"#;
    assert_filter(
        &db,
        Sample::TEXT.cast::<i64>().gt(5),
        sql,
        &[5.into()],
        &[1, 2],
    )
}

#[test]
fn real_numbers_lose_their_fraction_and_become_text() -> Result<()> {
    let db = database([real(2.9, Some(-2.9))])?;
    assert_eq!(select(&db, Sample::X.cast::<i64>())?, [2]);
    assert_eq!(select(&db, Sample::Y.cast::<i64>())?, [Some(-2)]);
    assert_eq!(select(&db, Sample::X.cast::<String>())?, ["2.9"]);
    assert_eq!(
        select(&db, Sample::X.cast::<Decimal>())?,
        [Decimal::new(29, 1)]
    );
    Ok(())
}

/// As text `10` would come before `9.5`.
#[test]
fn a_decimal_number_that_was_cast_is_compared_as_a_number() -> Result<()> {
    let db = database([real(10.0, None), real(9.5, None), real(-3.25, None)])?;
    let decimal = || Sample::X.cast::<Decimal>();
    let above = Sample::query().filter(decimal().gt(Decimal::from(9)));
    assert_eq!(
        above.order_by(Sample::ID).select(Sample::ID).all(&db)?,
        [1, 2]
    );
    let equal = Sample::query().filter(decimal().is_in([Decimal::from(10)]));
    assert_eq!(equal.select(Sample::ID).all(&db)?, [1]);
    let sorted = Sample::query().order_by(decimal());
    assert_eq!(sorted.select(Sample::ID).all(&db)?, [3, 2, 1]);
    Ok(())
}

#[test]
fn calendar_text_is_cast_to_its_types() -> Result<()> {
    let db = database([text("2026-11-22 14:52:02", Some("2026-11-22"))])?;
    let moment = DateTime::parse("2026-11-22 14:52:02").expect("a date and time");
    assert_eq!(select(&db, Sample::TEXT.cast::<DateTime>())?, [moment]);
    assert_eq!(select(&db, Sample::TEXT.cast::<DateTime>().year())?, [2026]);
    let date = Sample::NOTE
        .cast::<Date>()
        .coalesce(func::value(moment.date()));
    assert_eq!(select(&db, date)?, [moment.date()]);
    Ok(())
}

#[test]
fn a_cast_goes_into_other_expressions() -> Result<()> {
    let db = database([sample(7, 2, None, None)])?;
    let ratio = Sample::A.cast::<f64>() / Sample::B.cast::<f64>();
    let sql = r#"CAST("s"."a" AS REAL) / CAST("s"."b" AS REAL)"#;
    assert_select(&db, ratio, sql, &[], &[3.5])?;
    let label = Sample::A
        .cast::<String>()
        .concat("/")
        .concat(Sample::B.cast::<String>());
    assert_eq!(select(&db, label)?, ["7/2"]);
    Ok(())
}

#[test]
fn a_moment_is_cast_to_its_day_and_its_time() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Moment])?;
    let clock: DateTime = "2026-01-05 10:30:00.250".parse().expect("a moment");
    Moment {
        id: 0,
        clock,
        stamp: Timestamp::from_utc(clock),
    }
    .insert(&db)?;
    let day: Date = "2026-01-05".parse().expect("a day");
    let time: Time = "10:30:00.250".parse().expect("a time");
    for of_the_day in [
        Moment::CLOCK.cast::<Date>().eq(day),
        Moment::STAMP.cast::<Date>().le(day),
        Moment::STAMP.cast::<DateTime>().eq(clock),
        Moment::CLOCK.cast::<Time>().eq(time),
        Moment::CLOCK
            .cast::<Timestamp>()
            .eq(Timestamp::from_utc(clock)),
    ] {
        assert_eq!(Moment::query().filter(of_the_day).count(&db)?, 1);
    }
    let days = Moment::query().select((Moment::CLOCK.cast::<Date>(), Moment::STAMP.cast::<Time>()));
    assert_eq!(days.all(&db)?, [(day, time)]);
    Ok(())
}

#[derive(Debug, ActiveRecord)]
struct Moment {
    #[orm(primary_key)]
    id: i64,
    clock: DateTime,
    stamp: Timestamp,
}
