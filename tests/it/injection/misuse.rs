//! Queries that make no sense: each is a typed error, and nothing of it runs.

mod scopes;
mod slices;
mod windows;

use orm::prelude::*;
use orm::{Database, Error, Query, Result, func};

use super::{Note, Word, contents, notes};

/// A misuse, and what the error's reason says.
type Misuse = (&'static str, fn(&Database) -> Result<()>, &'static str);

fn assert_misuses(misuses: &[Misuse]) -> Result<()> {
    let (db, log, _) = notes()?;
    let before = contents(&db)?;
    for (name, misuse, expected) in misuses {
        log.take();
        let outcome = misuse(&db);
        let said = matches!(&outcome, Err(Error::InvalidQuery { reason, .. }) if reason.contains(expected));
        assert!(said, "{name}: {outcome:?}");
        // Two of them begin with a query that makes sense.
        if !matches!(*name, "after behind limit" | "window in only_if") {
            let ran = log.take();
            assert!(
                ran.iter().all(|sql| super::is_control(sql)),
                "{name}: {ran:?}"
            );
        }
    }
    assert_eq!(contents(&db)?, before);
    Ok(())
}

#[test]
fn columns_beside_groups_are_named() -> Result<()> {
    let (db, log, _) = notes()?;
    log.take();
    let by_number = || Note::query().group_by(Note::NUMBER);
    let ungrouped = [
        by_number().select(Note::TEXT.joined()).all(&db).map(drop),
        by_number()
            .select((Note::NUMBER, Note::TEXT.joined().lower()))
            .count(&db)
            .map(drop),
        by_number()
            .select(func::count())
            .having(Note::TEXT.joined().eq("a"))
            .all(&db)
            .map(drop),
        by_number()
            .select(func::count())
            .order_by(Note::TEXT.joined().asc())
            .all(&db)
            .map(drop),
        by_number()
            .select(func::case().when(Note::TEXT.joined().eq("a"), 1).end())
            .all(&db)
            .map(drop),
    ];
    for (nth, outcome) in ungrouped.into_iter().enumerate() {
        let named = matches!(
            &outcome,
            Err(Error::UngroupedColumn {
                table: "notes",
                column: "text"
            })
        );
        assert!(named, "{nth}: {outcome:?}");
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn chunks_whose_work_deletes_the_rows_see_every_row() -> Result<()> {
    let (db, _, notes) = notes()?;
    for size in [1, 7, 1_000] {
        let tx = db.begin()?;
        let mut seen = Vec::new();
        Note::query()
            .order_by(Note::TEXT.desc())
            .chunks(&tx, size, |chunk| {
                for note in &chunk {
                    note.delete(&tx)?;
                }
                seen.extend(chunk.into_iter().map(|note| note.text));
                Ok(())
            })?;
        let mut expected: Vec<_> = notes.iter().map(|note| note.text.clone()).collect();
        expected.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(seen, expected);
        assert_eq!(Note::count(&tx)?, 0);
        tx.rollback()?;
    }
    Ok(())
}

/// A page behind the last is empty; the numbers do not overflow.
#[test]
fn pages_beyond_the_end_are_empty() -> Result<()> {
    let (db, _, notes) = notes()?;
    let total = notes.len() as u64;
    for (number, size) in [
        (total + 1, 1),
        (u64::MAX, u64::MAX),
        (2, u64::MAX),
        (u64::MAX, 1),
    ] {
        let page = Note::query().page(&db, number, size)?;
        assert!(page.items.is_empty(), "{number} × {size}");
        assert_eq!(page.total, total);
    }
    let all: Query<Note> = Note::query();
    assert_eq!(all.page(&db, 1, u64::MAX)?.items, notes);
    assert_eq!(all.keyset(&db, u64::MAX)?.items, notes);
    assert_eq!(all.limit(u64::MAX).offset(1).all(&db)?, notes[1..]);
    Ok(())
}
