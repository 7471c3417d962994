//! Rows that lead to further rows.

use orm::prelude::*;
use orm::{Query, Result, func};

use super::{Employee, store, texts};
use crate::recorder;

/// An employee, and how many stand above.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Staff {
    id: i64,
    level: i64,
}

fn staff() -> Query<Staff> {
    let first = Employee::query()
        .filter(Employee::MANAGER_ID.is_null())
        .select((Employee::ID, func::value(0_i64)))
        .rows_as::<Staff>();
    let next = Query::<Staff>::new()
        .join(Staff::ID.on(Employee::MANAGER_ID))
        .select((Employee::ID, Staff::LEVEL + 1))
        .rows_as::<Staff>();
    Query::recursive(first, next)
}

#[test]
fn a_tree_is_walked_from_its_root() -> Result<()> {
    let (db, _) = store()?;
    let below = staff()
        .filter(Staff::LEVEL.gt(0))
        .order_by((Staff::LEVEL.desc(), Staff::ID.asc()));
    let (sql, values) = below.to_sql(&db)?;
    assert_eq!(
        sql,
        r#"WITH RECURSIVE "staff" ("id", "level") AS (SELECT "employees"."id" AS "id", ? AS "level" FROM "employees" WHERE "employees"."manager_id" IS NULL UNION ALL SELECT "employees"."id" AS "id", "staff"."level" + ? AS "level" FROM "staff" JOIN "employees" ON "staff"."id" = "employees"."manager_id") SELECT "staff"."id", "staff"."level" FROM "staff" WHERE "staff"."level" > ? ORDER BY "staff"."level" DESC, "staff"."id""#
    );
    assert_eq!(values, [0.into(), 1.into(), 0.into()]);
    let levels: Vec<_> = below
        .all(&db)?
        .iter()
        .map(|row| (row.id, row.level))
        .collect();
    assert_eq!(levels, [(4, 2), (2, 1), (3, 1)]);
    assert_eq!(staff().count(&db)?, 4);
    assert_eq!(staff().aggregate(&db, Staff::LEVEL.max())?, Some(2));
    Ok(())
}

#[test]
fn a_tree_is_joined_with_other_tables() -> Result<()> {
    let (db, _) = store()?;
    let names = staff()
        .join(Staff::ID.on(Employee::ID))
        .filter(Staff::LEVEL.eq(1))
        .order_by(Employee::NAME)
        .select(Employee::NAME);
    assert_eq!(names.all(&db)?, texts(["Bob", "Cyd"]));
    let by_cte: Vec<(String, i64)> = Employee::query()
        .with_cte(staff())
        .join(Employee::ID.on(Staff::ID))
        .order_by(Employee::ID.desc())
        .limit(1)
        .select((Employee::NAME, Staff::LEVEL))
        .all(&db)?;
    assert_eq!(by_cte, [("Dan".into(), 2)]);
    let deep = Employee::query()
        .filter(Employee::ID.is_in_query(staff().filter(Staff::LEVEL.ge(2)).select(Staff::ID)));
    assert_eq!(deep.delete(&db)?, 1);
    Ok(())
}

#[derive(Debug, PartialEq, ActiveRecord)]
#[orm(table = "edges")]
struct Edge {
    #[orm(primary_key)]
    source: i64,
    #[orm(primary_key)]
    target: i64,
}

#[derive(Debug, PartialEq, FromRow)]
struct Reached {
    node: i64,
}

fn reached(from: i64) -> Query<Reached> {
    let first = Edge::query()
        .filter(Edge::SOURCE.eq(from))
        .select((Edge::TARGET,))
        .rows_as::<Reached>();
    let next = Query::<Reached>::new()
        .join(Reached::NODE.on(Edge::SOURCE))
        .select((Edge::TARGET,))
        .rows_as::<Reached>();
    Query::recursive_distinct(first, next)
}

#[test]
fn a_graph_with_a_cycle_is_walked_to_its_end() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Edge])?;
    let edges = [(1, 2), (2, 3), (3, 1), (3, 4), (4, 4), (5, 1)];
    let mut edges = edges.map(|(source, target)| Edge { source, target });
    Edge::insert_many(&db, &mut edges)?;
    let nodes = |from: i64| reached(from).order_by(Reached::NODE).select(Reached::NODE);
    assert_eq!(nodes(1).all(&db)?, [1, 2, 3, 4]);
    assert_eq!(nodes(4).all(&db)?, [4]);
    assert!(nodes(9).all(&db)?.is_empty());
    assert!(
        nodes(1)
            .to_sql(&db)?
            .0
            .contains(r#" UNION SELECT "edges"."target" AS "node" FROM "reached""#)
    );
    Ok(())
}

#[test]
fn ten_thousand_levels_are_no_depth() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Employee])?;
    let mut chain: Vec<_> = (1..=10_000)
        .map(|id| Employee {
            id,
            name: String::new(),
            manager_id: (id > 1).then_some(id - 1),
        })
        .collect();
    Employee::insert_many(&db, &mut chain)?;
    let deepest = staff().order_by(Staff::LEVEL.desc()).first(&db)?;
    assert_eq!(
        deepest,
        Some(Staff {
            id: 10_000,
            level: 9_999
        })
    );
    assert_eq!(staff().count(&db)?, 10_000);
    Ok(())
}

#[test]
fn a_series_is_counted_up() -> Result<()> {
    let (db, _) = store()?;
    let first = Query::<Staff>::values([(1, 1)]);
    let next = Query::<Staff>::new()
        .filter(Staff::ID.lt(5))
        .select((Staff::ID + 1, Staff::LEVEL * 2))
        .rows_as::<Staff>();
    let powers = Query::recursive(first, next).select(Staff::LEVEL);
    assert_eq!(powers.all(&db)?, [1, 2, 4, 8, 16]);
    Ok(())
}
