//! Several columns compared as one value.

use orm::func::row;
use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Sample, assert_filter, database, sample};

fn four() -> Result<Database> {
    database([
        sample(1, 1, Some(1), None),
        sample(1, 2, None, Some(2)),
        sample(2, 1, Some(1), Some(1)),
        sample(2, 2, None, None),
    ])
}

#[test]
fn rows_are_among_rows() -> Result<()> {
    let db = four()?;
    let pair = || row((Sample::A, Sample::B));
    let sql = r#"("s"."a", "s"."b") IN (VALUES (?, ?), (?, ?))"#;
    let values = [1.into(), 2.into(), 2.into(), 1.into()];
    assert_filter(&db, pair().is_in([(1, 2), (2, 1)]), sql, &values, &[2, 3])?;
    let sql = r#"("s"."a", "s"."b") NOT IN (VALUES (?, ?))"#;
    assert_filter(
        &db,
        pair().not_in([(1, 2)]),
        sql,
        &[1.into(), 2.into()],
        &[1, 3, 4],
    )?;
    let none = Vec::<(i64, i64)>::new();
    assert_filter(&db, pair().is_in(none.clone()), "FALSE", &[], &[])?;
    assert_filter(&db, pair().not_in(none), "TRUE", &[], &[1, 2, 3, 4])
}

#[test]
fn rows_of_three_and_four_columns() -> Result<()> {
    let db = four()?;
    let three = row((Sample::ID, Sample::A, Sample::B)).is_in([(1, 1, 1), (4, 2, 2), (3, 3, 3)]);
    let sql = r#"("s"."id", "s"."a", "s"."b") IN (VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?))"#;
    let values = [1, 1, 1, 4, 2, 2, 3, 3, 3].map(Into::into);
    assert_filter(&db, three, sql, &values, &[1, 4])?;
    let four = row((Sample::ID, Sample::A, Sample::B, Sample::TEXT));
    let sql = r#"("s"."id", "s"."a", "s"."b", "s"."text") IN (VALUES (?, ?, ?, ?))"#;
    let values = [1.into(), 1.into(), 1.into(), "".into()];
    assert_filter(&db, four.is_in([(1, 1, 1, "")]), sql, &values, &[1])
}

#[test]
fn rows_are_compared_from_left_to_right() -> Result<()> {
    let db = four()?;
    let pair = || row((Sample::A, Sample::B));
    let values = [1.into(), 2.into()];
    let sql = |operator: &str| format!(r#"("s"."a", "s"."b") {operator} (?, ?)"#);
    assert_filter(&db, pair().eq((1, 2)), &sql("="), &values, &[2])?;
    assert_filter(&db, pair().ne((1, 2)), &sql("<>"), &values, &[1, 3, 4])?;
    assert_filter(&db, pair().lt((1, 2)), &sql("<"), &values, &[1])?;
    assert_filter(&db, pair().le((1, 2)), &sql("<="), &values, &[1, 2])?;
    assert_filter(&db, pair().gt((1, 2)), &sql(">"), &values, &[3, 4])?;
    assert_filter(&db, pair().ge((1, 2)), &sql(">="), &values, &[2, 3, 4])?;
    let sql = r#"("s"."a", "s"."b") BETWEEN (?, ?) AND (?, ?)"#;
    let values = [1, 2, 2, 1].map(Into::into);
    assert_filter(&db, pair().between((1, 2), (2, 1)), sql, &values, &[2, 3])?;
    let sql = r#"("s"."a", "s"."b") = ("s"."b", "s"."a")"#;
    assert_filter(&db, pair().eq((Sample::B, Sample::A)), sql, &[], &[1, 4])
}

/// As in a comparison of one column, `None` means that there is no value.
#[test]
fn none_in_a_row_asks_for_null() -> Result<()> {
    let db = four()?;
    let pair = || row((Sample::A, Sample::N));
    let find = |condition| {
        let query = Sample::query().filter(condition).order_by(Sample::ID);
        query.select(Sample::ID).all(&db)
    };
    assert_eq!(find(pair().eq((1, Some(1))))?, [1]);
    assert_eq!(find(pair().eq((1, None)))?, [2]);
    assert_eq!(find(pair().ne((1, None)))?, [1, 3, 4]);
    assert_eq!(find(pair().is_in([(1, None), (2, Some(1))]))?, [2, 3]);
    assert_eq!(find(pair().is_in([(2, None)]))?, [4]);
    assert_eq!(find(pair().not_in([(1, None), (2, None)]))?, [1, 3]);
    let both = row((Sample::N, Sample::M)).eq((None, None));
    assert_filter(
        &db,
        both,
        r#""s"."n" IS NULL AND "s"."m" IS NULL"#,
        &[],
        &[4],
    )
}

#[test]
fn a_row_is_among_the_rows_of_a_query() -> Result<()> {
    let db = four()?;
    let other = Sample::query()
        .filter(Sample::ID.le(2))
        .select((Sample::A, Sample::B));
    let query = Sample::query().filter(row((Sample::B, Sample::A)).is_in_query(other));
    assert_eq!(
        query.order_by(Sample::ID).select(Sample::ID).all(&db)?,
        [1, 3]
    );
    Ok(())
}

#[test]
fn a_value_of_a_row_that_cannot_be_stored_is_refused() -> Result<()> {
    let db = four()?;
    let query = Sample::query().filter(row((Sample::A, Sample::X)).is_in([(1, f64::NAN)]));
    assert!(matches!(query.all(&db), Err(Error::Encode { .. })));
    Ok(())
}

#[test]
fn rows_of_different_types_of_values_keep_their_types() -> Result<()> {
    let db = four()?;
    let texts = row((Sample::TEXT, Sample::FLAG, Sample::X));
    let query = Sample::query().filter(texts.is_in([(String::new(), false, 0.0)]));
    assert_eq!(query.count(&db)?, 4);
    Ok(())
}
