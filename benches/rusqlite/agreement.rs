//! Proof that both sides do the same, before it is measured how fast they do it.

use std::path::Path;

use rusqlite::types::Value;

use crate::Result;
use crate::side::{Scope, Side, Store};
use crate::track::{self, STORED, Track};

/// Lets both sides read and write, and compares what they return and what they leave in the file.
pub(crate) fn check(template: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for scope in [Scope::Transaction, Scope::Pool] {
        let mut outcomes = Vec::new();
        for side in Side::BOTH {
            let path = folder.path().join(format!("{}-{scope:?}.db", side.name()));
            std::fs::copy(template, &path)?;
            let mut transcript = Vec::new();
            let mut program = side.open(&path)?;
            program.run(scope, &mut |store| {
                transcript = work(store)?;
                Ok(())
            })?;
            drop(program);
            outcomes.push((transcript, contents(&path)?));
        }
        assert!(
            outcomes[0].0 == outcomes[1].0,
            "the sides return other rows"
        );
        assert!(outcomes[0].1 == outcomes[1].1, "the sides store other rows");
    }
    Ok(())
}

/// Every operation, and the rows it returned or changed.
fn work(store: &dyn Store) -> Result<Vec<Vec<Track>>> {
    let mut seen = vec![store.all()?, store.page(7, 10.0)?];
    assert_eq!((seen[0].len(), seen[1].len()), (STORED, 20));
    for key in track::keys(100) {
        seen.push(store.find(key)?.into_iter().collect());
    }
    assert_eq!(store.find(0)?, None);

    let mut new = track::tracks(10);
    store.insert(&mut new[0])?;
    store.insert_many(&mut new[1..])?;
    for key in track::keys(10) {
        let mut track = store.find(key)?.ok_or("a row is missing")?;
        track.note = Some("changed".to_owned());
        store.update(&mut track)?;
    }
    for track in &seen[0][..10] {
        store.delete(track)?;
    }
    seen.push(new);
    seen.push(store.all()?);
    Ok(seen)
}

/// All rows, as SQLite has them.
fn contents(path: &Path) -> Result<Vec<Vec<Value>>> {
    let connection = rusqlite::Connection::open(path)?;
    let mut all = connection.prepare("SELECT * FROM tracks")?;
    let rows = all.query_map([], |row| (0..8).map(|at| row.get(at)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
