//! coalesce, nullif, least and greatest.

use orm::prelude::*;
use orm::{Database, Result, func};

use super::{Sample, assert_filter, assert_select, database, sample, select, text};

fn three() -> Result<Database> {
    database([
        sample(1, 2, Some(10), Some(20)),
        sample(5, 5, None, Some(7)),
        sample(9, 3, None, None),
    ])
}

#[test]
fn coalesce_gives_the_first_value() -> Result<()> {
    let db = three()?;
    let (n, m) = (Sample::N, Sample::M);
    assert_select(
        &db,
        n.coalesce(0),
        r#"coalesce("s"."n", ?)"#,
        &[0.into()],
        &[10, 0, 0],
    )?;
    let to_column = n.coalesce(Sample::A);
    assert_select(
        &db,
        to_column,
        r#"coalesce("s"."n", "s"."a")"#,
        &[],
        &[10, 5, 9],
    )?;
    let of_three = n.coalesce(m.coalesce(-1));
    let sql = r#"coalesce("s"."n", coalesce("s"."m", ?))"#;
    assert_select(&db, of_three, sql, &[(-1).into()], &[10, 7, -1])
}

#[test]
fn coalesce_option_gives_null_where_both_are() -> Result<()> {
    let sql = r#"coalesce("s"."n", "s"."m")"#;
    let either = Sample::N.coalesce_option(Sample::M);
    assert_select(&three()?, either, sql, &[], &[Some(10), Some(7), None])
}

#[test]
fn coalesce_makes_a_condition_of_a_number_that_may_be_missing() -> Result<()> {
    let db = three()?;
    let sql = r#"coalesce("s"."n", coalesce(("s"."m" + ?), ?)) > ?"#;
    let either = Sample::N.coalesce((Sample::M + 1).coalesce(100));
    assert_filter(
        &db,
        either.gt(9),
        sql,
        &[1.into(), 100.into(), 9.into()],
        &[1, 3],
    )
}

#[test]
fn nullif_gives_null_for_one_value() -> Result<()> {
    let db = three()?;
    let (a, n) = (Sample::A, Sample::N);
    let values = [5.into()];
    assert_select(
        &db,
        a.nullif(5),
        r#"nullif("s"."a", ?)"#,
        &values,
        &[Some(1), None, Some(9)],
    )?;
    let same = a.nullif(Sample::B);
    assert_select(
        &db,
        same,
        r#"nullif("s"."a", "s"."b")"#,
        &[],
        &[Some(1), None, Some(9)],
    )?;
    assert_eq!(select(&db, n.nullif(10))?, [None, None, None]);
    assert_eq!(select(&db, n.nullif(None))?, [Some(10), None, None]);
    // The usual guard against a division by zero.
    assert_eq!(
        select(&db, a.nullable() / (Sample::A - 5).nullif(0))?,
        [Some(0), None, Some(2)]
    );
    Ok(())
}

#[test]
fn least_and_greatest_are_null_where_one_is() -> Result<()> {
    let db = three()?;
    let (a, b, n) = (Sample::A, Sample::B, Sample::N);
    assert_select(&db, a.least(b), r#"min("s"."a", "s"."b")"#, &[], &[1, 5, 3])?;
    assert_select(
        &db,
        a.greatest(b),
        r#"max("s"."a", "s"."b")"#,
        &[],
        &[2, 5, 9],
    )?;
    let least = n.least(Sample::M);
    assert_select(
        &db,
        least,
        r#"min("s"."n", "s"."m")"#,
        &[],
        &[Some(10), None, None],
    )?;
    assert_eq!(select(&db, n.greatest(a))?, [Some(10), None, None]);
    let clamped = a.greatest(2).least(6);
    let sql = r#"min(max("s"."a", ?), ?)"#;
    assert_select(&db, clamped, sql, &[2.into(), 6.into()], &[2, 5, 6])
}

#[test]
fn least_and_greatest_sort_text_by_its_bytes() -> Result<()> {
    let db = database([
        text("b", Some("a")),
        text("ä", Some("z")),
        text("", Some("A")),
    ])?;
    let least = Sample::TEXT.nullable().least(Sample::NOTE);
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(select(&db, least)?, [of("a"), of("z"), of("")]);
    assert_eq!(select(&db, Sample::TEXT.greatest("a"))?, ["b", "ä", "a"]);
    Ok(())
}

#[test]
fn values_alone_need_no_column() -> Result<()> {
    let db = three()?;
    let value = func::value(None::<i64>).coalesce(4);
    assert_eq!(select(&db, value)?, [4, 4, 4]);
    let joined = func::value("a").concat("b");
    assert_eq!(select(&db, joined)?, ["ab", "ab", "ab"]);
    Ok(())
}
