//! Set operations of many queries.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Note, notes};

#[test]
fn unions_of_more_queries_than_the_database_takes_are_a_typed_error() -> Result<()> {
    let (db, _, notes) = notes()?;
    let one = |id: i64| Note::query().filter(Note::ID.eq(id)).select(Note::ID);
    let unions =
        |queries: i64| (2..=queries).fold(one(1).union_all(one(1)), |all, _| all.union_all(one(1)));
    assert_eq!(unions(499).all(&db)?.len(), 500);
    for queries in [500, 600, 5_000] {
        let refused = unions(queries).all(&db);
        assert!(
            matches!(refused, Err(Error::InvalidQuery { .. })),
            "{queries}: {refused:?}"
        );
    }
    let all = (0..100_000).fold(Note::query().union(Note::query()), |all, _| {
        all.union(Note::query())
    });
    let refused = all.clone().all(&db);
    drop(all);
    assert!(
        matches!(refused, Err(Error::InvalidQuery { .. })),
        "{refused:?}"
    );
    assert_eq!(Note::count(&db)?, notes.len() as u64);
    Ok(())
}

#[test]
fn alternating_set_operations_are_refused_when_too_deep() -> Result<()> {
    let (db, _, notes) = notes()?;
    let alternating = |levels: usize| {
        let first = Note::query().union(Note::query());
        (0..levels).fold(first, |all, _| {
            all.except(Note::query().filter(Note::ID.lt(0)))
                .union(Note::query())
        })
    };
    assert_eq!(alternating(20).count(&db)?, notes.len() as u64);
    for levels in [500, 100_000] {
        let refused = alternating(levels).count(&db);
        assert!(
            matches!(refused, Err(Error::ExpressionTooDeep { .. })),
            "{refused:?}"
        );
    }
    Ok(())
}
