//! Arithmetic: what is computed first, and what does not fit.

use orm::prelude::*;
use orm::{Database, Error, Expr, Result, Value, func};

use super::{Sample, assert_filter, assert_select, database, real, sample, select};

fn one(a: i64, b: i64) -> Result<Database> {
    database([sample(a, b, None, Some(b))])
}

#[test]
fn parentheses_stand_where_the_tree_needs_them() -> Result<()> {
    let db = one(17, 5)?;
    let (a, b) = (Sample::A, Sample::B);
    let cases: [(Expr<Sample, i64>, &str, i64); 14] = [
        (a - (b - a), r#""s"."a" - ("s"."b" - "s"."a")"#, 29),
        (a - b - a, r#""s"."a" - "s"."b" - "s"."a""#, -5),
        (a / (b * b), r#""s"."a" / ("s"."b" * "s"."b")"#, 0),
        (a / b * b, r#""s"."a" / "s"."b" * "s"."b""#, 15),
        (a / (b / b), r#""s"."a" / ("s"."b" / "s"."b")"#, 17),
        ((a + b) * b, r#"("s"."a" + "s"."b") * "s"."b""#, 110),
        (a + b * b, r#""s"."a" + "s"."b" * "s"."b""#, 42),
        (a * (b + b), r#""s"."a" * ("s"."b" + "s"."b")"#, 170),
        (-(-a), r#"- (- "s"."a")"#, 17),
        (-(a - b), r#"- ("s"."a" - "s"."b")"#, -12),
        (a - -b, r#""s"."a" - - "s"."b""#, 22),
        (a % b, r#""s"."a" % "s"."b""#, 2),
        (
            a % (b % (a / b)),
            r#""s"."a" % ("s"."b" % ("s"."a" / "s"."b"))"#,
            1,
        ),
        (-a % b, r#"- "s"."a" % "s"."b""#, -2),
    ];
    for (expression, sql, value) in cases {
        assert_select(&db, expression, sql, &[], &[value])?;
    }
    Ok(())
}

/// `--` begins a comment.
#[test]
fn signs_never_become_a_comment() -> Result<()> {
    let db = one(7, 2)?;
    let (a, b) = (Sample::A, Sample::B);
    for (expression, value) in [
        (a - -b, 9),
        (-(-(-a)), -7),
        (a - -(-b), 5),
        (a * -(-b), 14),
        (-(a * -b), 14),
    ] {
        let query = Sample::query().select(expression);
        let (sql, _) = query.to_sql(&db)?;
        assert!(!sql.contains("--"), "{sql}");
        assert_eq!(query.all(&db)?, [value], "{sql}");
    }
    Ok(())
}

#[test]
fn every_tree_of_three_operators_is_computed_as_it_was_built() -> Result<()> {
    type Operator = (
        fn(Expr<Sample, i64>, Expr<Sample, i64>) -> Expr<Sample, i64>,
        fn(i64, i64) -> i64,
    );
    let operators: [Operator; 5] = [
        (|a, b| a + b, |a, b| a + b),
        (|a, b| a - b, |a, b| a - b),
        (|a, b| a * b, |a, b| a * b),
        (|a, b| a / b, |a, b| a / b),
        (|a, b| a % b, |a, b| a % b),
    ];
    let db = one(97, 0)?;
    let leaf = |value: i64| Sample::B + value;
    for (one, compute_one) in operators {
        for (two, compute_two) in operators {
            let right = one(Sample::A.into_expr(), two(leaf(29), leaf(31)));
            let inner = compute_two(29, 31);
            if inner != 0 {
                assert_eq!(select(&db, right)?, [compute_one(97, inner)]);
            }
            let left = one(two(Sample::A.into_expr(), leaf(7)), leaf(3));
            assert_eq!(select(&db, left)?, [compute_one(compute_two(97, 7), 3)]);
            let negated = one(-Sample::A, -leaf(7));
            assert_eq!(select(&db, negated)?, [compute_one(-97, -7)]);
        }
    }
    Ok(())
}

#[test]
fn integers_are_divided_as_rust_divides_them() -> Result<()> {
    for (a, b) in [(7, 2), (-7, 2), (7, -2), (-7, -2), (1, 3), (-1, 3)] {
        let db = one(a, b)?;
        let both = select(&db, (Sample::A / Sample::B, Sample::A % Sample::B))?;
        assert_eq!(both, [(a / b, a % b)]);
    }
    Ok(())
}

#[test]
fn real_numbers_are_divided_and_have_a_remainder_as_in_rust() -> Result<()> {
    for (x, y) in [
        (7.5, 2.0),
        (-7.5, 2.0),
        (7.5, -2.5),
        (5.25, 0.5),
        (1e18, 0.75),
    ] {
        let db = database([real(x, Some(y))])?;
        let quotient = select(&db, Sample::X.nullable() / Sample::Y)?;
        assert_eq!(quotient, [Some(x / y)]);
        let remainder = select(&db, Sample::X.nullable() % Sample::Y)?;
        assert_eq!(remainder, [Some(x % y)], "{x} % {y}");
    }
    Ok(())
}

#[test]
fn a_division_by_zero_is_null_and_no_number() -> Result<()> {
    let db = one(1, 0)?;
    for expression in [Sample::A / Sample::B, Sample::A % Sample::B, Sample::A / 0] {
        let refused = select(&db, expression.clone());
        assert!(matches!(refused, Err(Error::Decode { position: 0, .. })));
        assert_eq!(select(&db, expression.nullable())?, [None]);
    }
    let db = database([real(1.0, Some(0.0))])?;
    for expression in [
        Sample::Y / Sample::Y,
        Sample::Y % 0.0,
        Sample::X.nullable() / Sample::Y.coalesce(0.0),
    ] {
        assert_eq!(select(&db, expression)?, [None]);
    }
    Ok(())
}

/// SQLite goes on with real numbers, which have lost digits by then.
#[test]
fn an_integer_that_overflows_is_refused() -> Result<()> {
    for (a, expression) in [
        (i64::MAX, Sample::A + 1),
        (i64::MIN, Sample::A - 1),
        (i64::MAX, Sample::A * 2),
        (i64::MIN, Sample::A * -1),
        (i64::MIN, -Sample::A),
        (i64::MIN, Sample::A / -1),
    ] {
        let db = one(a, 0)?;
        let refused = select(&db, expression);
        assert!(matches!(refused, Err(Error::Decode { position: 0, .. })));
    }
    let db = one(i64::MIN, -1)?;
    assert_eq!(select(&db, Sample::A % Sample::B)?, [0]);
    let absolute = select(&db, Sample::A.abs());
    assert!(matches!(absolute, Err(Error::Database { .. })));
    assert_eq!(select(&db, Sample::A)?, [i64::MIN]);
    Ok(())
}

#[test]
fn a_result_that_a_narrow_type_cannot_hold_is_refused() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    struct Narrow {
        #[orm(primary_key)]
        id: i64,
        small: u8,
        signed: i8,
        single: f32,
    }

    let (db, _) = crate::recorder::recorded(&orm::schema![Narrow])?;
    Narrow {
        id: 0,
        small: 200,
        signed: -100,
        single: f32::MAX,
    }
    .insert(&db)?;
    let fails = |query: orm::Query<Narrow>| query.all(&db).map(drop);
    assert!(fails(Narrow::query()).is_ok());
    for refused in [
        Narrow::query()
            .select(Narrow::SMALL + 100)
            .all(&db)
            .map(drop),
        Narrow::query()
            .select(Narrow::SMALL - 201)
            .all(&db)
            .map(drop),
        Narrow::query().select(Narrow::SMALL * 2).all(&db).map(drop),
        Narrow::query().select(-Narrow::SMALL).all(&db).map(drop),
        Narrow::query()
            .select(Narrow::SIGNED - 100)
            .all(&db)
            .map(drop),
        Narrow::query()
            .select(Narrow::SINGLE * 2.0)
            .all(&db)
            .map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Decode { position: 0, .. })));
    }
    // What only a condition sees need not fit.
    let large = Narrow::query().filter((Narrow::SMALL + 100).gt(255));
    assert_eq!(large.count(&db)?, 1);
    let wide = Narrow::query().select(Narrow::SMALL.cast::<i64>() + 100);
    assert_eq!(wide.all(&db)?, [300]);
    Ok(())
}

#[test]
fn null_on_either_side_gives_null() -> Result<()> {
    let db = one(3, 4)?;
    let a = || Sample::A.nullable();
    assert_select(&db, a() + Sample::N, r#""s"."a" + "s"."n""#, &[], &[None])?;
    assert_select(&db, Sample::N * a(), r#""s"."n" * "s"."a""#, &[], &[None])?;
    assert_select(&db, Sample::N - 1, r#""s"."n" - ?"#, &[1.into()], &[None])?;
    assert_select(&db, -Sample::N, r#"- "s"."n""#, &[], &[None])?;
    assert_select(
        &db,
        Sample::M + Sample::A,
        r#""s"."m" + "s"."a""#,
        &[],
        &[Some(7)],
    )?;
    let none = a() % None;
    assert_select(&db, none, r#""s"."a" % ?"#, &[Value::Null], &[None])
}

#[test]
fn values_on_both_sides_are_bound() -> Result<()> {
    let db = one(3, 4)?;
    let sum = func::value(10) - Sample::A * 2;
    assert_select(&db, sum, r#"? - "s"."a" * ?"#, &[10.into(), 2.into()], &[4])?;
    let negative = Sample::A - -5;
    assert_select(&db, negative, r#""s"."a" - ?"#, &[(-5).into()], &[8])?;
    let numbers = func::value(1) + 2;
    assert_select(&db, numbers, "? + ?", &[1.into(), 2.into()], &[3])
}

#[test]
fn arithmetic_binds_tighter_than_comparisons_and_logic() -> Result<()> {
    let db = database([sample(1, 2, None, None), sample(5, 2, None, None)])?;
    let (a, b) = (Sample::A, Sample::B);
    assert_filter(
        &db,
        (a + b).gt(b * 2) & (a - b).ne(0),
        r#""s"."a" + "s"."b" > "s"."b" * ? AND "s"."a" - "s"."b" <> ?"#,
        &[2.into(), 0.into()],
        &[2],
    )
}

#[test]
fn an_update_is_told_by_an_expression() -> Result<()> {
    let db = database([sample(5, 2, None, Some(3)), sample(7, 2, None, None)])?;
    let all = Sample::query().all_rows();
    let assignments = [
        Sample::A.set(Sample::A * 2 - Sample::B),
        Sample::N.set(Sample::M.coalesce(100) + Sample::A),
    ];
    assert_eq!(all.update(&db, assignments)?, 2);
    assert_eq!(
        select(&db, (Sample::A, Sample::N))?,
        [(8, Some(8)), (12, Some(107))]
    );
    Ok(())
}
