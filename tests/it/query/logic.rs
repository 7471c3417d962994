//! and, or, not, filter and exclude: as text, and by a model of SQL's three truth values.

use orm::prelude::*;
use orm::{Database, Error, Expr, Result};
use proptest::prelude::*;

use super::{Track, assert_filter, assert_query};

const A: &str = r#""tracks"."id" = ?"#;
const B: &str = r#""tracks"."seconds" > ?"#;
const C: &str = r#""tracks"."explicit""#;

fn a() -> Expr<Track, bool> {
    Track::ID.eq(2)
}

fn b() -> Expr<Track, bool> {
    Track::SECONDS.gt(300)
}

fn c() -> Expr<Track, bool> {
    Track::EXPLICIT.into_expr()
}

#[test]
fn and_binds_more_tightly_than_or() -> Result<()> {
    let values = &[2.into(), 300.into()];
    assert_filter(
        a() | (b() & c()),
        &format!("{A} OR {B} AND {C}"),
        values,
        &[1, 2, 3, 5],
    )?;
    assert_filter(
        (a() | b()) & c(),
        &format!("({A} OR {B}) AND {C}"),
        values,
        &[1, 3, 5],
    )?;
    assert_filter(
        a() | b() & c(),
        &format!("{A} OR {B} AND {C}"),
        values,
        &[1, 2, 3, 5],
    )
}

#[test]
fn methods_bind_from_left_to_right() -> Result<()> {
    let values = &[2.into(), 300.into()];
    assert_filter(
        a().or(b()).and(c()),
        &format!("({A} OR {B}) AND {C}"),
        values,
        &[1, 3, 5],
    )?;
    assert_filter(
        a().and(b()).or(c()),
        &format!("{A} AND {B} OR {C}"),
        values,
        &[1, 3, 5],
    )
}

#[test]
fn not_takes_the_whole_condition() -> Result<()> {
    let values = &[2.into(), 300.into()];
    assert_filter(
        !(a() & b()),
        &format!("NOT ({A} AND {B})"),
        values,
        &[1, 2, 3, 4, 5],
    )?;
    assert_filter(!(a() | b()), &format!("NOT ({A} OR {B})"), values, &[4])?;
    assert_filter(
        !a() & b(),
        &format!("NOT ({A}) AND {B}"),
        values,
        &[1, 3, 5],
    )?;
    assert_filter((!a()).not(), &format!("NOT (NOT ({A}))"), &[2.into()], &[2])
}

#[test]
fn chains_are_flat() -> Result<()> {
    let values = &[2.into(), 300.into(), 2.into()];
    assert_filter(
        a() | b() | c() | a(),
        &format!("{A} OR {B} OR {C} OR {A}"),
        values,
        &[1, 2, 3, 5],
    )?;
    assert_filter(
        (a() & b()) & (c() & a()),
        &format!("{A} AND {B} AND {C} AND {A}"),
        values,
        &[],
    )
}

#[test]
fn filters_are_joined_by_and() -> Result<()> {
    let query = Track::query().filter(a() | b()).filter(c());
    assert_query(&query, &format!("WHERE ({A} OR {B}) AND {C}"), &[1, 3, 5])
}

#[test]
fn a_query_can_be_kept_and_narrowed_down_twice() -> Result<()> {
    let long = Track::query().filter(b());
    let explicit = long.clone().filter(c());
    assert_query(
        &long.clone().exclude(a()),
        &format!("WHERE {B} AND ({A}) IS NOT TRUE"),
        &[1, 3, 5],
    )?;
    assert_query(&explicit, &format!("WHERE {B} AND {C}"), &[1, 3, 5])?;
    assert_query(&long, &format!("WHERE {B}"), &[1, 3, 5])
}

#[test]
fn a_scope_adds_to_a_query() -> Result<()> {
    let query = Track::query()
        .apply(|tracks| tracks.filter(b()))
        .apply(|tracks| tracks.order_by(Track::SECONDS));
    assert_query(
        &query,
        &format!(r#"WHERE {B} ORDER BY "tracks"."seconds""#),
        &[5, 3, 1],
    )
}

#[test]
fn exclude_keeps_the_rows_for_which_the_condition_is_unknown() -> Result<()> {
    let high = || Track::RATING.gt(3);
    let column = r#""tracks"."rating""#;
    let kept = Track::query().exclude(high());
    assert_query(&kept, &format!("WHERE ({column} > ?) IS NOT TRUE"), &[3, 5])?;
    let not = Track::query().filter(!high());
    assert_query(&not, &format!("WHERE NOT ({column} > ?)"), &[5])?;
    let flags = Track::query().exclude(Track::EXPLICIT);
    assert_query(&flags, r#"WHERE "tracks"."explicit" IS NOT TRUE"#, &[2, 4])
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "points")]
struct Point {
    #[orm(primary_key)]
    id: i64,
    x: Option<i64>,
    y: Option<i64>,
}

/// A condition over a point, to be written as SQL and to be judged in Rust.
#[derive(Debug, Clone)]
enum Condition {
    Equal(Side, Option<i64>),
    NotEqual(Side, Option<i64>),
    Less(Side, i64),
    Same,
    Between(Side, i64, i64),
    In(Side, Vec<Option<i64>>),
    NotIn(Side, Vec<Option<i64>>),
    Null(Side),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy)]
enum Side {
    X,
    Y,
}

impl Side {
    fn column(self) -> orm::Column<Point, Option<i64>> {
        match self {
            Self::X => Point::X,
            Self::Y => Point::Y,
        }
    }

    fn of(self, point: &Point) -> Option<i64> {
        match self {
            Self::X => point.x,
            Self::Y => point.y,
        }
    }
}

impl Condition {
    fn to_expr(&self) -> Expr<Point, bool> {
        match self {
            Self::Equal(side, value) => side.column().eq(*value),
            Self::NotEqual(side, value) => side.column().ne(*value),
            Self::Less(side, value) => side.column().lt(*value),
            Self::Same => Point::X.eq(Point::Y),
            Self::Between(side, low, high) => side.column().between(*low, *high),
            Self::In(side, values) => side.column().is_in(values.clone()),
            Self::NotIn(side, values) => side.column().not_in(values.clone()),
            Self::Null(side) => side.column().is_null(),
            Self::And(one, other) => one.to_expr() & other.to_expr(),
            Self::Or(one, other) => one.to_expr() | other.to_expr(),
            Self::Not(condition) => !condition.to_expr(),
        }
    }

    /// What the condition says of a point; `None` is unknown.
    fn judge(&self, point: &Point) -> Option<bool> {
        match self {
            Self::Equal(side, None) | Self::Null(side) => Some(side.of(point).is_none()),
            Self::NotEqual(side, None) => Some(side.of(point).is_some()),
            Self::Equal(side, Some(value)) => side.of(point).map(|own| own == *value),
            Self::NotEqual(side, Some(value)) => side.of(point).map(|own| own != *value),
            Self::Less(side, value) => side.of(point).map(|own| own < *value),
            Self::Same => Some(point.x? == point.y?),
            Self::Between(side, low, high) => {
                side.of(point).map(|own| (*low..=*high).contains(&own))
            }
            Self::In(side, values) => one_of(side.of(point), values),
            Self::NotIn(side, values) => one_of(side.of(point), values).map(|one| !one),
            Self::And(one, other) => match (one.judge(point), other.judge(point)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (one, other) => Some(one? && other?),
            },
            Self::Or(one, other) => match (one.judge(point), other.judge(point)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (one, other) => Some(one? || other?),
            },
            Self::Not(condition) => condition.judge(point).map(|truth| !truth),
        }
    }
}

/// Whether a value is among others: without a value, that is known only of `None` and of nothing.
fn one_of(own: Option<i64>, values: &[Option<i64>]) -> Option<bool> {
    match own {
        Some(_) => Some(values.contains(&own)),
        None if values.contains(&None) => Some(true),
        None if values.is_empty() => Some(false),
        None => None,
    }
}

fn conditions() -> impl Strategy<Value = Condition> {
    let side = || prop_oneof![Just(Side::X), Just(Side::Y)];
    let values = || prop::collection::vec(prop::option::of(0..4_i64), 0..4);
    let leaves = prop_oneof![
        (side(), prop::option::of(0..4_i64)).prop_map(|(side, v)| Condition::Equal(side, v)),
        (side(), prop::option::of(0..4_i64)).prop_map(|(side, v)| Condition::NotEqual(side, v)),
        (side(), 0..4_i64).prop_map(|(side, v)| Condition::Less(side, v)),
        Just(Condition::Same),
        (side(), 0..4_i64, 0..4_i64).prop_map(|(side, a, b)| Condition::Between(side, a, b)),
        (side(), values()).prop_map(|(side, values)| Condition::In(side, values)),
        (side(), values()).prop_map(|(side, values)| Condition::NotIn(side, values)),
        side().prop_map(Condition::Null),
    ];
    leaves.prop_recursive(4, 24, 2, |inner| {
        let pair = || {
            (
                inner.clone().prop_map(Box::new),
                inner.clone().prop_map(Box::new),
            )
        };
        prop_oneof![
            pair().prop_map(|(one, other)| Condition::And(one, other)),
            pair().prop_map(|(one, other)| Condition::Or(one, other)),
            inner.clone().prop_map(|one| Condition::Not(Box::new(one))),
        ]
    })
}

/// Every pair of no value and 0 to 3.
fn points() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Point])?;
    let values = [None, Some(0), Some(1), Some(2), Some(3)];
    let pairs = values.into_iter().flat_map(|x| values.map(|y| (x, y)));
    let mut points: Vec<Point> = pairs.map(|(x, y)| Point { id: 0, x, y }).collect();
    Point::insert_many(&db, &mut points)?;
    Ok(db)
}

#[test]
fn filter_and_exclude_share_all_rows_out_as_the_condition_says() -> Result<()> {
    let db = points()?;
    let all = Point::all(&db)?;
    let failed = |error: Error| TestCaseError::fail(error.to_string());
    let select = |query: orm::Query<Point>| -> Result<Vec<i64>, TestCaseError> {
        let points = query.order_by(Point::ID).all(&db).map_err(failed)?;
        Ok(points.iter().map(|point| point.id).collect())
    };
    proptest!(|(condition in conditions())| {
        let (kept, left): (Vec<&Point>, Vec<&Point>) =
            all.iter().partition(|point| condition.judge(point) == Some(true));
        let kept: Vec<i64> = kept.iter().map(|point| point.id).collect();
        let left: Vec<i64> = left.iter().map(|point| point.id).collect();
        prop_assert_eq!(select(Point::query().filter(condition.to_expr()))?, kept);
        prop_assert_eq!(select(Point::query().exclude(condition.to_expr()))?, left);
        let both = Point::query().filter(condition.to_expr()).exclude(condition.to_expr());
        prop_assert_eq!(select(both)?, Vec::<i64>::new());
    });
    Ok(())
}

#[test]
fn random_rows_are_either_filtered_or_excluded() {
    proptest!(ProptestConfig::with_cases(64), |(
        values in prop::collection::vec((prop::option::of(0..4_i64), prop::option::of(0..4_i64)), 0..40),
        condition in conditions(),
    )| {
        let counts = || -> Result<(u64, u64)> {
            let db = Database::open("sqlite::memory:")?;
            db.create_tables(orm::schema![Point])?;
            let points = values.iter().map(|&(x, y)| Point { id: 0, x, y });
            Point::insert_many(&db, &mut points.collect::<Vec<_>>())?;
            let kept = Point::query().filter(condition.to_expr()).count(&db)?;
            let left = Point::query().exclude(condition.to_expr()).count(&db)?;
            Ok((kept, left))
        };
        let (kept, left) = counts().map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(kept + left, values.len() as u64);
    });
}
