//! Texts that are written: they are stored as they are, and found again.

use orm::prelude::*;
use orm::{Database, Executor, Query, Result};

use super::{Call, Note, never, note, try_all};

/// The key of the note that is written.
const NEW: i64 = 1_000;

/// A text with the given one inside, which no note has.
pub(super) fn new(text: &str) -> String {
    format!("{text}\u{1}new{text}")
}

/// Runs work in a transaction that is rolled back, and in which the text is to be found afterwards.
fn written(
    db: &Database,
    text: &str,
    work: impl FnOnce(&dyn Executor, Note) -> Result<()>,
) -> Result<()> {
    let text = new(text);
    let tx = db.begin()?;
    work(&tx, note(NEW, &text))?;
    assert_eq!(Note::get(&tx, NEW)?.text, text);
    assert_eq!(Note::query().filter(Note::TEXT.eq(text)).one(&tx)?.id, NEW);
    tx.rollback()
}

/// The same with a note that is there already.
fn rewritten(
    db: &Database,
    text: &str,
    work: impl FnOnce(&dyn Executor, Note) -> Result<()>,
) -> Result<()> {
    written(db, text, |tx, new| {
        note(NEW, "the note before").insert(tx)?;
        work(tx, new)
    })
}

const NOTES: &[(&str, Call)] = &[
    ("insert", |db, text| {
        written(db, text, |tx, mut note| note.insert(tx))
    }),
    ("save a new note", |db, text| {
        written(db, text, |tx, mut note| {
            note.id = 0;
            note.save(tx)?;
            assert_eq!(note.text, new(text));
            Note::query()
                .filter(Note::ID.eq(note.id))
                .update(tx, Note::ID.set(NEW))
                .map(drop)
        })
    }),
    ("save", |db, text| {
        rewritten(db, text, |tx, mut note| note.save(tx))
    }),
    ("update", |db, text| {
        rewritten(db, text, |tx, mut note| note.update(tx))
    }),
    ("save_only", |db, text| {
        rewritten(db, text, |tx, mut note| note.save_only(tx, Note::TEXT))
    }),
    ("upsert", |db, text| {
        rewritten(db, text, |tx, mut note| note.upsert(tx))
    }),
    ("save_graphs", |db, text| {
        rewritten(db, text, |tx, note| Note::save_graphs(tx, &mut [note]))
    }),
    ("insert_many", |db, text| {
        written(db, text, |tx, note| Note::insert_many(tx, &mut [note]))
    }),
    ("update_many", |db, text| {
        rewritten(db, text, |tx, note| {
            assert_eq!(
                Note::update_many(tx, &mut [note], (Note::TEXT, Note::EXTRA))?,
                1
            );
            Ok(())
        })
    }),
    ("inserting", |db, text| {
        written(db, text, |tx, note| {
            assert_eq!(Note::inserting(&mut [note]).run(tx)?, 1);
            Ok(())
        })
    }),
    ("inserting and returning", |db, text| {
        written(db, text, |tx, note| {
            let expected = note.text.clone();
            let back = Note::inserting(&mut [note])
                .returning(Note::TEXT.concat(text))
                .run(tx)?;
            assert_eq!(back, [expected + text]);
            Ok(())
        })
    }),
    ("on_conflict, update and only_if", |db, text| {
        rewritten(db, text, |tx, note| {
            let same = Note::TEXT.ne(&note.text);
            let rows = &mut [note];
            let insert = Note::inserting(rows)
                .on_conflict(Note::ID)
                .update(Note::TEXT);
            assert_eq!(insert.only_if(same).run(tx)?, 1);
            Ok(())
        })
    }),
    ("on_conflict and set", |db, text| {
        rewritten(db, text, |tx, note| {
            let set = Note::TEXT.set(&note.text);
            let insert = Note::inserting(&mut [note])
                .on_conflict(Note::ID)
                .set(set)
                .run(tx)?;
            assert_eq!(insert, 1);
            Ok(())
        })
    }),
    ("set", |db, text| {
        rewritten(db, text, |tx, new| {
            let note = Note::query().filter(Note::ID.eq(new.id));
            assert_eq!(note.update(tx, Note::TEXT.set(new.text))?, 1);
            Ok(())
        })
    }),
    ("set of an expression", |db, text| {
        rewritten(db, text, |tx, new| {
            let note = Note::query().filter(Note::ID.eq(new.id));
            let set = Note::TEXT.set(Note::TEXT.replace("the note before", new.text));
            assert_eq!(note.update(tx, set)?, 1);
            Ok(())
        })
    }),
    ("update and returning", |db, text| {
        rewritten(db, text, |tx, new| {
            let note = Note::query()
                .filter(Note::ID.eq(new.id))
                .returning(Note::TEXT.concat(text));
            assert_eq!(
                note.update(tx, Note::TEXT.set(&new.text))?,
                [new.text + text]
            );
            Ok(())
        })
    }),
    ("insert_from", |db, text| {
        written(db, text, |tx, new| {
            let columns = (Note::ID, Note::TEXT, Note::NUMBER, Note::DAY, Note::DOC);
            let day = Note::query().filter(Note::ID.eq(1));
            let row = day.select((
                orm::func::value(NEW),
                orm::func::value(new.text),
                Note::NUMBER,
                Note::DAY,
                Note::DOC,
            ));
            assert_eq!(Query::<Note>::insert_from(tx, columns, &row)?, 1);
            Ok(())
        })
    }),
    ("get_or_create", |db, text| {
        written(db, text, |tx, note| {
            let same = Note::TEXT.eq(&note.text);
            assert!(Note::get_or_create(tx, same.clone(), || note.clone())?.1);
            assert!(!Note::get_or_create(tx, same, || note)?.1);
            Ok(())
        })
    }),
    ("update_or_create", |db, text| {
        rewritten(db, text, |tx, new| {
            let same = Note::ID.eq(NEW).and(Note::TEXT.ne(&new.text));
            let change = |note: &mut Note| note.text.clone_from(&new.text);
            assert!(!Note::update_or_create(tx, same, change, || note(0, ""))?.1);
            Ok(())
        })
    }),
    ("reload", |db, text| {
        written(db, text, |tx, mut note| {
            note.insert(tx)?;
            let expected = std::mem::take(&mut note.text);
            note.reload(tx)?;
            assert_eq!(note.text, expected);
            Ok(())
        })
    }),
    ("increment beside", |db, text| {
        written(db, text, |tx, mut note| {
            note.insert(tx)?;
            let by = orm::func::case()
                .when(Note::TEXT.eq(&note.text), 2)
                .otherwise(0);
            assert_eq!(note.increment(tx, Note::NUMBER, by.cast::<i64>())?, 2);
            Ok(())
        })
    }),
    ("RawSql::execute", |db, text| {
        rewritten(db, text, |tx, note| {
            let sql = "UPDATE notes SET text = ? WHERE id = ?";
            assert_eq!(tx.execute(sql, &[note.text.into(), NEW.into()])?, 1);
            Ok(())
        })
    }),
    ("RawSql::execute_returning", |db, text| {
        rewritten(db, text, |tx, note| {
            let sql = "UPDATE notes SET text = ? WHERE id = ? RETURNING text";
            let rows = tx.execute_returning(sql, &[note.text.as_str().into(), NEW.into()])?;
            assert_eq!(rows, [[note.text.into()]]);
            Ok(())
        })
    }),
    ("delete", |db, text| {
        let tx = db.begin()?;
        assert_eq!(Note::query().filter(Note::TEXT.eq(text)).delete(&tx)?, 1);
        assert_eq!(Note::query().filter(Note::TEXT.eq(text)).count(&tx)?, 0);
        tx.rollback()
    }),
    ("delete and returning", |db, text| {
        let tx = db.begin()?;
        let deleted = Note::query()
            .filter(Note::TEXT.eq(text))
            .returning(Note::TEXT);
        assert_eq!(deleted.delete(&tx)?, [text]);
        tx.rollback()
    }),
];

#[test]
fn hostile_texts_are_stored_as_they_are() -> Result<()> {
    try_all(NOTES, never)
}
