//! Upper and lower case, and comparisons that take them for equal.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Sample, assert_filter, assert_select, database, select, text};

const WORDS: [(&str, &str, &str); 7] = [
    ("ÄÖÜ é", "äöü é", "ÄÖÜ É"),
    ("Straße", "straße", "STRASSE"),
    ("İ", "i\u{307}", "İ"),
    ("ΟΔΟΣ", "οδος", "ΟΔΟΣ"),
    ("ǅ", "ǆ", "Ǆ"),
    ("Жук", "жук", "ЖУК"),
    ("", "", ""),
];

#[test]
fn lower_and_upper_know_letters_beyond_ascii() -> Result<()> {
    for (word, lower, upper) in WORDS {
        let db = database([text(word, Some(word)), text("", None)])?;
        let lowered = [lower.to_owned(), String::new()];
        assert_select(
            &db,
            Sample::TEXT.lower(),
            r#"orm_lower("s"."text")"#,
            &[],
            &lowered,
        )?;
        let uppered = [Some(upper.to_owned()), None];
        assert_select(
            &db,
            Sample::NOTE.upper(),
            r#"orm_upper("s"."note")"#,
            &[],
            &uppered,
        )?;
    }
    Ok(())
}

#[test]
fn lower_and_upper_are_as_in_rust() -> Result<()> {
    let everything: String = ('\u{1}'..='\u{2FFF}').collect();
    let db = database([text(&everything, None)])?;
    assert_eq!(
        select(&db, Sample::TEXT.lower())?,
        [everything.to_lowercase()]
    );
    assert_eq!(
        select(&db, Sample::TEXT.upper())?,
        [everything.to_uppercase()]
    );
    Ok(())
}

#[test]
fn eq_ignore_case_takes_case_for_equal_in_every_script() -> Result<()> {
    for (one, other) in [
        ("Nina", "NINA"),
        ("Ärger", "äRGER"),
        ("ΟΔΟΣ", "οδος"),
        ("οδος", "ΟΔΟΣ"),
        ("οδοσ", "ΟΔΟΣ"),
        ("ЖУК", "жук"),
        ("İstanbul", "i\u{307}STANBUL"),
        ("", ""),
        ("100%_*?[a]", "100%_*?[A]"),
    ] {
        let db = database([text(one, Some(one)), text("other", None)])?;
        let sample = || Sample::query().select(Sample::ID);
        let text = sample()
            .filter(Sample::TEXT.eq_ignore_case(other))
            .all(&db)?;
        assert_eq!(text, [1], "{one} {other}");
        let note = sample()
            .filter(Sample::NOTE.eq_ignore_case(other))
            .all(&db)?;
        assert_eq!(note, [1], "{one} {other}");
        let contained = sample()
            .filter(Sample::NOTE.contains_ignore_case(other))
            .all(&db)?;
        assert_eq!(contained, [1], "{one} {other}");
    }
    Ok(())
}

#[test]
fn eq_ignore_case_tells_other_texts_apart() -> Result<()> {
    let db = database([
        text("resume", None),
        text("résumé", None),
        text("resume ", None),
    ])?;
    let sql = r#"orm_fold("s"."text") = ?"#;
    let values = ["resume".into()];
    assert_filter(
        &db,
        Sample::TEXT.eq_ignore_case("RESUME"),
        sql,
        &values,
        &[1],
    )?;
    // NULL is neither equal nor different.
    let unknown = Sample::query().filter(!Sample::NOTE.eq_ignore_case("x"));
    assert_eq!(unknown.count(&db)?, 0);
    Ok(())
}

#[test]
fn contains_ignore_case_finds_parts_of_words() -> Result<()> {
    let db = database([
        text("ΟΔΟΣΗΜΑΝΣΗ", Some("Ärgernis")),
        text("ο δρόμος", None),
        text("50 [A]*", Some("")),
    ])?;
    let found = |needle: &str| {
        let query = Sample::query().filter(Sample::TEXT.contains_ignore_case(needle));
        query.order_by(Sample::ID).select(Sample::ID).all(&db)
    };
    assert_eq!(found("οδος")?, [1]);
    assert_eq!(found("ΔΟΣ")?, [1]);
    assert_eq!(found("Σ")?, [1, 2]);
    assert_eq!(found("[a]*")?, [3]);
    assert!(found("[b]")?.is_empty());
    assert_eq!(found("")?, [1, 2, 3]);
    let sql = r#"orm_fold("s"."note") GLOB ?"#;
    let values = ["*ärger*".into()];
    assert_filter(
        &db,
        Sample::NOTE.contains_ignore_case("ÄRGER"),
        sql,
        &values,
        &[1],
    )
}

#[test]
fn a_text_with_a_nul_is_refused_as_a_pattern_and_compared_as_a_value() -> Result<()> {
    let db = database([text("A\0B", None)])?;
    let equal = Sample::query().filter(Sample::TEXT.eq_ignore_case("a\0b"));
    assert_eq!(equal.count(&db)?, 1);
    let contained = Sample::query().filter(Sample::TEXT.contains_ignore_case("a\0"));
    assert!(matches!(contained.count(&db), Err(Error::Encode { .. })));
    Ok(())
}

#[test]
fn a_collation_of_the_database_compares_and_sorts() -> Result<()> {
    let db = database([
        text("b", None),
        text("A", Some("x ")),
        text("a", None),
        text("Ä", None),
    ])?;
    let collated = || Sample::TEXT.collate("NOCASE");
    let sql = r#""s"."text" COLLATE "NOCASE" = ?"#;
    assert_filter(&db, collated().eq("a"), sql, &["a".into()], &[2, 3])?;
    let sql = r#"("s"."text" COLLATE "NOCASE") IN (?, ?)"#;
    let values = ["B".into(), "ä".into()];
    assert_filter(&db, collated().is_in(["B", "ä"]), sql, &values, &[1])?;
    let sql = r#"("s"."text" COLLATE "NOCASE") BETWEEN ? AND ?"#;
    let values = ["A".into(), "B".into()];
    assert_filter(&db, collated().between("A", "B"), sql, &values, &[1, 2, 3])?;
    let sql = r#""s"."note" COLLATE "RTRIM" = ?"#;
    assert_filter(
        &db,
        Sample::NOTE.collate("RTRIM").eq("x"),
        sql,
        &["x".into()],
        &[2],
    )?;
    let sorted = Sample::query().order_by((collated().desc(), Sample::ID));
    assert_eq!(sorted.select(Sample::ID).all(&db)?, [4, 1, 2, 3]);
    Ok(())
}

#[test]
fn a_collation_that_is_not_there_is_refused_by_name() -> Result<()> {
    let db = database([text("b", None)])?;
    let unknown = Sample::query()
        .filter(Sample::TEXT.collate("KLINGON").eq("b"))
        .all(&db);
    let said = crate::said(&unknown.expect_err("no such collation"));
    assert!(
        said.contains("no such collation sequence: KLINGON"),
        "{said}"
    );
    for hostile in ["NOCASE\"", "a b", "", "x\0", "1a", "NOCASE; --", "ä"] {
        let refused = Sample::query()
            .filter(Sample::TEXT.collate(hostile).eq("b"))
            .all(&db);
        assert!(
            matches!(refused, Err(Error::InvalidIdentifier { .. })),
            "{hostile}"
        );
    }
    assert_eq!(Sample::count(&db)?, 1);
    Ok(())
}
