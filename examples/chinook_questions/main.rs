//! A cookbook of queries: twelve questions about the Chinook music shop, each of them beside the query that
//! answers it.
//!
//! | file | what it shows |
//! | --- | --- |
//! | `joins.rs` | joins of several tables, a table joined to itself, a correlated subquery, pages |
//! | `groups.rs` | groups, aggregates, `having`, `case`, keys that are computed |
//! | `derived.rs` | a recursive query, and a window over groups |
//! | `changes.rs` | an update with an expression, a delete with a subquery, an upsert |
//!
//! Run it with `cargo run --example chinook_questions -- FOLDER`. It compares the answers with those that
//! are recorded, and fails if one differs. The database is only read; what is changed is a copy.

pub(crate) mod changes;
pub(crate) mod derived;
pub(crate) mod groups;
pub(crate) mod joins;
mod recorded;
pub(crate) mod tables;

use std::error::Error as StdError;
use std::path::Path;
use std::process::ExitCode;

use orm::{Database, Executor};
use tempfile::TempDir;

use self::recorded::{Answer, Question, lines};

const USAGE: &str = "\
usage: cargo run --example chinook_questions -- FOLDER

FOLDER holds the Chinook database for SQLite, which is only read, and
chinook_questions.json with the questions and the digests of their answers.";

/// What a question is answered with.
pub(crate) type Rows<R> = orm::Result<Vec<R>>;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn StdError>>;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [folder] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(Path::new(folder)) {
        Ok(outcomes) => {
            for (id, difference) in &outcomes {
                println!("{id} {}", difference.as_deref().unwrap_or("ok"));
            }
            let differs = outcomes.iter().any(|(_, difference)| difference.is_some());
            ExitCode::from(u8::from(differs))
        }
        Err(error) => {
            eprintln!("error: {}", said(&*error));
            ExitCode::FAILURE
        }
    }
}

fn said(error: &dyn StdError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Answers every question of a folder, and says in what the answer differs from the recorded one.
pub(crate) fn run(folder: &Path) -> Result<Vec<(String, Option<String>)>> {
    let mut outcomes = Vec::new();
    for question in recorded::questions(folder)? {
        let difference = match answer(folder, &question) {
            Ok(answer) => question.compare(&answer, folder)?,
            Err(error) => Some(format!("fails: {}", said(&*error))),
        };
        outcomes.push((question.id, difference));
    }
    Ok(outcomes)
}

fn answer(folder: &Path, question: &Question) -> Result<Answer> {
    let file = folder.join(&question.file);
    if question.changes.is_empty() {
        let db = Database::sqlite(file).read_only().open()?;
        let changes = Vec::new();
        let rows = rows(&question.id, &db)?;
        return Ok(Answer { changes, rows });
    }
    let (_folder, db) = copy(&file)?;
    let changes = vec![db.transaction(|tx| change(&question.id, tx))?];
    let rows = rows(&question.id, &db)?;
    Ok(Answer { changes, rows })
}

/// A copy that may be changed, in a folder that goes away with it.
fn copy(file: &Path) -> Result<(TempDir, Database)> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy.sqlite");
    // The bytes and not the file, which nobody may be allowed to write.
    std::fs::write(&copy, std::fs::read(file)?)?;
    Ok((folder, Database::sqlite(copy).open()?))
}

/// Makes the change that a question asks for, and returns how many rows it was about.
fn change(id: &str, db: &dyn Executor) -> orm::Result<u64> {
    match id {
        "ch14" => changes::ch14(db),
        "ch15" => changes::ch15(db),
        "ch16" => changes::ch16(db),
        _ => Ok(0),
    }
}

/// The rows that answer a question.
fn rows(id: &str, db: &dyn Executor) -> Result<Vec<String>> {
    match id {
        "ch01" => {
            let songs = joins::ch01(db)?.into_iter();
            lines(songs.map(|it| (it.name, it.artist, it.genre, it.media_type, it.seconds)))
        }
        "ch03" => lines(joins::ch03(db)?),
        "ch04" => {
            let tree = derived::ch04(db)?.into_iter();
            lines(tree.map(|report| (report.id, report.depth, report.path)))
        }
        "ch05" => lines(joins::ch05(db)?),
        "ch06" => lines(groups::ch06(db)?),
        "ch08" => {
            let sales = derived::ch08(db)?.into_iter();
            lines(sales.map(|(it, so_far)| (it.genre, it.month, it.revenue, so_far)))
        }
        "ch10" => lines(groups::ch10(db)?),
        "ch12" => lines(joins::ch12(db)?),
        "ch14" => lines(changes::ch14_prices(db)?),
        "ch15" => lines(changes::ch15_playlists(db)?),
        "ch16" => lines(changes::ch16_media_types(db)?),
        "ch21" => lines(groups::ch21(db)?),
        _ => Ok(Vec::new()),
    }
}
