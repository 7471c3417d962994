//! Queries inside each other.

use orm::prelude::*;
use orm::{Error, Query, Result, Window, func};

use super::{Nested, Note, is_of_windows, is_run_or_too_deep, nest, notes, query, run};

#[derive(Debug, Clone, PartialEq, FromRow)]
struct Line {
    number: i64,
}

/// What is a query within a query, of which no database takes that many.
pub(super) const QUERIES: &[Nested] = &[
    ("exists", |levels| {
        query(levels, |inner| Note::query().filter(func::exists(inner)))
    }),
    ("is_in_query", |levels| {
        query(levels, |inner| {
            Note::query().filter(Note::ID.is_in_query(inner.select(Note::ID)))
        })
    }),
    ("not_in_query", |levels| {
        query(levels, |inner| {
            Note::query().filter(Note::ID.not_in_query(inner.select(Note::ID)))
        })
    }),
    ("scalar", |levels| {
        query(levels, |inner| {
            Note::query().filter(Note::ID.eq(inner.select(Note::ID).scalar()))
        })
    }),
    ("order by a scalar", |levels| {
        inside(query(levels, |inner| {
            Note::query().order_by(inner.select(Note::ID).scalar().asc())
        }))
    }),
    ("derived", |levels| {
        query(levels, |inner| inner.limit(5).subquery())
    }),
    ("plainly derived", |levels| query(levels, Query::subquery)),
    ("qualify", |levels| {
        query(levels, |inner| {
            inner.qualify(func::row_number().over(Window::ordered_by(Note::ID)).gt(0))
        })
    }),
    ("union of derived", |levels| {
        query(levels, |inner| {
            inner
                .union(Note::query())
                .except(Note::query())
                .subquery_of_rows()
        })
    }),
    ("with_cte", |levels| {
        let lines = nest(levels, Query::<Line>::values([(1,)]), |inner, _| {
            Query::<Line>::new().with_cte(inner)
        });
        Note::query().filter(Note::ID.is_in_query(lines.select(Line::NUMBER)))
    }),
    ("recursive", |levels| {
        let lines = nest(levels, Query::<Line>::values([(1,)]), |inner, _| {
            Query::recursive(inner, Query::<Line>::new().filter(Line::NUMBER.lt(0)))
        });
        Note::query().filter(Note::ID.is_in_query(lines.select(Line::NUMBER)))
    }),
    ("recursive on the right", |levels| {
        let lines = nest(levels, Query::<Line>::values([(1,)]), |inner, _| {
            Query::recursive_distinct(Query::<Line>::values([(1,)]), inner)
        });
        Note::query().filter(Note::ID.is_in_query(lines.select(Line::NUMBER)))
    }),
    ("rows_as", |levels| {
        let lines = nest(levels, Query::<Line>::values([(1,)]), |inner, _| {
            inner.select((Line::NUMBER + 1,)).rows_as()
        });
        Note::query().filter(Note::ID.is_in_query(lines.select(Line::NUMBER)))
    }),
    ("window", |levels| {
        let number = nest(levels, Note::NUMBER.nullable(), |inner, _| {
            inner.max().over(Window::all())
        });
        inside(Note::query().order_by(number.asc()))
    }),
    ("window by a window", |levels| {
        let number = nest(levels, Note::NUMBER.into_expr(), |inner, _| {
            func::row_number().over(Window::ordered_by(inner.asc()))
        });
        inside(Note::query().order_by(number.asc()))
    }),
    ("window partitioned by a window", |levels| {
        let number = nest(levels, Note::NUMBER.into_expr(), |inner, _| {
            func::row_number().over(Window::partition_by(inner))
        });
        inside(Note::query().order_by(number.asc()))
    }),
    ("lag_or", |levels| {
        let number = nest(levels, Note::NUMBER.into_expr(), |inner, _| {
            Note::NUMBER
                .lag_or(1, inner)
                .over(Window::ordered_by(Note::ID))
        });
        inside(Note::query().order_by(number.asc()))
    }),
];

/// A query whose rows another has, so that its order matters to what is done with them.
fn inside(query: Query<Note>) -> Query<Note> {
    Note::query().filter(Note::ID.is_in_query(query.limit(1).select(Note::ID)))
}

trait SubqueryOfRows {
    fn subquery_of_rows(self) -> Query<Note>;
}

impl SubqueryOfRows for Query<orm::query::scope::Rows<Note>, Note> {
    fn subquery_of_rows(self) -> Query<Note> {
        Note::query().filter(Note::ID.is_in_query(self.filter(Note::ID.gt(0)).select(Note::ID)))
    }
}

#[test]
fn queries_inside_each_other_are_run_until_they_are_too_deep() -> Result<()> {
    let (db, _, _) = notes()?;
    for (name, nested) in QUERIES {
        if is_of_windows(name) {
            continue;
        }
        for levels in [2, 5, 20] {
            let outcome = nested(levels).all(&db);
            assert!(outcome.is_ok(), "{name}: {levels}: {outcome:?}");
        }
        for levels in [80, 90] {
            for outcome in run(&db, &nested(levels)) {
                assert!(
                    is_run_or_too_deep(&outcome),
                    "{name}: {levels}: {outcome:?}"
                );
            }
        }
        let outcome = nested(500).all(&db);
        let refused = matches!(&outcome, Err(Error::ExpressionTooDeep { .. }));
        assert!(refused, "{name}: {outcome:?}");
    }
    Ok(())
}
