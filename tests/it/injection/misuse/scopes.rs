//! Tables that are not there, or there twice.

use orm::Result;
use orm::func;
use orm::prelude::*;

use super::{Misuse, Note, Word, assert_misuses, notes};

const MISUSES: &[Misuse] = &[
    (
        "outer without a query around",
        |db| {
            Note::query()
                .filter(Note::ID.eq(Note::ID.outer()))
                .all(db)
                .map(drop)
        },
        "no query is around",
    ),
    (
        "outer of the same table",
        |db| {
            let inside = Note::query().filter(Note::ID.eq(Note::ID.outer()));
            Note::query().filter(func::exists(inside)).all(db).map(drop)
        },
        "give the query inside an alias",
    ),
    (
        "outer of an alias in other letters",
        |db| {
            let (a, b) = (Note::alias("inside"), Note::alias("INSIDE"));
            let inside = a
                .query()
                .filter(a.column(Note::ID).eq(b.column(Note::ID).outer()));
            b.query().filter(func::exists(inside)).all(db).map(drop)
        },
        "give the query inside an alias",
    ),
    (
        "outer of outer of the same table",
        |db| {
            let inside = Note::query().filter(Note::ID.eq(Note::ID.outer().outer()));
            let between = Word::query().filter(func::exists(inside));
            Note::query()
                .filter(func::exists(between))
                .all(db)
                .map(drop)
        },
        "give the query inside an alias",
    ),
    (
        "aggregate of outer of the same table",
        |db| {
            let inside = Note::query()
                .group_by(Note::ID)
                .select(Note::NUMBER.sum().outer());
            Note::query()
                .group_by(Note::ID)
                .select(inside.scalar())
                .all(db)
                .map(drop)
        },
        "give the query inside an alias",
    ),
    (
        "column of a table that is not joined",
        |db| {
            Note::query()
                .filter(Note::TEXT.eq(Word::WORD.joined()))
                .all(db)
                .map(drop)
        },
        "not among the tables",
    ),
    (
        "order of a table that is not joined",
        |db| {
            Note::query()
                .order_by(Word::WORD.joined().asc())
                .all(db)
                .map(drop)
        },
        "not among the tables",
    ),
    (
        "selection of an alias that is not joined",
        |db| {
            Note::query()
                .select(Note::alias("other").column(Note::ID))
                .all(db)
                .map(drop)
        },
        "not among the tables",
    ),
    (
        "set to a column of another table",
        |db| {
            Note::query()
                .all_rows()
                .update(db, Note::TEXT.set(Word::WORD.joined()))
                .map(drop)
        },
        "not among the tables",
    ),
    (
        "a table joined twice",
        |db| {
            let query = Note::query()
                .join(Note::TEXT.on(Word::WORD))
                .join(Note::TEXT.on(Word::WORD));
            query.count(db).map(drop)
        },
        "another alias",
    ),
    (
        "a table joined with itself",
        |db| {
            Note::query()
                .join(Note::ID.on(Note::ID))
                .count(db)
                .map(drop)
        },
        "another alias",
    ),
    (
        "an alias that is the table's name",
        |db| {
            let other = Note::alias("NOTES");
            Note::query()
                .join(Note::ID.on(other.column(Note::ID)))
                .count(db)
                .map(drop)
        },
        "another alias",
    ),
    (
        "an alias that is another table's name",
        |db| {
            let other = Note::alias("words");
            let query = Note::query().join(Note::TEXT.on(Word::WORD));
            query
                .join(Note::ID.on(other.column(Note::ID)))
                .count(db)
                .map(drop)
        },
        "another alias",
    ),
    (
        "raw SQL with too few values",
        |db| {
            Note::query()
                .filter(Note::ID.gt(0).and(func::raw::<bool>("? = ?", [1.into()])))
                .all(db)
                .map(drop)
        },
        "another number of placeholders",
    ),
    (
        "raw SQL with too many values",
        |db| {
            Note::query()
                .filter(
                    Note::ID
                        .gt(0)
                        .and(func::raw::<bool>("'?' = \"?\" -- ?", [1.into()])),
                )
                .all(db)
                .map(drop)
        },
        "another number of placeholders",
    ),
];

#[test]
fn tables_that_are_missing_or_there_twice_are_refused() -> Result<()> {
    assert_misuses(MISUSES)
}

#[test]
fn an_alias_may_hide_nothing_and_shadow_nothing() -> Result<()> {
    let (db, _, notes) = notes()?;
    let (a, b) = (Note::alias("a"), Note::alias("b"));
    let inside = b
        .query()
        .filter(b.column(Note::ID).lt(a.column(Note::ID).outer()));
    let first = a.query().filter(!func::exists(inside)).one(&db)?;
    assert_eq!(first, notes[0]);
    // A query inside may have a table of its own by the name that one around has.
    let again = a.query().filter(
        a.column(Note::ID).is_in_query(
            a.query()
                .filter(a.column(Note::ID).eq(2))
                .select(a.column(Note::ID)),
        ),
    );
    assert_eq!(again.all(&db)?, [notes[1].clone()]);
    Ok(())
}
