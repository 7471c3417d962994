//! Conditions put together: and, or, not, exclusive or, and lists of them.

use orm::prelude::*;
use orm::{Condition, Database, Error, Result};

use super::{Sample, assert_filter, database, sample, select};

/// True, false and unknown in every pair, by `n` and `m` being 1, 0 or NULL. The ids are 1 to 9.
fn truth() -> Result<Database> {
    let values = [Some(1), Some(0), None];
    database(
        values
            .into_iter()
            .flat_map(|n| values.map(|m| sample(0, 0, n, m))),
    )
}

fn n() -> Condition<Sample> {
    Sample::N.eq(1)
}

fn m() -> Condition<Sample> {
    Sample::M.eq(1)
}

/// The ids of the rows for which a condition is true, false and unknown.
fn outcomes(db: &Database, condition: &Condition<Sample>) -> Result<[Vec<i64>; 3]> {
    let all = select(db, (Sample::ID, condition.clone().nullable()))?;
    let with = |outcome| {
        let met = all.iter().filter(move |row| row.1 == outcome);
        met.map(|row| row.0).collect::<Vec<_>>()
    };
    let split = [with(Some(true)), with(Some(false)), with(None)];
    let filtered = Sample::query()
        .filter(condition.clone())
        .order_by(Sample::ID);
    assert_eq!(filtered.select(Sample::ID).all(db)?, split[0]);
    let others = Sample::query().exclude(condition.clone());
    assert_eq!(others.count(db)?, 9 - split[0].len() as u64);
    Ok(split)
}

#[test]
fn and_or_not_and_xor_have_three_outcomes() -> Result<()> {
    let db = truth()?;
    let cases = [
        (n() & m(), [vec![1], vec![2, 4, 5, 6, 8], vec![3, 7, 9]]),
        (n() | m(), [vec![1, 2, 3, 4, 7], vec![5], vec![6, 8, 9]]),
        (!n(), [vec![4, 5, 6], vec![1, 2, 3], vec![7, 8, 9]]),
        (n() ^ m(), [vec![2, 4], vec![1, 5], vec![3, 6, 7, 8, 9]]),
        (!(n() ^ m()), [vec![1, 5], vec![2, 4], vec![3, 6, 7, 8, 9]]),
        (
            n().xor(m()) & n(),
            [vec![2], vec![1, 4, 5, 6], vec![3, 7, 8, 9]],
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(outcomes(&db, &condition)?, expected);
    }
    Ok(())
}

#[test]
fn exclusive_or_is_written_as_difference_of_conditions() -> Result<()> {
    let db = truth()?;
    let both = [1.into(), 1.into()];
    let sql = r#"("s"."n" = ?) <> ("s"."m" = ?)"#;
    assert_filter(&db, n() ^ m(), sql, &both, &[2, 4])?;
    let sql = r#""s"."flag" <> ("s"."m" = ?)"#;
    assert_filter(&db, Sample::FLAG ^ m(), sql, &[1.into()], &[1, 4, 7])?;
    let sql = r#"("s"."n" = ? AND "s"."m" = ?) <> (NOT "s"."flag")"#;
    assert_filter(
        &db,
        (n() & m()) ^ !Sample::FLAG,
        sql,
        &both,
        &[2, 4, 5, 6, 8],
    )?;
    let three = n() ^ m() ^ Sample::FLAG;
    let sql = r#"(("s"."n" = ?) <> ("s"."m" = ?)) <> "s"."flag""#;
    assert_filter(&db, three, sql, &both, &[2, 4])
}

#[test]
fn columns_of_truth_values_are_joined_as_conditions() -> Result<()> {
    let db = truth()?;
    let flag = Sample::FLAG;
    assert_filter(
        &db,
        !flag & n(),
        r#"NOT "s"."flag" AND "s"."n" = ?"#,
        &[1.into()],
        &[1, 2, 3],
    )?;
    assert_filter(&db, flag | flag, r#""s"."flag" OR "s"."flag""#, &[], &[])?;
    assert_filter(&db, flag & true, r#""s"."flag" AND ?"#, &[true.into()], &[])?;
    assert_filter(
        &db,
        n().and(flag.eq(false)),
        r#""s"."n" = ? AND "s"."flag" = ?"#,
        &[1.into(), false.into()],
        &[1, 2, 3],
    )
}

#[test]
fn and_binds_tighter_than_or_and_parentheses_keep_the_tree() -> Result<()> {
    let db = truth()?;
    let three = [1.into(), 1.into(), 3.into()];
    let id = || Sample::ID.eq(3);
    let sql = r#""s"."n" = ? AND "s"."m" = ? OR "s"."id" = ?"#;
    assert_filter(&db, n() & m() | id(), sql, &three, &[1, 3])?;
    let sql = r#""s"."n" = ? AND ("s"."m" = ? OR "s"."id" = ?)"#;
    assert_filter(&db, n() & (m() | id()), sql, &three, &[1, 3])?;
    let sql = r#"NOT ("s"."n" = ? OR "s"."m" = ?)"#;
    assert_filter(&db, !(n() | m()), sql, &[1.into(), 1.into()], &[5])?;
    let sql = r#"NOT (NOT ("s"."n" = ?))"#;
    assert_filter(&db, !!n(), sql, &[1.into()], &[1, 2, 3])
}

#[test]
fn all_and_any_join_a_list() -> Result<()> {
    let db = truth()?;
    let values = [1.into(), 1.into()];
    let sql = r#""s"."n" = ? AND "s"."m" = ?"#;
    assert_filter(&db, Condition::all(vec![n(), m()]), sql, &values, &[1])?;
    let sql = r#""s"."n" = ? OR "s"."m" = ?"#;
    assert_filter(
        &db,
        Condition::any([n(), m()]),
        sql,
        &values,
        &[1, 2, 3, 4, 7],
    )?;
    assert_filter(
        &db,
        Condition::all([n()]),
        r#""s"."n" = ?"#,
        &[1.into()],
        &[1, 2, 3],
    )?;
    let either = Condition::any([Condition::all([n(), m()]), Condition::any([n()])]);
    let sql = r#""s"."n" = ? AND "s"."m" = ? OR "s"."n" = ?"#;
    assert_filter(
        &db,
        either,
        sql,
        &[1.into(), 1.into(), 1.into()],
        &[1, 2, 3],
    )
}

#[test]
fn all_of_none_holds_and_any_of_none_does_not() -> Result<()> {
    let db = truth()?;
    let none = Vec::<Condition<Sample>>::new;
    let everything = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert_filter(&db, Condition::all(none()), "TRUE", &[], &everything)?;
    assert_filter(&db, Condition::any(none()), "FALSE", &[], &[])?;
    assert_filter(&db, !Condition::any(none()), "NOT FALSE", &[], &everything)?;
    let sql = r#"TRUE AND "s"."n" = ?"#;
    assert_filter(
        &db,
        Condition::all(none()) & n(),
        sql,
        &[1.into()],
        &[1, 2, 3],
    )?;
    let sql = r#"FALSE <> ("s"."n" = ?)"#;
    assert_filter(
        &db,
        Condition::any(none()) ^ n(),
        sql,
        &[1.into()],
        &[1, 2, 3],
    )
}

/// A list of conditions from a request may be empty.
#[test]
fn all_of_none_is_no_condition_for_a_change() -> Result<()> {
    let db = truth()?;
    let none = Vec::<Condition<Sample>>::new;
    for everything in [
        Sample::query().filter(Condition::all(none())),
        Sample::query().filter(!Condition::any(none())),
        Sample::query().exclude(Condition::any(none())),
        Sample::query().filter(Condition::all(none()) | n()),
    ] {
        let refused = everything.delete(&db);
        assert!(matches!(
            refused,
            Err(Error::ConditionRequired { table: "s" })
        ));
    }
    let nothing = Sample::query().filter(Condition::any(none()));
    assert_eq!(nothing.delete(&db)?, 0);
    assert_eq!(Sample::count(&db)?, 9);
    Ok(())
}

#[test]
fn filter_if_asks_only_for_what_is_there() -> Result<()> {
    let db = truth()?;
    let search = |n: Option<i64>, above: Option<i64>| {
        Sample::query()
            .filter_if(n, |n| Sample::N.eq(n))
            .filter_if(above, |above| Sample::ID.gt(above))
            .order_by(Sample::ID)
            .select(Sample::ID)
            .all(&db)
    };
    assert_eq!(search(None, None)?.len(), 9);
    assert_eq!(search(Some(0), None)?, [4, 5, 6]);
    assert_eq!(search(None, Some(7))?, [8, 9]);
    assert_eq!(search(Some(0), Some(4))?, [5, 6]);
    let refused = Sample::query()
        .filter_if(None::<i64>, |n| Sample::N.eq(n))
        .delete(&db);
    assert!(matches!(refused, Err(Error::ConditionRequired { .. })));
    Ok(())
}

#[test]
fn a_condition_is_compared_grouped_and_counted_like_a_value() -> Result<()> {
    let db = truth()?;
    let sql = r#"("s"."n" = ?) IS NOT DISTINCT FROM ("s"."m" = ?)"#;
    let values = [1.into(), 1.into()];
    assert_filter(&db, n().is_not_distinct_from(m()), sql, &values, &[1, 5, 9])?;
    let groups = Sample::query()
        .group_by(n().nullable())
        .select((n().nullable(), orm::func::count()));
    let mut groups = groups.all(&db)?;
    groups.sort_unstable();
    assert_eq!(groups, [(None, 3), (Some(false), 3), (Some(true), 3)]);
    Ok(())
}
