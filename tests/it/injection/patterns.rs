//! Texts in patterns: they mean themselves, or are no pattern.

use orm::prelude::*;
use orm::{Error, Result};

use super::conditions::{About, assert_conditions, shown};
use super::{Note, hostile, notes};

/// A NUL is refused, since the database would take the text for shorter than it is.
const PATTERNS: &[About] = &[
    (
        "contains",
        |text| Note::TEXT.contains(text),
        |row, text| shown(row).contains(text),
    ),
    (
        "starts_with",
        |text| Note::TEXT.starts_with(text),
        |row, text| shown(row).starts_with(text),
    ),
    (
        "ends_with",
        |text| Note::TEXT.ends_with(text),
        |row, text| shown(row).ends_with(text),
    ),
    (
        "contains_ignore_case",
        |text| Note::TEXT.contains_ignore_case(text),
        |row, text| shown(row).to_lowercase().contains(&text.to_lowercase()),
    ),
    (
        "like",
        |text| Note::TEXT.like(like(text)),
        |row, text| shown(row).eq_ignore_ascii_case(text),
    ),
];

/// Another text than a regular expression is refused as such.
const EXPRESSIONS: &[About] = &[(
    "matches",
    |text| Note::TEXT.matches(regex(text)),
    |row, text| row.contains(text),
)];

/// A pattern for LIKE that only the text meets.
fn like(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// A regular expression that only the text meets.
fn regex(text: &str) -> String {
    let codes = text
        .chars()
        .map(|character| format!("\\x{{{:x}}}", u32::from(character)));
    codes.collect()
}

#[test]
fn hostile_texts_in_patterns_mean_themselves() -> Result<()> {
    assert_conditions(PATTERNS, |text| text.contains('\0'))
}

#[test]
fn hostile_texts_in_regular_expressions_mean_themselves() -> Result<()> {
    assert_conditions(EXPRESSIONS, |_| false)
}

/// A text that is no pattern, or means something as one.
#[test]
fn hostile_patterns_give_rows_or_a_typed_error() -> Result<()> {
    let (db, _, notes) = notes()?;
    for text in hostile() {
        let like = Note::query().filter(Note::TEXT.like(&*text)).count(&db);
        let matches = Note::query().filter(Note::TEXT.matches(&*text)).count(&db);
        assert!(
            matches!(like, Ok(_) | Err(Error::Encode { .. })),
            "{text:?}: {like:?}"
        );
        assert!(
            matches!(matches, Ok(_) | Err(Error::Database { .. })),
            "{text:?}: {matches:?}"
        );
        assert_eq!(Note::count(&db)?, notes.len() as u64);
    }
    Ok(())
}
