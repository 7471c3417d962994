//! Results that are read in parts.

use orm::prelude::*;
use orm::query::{Cursor, CursorKey};
use orm::{Database, Error, Query, Result};
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, condition, orders};
use super::tables::{Item, Kind, World};
use super::term::{By, Side, Term};

/// A query, and how many rows a part of it has.
#[derive(Debug)]
struct Reading {
    filter: Term,
    order: Vec<By>,
    rows: u64,
}

fn readings() -> impl Strategy<Value = Reading> {
    let terms = Terms::new(&Leaves::columns(&[Side::Item]));
    let filter = terms.grown().of(Kind::Truth);
    let order = prop_oneof![
        generate::orders(&terms, 3),
        generate::orders(&terms.grown(), 3),
    ];
    let all = (filter, order, 1..5_u64);
    all.prop_map(|(filter, order, rows)| Reading {
        filter,
        order,
        rows,
    })
}

impl Reading {
    fn query(&self) -> Query<Item> {
        Item::query()
            .filter(condition(&self.filter, &Alone))
            .order_by(orders(&self.order, &Alone))
    }

    /// All rows. The primary key decides where the order does not.
    fn items(&self, world: &World) -> Vec<Item> {
        world.sorted(&world.items_where(&self.filter), &self.order)
    }
}

/// More parts than any of the results has.
const MANY: usize = 20;

/// The rows of one part after the other, each of which begins at a cursor that travelled as text.
fn walk(query: &Query<Item>, db: &Database, rows: u64) -> Result<Vec<Vec<Item>>> {
    let key = CursorKey::new([7; 16]);
    let mut page = query.keyset(db, rows)?;
    let mut pages = Vec::new();
    while let Some(cursor) = page.next.filter(|_| pages.len() < MANY) {
        pages.push(page.items);
        let token = cursor.to_token(&key);
        let cursor = Cursor::from_token(&key, &token)?;
        page = query.clone().after(&cursor)?.keyset(db, rows)?;
    }
    pages.push(page.items);
    Ok(pages)
}

#[test]
fn a_walk_by_cursors_gives_exactly_all_rows() {
    check(readings(), |db, world, reading| {
        let query = reading.query();
        let (sql, _) = query.to_sql(db)?;
        let expected = reading.items(world);
        let pages = walk(&query, db, reading.rows)?;
        let full = pages.len().saturating_sub(1);
        prop_assert!(
            pages[..full]
                .iter()
                .all(|page| page.len() as u64 == reading.rows)
        );
        prop_assert_eq!(pages.concat(), expected, "{}", sql);
        Ok(())
    });
}

#[test]
fn pages_and_chunks_give_exactly_all_rows() {
    check(readings(), |db, world, reading| {
        let query = reading.query();
        let expected = reading.items(world);
        let mut chunks = Vec::new();
        query.chunks(db, reading.rows, |items| {
            chunks.push(items);
            if chunks.len() < MANY {
                return Ok(());
            }
            let source = "the chunks do not end".into();
            Err(Error::Callback { source })
        })?;
        prop_assert_eq!(chunks.concat(), expected.clone());
        let mut paged = Vec::new();
        for number in 1..MANY as u64 {
            let page = query.page(db, number, reading.rows)?;
            prop_assert_eq!(page.total, expected.len() as u64);
            let more = page.has_next();
            paged.extend(page.items);
            if !more {
                break;
            }
        }
        prop_assert_eq!(paged, expected);
        Ok(())
    });
}
