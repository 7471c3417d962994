//! Regular expressions.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Sample, assert_filter, database, text};

#[test]
fn a_pattern_is_bound_and_found_anywhere() -> Result<()> {
    let db = database([
        text("Feeling Good", Some("a\nb")),
        text("feeling", None),
        text("", Some("")),
    ])?;
    let sql = r#"orm_regexp("s"."text", ?)"#;
    let matched = |pattern: &'static str, ids: &[i64]| {
        assert_filter(
            &db,
            Sample::TEXT.matches(pattern),
            sql,
            &[pattern.into()],
            ids,
        )
    };
    matched("eel", &[1, 2])?;
    matched("^f", &[2])?;
    matched("(?i)^FEEL", &[1, 2])?;
    matched(r"\bGood$", &[1])?;
    matched("^$", &[3])?;
    matched("", &[1, 2, 3])?;
    matched("[0-9]", &[])
}

#[test]
fn a_null_neither_matches_nor_does_not() -> Result<()> {
    let db = database([text("a", Some("a\nb")), text("a", None)])?;
    let sql = r#"orm_regexp("s"."note", ?)"#;
    assert_filter(&db, Sample::NOTE.matches("."), sql, &[".".into()], &[1])?;
    let negated = format!("NOT {sql}");
    assert_filter(
        &db,
        !Sample::NOTE.matches("x"),
        &negated,
        &["x".into()],
        &[1],
    )?;
    assert_filter(
        &db,
        Sample::NOTE.matches("(?m)^b$"),
        sql,
        &["(?m)^b$".into()],
        &[1],
    )?;
    assert_filter(&db, Sample::NOTE.matches("^b$"), sql, &["^b$".into()], &[])
}

#[test]
fn letters_beyond_ascii_have_classes_and_case() -> Result<()> {
    let db = database([
        text("ÄRGER", None),
        text("жук", None),
        text("𝄞 1", None),
        text("a\0b", None),
    ])?;
    for (pattern, ids) in [
        ("(?i)ärger", &[1][..]),
        (r"^\w+$", &[1, 2]),
        (r"\p{Cyrillic}", &[2]),
        (r"^. \d$", &[3]),
        (r"a\x00b", &[4]),
        ("a\0b", &[4]),
    ] {
        let query = Sample::query().filter(Sample::TEXT.matches(pattern));
        assert_eq!(
            query.order_by(Sample::ID).select(Sample::ID).all(&db)?,
            ids,
            "{pattern}"
        );
    }
    Ok(())
}

#[test]
fn a_pattern_that_is_none_is_an_error_and_the_connection_lives_on() -> Result<()> {
    let db = database([text("secret", None)])?;
    for pattern in [
        "(",
        "[z-a]",
        "*",
        r"\",
        "(?P<",
        "a{99999}{99999}",
        r"(?=a)",
        r"\1",
    ] {
        let query = Sample::query().filter(Sample::TEXT.matches(pattern));
        let error = query.all(&db).expect_err("no regular expression");
        assert!(
            matches!(error, Error::Database { .. }),
            "{pattern}: {error:?}"
        );
        assert!(!crate::said(&error).contains("secret"));
        let good = Sample::query().filter(Sample::TEXT.matches("^secret$"));
        assert_eq!(good.count(&db)?, 1);
    }
    let outcome = db.transaction(|tx| {
        Sample::query()
            .filter(Sample::TEXT.matches("s"))
            .update(tx, Sample::A.set(5))?;
        let refused = Sample::query().filter(Sample::TEXT.matches("(")).count(tx);
        assert!(refused.is_err());
        Sample::query().filter(Sample::A.eq(5)).count(tx)
    });
    assert_eq!(outcome?, 1);
    Ok(())
}

#[test]
fn a_pattern_that_would_go_back_for_ever_ends() -> Result<()> {
    let db = database([text(&"a".repeat(5_000), None)])?;
    let query = Sample::query().filter(Sample::TEXT.matches("^(a+)+b$"));
    assert_eq!(query.count(&db)?, 0);
    Ok(())
}

#[test]
fn a_match_is_a_condition_among_others_and_of_expressions() -> Result<()> {
    let db = database([
        text("Ab", None),
        text("ab", Some("x")),
        text("b", Some("y")),
    ])?;
    let query = Sample::query()
        .filter(Sample::TEXT.lower().matches("^a") ^ Sample::NOTE.coalesce("").matches("x|y"));
    assert_eq!(
        query.order_by(Sample::ID).select(Sample::ID).all(&db)?,
        [1, 3]
    );
    let flags = super::select(&db, Sample::TEXT.matches("^[A-Z]"))?;
    assert_eq!(flags, [true, false, false]);
    Ok(())
}
