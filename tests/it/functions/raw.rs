//! Fragments of SQL of one's own within expressions.

use orm::func::raw;
use orm::prelude::*;
use orm::{Database, Error, Expr, Result, Sql, Value};

use super::{Sample, assert_filter, assert_select, database, sample, select};

fn two() -> Result<Database> {
    database([sample(1, 10, None, None), sample(2, 20, None, None)])
}

fn sql<T>(
    text: &'static str,
    values: impl IntoIterator<Item = i64>,
) -> Expr<orm::query::scope::Any, T> {
    raw(text, values.into_iter().map(Value::from))
}

#[test]
fn a_fragment_stands_in_parentheses_with_its_values_in_order() -> Result<()> {
    let db = two()?;
    assert_select(
        &db,
        sql::<i64>("a * ? + ?", [3, 4]),
        "(a * ? + ?)",
        &[3.into(), 4.into()],
        &[7, 10],
    )?;
    let nested = (Sample::A + sql::<i64>("b - ?", [1])) * 2;
    let text = r#"("s"."a" + (b - ?)) * ?"#;
    assert_select(&db, nested, text, &[1.into(), 2.into()], &[20, 42])?;
    let condition = Sample::A.eq(2) & sql::<bool>("b > ? OR b < ?", [15, 5]) & Sample::B.gt(0);
    let text = r#""s"."a" = ? AND (b > ? OR b < ?) AND "s"."b" > ?"#;
    assert_filter(
        &db,
        condition,
        text,
        &[2.into(), 15.into(), 5.into(), 0.into()],
        &[2],
    )
}

#[test]
fn a_fragment_is_an_expression_like_others() -> Result<()> {
    let db = two()?;
    assert_filter(
        &db,
        sql::<i64>("a", []).eq(Sample::A),
        r#"(a) = "s"."a""#,
        &[],
        &[1, 2],
    )?;
    assert_filter(
        &db,
        Sample::A.is_in([sql::<i64>("b / ?", [10])]),
        r#""s"."a" IN ((b / ?))"#,
        &[10.into()],
        &[1, 2],
    )?;
    assert_filter(
        &db,
        !sql::<bool>("a = ?", [1]),
        "NOT (a = ?)",
        &[1.into()],
        &[2],
    )?;
    let sorted = Sample::query().order_by(sql::<i64>("a * ?", [-1]).asc());
    assert_eq!(sorted.select(Sample::ID).all(&db)?, [2, 1]);
    assert_eq!(
        select(&db, sql::<i64>("a", []).cast::<String>())?,
        ["1", "2"]
    );
    let set = Sample::query()
        .filter(Sample::ID.eq(1))
        .update(&db, Sample::A.set(sql::<i64>("b + ?", [5])));
    assert_eq!((set?, select(&db, Sample::A)?), (1, vec![15, 2]));
    Ok(())
}

#[test]
fn a_question_mark_in_quotes_or_a_comment_is_no_placeholder() -> Result<()> {
    let db = two()?;
    for (text, values, value) in [
        ("'?' || ?", &[1][..], "?1"),
        ("'it''s ?' || ?", &[1], "it's ?1"),
        ("? || '--' || ?", &[1, 2], "1--2"),
        ("/* why? */ ? || 'x'", &[1], "1x"),
        ("/* '*/ ? || '*/'", &[1], "1*/"),
        ("? -- and ? \n || ?", &[1, 2], "12"),
        ("? -- it's\n || '?'", &[1], "1?"),
        ("'' || ?", &[1], "1"),
        ("'\"' || ? || '\"'", &[1], "\"1\""),
        ("(SELECT \"a?\" || ? FROM (SELECT 7 AS \"a?\"))", &[1], "71"),
        ("(SELECT [a?] || ? FROM (SELECT 7 AS [a?]))", &[1], "71"),
        ("(SELECT `a?` || ? FROM (SELECT 7 AS `a?`))", &[1], "71"),
        ("'ä?ß' || ?", &[1], "ä?ß1"),
        ("? || ' -- '", &[1], "1 -- "),
        ("(8 / 4 - -?) || ''", &[1], "3"),
    ] {
        let expression = sql::<String>(text, values.iter().copied());
        let found = select(&db, expression.clone());
        assert!(
            matches!(&found, Ok(found) if found[0] == value),
            "{text}: {found:?}"
        );
        // Placeholders before and behind are still bound to their own values.
        let query =
            Sample::query().filter(Sample::A.eq(1) & expression.eq(value) & Sample::B.eq(10));
        assert_eq!(query.count(&db)?, 1, "{text}");
    }
    Ok(())
}

#[test]
fn a_comment_at_the_end_ends_with_the_fragment() -> Result<()> {
    let db = two()?;
    let query = Sample::query().filter(sql::<bool>("a = ? -- the first", [1]) & Sample::B.gt(0));
    assert_eq!(query.select(Sample::ID).all(&db)?, [1]);
    Ok(())
}

#[test]
fn another_number_of_values_than_placeholders_is_refused() -> Result<()> {
    let db = two()?;
    for (text, values) in [
        ("a = ?", &[][..]),
        ("a = 1", &[1]),
        ("a = ? OR a = ?", &[1]),
        ("a = '?'", &[1]),
        ("a = 1 -- ?", &[1]),
    ] {
        let query = Sample::query().filter(sql::<bool>(text, values.iter().copied()));
        for refused in [
            query.all(&db).map(drop),
            query.count(&db).map(drop),
            query.delete(&db).map(drop),
        ] {
            assert!(matches!(refused, Err(Error::InvalidQuery { .. })), "{text}");
        }
    }
    assert_eq!(Sample::count(&db)?, 2);
    Ok(())
}

/// Their numbers would be those of the whole statement.
#[test]
fn placeholders_with_numbers_and_names_are_refused() -> Result<()> {
    let db = two()?;
    for text in [
        "a = ?1",
        "a = ?2",
        "a = :a",
        "a = @a",
        "a = $a",
        "a = ?1 OR a = ?1",
    ] {
        let values = text.matches('?').map(|_| 1);
        let condition = Sample::B.gt(0) & sql::<bool>(text, values.collect::<Vec<_>>());
        let refused = Sample::query().filter(condition).all(&db);
        assert!(refused.is_err(), "{text}");
        assert!(
            matches!(
                refused,
                Err(Error::InvalidQuery { .. } | Error::Encode { .. })
            ),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn a_fragment_that_is_no_expression_is_the_databases_error() -> Result<()> {
    let db = two()?;
    for text in [
        "",
        "a =",
        "a)",
        "(a",
        "'a",
        "no such column",
        "nothing",
        "a; DELETE FROM s",
        "/* a",
    ] {
        let refused = Sample::query().filter(sql::<bool>(text, [])).all(&db);
        assert!(refused.is_err(), "{text}");
    }
    assert_eq!(Sample::count(&db)?, 2);
    Ok(())
}

#[test]
fn values_of_all_kinds_are_bound() -> Result<()> {
    let db = two()?;
    let hostile = "'; DROP TABLE s; --";
    let text = raw::<String>(
        "coalesce(?, ?) || ?",
        [Value::Null, hostile.into(), Value::Real(0.5)],
    );
    assert_eq!(select(&db, text)?[0], format!("{hostile}0.5"));
    let none = raw::<Option<i64>>("?", [Value::Null]);
    assert_eq!(select(&db, none)?, [None, None]);
    let made = Sql::trusted(["a", "b"].join(" + "));
    assert_eq!(select(&db, raw::<i64>(made, []))?, [11, 22]);
    let wrong = select(&db, raw::<i64>("'text'", []));
    assert!(matches!(wrong, Err(Error::Decode { position: 0, .. })));
    Ok(())
}
