//! like, contains, `starts_with` and `ends_with`.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Track, assert_filter};

#[derive(Debug, ActiveRecord)]
#[orm(table = "texts")]
struct Text {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Text])?;
    let mut texts: Vec<Text> = texts
        .into_iter()
        .map(|text| Text {
            id: 0,
            text: text.into(),
        })
        .collect();
    Text::insert_many(&db, &mut texts)?;
    Ok(db)
}

fn found(db: &Database, condition: orm::Expr<Text, bool>) -> Result<Vec<String>> {
    let query = Text::query().filter(condition).order_by(Text::ID);
    Ok(query.all(db)?.into_iter().map(|row| row.text).collect())
}

#[test]
fn patterns_are_bound_and_escaped() -> Result<()> {
    let name = r#""tracks"."name""#;
    let glob = format!("{name} GLOB ?");
    assert_filter(
        Track::NAME.contains("in"),
        &glob,
        &["*in*".into()],
        &[1, 2, 4, 5],
    )?;
    // A range beside it, in which an index finds the texts.
    let range = format!("{name} >= ? COLLATE BINARY AND {name} < ? COLLATE BINARY");
    assert_filter(
        Track::NAME.starts_with("P"),
        &format!("({glob} AND {range})"),
        &["P*".into(), "P".into(), "Q".into()],
        &[3, 4],
    )?;
    assert_filter(
        Track::NAME.ends_with("n"),
        &glob,
        &["*n".into()],
        &[1, 4, 5],
    )?;
    assert_filter(
        Track::NAME.contains("*?[]"),
        &glob,
        &["*[*][?][[]]*".into()],
        &[],
    )?;
    assert_filter(
        Track::NAME.like("P_nk%"),
        &format!(r"{name} LIKE ? ESCAPE '\'"),
        &["P_nk%".into()],
        &[4],
    )
}

/// The text behind all that begin with a text does not always end with the next character.
#[test]
fn text_is_found_by_its_first_characters_whatever_they_are() -> Result<()> {
    let last = char::MAX.to_string();
    let before_surrogates = "\u{d7ff}".to_owned();
    let starts = [
        "Z",
        "z",
        "é",
        &last,
        &before_surrogates,
        &format!("a{last}"),
        "\u{10fffe}",
    ];
    let db = texts(starts.iter().flat_map(|start| {
        [
            (*start).to_owned(),
            format!("{start}{last}"),
            format!("{start}z"),
            format!("z{start}"),
        ]
    }))?;
    for start in starts {
        let all = Text::query().all(&db)?.into_iter().map(|row| row.text);
        let expected: Vec<_> = all.filter(|text| text.starts_with(start)).collect();
        assert_eq!(
            found(&db, Text::TEXT.starts_with(start))?,
            expected,
            "{start:?}"
        );
    }
    Ok(())
}

#[test]
fn an_index_finds_the_texts_that_begin_alike() -> Result<()> {
    let db = texts(["Nina", "Bill"])?;
    db.execute("CREATE INDEX by_text ON texts (text)", &[])?;
    let plan = Text::query()
        .filter(Text::TEXT.starts_with("Ni"))
        .explain(&db)?;
    assert!(
        plan.to_string().contains("by_text (text>? AND text<?)"),
        "{plan}"
    );
    Ok(())
}

/// All pairs of short texts made of the characters that mean something in some pattern.
#[test]
fn no_character_is_a_wildcard_in_contains_starts_with_and_ends_with() -> Result<()> {
    let alphabet = [
        "%", "_", "\\", "*", "?", "[", "]", "^", "-", "!", "'", "\"", "a", "A", "ä", "𝄞",
    ];
    let mut all = vec![String::new()];
    for first in alphabet {
        all.push(first.to_owned());
        all.extend(alphabet.map(|second| format!("{first}{second}")));
    }
    let db = texts(all.iter().map(String::as_str))?;
    for needle in &all {
        let expected = |meets: &dyn Fn(&str) -> bool| -> Vec<String> {
            all.iter().filter(|text| meets(text)).cloned().collect()
        };
        let needle = needle.as_str();
        let column = Text::TEXT;
        assert_eq!(
            found(&db, column.contains(needle))?,
            expected(&|text| text.contains(needle)),
            "contains {needle}"
        );
        assert_eq!(
            found(&db, column.starts_with(needle))?,
            expected(&|text| text.starts_with(needle)),
            "starts with {needle}"
        );
        assert_eq!(
            found(&db, column.ends_with(needle))?,
            expected(&|text| text.ends_with(needle)),
            "ends with {needle}"
        );
    }
    Ok(())
}

#[test]
fn longer_texts_are_searched_in_the_middle() -> Result<()> {
    let db = texts(["100% [sic] *and* a\\b_c?", "100 sic and a/b c"])?;
    for needle in ["0% [", "[sic]", "*and*", "a\\b", "b_c", "c?"] {
        assert_eq!(
            found(&db, Text::TEXT.contains(needle))?.len(),
            1,
            "{needle}"
        );
    }
    Ok(())
}

#[test]
fn contains_starts_with_and_ends_with_tell_case_apart() -> Result<()> {
    let db = texts(["Nina", "nina", "NINA", "Änne", "änne"])?;
    assert_eq!(found(&db, Text::TEXT.contains("in"))?, ["Nina", "nina"]);
    assert_eq!(found(&db, Text::TEXT.starts_with("N"))?, ["Nina", "NINA"]);
    assert_eq!(found(&db, Text::TEXT.ends_with("A"))?, ["NINA"]);
    assert_eq!(found(&db, Text::TEXT.starts_with("Ä"))?, ["Änne"]);
    Ok(())
}

#[test]
fn like_takes_ascii_letters_for_equal() -> Result<()> {
    let db = texts(["Nina", "nina", "NINA", "Änne", "änne"])?;
    assert_eq!(
        found(&db, Text::TEXT.like("nin_"))?,
        ["Nina", "nina", "NINA"]
    );
    assert_eq!(found(&db, Text::TEXT.like("ä%"))?, ["änne"]);
    Ok(())
}

#[test]
fn a_backslash_escapes_a_wildcard_of_like() -> Result<()> {
    let db = texts(["50%", "50 cents", "a_b", "axb", "a\\b", "*"])?;
    assert_eq!(found(&db, Text::TEXT.like(r"50\%"))?, ["50%"]);
    assert_eq!(found(&db, Text::TEXT.like(r"a\_b"))?, ["a_b"]);
    assert_eq!(found(&db, Text::TEXT.like(r"a\\b"))?, ["a\\b"]);
    assert_eq!(found(&db, Text::TEXT.like("*"))?, ["*"]);
    Ok(())
}

#[test]
fn the_empty_text_is_part_of_every_text() -> Result<()> {
    let db = texts(["", "a"])?;
    assert_eq!(found(&db, Text::TEXT.contains(""))?.len(), 2);
    assert_eq!(found(&db, Text::TEXT.starts_with(""))?.len(), 2);
    assert_eq!(found(&db, Text::TEXT.ends_with(""))?.len(), 2);
    assert_eq!(found(&db, Text::TEXT.like(""))?, [""]);
    Ok(())
}

/// SQLite's patterns end at a NUL character, so that `a\0b` would be found where `a` is.
#[test]
fn a_pattern_with_a_nul_character_is_refused() -> Result<()> {
    let db = texts(["a\0b", "a", "xa"])?;
    for condition in [
        Text::TEXT.contains("a\0b"),
        Text::TEXT.starts_with("a\0"),
        Text::TEXT.ends_with("\0b"),
        Text::TEXT.like("%\0%"),
    ] {
        let refused = found(&db, condition);
        assert!(matches!(
            refused,
            Err(Error::Encode {
                table: "texts",
                column: "text",
                ..
            })
        ));
    }
    assert_eq!(found(&db, Text::TEXT.eq("a\0b"))?, ["a\0b"]);
    Ok(())
}

/// SQLite takes patterns of up to 50,000 bytes.
#[test]
fn a_pattern_that_is_too_long_is_refused() -> Result<()> {
    let db = texts(["a"])?;
    let refused = found(&db, Text::TEXT.contains("a".repeat(60_000)));
    assert!(matches!(refused, Err(Error::Database { .. })));
    assert_eq!(found(&db, Text::TEXT.contains("a"))?, ["a"]);
    Ok(())
}

#[test]
fn an_optional_column_and_a_character_are_text_too() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Mark {
        #[orm(primary_key)]
        id: i64,
        letter: char,
        remark: Option<String>,
    }

    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Mark])?;
    let mark = |letter, remark: Option<&str>| Mark {
        id: 0,
        letter,
        remark: remark.map(str::to_owned),
    };
    Mark::insert_many(&db, &mut [mark('a', None), mark('*', Some("star"))])?;
    assert_eq!(
        Mark::query()
            .filter(Mark::LETTER.contains("*"))
            .count(&db)?,
        1
    );
    assert_eq!(
        Mark::query()
            .filter(Mark::REMARK.ends_with("ar"))
            .count(&db)?,
        1
    );
    assert_eq!(
        Mark::query()
            .exclude(Mark::REMARK.ends_with("ar"))
            .count(&db)?,
        1
    );
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Value)]
struct Email(String);

impl orm::query::Text for Email {}

#[test]
fn a_newtype_of_text_can_be_matched_once_it_says_so() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Contact {
        #[orm(primary_key)]
        id: i64,
        email: Email,
    }

    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Contact])?;
    for email in ["ada@example.org", "grace@example.com"] {
        let email = Email(email.into());
        Contact { id: 0, email }.insert(&db)?;
    }
    let com = Contact::query().filter(Contact::EMAIL.ends_with(".com"));
    assert_eq!(com.one(&db)?.email, Email("grace@example.com".into()));
    Ok(())
}
