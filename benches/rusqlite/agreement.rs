//! Proof that both sides do the same, before it is measured how fast they do it.

use std::path::Path;

use rusqlite::types::Value;

use crate::Result;
use crate::blog::{self, Pairs as _, PlainPost, PlainUser};
use crate::objects::{CHANGED_OF, NewOrders};
use crate::side::{Scope, Side, Store};
use crate::track::{self, STORED, Track};

/// The tables that are written, and how many columns each has.
const TABLES: [(&str, usize); 5] = [
    ("tracks", 8),
    ("users", 4),
    ("posts", 5),
    ("orders", 4),
    ("order_lines", 5),
];

/// Lets both sides read and write, and compares what they return and what they leave in the file.
pub(crate) fn check(template: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for scope in [Scope::Transaction, Scope::Pool] {
        let mut outcomes = Vec::new();
        for side in Side::BOTH {
            let path = folder.path().join(format!("{}-{scope:?}.db", side.name()));
            std::fs::copy(template, &path)?;
            let mut transcript = (Vec::new(), Vec::new());
            let mut program = side.open(&path)?;
            program.run(scope, &mut |store| {
                transcript = (work(store)?, work_on_relations(store)?);
                work_on_objects(store)?;
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

/// The same for related rows.
fn work_on_relations(store: &dyn Store) -> Result<Vec<Vec<(PlainUser, PlainPost)>>> {
    let mut seen = vec![
        store.users_with_posts()?.pairs()?,
        store.posts_with_user()?.pairs()?,
    ];
    assert_eq!(seen[0].len(), blog::USERS * blog::POSTS_EACH);
    let mut new = blog::users(10, 5);
    store.save_graphs(&mut new)?;
    seen.push(new.pairs()?);
    seen.push(store.users_with_posts()?.pairs()?);
    Ok(seen)
}

/// Objects, of which nothing is seen but what is stored.
fn work_on_objects(store: &dyn Store) -> Result<()> {
    let changed = store.loaded()?.raise_prices()?;
    assert_eq!(changed, STORED.div_ceil(CHANGED_OF));
    store.add_orders(NewOrders::new(1, 10))
}

/// All rows, as SQLite has them.
fn contents(path: &Path) -> Result<Vec<Vec<Value>>> {
    let connection = rusqlite::Connection::open(path)?;
    let mut contents = Vec::new();
    for (table, width) in TABLES {
        let mut all = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let rows = all.query_map([], |row| (0..width).map(|at| row.get(at)).collect())?;
        contents.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(contents)
}
