//! CASE.

use orm::func::case;
use orm::prelude::*;
use orm::{Database, Error, Result, func};

use super::{Sample, assert_filter, assert_select, database, sample, select};

fn three() -> Result<Database> {
    database([
        sample(1, 10, Some(5), None),
        sample(2, 20, None, Some(6)),
        sample(3, 30, None, None),
    ])
}

#[test]
fn the_first_branch_that_holds_gives_the_value() -> Result<()> {
    let db = three()?;
    let size = case()
        .when(Sample::A.le(1), "small")
        .when(Sample::A.le(2), "medium")
        .otherwise("large");
    assert_select(
        &db,
        size,
        r#"CASE WHEN "s"."a" <= ? THEN ? WHEN "s"."a" <= ? THEN ? ELSE ? END"#,
        &[
            1.into(),
            "small".into(),
            2.into(),
            "medium".into(),
            "large".into(),
        ],
        &["small", "medium", "large"].map(str::to_owned),
    )
}

#[test]
fn without_an_else_the_rest_is_null() -> Result<()> {
    let db = three()?;
    let size = case().when(Sample::A.eq(2), 7_i64).end();
    let sql = r#"CASE WHEN "s"."a" = ? THEN ? END"#;
    assert_select(
        &db,
        size,
        sql,
        &[2.into(), 7.into()],
        &[None, Some(7), None],
    )
}

#[test]
fn branches_take_columns_and_expressions() -> Result<()> {
    let db = three()?;
    let value = case()
        .when(Sample::A.eq(1), Sample::B)
        .when(Sample::A.eq(2), Sample::B * 2)
        .otherwise(-Sample::B);
    assert_select(
        &db,
        value,
        r#"CASE WHEN "s"."a" = ? THEN "s"."b" WHEN "s"."a" = ? THEN "s"."b" * ? ELSE - "s"."b" END"#,
        &[1.into(), 2.into(), 2.into()],
        &[10, 40, -30],
    )?;
    let optional = case()
        .when(Sample::N.is_not_null(), Sample::N)
        .when(Sample::M.is_not_null(), Sample::M)
        .otherwise(None);
    assert_eq!(select(&db, optional)?, [Some(5), Some(6), None]);
    Ok(())
}

#[test]
fn a_branch_whose_condition_is_unknown_is_passed_over() -> Result<()> {
    let db = three()?;
    let known = case()
        .when(Sample::N.gt(1), 1_i64)
        .when(!Sample::N.gt(1), 2)
        .otherwise(3);
    assert_eq!(select(&db, known)?, [1, 3, 3]);
    Ok(())
}

#[test]
fn cases_stand_within_each_other_and_within_other_expressions() -> Result<()> {
    let db = three()?;
    let inner = case().when(Sample::B.gt(15), 100_i64).otherwise(0);
    let outer = case().when(Sample::A.ge(2), inner).otherwise(Sample::A);
    assert_eq!(select(&db, outer.clone() + Sample::A)?, [2, 102, 103]);
    let sql = r#"CASE WHEN "s"."a" >= ? THEN CASE WHEN "s"."b" > ? THEN ? ELSE ? END ELSE "s"."a" END = ?"#;
    let values = [2.into(), 15.into(), 100.into(), 0.into(), 100.into()];
    assert_filter(&db, outer.clone().eq(100), sql, &values, &[2, 3])?;
    let sorted = Sample::query().order_by((outer.desc(), Sample::ID.desc()));
    assert_eq!(sorted.select(Sample::ID).all(&db)?, [3, 2, 1]);
    Ok(())
}

#[test]
fn a_case_of_conditions_is_a_condition() -> Result<()> {
    let db = three()?;
    let condition = case()
        .when(Sample::A.eq(1), Sample::B.gt(5))
        .otherwise(Sample::B.gt(25) & Sample::A.gt(1));
    assert_filter(
        &db,
        condition.clone(),
        r#"CASE WHEN "s"."a" = ? THEN "s"."b" > ? ELSE "s"."b" > ? AND "s"."a" > ? END"#,
        &[1.into(), 5.into(), 25.into(), 1.into()],
        &[1, 3],
    )?;
    let negated = Sample::query().filter(!condition).select(Sample::ID);
    assert_eq!(negated.all(&db)?, [2]);
    let constant = case().when(Sample::A.gt(0), true).otherwise(false);
    assert_eq!(select(&db, constant)?, [true, true, true]);
    Ok(())
}

#[test]
fn a_column_of_truth_values_is_a_branch() -> Result<()> {
    let db = three()?;
    let flag = case().when(Sample::FLAG, 1_i64).otherwise(0);
    let sql = r#"CASE WHEN "s"."flag" THEN ? ELSE ? END"#;
    assert_select(&db, flag, sql, &[1.into(), 0.into()], &[0, 0, 0])
}

#[test]
fn a_case_that_begins_with_a_value_needs_no_column_in_it() -> Result<()> {
    let db = three()?;
    let constant = case().when(func::value(true), func::value(3_i64)).end();
    assert_eq!(select(&db, constant)?, [Some(3); 3]);
    Ok(())
}

#[test]
fn a_value_in_a_branch_that_cannot_be_stored_is_refused() -> Result<()> {
    let db = three()?;
    let refused = case().when(Sample::A.eq(1), f64::NAN).otherwise(0.0);
    assert!(matches!(select(&db, refused), Err(Error::Encode { .. })));
    let refused = case().when(Sample::A.eq(1), u64::MAX).end();
    assert!(matches!(select(&db, refused), Err(Error::Encode { .. })));
    Ok(())
}

#[test]
fn a_hundred_branches_are_written() -> Result<()> {
    let db = three()?;
    let first = case().when(Sample::A.eq(0), 0_i64);
    let many = (1..300).fold(first, |branches, at| {
        branches.when(Sample::A.eq(at), at * 7)
    });
    assert_eq!(select(&db, many.end())?, [Some(7), Some(14), Some(21)]);
    Ok(())
}
