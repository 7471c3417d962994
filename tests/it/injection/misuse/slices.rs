//! Parts of a result, and what comes too late for them.

use orm::Result;
use orm::func;
use orm::prelude::*;

use super::{Misuse, Note, Word, assert_misuses};

const MISUSES: &[Misuse] = &[
    (
        "filter after limit",
        |db| {
            Note::query()
                .limit(1)
                .filter(Note::ID.gt(0))
                .all(db)
                .map(drop)
        },
        "after `limit`",
    ),
    (
        "filter after offset",
        |db| {
            Note::query()
                .offset(1)
                .filter(Note::ID.gt(0))
                .count(db)
                .map(drop)
        },
        "after `limit`",
    ),
    (
        "order after limit",
        |db| Note::query().limit(1).order_by(Note::ID).all(db).map(drop),
        "after `limit`",
    ),
    (
        "join after limit",
        |db| {
            Note::query()
                .limit(1)
                .join(Note::TEXT.on(Word::WORD))
                .all(db)
                .map(drop)
        },
        "after `limit`",
    ),
    (
        "group after limit",
        |db| {
            Note::query()
                .limit(1)
                .group_by(Note::ID)
                .select(func::count())
                .all(db)
                .map(drop)
        },
        "after `limit`",
    ),
    (
        "having after limit",
        |db| {
            let groups = Note::query()
                .group_by(Note::ID)
                .select(func::count())
                .limit(1);
            groups.having(func::count().gt(0)).all(db).map(drop)
        },
        "after `limit`",
    ),
    (
        "last after limit",
        |db| Note::query().limit(1).last(db).map(drop),
        "after `limit`",
    ),
    (
        "aggregate after limit",
        |db| {
            Note::query()
                .limit(1)
                .aggregate(db, func::count())
                .map(drop)
        },
        "after `limit`",
    ),
    (
        "page after limit",
        |db| Note::query().limit(1).page(db, 1, 1).map(drop),
        "after `limit`",
    ),
    (
        "page 0",
        |db| Note::query().page(db, 0, 1).map(drop),
        "page 0",
    ),
    (
        "pages of 0",
        |db| Note::query().page(db, 1, 0).map(drop),
        "page 0",
    ),
    (
        "keyset of 0",
        |db| Note::query().keyset(db, 0).map(drop),
        "0 rows",
    ),
    (
        "keyset after limit",
        |db| Note::query().limit(1).keyset(db, 1).map(drop),
        "after `limit`",
    ),
    (
        "keyset after distinct",
        |db| Note::query().distinct().keyset(db, 1).map(drop),
        "`distinct`",
    ),
    (
        "chunks of 0",
        |db| Note::query().chunks(db, 0, |_| Ok(())),
        "0 rows",
    ),
    (
        "chunks after offset",
        |db| Note::query().offset(1).chunks(db, 1, |_| Ok(())),
        "`offset`",
    ),
    (
        "after behind limit",
        |db| {
            let cursor = Note::query().keyset(db, 1)?.next.expect("more notes");
            Note::query().limit(1).after(&cursor)?.all(db).map(drop)
        },
        "after `limit`",
    ),
];

#[test]
fn what_comes_too_late_or_asks_for_nothing_is_refused() -> Result<()> {
    assert_misuses(MISUSES)
}
