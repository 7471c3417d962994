//! Window functions and aggregates where they have no place.

use orm::prelude::*;
use orm::{Expr, Result, Window, func};

use super::{Misuse, Note, assert_misuses};

fn rank() -> Expr<Note, i64> {
    func::row_number().over(Window::ordered_by(Note::ID))
}

const MISUSES: &[Misuse] = &[
    (
        "window in filter",
        |db| Note::query().filter(rank().eq(1)).all(db).map(drop),
        "window",
    ),
    (
        "window within filter",
        |db| {
            let condition = func::case().when(rank().gt(1), true).otherwise(false);
            Note::query().filter(!condition).delete(db).map(drop)
        },
        "window",
    ),
    (
        "window in exclude",
        |db| Note::query().exclude(rank().eq(1)).count(db).map(drop),
        "window",
    ),
    (
        "window in group_by",
        |db| {
            Note::query()
                .group_by(rank())
                .select(func::count())
                .all(db)
                .map(drop)
        },
        "window",
    ),
    (
        "window in having",
        |db| {
            let over = func::count().over(Window::all());
            let groups = Note::query()
                .group_by(Note::NUMBER)
                .select((Note::NUMBER, func::count()));
            groups
                .having(func::count().filter(over.gt(0)).gt(0))
                .all(db)
                .map(drop)
        },
        "window",
    ),
    (
        "window in an aggregate",
        |db| Note::query().aggregate(db, rank().sum()).map(drop),
        "window",
    ),
    (
        "window in a window",
        |db| {
            Note::query()
                .select(rank().sum().over(Window::all()))
                .all(db)
                .map(drop)
        },
        "window",
    ),
    (
        "window by a window",
        |db| {
            let number = func::row_number().over(Window::ordered_by(rank().asc()));
            Note::query().select(number).all(db).map(drop)
        },
        "window",
    ),
    (
        "window partitioned by a window",
        |db| {
            let number = func::row_number().over(Window::partition_by(rank()));
            Note::query().select(number).all(db).map(drop)
        },
        "window",
    ),
    (
        "different values over a window",
        |db| {
            let sum = Note::NUMBER.sum().distinct().over(Window::all());
            Note::query().select(sum).all(db).map(drop)
        },
        "window",
    ),
    (
        "window of a window",
        |db| {
            let before = rank().lag(1).over(Window::ordered_by(Note::ID));
            Note::query().select(before).all(db).map(drop)
        },
        "window",
    ),
    (
        "window in a join",
        |db| {
            let other = Note::alias("other");
            let on = Note::ID
                .on(other.column(Note::ID))
                .and(func::row_number().over(Window::all()).gt(0));
            Note::query().join(on).all(db).map(drop)
        },
        "window",
    ),
    (
        "window in set",
        |db| {
            Note::query()
                .all_rows()
                .update(db, Note::NUMBER.set(rank()))
                .map(drop)
        },
        "window",
    ),
    (
        "window in returning",
        |db| {
            Note::query()
                .all_rows()
                .returning(rank())
                .delete(db)
                .map(drop)
        },
        "window",
    ),
    (
        "window in only_if",
        |db| {
            let rows = &mut [Note::get(db, 1)?];
            let insert = Note::inserting(rows)
                .on_conflict(Note::ID)
                .update(Note::NUMBER);
            insert.only_if(rank().eq(1)).run(db).map(drop)
        },
        "window",
    ),
    (
        "aggregate in an aggregate",
        |db| {
            Note::query()
                .aggregate(db, Note::NUMBER.sum().sum().joined())
                .map(drop)
        },
        "aggregate",
    ),
    (
        "aggregate in the filter of one",
        |db| {
            let inner = Note::NUMBER.sum().joined().gt(0);
            let outer = func::count().filter(func::value(true)).joined();
            Note::query()
                .aggregate(
                    db,
                    (outer, func::case().when(inner, 1).end().max().joined()),
                )
                .map(drop)
        },
        "aggregate",
    ),
    (
        "distinct of a sum and more",
        |db| {
            Note::query()
                .aggregate(db, (Note::NUMBER.sum() + 1).distinct())
                .map(drop)
        },
        "the aggregate itself",
    ),
    (
        "filter of a sum and more",
        |db| {
            Note::query()
                .aggregate(db, (Note::NUMBER.sum() + 1).filter(Note::ID.gt(0)))
                .map(drop)
        },
        "the aggregate itself",
    ),
    (
        "over behind a sum and more",
        |db| {
            let sum = (Note::NUMBER.sum() + 1).over(Window::all());
            Note::query().select(sum).all(db).map(drop)
        },
        "no aggregate",
    ),
];

#[test]
fn windows_and_aggregates_out_of_place_are_refused() -> Result<()> {
    assert_misuses(MISUSES)
}

#[test]
fn aggregates_within_windows_over_groups_are_in_their_place() -> Result<()> {
    let (db, _, notes) = super::notes()?;
    let all = Note::ID.count().sum().over(Window::all());
    let groups = Note::query()
        .group_by(Note::NUMBER)
        .select((Note::NUMBER, all));
    assert_eq!(groups.all(&db)?, [(0, i64::try_from(notes.len()).ok())]);
    Ok(())
}
