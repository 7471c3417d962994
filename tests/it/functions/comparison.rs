//! Comparisons where either side may be NULL.

use orm::prelude::*;
use orm::{Database, Error, Result, func};

use super::{Sample, assert_filter, assert_select, database, sample};

/// Two optional columns: equal, different, one NULL, the other NULL, both NULL.
fn pairs() -> Result<Database> {
    database([
        sample(1, 1, Some(1), Some(1)),
        sample(1, 2, Some(1), Some(2)),
        sample(1, 1, None, Some(1)),
        sample(1, 1, Some(1), None),
        sample(1, 1, None, None),
    ])
}

#[test]
fn columns_that_may_be_null_are_equal_only_where_both_have_a_value() -> Result<()> {
    let db = pairs()?;
    let (n, m) = (Sample::N, Sample::M);
    assert_filter(&db, n.eq(m), r#""s"."n" = "s"."m""#, &[], &[1])?;
    assert_filter(&db, n.ne(m), r#""s"."n" <> "s"."m""#, &[], &[2])?;
    assert_filter(&db, n.lt(m), r#""s"."n" < "s"."m""#, &[], &[2])?;
    assert_filter(&db, n.ge(m), r#""s"."n" >= "s"."m""#, &[], &[1])?;
    assert_filter(&db, !n.eq(m), r#"NOT ("s"."n" = "s"."m")"#, &[], &[2])
}

#[test]
fn distinction_takes_null_for_a_value() -> Result<()> {
    let db = pairs()?;
    let (n, m) = (Sample::N, Sample::M);
    let same = r#""s"."n" IS NOT DISTINCT FROM "s"."m""#;
    let other = r#""s"."n" IS DISTINCT FROM "s"."m""#;
    assert_filter(&db, n.is_not_distinct_from(m), same, &[], &[1, 5])?;
    assert_filter(&db, n.is_distinct_from(m), other, &[], &[2, 3, 4])?;
    let negated = format!("NOT ({other})");
    assert_filter(&db, !n.is_distinct_from(m), &negated, &[], &[1, 5])
}

#[test]
fn distinction_from_a_value_and_from_none() -> Result<()> {
    let db = pairs()?;
    let n = Sample::N;
    let sql = r#""s"."n" IS DISTINCT FROM ?"#;
    assert_filter(&db, n.is_distinct_from(1), sql, &[1.into()], &[3, 5])?;
    let null = [orm::Value::Null];
    assert_filter(&db, n.is_distinct_from(None), sql, &null, &[1, 2, 4])?;
    let sql = r#""s"."n" IS NOT DISTINCT FROM ?"#;
    assert_filter(&db, n.is_not_distinct_from(None), sql, &null, &[3, 5])?;
    let one = [1.into()];
    assert_filter(&db, n.is_not_distinct_from(Some(1)), sql, &one, &[1, 2, 4])
}

#[test]
fn a_column_that_has_a_value_is_compared_with_one_that_may_not() -> Result<()> {
    let db = pairs()?;
    let (a, n) = (Sample::A, Sample::N);
    assert_filter(&db, a.eq(n), r#""s"."a" = "s"."n""#, &[], &[1, 2, 4])?;
    assert_filter(&db, n.eq(a), r#""s"."n" = "s"."a""#, &[], &[1, 2, 4])?;
    let sql = r#""s"."a" IS DISTINCT FROM "s"."n""#;
    assert_filter(&db, a.is_distinct_from(n), sql, &[], &[3, 5])
}

#[test]
fn none_means_null_on_the_left_too() -> Result<()> {
    let db = pairs()?;
    let none = || func::value(None::<i64>);
    assert_filter(
        &db,
        none().eq(Sample::N),
        r#""s"."n" IS NULL"#,
        &[],
        &[3, 5],
    )?;
    let not_null = r#""s"."n" IS NOT NULL"#;
    assert_filter(&db, none().ne(Sample::N), not_null, &[], &[1, 2, 4])
}

#[test]
fn a_comparison_is_an_expression_with_three_outcomes() -> Result<()> {
    let db = pairs()?;
    let (n, m) = (Sample::N, Sample::M);
    let outcomes = [Some(true), Some(false), None, None, None];
    assert_select(
        &db,
        n.eq(m).nullable(),
        r#""s"."n" = "s"."m""#,
        &[],
        &outcomes,
    )?;
    let (equal, known) = (n.eq(m), [true, false, false, false, false]);
    let sql = r#"coalesce(("s"."n" = "s"."m"), ?)"#;
    let equal = equal.nullable().coalesce(false);
    assert_select(&db, equal, sql, &[false.into()], &known)
}

#[test]
fn an_unknown_outcome_is_no_bool() -> Result<()> {
    let db = pairs()?;
    let outcome = super::select(&db, Sample::N.eq(Sample::M));
    assert!(matches!(outcome, Err(Error::Decode { position: 0, .. })));
    Ok(())
}

#[test]
fn between_takes_expressions_and_binds_more_loosely_than_they() -> Result<()> {
    let db = pairs()?;
    let sum = Sample::A + Sample::B;
    assert_filter(
        &db,
        sum.between(Sample::B + 1, func::value(3)),
        r#"("s"."a" + "s"."b") BETWEEN ("s"."b" + ?) AND ?"#,
        &[1.into(), 3.into()],
        &[1, 2, 3, 4, 5],
    )?;
    assert_filter(
        &db,
        Sample::N.between(Sample::M, None),
        r#""s"."n" BETWEEN "s"."m" AND ?"#,
        &[orm::Value::Null],
        &[],
    )
}

#[test]
fn is_in_takes_expressions_and_null_among_columns_is_unknown() -> Result<()> {
    let db = pairs()?;
    let values = [Sample::M.into_expr(), Sample::M + 1];
    let sql = r#""s"."a" IN ("s"."m", "s"."m" + ?)"#;
    assert_filter(&db, Sample::A.is_in(values), sql, &[1.into()], &[1, 3])?;
    let sql = r#""s"."a" NOT IN ("s"."m")"#;
    assert_filter(&db, Sample::A.not_in([Sample::M]), sql, &[], &[2])
}

#[test]
fn a_value_that_cannot_be_stored_names_the_column_beside_it() -> Result<()> {
    let db = pairs()?;
    for condition in [
        Sample::X.eq(f64::NAN),
        Sample::X.between(0.0, f64::NAN),
        Sample::X.is_in([1.0, f64::NAN]),
        Sample::X.is_distinct_from(f64::NAN),
        (Sample::X + f64::NAN).gt(0.0),
    ] {
        let refused = Sample::query().filter(condition).all(&db);
        assert!(matches!(
            refused,
            Err(Error::Encode {
                table: "s",
                column: "x",
                ..
            })
        ));
    }
    let nowhere = Sample::query()
        .filter(func::value(f64::NAN).gt(0.0))
        .all(&db);
    assert!(matches!(nowhere, Err(Error::Encode { table: "", .. })));
    Ok(())
}
