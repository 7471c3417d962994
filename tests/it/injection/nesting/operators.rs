//! Operators and functions inside each other.

use orm::prelude::*;
use orm::{Condition, Error, Expr, Query, Result, func};

use super::{Nested, Note, is_run_or_too_deep, nest, notes, query, run};

fn filtered(levels: usize, level: fn(Condition<Note>, i64) -> Condition<Note>) -> Query<Note> {
    let condition = nest(levels, Note::ID.gt(0), |inner, at| {
        level(inner, i64::try_from(at).unwrap_or(0))
    });
    Note::query().filter(condition)
}

fn number(levels: usize, level: fn(Expr<Note, i64>) -> Expr<Note, i64>) -> Query<Note> {
    let number = nest(levels, Note::NUMBER.into_expr(), |inner, _| level(inner));
    Note::query().filter(number.is_not_null().or(true))
}

fn text(levels: usize, level: fn(Expr<Note, String>) -> Expr<Note, String>) -> Query<Note> {
    let text = nest(levels, Note::TEXT.into_expr(), |inner, _| level(inner));
    Note::query().filter(text.is_not_null().or(true))
}

/// What five hundred levels of are run.
pub(super) const OPERATORS: &[Nested] = &[
    ("and within or", |levels| {
        filtered(levels / 2, |inner, at| {
            (inner | Note::ID.eq(at)) & Note::ID.gt(0)
        })
    }),
    ("chain of and", |levels| {
        filtered(levels, |inner, at| inner & Note::ID.ne(-at - 1))
    }),
    ("chain of or", |levels| {
        filtered(levels, |inner, at| inner | Note::ID.eq(at))
    }),
    ("or on the left", |levels| {
        filtered(levels / 2, |inner, at| {
            Note::ID.gt(0) & (Note::ID.eq(at) | inner)
        })
    }),
    ("not", |levels| filtered(levels, |inner, _| !inner)),
    ("xor", |levels| {
        filtered(levels, |inner, _| inner ^ Note::ID.lt(0))
    }),
    ("xor on the right", |levels| {
        filtered(levels, |inner, _| Note::ID.lt(0) ^ inner)
    }),
    ("eq", |levels| filtered(levels, |inner, _| inner.eq(true))),
    ("is_in", |levels| {
        filtered(levels, |inner, _| inner.is_in([true]))
    }),
    ("is_null", |levels| {
        filtered(levels / 2, |inner, _| inner.is_null().is_not_null())
    }),
    ("between", |levels| {
        filtered(levels, |inner, _| inner.between(true, true))
    }),
    ("case when", |levels| {
        filtered(levels, |inner, _| {
            func::case().when(inner, true).otherwise(true)
        })
    }),
    ("case otherwise", |levels| {
        filtered(levels, |inner, _| {
            func::case().when(Note::ID.lt(0), true).otherwise(inner)
        })
    }),
    ("plus", |levels| number(levels, |inner| inner + 1)),
    ("minus on the right", |levels| {
        number(levels, |inner| Note::NUMBER - inner)
    }),
    ("times", |levels| {
        number(levels, |inner| Note::NUMBER * inner)
    }),
    ("negative", |levels| number(levels, |inner| -inner)),
    ("abs", |levels| number(levels, NumberExpression::abs)),
    ("cast", |levels| number(levels, Expression::cast::<i64>)),
    ("coalesce", |levels| {
        number(levels, |inner| inner.nullable().coalesce(1))
    }),
    ("coalesce on the right", |levels| {
        text(levels / 2, |inner| Note::EXTRA.coalesce(inner))
    }),
    ("nullif", |levels| {
        number(levels / 2, |inner| inner.nullif(1).coalesce(1))
    }),
    ("least", |levels| number(levels, |inner| inner.least(1))),
    ("concat", |levels| text(levels, |inner| inner.concat("a"))),
    ("concat on the right", |levels| {
        text(levels, |inner| Note::TEXT.concat(inner))
    }),
    ("lower", |levels| text(levels, TextExpression::lower)),
    ("replace", |levels| {
        text(levels, |inner| inner.replace("a", "b"))
    }),
    ("substr", |levels| text(levels, |inner| inner.substr(1, 2))),
    ("collate", |levels| {
        text(levels, |inner| inner.collate("NOCASE"))
    }),
    ("like", |levels| {
        filtered(levels / 2, |inner, _| inner.cast::<String>().like("1"))
    }),
    ("exclude", |levels| {
        query(levels, |inner| inner.exclude(Note::ID.lt(0)))
    }),
    ("filter", |levels| {
        query(levels, |inner| inner.filter(Note::ID.gt(0)))
    }),
    ("order", |levels| {
        query(levels, |inner| inner.order_by(Note::ID))
    }),
];

#[test]
fn five_hundred_levels_of_every_operator_are_run() -> Result<()> {
    let (db, _, _) = notes()?;
    for (name, nested) in OPERATORS {
        let query = nested(500);
        if *name == "order" {
            query.first(&db)?;
            continue;
        }
        query
            .all(&db)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        query
            .count(&db)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
    Ok(())
}

#[test]
fn five_hundred_levels_are_run_in_every_way_that_the_database_takes() -> Result<()> {
    let (db, _, _) = notes()?;
    let ways = ["not", "case otherwise", "plus", "concat", "chain of or"];
    for (name, nested) in OPERATORS.iter().filter(|(name, _)| ways.contains(name)) {
        for outcome in run(&db, &nested(500)) {
            assert!(is_run_or_too_deep(&outcome), "{name}: {outcome:?}");
        }
    }
    Ok(())
}

/// A chain is flat, however long it is.
#[test]
fn a_hundred_thousand_conditions_in_a_row_are_a_typed_error() -> Result<()> {
    let (db, _, _) = notes()?;
    for (name, nested) in OPERATORS {
        if matches!(*name, "chain of and" | "chain of or" | "filter") {
            let refused = nested(100_000).all(&db);
            let typed = matches!(&refused, Err(Error::TooManyParameters { .. }));
            assert!(typed, "{name}: {refused:?}");
        }
    }
    Ok(())
}
