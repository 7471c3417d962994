//! Queries of any depth: they are run, or refused with a typed error, and never run out of stack.

mod operators;
mod queries;
mod sets;
mod writes;

use orm::prelude::*;
use orm::{Database, Error, Query, Result};

use super::{Note, notes};
use operators::OPERATORS;
use queries::QUERIES;

/// A query that is nested so many levels deep in one way.
type Nested = (&'static str, fn(usize) -> Query<Note>);

fn nest<T>(levels: usize, first: T, level: impl Fn(T, usize) -> T) -> T {
    (0..levels).fold(first, level)
}

fn query(levels: usize, level: fn(Query<Note>) -> Query<Note>) -> Query<Note> {
    nest(levels, Note::query(), |inner, _| level(inner))
}

/// Runs a query in every way in which it is written.
fn run(db: &Database, query: &Query<Note>) -> Vec<Result<()>> {
    let tx = db.begin().expect("a transaction");
    vec![
        query.to_sql(db).map(drop),
        query.clone().limit(1).all(&tx).map(drop),
        query.count(&tx).map(drop),
        query.exists(&tx).map(drop),
        query.clone().filter(Note::ID.lt(0)).delete(&tx).map(drop),
        query
            .clone()
            .filter(Note::ID.lt(0))
            .update(&tx, Note::NUMBER.set(1))
            .map(drop),
        query.clone().union(query.clone()).count(&tx).map(drop),
        query.clone().subquery().count(&tx).map(drop),
        query.keyset(&tx, 1).map(drop),
        query.page(&tx, 1, 1).map(drop),
    ]
}

fn is_of_windows(name: &str) -> bool {
    name.starts_with("window") || name == "lag_or"
}

/// How deep a query is as SQLite counts depends on what else is done with it.
fn is_run_or_too_deep(outcome: &Result<()>) -> bool {
    matches!(
        outcome,
        Ok(()) | Err(Error::ExpressionTooDeep { table: "notes", .. })
    )
}

#[test]
fn a_hundred_thousand_levels_of_anything_are_refused() -> Result<()> {
    let (db, log, _) = notes()?;
    for (name, nested) in OPERATORS.iter().chain(QUERIES) {
        if matches!(
            *name,
            "chain of and" | "chain of or" | "exclude" | "filter" | "order"
        ) {
            continue;
        }
        let query = nested(100_000).filter(Note::ID.ne(-1));
        let copy = query.clone();
        drop(query);
        log.take();
        for outcome in run(&db, &copy) {
            // Windows inside each other make no sense however few they are.
            let refused = match &outcome {
                Err(Error::InvalidQuery { .. }) => is_of_windows(name),
                outcome => matches!(outcome, Err(Error::ExpressionTooDeep { .. })),
            };
            assert!(refused, "{name}: {outcome:?}");
        }
        assert_eq!(log.take(), ["BEGIN", "ROLLBACK"], "{name}");
    }
    Ok(())
}
