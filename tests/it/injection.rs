//! Hostile text: whatever a text says, it stays a value. Every call that takes text is tried with every
//! text of a list; the SQL is the same as for a harmless text, and the text comes back as it was.

mod conditions;
mod cursors;
mod expressions;
mod keys;
mod known;
mod misuse;
mod names;
mod nesting;
mod patterns;
mod queries;
mod tables;
mod tokens;
mod writes;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use orm::prelude::*;
use orm::value::Json;
use orm::{Database, Error, Result, Value};

use crate::recorder::{self, Log};
use tokens::Kind;

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    text: String,
    extra: Option<String>,
    number: i64,
    day: NaiveDate,
    doc: Json<BTreeMap<String, String>>,
}

/// A record whose key is text.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key(assigned))]
    word: String,
    number: i64,
}

/// A text that nothing could go wrong with.
const HARMLESS: &str = "harmless";

/// Texts that have ended statements somewhere, or could.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "'",
    "''",
    "'''",
    "\"",
    "\"\"",
    "`",
    "``",
    "[",
    "]",
    "[]",
    "[[]]",
    "“”",
    "‘’",
    "«»",
    "´",
    "O'Brien",
    "\\",
    "\\\\",
    "\\'",
    "\\\"",
    "a\\",
    "'\\''",
    "--",
    "-- ",
    "--\n",
    "/*",
    "*/",
    "/* a */",
    "*/ OR 1=1 /*",
    "/*!50000 1 */",
    "#",
    "# a",
    ";",
    ";;",
    "'; DROP TABLE notes; --",
    "\"; DELETE FROM notes; --",
    "x'); DELETE FROM notes WHERE ('1'='1",
    "') OR 1=1 --",
    ") OR 1=1 --",
    "' OR ''='",
    "' OR 1=1 --",
    "1 OR 1=1",
    "' UNION SELECT sql FROM sqlite_master --",
    "1; VACUUM",
    "' || (SELECT 1) || '",
    "X'00'",
    "CHAR(39)",
    "0x27",
    "NULL",
    "null",
    "TRUE",
    "SELECT",
    "current_user",
    "notes.id",
    "\"notes\".\"id\"",
    "rowid",
    "%",
    "_",
    "%%",
    "a%b_c",
    "?",
    "??",
    "?1",
    "?2",
    "$1",
    "$$",
    "$x$'$x$",
    ":name",
    "::text",
    "@name",
    "@@version",
    "{0}",
    "{1}",
    "{*}",
    "{}",
    "{",
    "}",
    "%s",
    "%d%n",
    "*",
    "?*",
    "a*b?c",
    "[a-z]",
    "[^a]",
    "[!a]",
    "[*]",
    "^$",
    "(?i)a",
    "a(",
    "(",
    ")",
    "()",
    ",",
    "=",
    "<>",
    "\0",
    "a\0b",
    "'\0",
    "\0'; DROP TABLE notes; --",
    "\n",
    "\r\n",
    "\t",
    "a\nb",
    "\n-- a\n",
    "\u{1}",
    "\u{8}",
    "\u{1a}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{202e}'; --",
    "\u{2066}a\u{2069}",
    "\u{feff}",
    "\u{feff}'",
    "\u{200b}",
    "\u{200d}",
    "a\u{ad}b",
    "\u{ffff}",
    "\u{fffd}",
    "😀",
    "👩‍👩‍👧",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ı",
    "Ω",
    "ﬀ",
    "ʼ",
    "＇",
    "＂",
    "；",
    "％27",
    "%27",
    "&#39;",
    "\u{10ffff}",
    "😀' OR 1=1 --",
    "${7*7}",
    "{{7*7}}",
    "<script>alert('x')</script>",
    "../../etc/passwd",
    "$.a",
    "$.\"a\"",
    "a.b",
    "a[0]",
    "a\"b",
    "a\\\"b",
    "a\\u0027b",
    "\"a\":\"b\"",
    "{\"a\": 1}",
    "[1]",
    "é'; --",
];

/// All hostile texts, a very long one among them.
fn hostile() -> Vec<String> {
    let long = "'\"; -- /* ? ".repeat(300);
    let texts = HOSTILE.iter().map(|text| (*text).to_owned());
    texts.chain([long]).collect()
}

fn note(id: i64, text: &str) -> Note {
    let text = String::from(text);
    Note {
        id,
        extra: None,
        number: 0,
        day: NaiveDate::from_ymd_opt(2027, 1, 1).expect("a date"),
        doc: Json(BTreeMap::from([(text.clone(), text.clone())])),
        text,
    }
}

/// A database with a note for every hostile text, whose key is the text's number from 1, and a last one
/// with the harmless text.
fn notes() -> Result<(Database, Log, Vec<Note>)> {
    let (db, log) = recorder::recorded(&orm::schema![Note, Word])?;
    let texts = hostile().into_iter().chain([HARMLESS.to_owned()]);
    let mut notes: Vec<_> = (1..).zip(texts).map(|(id, text)| note(id, &text)).collect();
    Note::insert_many(&db, &mut notes)?;
    log.take();
    Ok((db, log, notes))
}

/// Everything that is in the database, to be compared with what is in it later.
fn contents(db: &Database) -> Result<Vec<Vec<Value>>> {
    let mut all = db.query("SELECT name, sql FROM sqlite_master ORDER BY name", &[])?;
    all.extend(db.query("SELECT * FROM notes ORDER BY id", &[])?);
    all.extend(db.query("SELECT * FROM words ORDER BY word", &[])?);
    Ok(all)
}

/// One call that takes a text.
type Call = fn(&Database, &str) -> Result<()>;

/// Tries every call with every text: the statements are those of the harmless text to the letter, have as
/// many placeholders and no literal more, and leave everything as it was. A text that is refused is
/// refused before anything runs.
fn try_all(calls: &[(&str, Call)], is_refusal: fn(&Error) -> bool) -> Result<()> {
    let (db, log, _) = notes()?;
    let before = contents(&db)?;
    for (name, call) in calls {
        log.take();
        call(&db, HARMLESS).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let expected = log.take();
        assert!(!expected.is_empty(), "{name} runs nothing");
        for statement in &expected {
            assert_eq!(
                tokens::count(statement, Kind::Open),
                0,
                "{name}: {statement}"
            );
            assert!(!statement.contains(HARMLESS), "{name}: {statement}");
        }
        for text in hostile() {
            let outcome = call(&db, &text);
            let statements = log.take();
            match outcome {
                Ok(()) => assert_eq!(statements, expected, "{name}: {text:?}"),
                Err(error) => {
                    assert!(is_refusal(&error), "{name}: {text:?}: {error:?}");
                    let only_control = statements.iter().all(|sql| is_control(sql));
                    assert!(only_control, "{name}: {text:?}: {statements:?}");
                }
            }
        }
        assert_eq!(contents(&db)?, before, "{name}");
    }
    Ok(())
}

/// Whether a statement only begins or ends a transaction.
fn is_control(sql: &str) -> bool {
    let words = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
    words.iter().any(|word| sql.starts_with(word))
}

fn never(_: &Error) -> bool {
    false
}
