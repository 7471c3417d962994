//! The workloads as one writes them with rusqlite, its statement cache and its chrono columns.

mod blog;
mod objects;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use crate::Result;
use crate::side::{Program, Scope, Store, Work};
use crate::track::Track;

const FIND: &str = "SELECT id, title, composer, note, price, available, released, album_id \
                    FROM tracks WHERE id = ?1";
const ALL: &str = "SELECT id, title, composer, note, price, available, released, album_id \
                   FROM tracks";
const PAGE: &str = "SELECT id, title, composer, note, price, available, released, album_id \
                    FROM tracks WHERE album_id = ?1 AND price < ?2 ORDER BY released DESC LIMIT 20";
const INSERT: &str = "INSERT INTO tracks \
                      (title, composer, note, price, available, released, album_id) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const UPDATE: &str = "UPDATE tracks SET title = ?1, composer = ?2, note = ?3, price = ?4, \
                      available = ?5, released = ?6, album_id = ?7 WHERE id = ?8";
const DELETE: &str = "DELETE FROM tracks WHERE id = ?1";

pub(crate) struct Hand {
    connection: Connection,
}

impl Hand {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(Self { connection })
    }
}

impl Program for Hand {
    fn run(&mut self, scope: Scope, work: Work<'_>) -> Result<()> {
        match scope {
            Scope::Pool => work(&Calls(&self.connection)),
            Scope::Transaction => {
                let behavior = TransactionBehavior::Immediate;
                let tx = self.connection.transaction_with_behavior(behavior)?;
                work(&Calls(&tx))?;
                Ok(tx.rollback()?)
            }
        }
    }
}

struct Calls<'c>(&'c Connection);

impl Calls<'_> {
    /// Does all of some work or nothing of it.
    fn together(&self, work: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
        if !self.0.is_autocommit() {
            return work(self.0);
        }
        let tx = Transaction::new_unchecked(self.0, TransactionBehavior::Immediate)?;
        work(&tx)?;
        Ok(tx.commit()?)
    }
}

impl Store for Calls<'_> {
    fn find(&self, id: i64) -> Result<Option<Track>> {
        let mut find = self.0.prepare_cached(FIND)?;
        Ok(find.query_row([id], read).optional()?)
    }

    fn all(&self) -> Result<Vec<Track>> {
        let mut all = self.0.prepare_cached(ALL)?;
        let tracks = all.query_map([], read)?;
        Ok(tracks.collect::<rusqlite::Result<_>>()?)
    }

    fn page(&self, album_id: i64, below: f64) -> Result<Vec<Track>> {
        let mut page = self.0.prepare_cached(PAGE)?;
        let tracks = page.query_map(params![album_id, below], read)?;
        Ok(tracks.collect::<rusqlite::Result<_>>()?)
    }

    /// Nothing has to be made.
    fn page_sql(&self, _: i64, _: f64) -> Result<usize> {
        Ok(PAGE.len())
    }

    fn insert(&self, track: &mut Track) -> Result<()> {
        let mut insert = self.0.prepare_cached(INSERT)?;
        insert.execute(params![
            track.title,
            track.composer,
            track.note,
            track.price,
            track.available,
            track.released,
            track.album_id,
        ])?;
        track.id = self.0.last_insert_rowid();
        Ok(())
    }

    fn insert_many(&self, tracks: &mut [Track]) -> Result<()> {
        self.together(|connection| insert_each(connection, tracks))
    }

    fn update(&self, track: &mut Track) -> Result<()> {
        let mut update = self.0.prepare_cached(UPDATE)?;
        let changed = update.execute(params![
            track.title,
            track.composer,
            track.note,
            track.price,
            track.available,
            track.released,
            track.album_id,
            track.id,
        ])?;
        require_one(changed)
    }

    fn delete(&self, track: &Track) -> Result<()> {
        let mut delete = self.0.prepare_cached(DELETE)?;
        require_one(delete.execute([track.id])?)
    }
}

fn insert_each(connection: &Connection, tracks: &mut [Track]) -> Result<()> {
    let mut insert = connection.prepare_cached(INSERT)?;
    for track in tracks {
        insert.execute(params![
            track.title,
            track.composer,
            track.note,
            track.price,
            track.available,
            track.released,
            track.album_id,
        ])?;
        track.id = connection.last_insert_rowid();
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Track> {
    Ok(Track {
        id: row.get(0)?,
        title: row.get(1)?,
        composer: row.get(2)?,
        note: row.get(3)?,
        price: row.get(4)?,
        available: row.get(5)?,
        released: row.get(6)?,
        album_id: row.get(7)?,
    })
}

fn require_one(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(rusqlite::Error::QueryReturnedNoRows.into()),
    }
}
