//! Texts in conditions: which rows are found is what the text says, and not what it seems to say.

use orm::prelude::*;
use orm::query::RawQuery;
use orm::{Condition, Error, Result, Sql, SqlFunction, Value, func};

use super::tokens::{self, Kind};
use super::{HARMLESS, Note, hostile, notes};

/// A condition about a text, and whether it holds for a row with another text.
pub(super) type About = (
    &'static str,
    fn(&str) -> Condition<Note>,
    fn(&str, &str) -> bool,
);

const COMPARISONS: &[About] = &[
    ("eq", |text| Note::TEXT.eq(text), |row, text| row == text),
    (
        "eq &String",
        |text| {
            let text = text.to_owned();
            Note::TEXT.eq(&text)
        },
        |row, text| row == text,
    ),
    ("ne", |text| Note::TEXT.ne(text), |row, text| row != text),
    ("lt", |text| Note::TEXT.lt(text), |row, text| row < text),
    ("le", |text| Note::TEXT.le(text), |row, text| row <= text),
    ("gt", |text| Note::TEXT.gt(text), |row, text| row > text),
    ("ge", |text| Note::TEXT.ge(text), |row, text| row >= text),
    (
        "between",
        |text| Note::TEXT.between(text, text),
        |row, text| row == text,
    ),
    (
        "is_in",
        |text| Note::TEXT.is_in([text, "x"]),
        |row, text| row == text,
    ),
    (
        "not_in",
        |text| Note::TEXT.not_in([text, "x"]),
        |row, text| row != text,
    ),
    (
        "is_distinct_from",
        |text| Note::TEXT.is_distinct_from(text),
        |row, text| row != text,
    ),
    (
        "is_not_distinct_from",
        |text| Note::TEXT.is_not_distinct_from(text),
        |row, text| row == text,
    ),
    (
        "nullif",
        |text| Note::TEXT.nullif(text).is_null(),
        |row, text| row == text,
    ),
    (
        "least",
        |text| Note::TEXT.least(text).eq(text),
        |row, text| text <= row,
    ),
    (
        "greatest",
        |text| Note::TEXT.greatest(text).eq(text),
        |row, text| text >= row,
    ),
    (
        "coalesce",
        |text| Note::EXTRA.coalesce(text).eq(Note::TEXT),
        |row, text| row == text,
    ),
    (
        "concat",
        |text| Note::TEXT.concat(text).eq(text),
        |row, _| row.is_empty(),
    ),
    (
        "instr",
        |text| Note::TEXT.instr(text).gt(0),
        |row, text| row.contains(text),
    ),
    (
        "eq_ignore_case",
        |text| Note::TEXT.eq_ignore_case(text),
        |row, text| row.to_lowercase() == text.to_lowercase(),
    ),
    (
        "value",
        |text| Note::TEXT.eq(func::value(text)),
        |row, text| row == text,
    ),
    (
        "row",
        |text| func::row((Note::TEXT, Note::NUMBER)).is_in([(text, 0)]),
        |row, text| row == text,
    ),
    (
        "row eq",
        |text| func::row((Note::TEXT, Note::NUMBER)).eq((text, 0)),
        |row, text| row == text,
    ),
    (
        "raw",
        |text| {
            Note::ID.gt(0).and(func::raw::<bool>(
                "? = \"notes\".\"text\" /* ? ' */",
                [text.into()],
            ))
        },
        |row, text| row == text,
    ),
    (
        "SqlFunction::call",
        |text| INSTR.call(Note::TEXT, text).gt(0),
        |row, text| row.contains(text),
    ),
    (
        "case when",
        |text| {
            func::case()
                .when(Note::TEXT.eq(text), true)
                .otherwise(false)
        },
        |row, text| row == text,
    ),
    (
        "case then",
        |text| {
            func::case()
                .when(Note::ID.gt(0), text)
                .otherwise("x")
                .eq(Note::TEXT)
        },
        |row, text| row == text,
    ),
    (
        "case second",
        |text| {
            func::case()
                .when(Note::ID.lt(0), "x")
                .when(Note::ID.gt(0), text)
                .otherwise("x")
                .eq(Note::TEXT)
        },
        |row, text| row == text,
    ),
    (
        "case otherwise",
        |text| {
            func::case()
                .when(Note::ID.lt(0), "x")
                .otherwise(text)
                .eq(Note::TEXT)
        },
        |row, text| row == text,
    ),
    (
        "xor",
        |text| Note::TEXT.eq(text).xor(Note::ID.lt(0)),
        |row, text| row == text,
    ),
    ("not", |text| !Note::TEXT.ne(text), |row, text| row == text),
    (
        "all",
        |text| Condition::all([Note::TEXT.eq(text), Note::ID.gt(0)]),
        |row, text| row == text,
    ),
    (
        "any",
        |text| Condition::any([Note::TEXT.eq(text), Note::ID.lt(0)]),
        |row, text| row == text,
    ),
    (
        "is_in_query",
        |text| Note::TEXT.is_in_query(with(text)),
        |row, text| row == text,
    ),
    (
        "not_in_query",
        |text| Note::TEXT.not_in_query(with(text)),
        |row, text| row != text,
    ),
    (
        "exists",
        |text| {
            Note::ID
                .gt(0)
                .and(func::exists(Note::query().filter(Note::TEXT.eq(text))))
        },
        |_, _| true,
    ),
    (
        "scalar",
        |text| Note::TEXT.eq(with(text).scalar()),
        |row, text| row == text,
    ),
];

/// The documents of the rows have the text as their only key, and as its value. SQLite ends a key at a
/// NUL, so that a text with one is refused.
const DOCUMENTS: &[About] = &[
    (
        "JsonExpression::key",
        |text| Note::DOC.key(text).exists(),
        |row, text| shown(row) == text,
    ),
    (
        "JsonPath::key",
        |text| Note::DOC.document().key(text).exists(),
        |row, text| shown(row) == text,
    ),
    (
        "JsonPath::get",
        |text| Note::DOC.key(text).get::<String>().eq(Note::TEXT),
        |row, text| shown(row) == text,
    ),
];

const MEMBERS: &[About] = &[(
    "JsonPath::contains",
    |text| Note::DOC.document().contains(text),
    |row, text| row == text,
)];

const INSTR: SqlFunction<(String, String), i64> = SqlFunction::new("instr");

fn with(text: &str) -> orm::Query<Note, String> {
    Note::query().filter(Note::TEXT.eq(text)).select(Note::TEXT)
}

/// What a database that ends text at a NUL sees of it.
pub(super) fn shown(text: &str) -> &str {
    text.split('\0').next().unwrap_or(text)
}

/// Tries conditions with every text that is not refused.
pub(super) fn assert_conditions(conditions: &[About], is_refused: fn(&str) -> bool) -> Result<()> {
    let (db, log, notes) = notes()?;
    let found = |condition: Condition<Note>| -> Result<_> {
        let query = Note::query().filter(condition).order_by(Note::ID);
        let (sql, values) = query.to_sql(&db)?;
        Ok((sql, values, query.select(Note::ID).all(&db)?))
    };
    for (name, condition, holds) in conditions {
        let (expected, values, _) = found(condition(HARMLESS))?;
        assert_eq!(
            tokens::count(&expected, Kind::Placeholder),
            values.len(),
            "{name}"
        );
        for text in hostile() {
            log.take();
            let outcome = found(condition(&text));
            if is_refused(&text) {
                let refused = matches!(
                    outcome,
                    Err(Error::Encode { .. } | Error::InvalidQuery { .. })
                );
                assert!(refused, "{name}: {text:?}");
                assert!(log.take().is_empty(), "{name}: {text:?}");
                continue;
            }
            let (sql, values, ids) = outcome.unwrap_or_else(|e| panic!("{name}: {text:?}: {e:?}"));
            assert_eq!(sql, expected, "{name}: {text:?}");
            assert_eq!(
                tokens::count(&sql, Kind::Placeholder),
                values.len(),
                "{name}"
            );
            let meant = notes.iter().filter(|note| holds(&note.text, &text));
            let meant: Vec<_> = meant.map(|note| note.id).collect();
            assert_eq!(ids, meant, "{name}: {text:?}");
        }
    }
    Ok(())
}

#[test]
fn hostile_texts_are_compared_as_they_are() -> Result<()> {
    assert_conditions(COMPARISONS, |_| false)
}

#[test]
fn hostile_texts_are_keys_and_values_of_documents() -> Result<()> {
    assert_conditions(DOCUMENTS, |text| text.contains('\0'))?;
    assert_conditions(MEMBERS, |_| false)
}

#[test]
fn hostile_values_of_a_whole_raw_query_are_bound() -> Result<()> {
    let (db, _, notes) = notes()?;
    let sql = "SELECT * FROM notes WHERE text = ? -- ?";
    for note in &notes {
        let sql = Sql::trusted(sql.to_owned());
        let query = RawQuery::new::<Note>(sql, [Value::from(&*note.text)]);
        assert_eq!(query.all(&db)?, std::slice::from_ref(note));
        assert_eq!(query.first(&db)?.as_ref(), Some(note));
        let rows = db.query(
            "SELECT id FROM notes WHERE text = ?",
            &[note.text.as_str().into()],
        )?;
        assert_eq!(rows, [[note.id.into()]]);
    }
    Ok(())
}
