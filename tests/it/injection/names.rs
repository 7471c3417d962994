//! Texts that are names: one that is no name is a typed error before anything runs, and every other stays
//! within its quotes.

use orm::driver::push_identifier;
use orm::prelude::*;
use orm::{Database, Error, Query, Result, SqlFunction};

use super::tokens::{self, Kind};
use super::{HARMLESS, Note, contents, hostile, notes};

fn leak(text: &str) -> &'static str {
    String::from(text).leak()
}

/// Whether a text can be an alias, the name of a function or of a collation.
fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A query that says a name, and how many quoted names more than without it.
type Naming = (&'static str, fn(&'static str) -> Query<Note, i64>);

const NAMINGS: &[Naming] = &[
    ("alias and column", |name| {
        let other = Note::alias(name);
        let same = Note::ID.on(other.column(Note::ID));
        Note::query().join(same).select(Note::ID).limit(1).untyped()
    }),
    ("alias of a left_join", |name| {
        let other = Note::alias(name).left();
        let same = Note::ID.on(other.column(Note::ID));
        Note::query().left_join(same).select(Note::ID).untyped()
    }),
    ("query of an alias", |name| {
        let other = Note::alias(name);
        other
            .query()
            .filter(other.column(Note::ID).gt(0))
            .select(other.column(Note::ID))
            .untyped()
    }),
    ("collate", |name| {
        Note::query()
            .filter(Note::TEXT.collate(name).eq("a"))
            .select(Note::ID)
    }),
    ("SqlFunction::new", |name| {
        let function = SqlFunction::<(String,), String>::new(name);
        Note::query()
            .filter(function.call(Note::TEXT).eq("a"))
            .select(Note::ID)
    }),
    ("SqlFunction::new without arguments", |name| {
        let function = SqlFunction::<(), i64>::new(name);
        Note::query()
            .filter(Note::ID.eq(function.call()))
            .select(Note::ID)
    }),
];

/// The query as one of notes, so that all have one type.
trait Untyped {
    fn untyped(self) -> Query<Note, i64>;
}

impl<S: orm::query::scope::Scope> Untyped for Query<S, i64> {
    fn untyped(self) -> Query<Note, i64> {
        Note::query()
            .filter(Note::ID.is_in_query(self))
            .select(Note::ID)
    }
}

#[test]
fn hostile_aliases_functions_and_collations_are_refused() -> Result<()> {
    let (db, log, _) = notes()?;
    let before = contents(&db)?;
    for (call, query) in NAMINGS {
        let (expected, _) = query(HARMLESS).to_sql(&db)?;
        for text in hostile() {
            log.take();
            let query = query(leak(&text));
            match query.to_sql(&db) {
                Ok((sql, _)) => {
                    assert!(is_name(&text), "{call}: {text:?}");
                    assert_eq!(
                        tokens::kinds(&sql),
                        tokens::kinds(&expected),
                        "{call}: {text:?}"
                    );
                }
                Err(error) => {
                    let named = matches!(error, Error::InvalidIdentifier { .. });
                    assert!(named && !is_name(&text), "{call}: {text:?}: {error:?}");
                    assert!(query.all(&db).is_err(), "{call}: {text:?}");
                    assert!(log.take().is_empty(), "{call}: {text:?}");
                }
            }
        }
    }
    assert_eq!(contents(&db)?, before);
    Ok(())
}

#[test]
fn hostile_names_of_indexes_stay_in_their_quotes() -> Result<()> {
    let (db, log, _) = notes()?;
    let before = contents(&db)?;
    let query = |name| Note::query().use_index(name).filter(Note::ID.eq(1));
    let (expected, _) = query(HARMLESS).to_sql(&db)?;
    for text in hostile() {
        log.take();
        let query = query(leak(&text));
        if text.contains('\0') {
            let refused = query.all(&db);
            assert!(
                matches!(refused, Err(Error::InvalidIdentifier { .. })),
                "{text:?}: {refused:?}"
            );
            assert!(log.take().is_empty());
            continue;
        }
        let (sql, _) = query.to_sql(&db)?;
        assert_eq!(
            tokens::kinds(&sql),
            tokens::kinds(&expected),
            "{text:?}: {sql}"
        );
        let mut quoted = String::new();
        push_identifier(&mut quoted, &text);
        let names: Vec<_> = tokens::tokens(&sql).into_iter().collect();
        assert!(
            names.contains(&(Kind::QuotedName, quoted.as_str())),
            "{text:?}: {sql}"
        );
        let missing = query.all(&db);
        assert!(
            matches!(missing, Err(Error::Database { .. })),
            "{text:?}: {missing:?}"
        );
    }
    assert_eq!(contents(&db)?, before);
    Ok(())
}

#[test]
fn hostile_names_from_a_request_are_no_columns() -> Result<()> {
    let (db, log, _) = notes()?;
    let all = (Note::ID, Note::TEXT, Note::NUMBER);
    let variants = [
        "TEXT",
        "Text",
        " text",
        "text ",
        "text\0",
        "notes.text",
        "text COLLATE NOCASE",
        "day",
    ];
    let variants = variants.into_iter().map(str::to_owned);
    for name in hostile().into_iter().chain(variants) {
        let named = [
            Note::query().order_by_name(&name, all).map(drop),
            Note::query().order_by_name_desc(&name, all).map(drop),
            Note::query().filter_by_name(&name, "a", all).map(drop),
        ];
        for outcome in named {
            let refused =
                matches!(&outcome, Err(Error::UnknownColumn { column, .. }) if *column == name);
            assert!(refused, "{name:?}: {outcome:?}");
        }
    }
    assert!(log.take().is_empty());
    assert_eq!(
        Note::query()
            .order_by_name("text", all)?
            .filter_by_name("text", "'", all)?
            .count(&db)?,
        1
    );
    Ok(())
}

#[test]
fn hostile_comments_stay_one_comment() -> Result<()> {
    let (db, _, notes) = notes()?;
    let plain = Note::query().filter(Note::TEXT.ne("x")).limit(3);
    let (expected, values) = plain.to_sql(&db)?;
    let pieces = ["*", "/", "\0", "\n", "\u{202e}", "\u{200b}", "-", "!"];
    let pairs = pieces
        .iter()
        .flat_map(|one| pieces.map(|other| format!("{one}{other}/{one}*{other}")));
    for text in hostile().into_iter().chain(pairs) {
        let query = plain.clone().comment(&*text);
        let (sql, bound) = query.to_sql(&db)?;
        assert_eq!(tokens::count(&sql, Kind::Comment), 1, "{text:?}: {sql}");
        assert_eq!(
            tokens::kinds(&sql),
            tokens::kinds(&expected),
            "{text:?}: {sql}"
        );
        assert_eq!(bound, values);
        assert!(!sql.contains(char::is_control), "{text:?}: {sql:?}");
        assert!(
            !sql.contains(['\u{202e}', '\u{feff}', '\u{2066}', '\u{200b}']),
            "{text:?}"
        );
        assert_eq!(query.all(&db)?, notes[..3]);
        let twice = query.comment(&*text);
        let (sql, _) = twice.to_sql(&db)?;
        assert_eq!(tokens::count(&sql, Kind::Comment), 2, "{text:?}: {sql}");
        assert_eq!(twice.count(&db)?, 3, "{text:?}");
        assert!(twice.exists(&db)?, "{text:?}");
    }
    Ok(())
}

/// Functions are known to SQLite by whatever name, and queries call those that have one.
#[test]
fn functions_with_hostile_names_are_registered_or_refused() {
    for text in hostile() {
        let function = SqlFunction::<(i64,), i64>::new(leak(&text));
        let opened = Database::sqlite(":memory:")
            .function(function, |(number,)| number)
            .open();
        if let Err(error) = opened {
            let typed = matches!(
                error,
                Error::Database { .. } | Error::Connection { .. } | Error::InvalidIdentifier { .. }
            );
            assert!(typed, "{text:?}: {error:?}");
        }
    }
}

#[test]
fn hostile_urls_are_refused_or_name_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inside = folder.path().display();
    for text in hostile() {
        let refused = Database::open(&text);
        assert!(
            matches!(refused, Err(Error::InvalidUrl { .. })),
            "{text:?}: {refused:?}"
        );
        let option = Database::open(&format!("sqlite::memory:?{text}=1&mode={text}"));
        assert!(
            matches!(option, Err(Error::InvalidUrl { .. })),
            "{text:?}: {option:?}"
        );
        if text.contains("..") {
            continue;
        }
        if let Err(error) = Database::open(&format!("sqlite://{inside}/{text}x.db")) {
            let typed = matches!(error, Error::InvalidUrl { .. } | Error::Connection { .. });
            assert!(typed, "{text:?}: {error:?}");
        }
    }
    let files = std::fs::read_dir(folder.path()).expect("the folder");
    assert!(files.count() > 50);
}
