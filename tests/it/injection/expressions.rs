//! Texts in what is selected: they come back as they are.

use orm::prelude::*;
use orm::query::Operand as _;
use orm::{Error, Expr, Result, Window, func};

use super::tokens::{self, Kind};
use super::{HARMLESS, Note, hostile, notes};

/// An expression about a text, and what it gives in a row with another text.
type About = (
    &'static str,
    fn(&str) -> Expr<Note, Option<String>>,
    fn(&str, &str) -> Option<String>,
);

#[expect(clippy::unnecessary_wraps, reason = "what is found is an option")]
fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

const EXPRESSIONS: &[About] = &[
    (
        "concat",
        |text| Note::TEXT.concat(text).nullable(),
        |row, text| some(format!("{row}{text}")),
    ),
    (
        "replace from",
        |text| Note::TEXT.replace(text, "<>").nullable(),
        |row, text| {
            // An empty text is nowhere, and SQLite takes one that begins with NUL for empty.
            if text.is_empty() || text.starts_with('\0') {
                some(row)
            } else {
                some(row.replace(text, "<>"))
            }
        },
    ),
    (
        "replace to",
        |text| Note::TEXT.replace("'", text).nullable(),
        |row, text| some(row.replace('\'', text)),
    ),
    (
        "coalesce",
        |text| Note::EXTRA.coalesce(text).nullable(),
        |_, text| some(text),
    ),
    (
        "coalesce_option",
        |text| Note::EXTRA.coalesce_option(text),
        |_, text| some(text),
    ),
    (
        "if_absent",
        |text| Note::EXTRA.if_absent(text).into_operand(),
        |_, text| some(text),
    ),
    (
        "nullif",
        |text| Note::TEXT.nullif(text),
        |row, text| (row != text).then(|| row.to_owned()),
    ),
    (
        "least",
        |text| Note::TEXT.least(text).nullable(),
        |row, text| some(row.min(text)),
    ),
    (
        "greatest",
        |text| Note::TEXT.greatest(text).nullable(),
        |row, text| some(row.max(text)),
    ),
    (
        "case",
        |text| func::case().when(Note::TEXT.eq(text), text).end(),
        |row, text| (row == text).then(|| text.to_owned()),
    ),
    (
        "case otherwise",
        |text| {
            func::case()
                .when(Note::TEXT.eq(text), "'")
                .otherwise(text)
                .nullable()
        },
        |row, text| {
            if row == text { some("'") } else { some(text) }
        },
    ),
    (
        "value",
        |text| func::case().when(Note::ID.gt(0), func::value(text)).end(),
        |_, text| some(text),
    ),
    (
        "upper",
        |text| {
            func::case()
                .when(Note::ID.gt(0), func::value(text).upper())
                .end()
        },
        |_, text| some(text.to_uppercase()),
    ),
    (
        "lower",
        |text| {
            func::case()
                .when(Note::ID.gt(0), func::value(text).lower())
                .end()
        },
        |_, text| some(text.to_lowercase()),
    ),
    (
        "trim",
        |text| {
            func::case()
                .when(Note::ID.gt(0), func::value(text).trim())
                .end()
        },
        |_, text| some(text.trim_matches(' ')),
    ),
    (
        "substr",
        |text| {
            let text = func::value(text).substr(1, 1_000_000);
            func::case().when(Note::ID.gt(0), text).end()
        },
        // SQLite ends text at a NUL here.
        |_, text| text.split('\0').next().map(str::to_owned),
    ),
    (
        "substr_from",
        |text| {
            let text = func::value(text).substr_from(1);
            func::case().when(Note::ID.gt(0), text).end()
        },
        // SQLite ends text at a NUL here.
        |_, text| text.split('\0').next().map(str::to_owned),
    ),
    (
        "cast",
        |text| {
            func::case()
                .when(Note::ID.gt(0), func::value(text).cast::<String>())
                .end()
        },
        |_, text| some(text),
    ),
    (
        "raw",
        |text| {
            func::case()
                .when(
                    Note::ID.gt(0),
                    func::raw::<String>("'?' || ?", [text.into()]),
                )
                .end()
        },
        |_, text| some(format!("?{text}")),
    ),
    (
        "lag_or",
        |text| {
            Note::TEXT
                .lag_or(1_000_000, text)
                .over(Window::ordered_by(Note::ID))
                .nullable()
        },
        |_, text| some(text),
    ),
    (
        "lead_or",
        |text| {
            Note::TEXT
                .lead_or(1_000_000, text)
                .over(Window::ordered_by(Note::ID))
                .nullable()
        },
        |_, text| some(text),
    ),
    (
        "scalar",
        |text| func::case().when(Note::ID.gt(0), scalar(text)).end(),
        |_, text| some(text),
    ),
    (
        "get",
        |text| Note::DOC.key(text).get::<String>(),
        |row, text| (row.split('\0').next() == Some(text)).then(|| row.to_owned()),
    ),
];

/// Keys of documents that contain a NUL are refused, since SQLite would end them there.
const REFUSED: &str = "a key of a JSON document contains a NUL character";

fn scalar(text: &str) -> Expr<Note, Option<String>> {
    let other = Note::alias("other");
    let query = other.query().filter(other.column(Note::TEXT).eq(text));
    let found = query.select(other.column(Note::TEXT)).scalar();
    func::case().when(Note::ID.gt(0), found).end()
}

#[test]
fn hostile_texts_in_expressions_come_back_as_they_are() -> Result<()> {
    let (db, _, notes) = notes()?;
    for (name, expression, expected) in EXPRESSIONS {
        let query = |text: &str| Note::query().order_by(Note::ID).select(expression(text));
        let (harmless, values) = query(HARMLESS).to_sql(&db)?;
        let literals = tokens::count(&harmless, Kind::Text);
        assert_eq!(
            tokens::count(&harmless, Kind::Placeholder),
            values.len(),
            "{name}"
        );
        assert_eq!(literals, usize::from(*name == "raw"), "{name}: {harmless}");
        for text in hostile() {
            if *name == "get" && text.contains('\0') {
                let refused = query(&text).all(&db);
                let is_refused = matches!(&refused, Err(Error::InvalidQuery { reason, .. }) if *reason == REFUSED);
                assert!(is_refused, "{refused:?}");
                continue;
            }
            let (sql, _) = query(&text).to_sql(&db)?;
            assert_eq!(sql, harmless, "{name}: {text:?}");
            let found = query(&text).all(&db)?;
            for (note, found) in notes.iter().zip(found) {
                let expected = expected(&note.text, &text);
                assert_eq!(found, expected, "{name}: {text:?} in {:?}", note.text);
            }
        }
    }
    Ok(())
}

#[test]
fn hostile_texts_are_patterns_of_dates() -> Result<()> {
    let (db, _, _) = notes()?;
    let query = |text: &str| {
        let written = Note::DAY.format_date(text);
        Note::query()
            .filter(Note::ID.eq(1))
            .select(written.nullable())
    };
    let (expected, _) = query(HARMLESS).to_sql(&db)?;
    for text in hostile() {
        let (sql, values) = query(&text).to_sql(&db)?;
        assert_eq!(sql, expected);
        assert!(values.contains(&text.as_str().into()));
        let written = query(&text).one(&db)?;
        if !text.contains(['%', '\0']) {
            assert_eq!(written, Some(text));
        }
    }
    Ok(())
}

#[test]
fn hostile_texts_separate_joined_texts() -> Result<()> {
    let (db, _, notes) = notes()?;
    let all: Vec<_> = notes.iter().map(|note| note.text.as_str()).collect();
    for text in hostile() {
        let joined = Note::TEXT.join_text(&*text).sorted_by(Note::ID);
        assert_eq!(Note::query().aggregate(&db, joined)?, Some(all.join(&text)));
    }
    Ok(())
}
