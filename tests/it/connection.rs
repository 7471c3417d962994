//! Opening databases, the settings of their connections, and the pool.

mod init;
mod open;
mod pool;
mod settings;
mod statements;
mod url;

use std::path::PathBuf;

use orm::prelude::*;
use orm::{Access, Database, Error, Result, Value};

use crate::database_file;

#[derive(Debug, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

impl Note {
    fn new(text: &str) -> Self {
        Self {
            id: 0,
            text: text.into(),
        }
    }
}

/// A file with one note in it.
fn database_with_a_note() -> Result<(tempfile::TempDir, PathBuf)> {
    let (folder, path) = database_file();
    let db = Database::sqlite(&path).open()?;
    db.create_tables(orm::schema![Note])?;
    Note::new("first").insert(&db)?;
    Ok((folder, path))
}

/// The only value that a statement yields on a connection that reads.
fn only(db: &impl RawSql, sql: &'static str) -> Result<Value> {
    let mut rows = db.query(sql, &[])?;
    Ok(rows.remove(0).remove(0))
}

fn text(value: &str) -> Value {
    Value::from(value)
}

/// How many connections one thread can read on at the same time.
fn readers_at_once(db: &Database) -> usize {
    fn take_another(db: &Database, taken: &mut usize) -> Result<()> {
        db.run(Access::Read, &mut |_| {
            *taken += 1;
            take_another(db, taken)
        })
    }
    let mut taken = 0;
    let refused = take_another(db, &mut taken);
    assert!(
        matches!(refused, Err(Error::ConnectionInUse)),
        "{refused:?}"
    );
    taken
}
