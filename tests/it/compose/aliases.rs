//! Tables under other names.

use orm::prelude::*;
use orm::{Alias, Error, Result, func};

use super::{Employee, Genre, Track, ids, store, texts};

const BOSS: Alias<Employee> = Alias::new("boss");

#[test]
fn a_table_is_joined_with_itself_under_an_alias() -> Result<()> {
    let (db, _) = store()?;
    let boss = Employee::alias("boss");
    let pairs = Employee::query()
        .join(Employee::MANAGER_ID.on(boss.column(Employee::ID)))
        .filter(boss.column(Employee::NAME).ne("Bob"))
        .order_by((boss.column(Employee::NAME).asc(), Employee::NAME.desc()))
        .select((Employee::NAME, boss.column(Employee::NAME)));
    assert_eq!(
        pairs.to_sql(&db)?.0,
        r#"SELECT "employees"."name", "boss"."name" FROM "employees" JOIN "employees" AS "boss" ON "employees"."manager_id" = "boss"."id" WHERE "boss"."name" <> ? ORDER BY "boss"."name", "employees"."name" DESC"#
    );
    let expected = [("Cyd", "Ada"), ("Bob", "Ada")];
    assert_eq!(
        pairs.all(&db)?,
        expected.map(|(one, other)| (one.into(), other.into()))
    );
    Ok(())
}

#[test]
fn an_alias_on_the_outer_side_has_optional_columns() -> Result<()> {
    let (db, _) = store()?;
    let boss = BOSS.left();
    let rows: Vec<(String, Option<String>, Option<i64>)> = Employee::query()
        .left_join(Employee::MANAGER_ID.on(boss.column(Employee::ID)))
        .order_by(Employee::ID)
        .select((
            Employee::NAME,
            boss.column(Employee::NAME),
            boss.column(Employee::MANAGER_ID),
        ))
        .all(&db)?;
    let bosses: Vec<_> = rows.iter().map(|row| (row.1.as_deref(), row.2)).collect();
    assert_eq!(
        bosses,
        [
            (None, None),
            (Some("Ada"), None),
            (Some("Ada"), None),
            (Some("Bob"), Some(1))
        ]
    );
    Ok(())
}

#[test]
fn the_same_table_stands_under_two_aliases() -> Result<()> {
    let (db, _) = store()?;
    let (boss, chief) = (Employee::alias("boss"), Employee::alias("chief"));
    let rows = Employee::query()
        .join(Employee::MANAGER_ID.on(boss.column(Employee::ID)))
        .join(
            boss.column(Employee::MANAGER_ID)
                .on(chief.column(Employee::ID)),
        )
        .select((Employee::NAME, boss.entity(), chief.entity()));
    let (name, boss, chief) = rows.one(&db)?;
    assert_eq!((name.as_str(), boss.id, chief.id), ("Dan", 2, 1));
    assert_eq!((boss.name.as_str(), chief.name.as_str()), ("Bob", "Ada"));
    Ok(())
}

#[test]
fn an_entity_of_an_alias_on_the_outer_side_is_optional() -> Result<()> {
    let (db, _) = store()?;
    let boss = BOSS.left();
    let rows: Vec<(Employee, Option<Employee>)> = Employee::query()
        .left_join(Employee::MANAGER_ID.on(boss.column(Employee::ID)))
        .order_by(Employee::ID)
        .annotate(boss.entity())
        .all(&db)?;
    let bosses: Vec<_> = rows
        .iter()
        .map(|(_, boss)| boss.as_ref().map(|boss| boss.id))
        .collect();
    assert_eq!(bosses, [None, Some(1), Some(1), Some(2)]);
    Ok(())
}

#[test]
fn a_query_begins_with_an_alias() -> Result<()> {
    let (db, _) = store()?;
    let t = Track::alias("t");
    let long = t
        .query()
        .filter(t.column(Track::SECONDS).gt(300))
        .order_by(t.column(Track::ID).desc());
    assert_eq!(
        long.to_sql(&db)?.0,
        r#"SELECT "t"."id", "t"."name", "t"."composer", "t"."genre_id", "t"."seconds", "t"."price" FROM "tracks" AS "t" WHERE "t"."seconds" > ? ORDER BY "t"."id" DESC"#
    );
    assert_eq!(ids(&long.all(&db)?), [5, 3, 1]);
    assert_eq!(long.count(&db)?, 3);
    assert_eq!(long.first(&db)?.map(|track| track.id), Some(5));
    assert_eq!(t.query().last(&db)?.map(|track| track.id), Some(5));
    assert_eq!(long.subquery().filter(Track::ID.lt(4)).count(&db)?, 2);
    Ok(())
}

#[test]
fn aliases_are_paired_without_twins() -> Result<()> {
    let (db, _) = store()?;
    let other = Track::alias("other");
    let pairs: Vec<(i64, i64)> = Track::query()
        .join(
            Track::COMPOSER
                .on(other.column(Track::COMPOSER))
                .and(Track::ID.lt(other.column(Track::ID).joined())),
        )
        .select((Track::ID, other.column(Track::ID)))
        .all(&db)?;
    assert_eq!(pairs, [(3, 5)]);
    Ok(())
}

#[test]
fn an_alias_is_checked_before_it_is_written() -> Result<()> {
    let (db, log) = store()?;
    for name in ["", "1st", "a b", "a\"b", "a;--", "a\0", "ä", "a.b", "'a'"] {
        let bad = Genre::alias(name);
        let joined = Track::query().join(Track::GENRE_ID.on(bad.column(Genre::ID)));
        for refused in [
            bad.query().all(&db).map(drop),
            joined.all(&db).map(drop),
            joined.count(&db).map(drop),
        ] {
            assert!(
                matches!(refused, Err(Error::InvalidIdentifier { .. })),
                "{name:?}"
            );
        }
    }
    assert!(log.take().is_empty());
    Ok(())
}

#[test]
fn a_table_that_is_joined_twice_needs_an_alias() -> Result<()> {
    let (db, _) = store()?;
    let twice = Employee::query().join(Employee::MANAGER_ID.on(Employee::ID));
    let refused = twice.all(&db);
    assert!(
        matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "employees",
                ..
            })
        ),
        "{refused:?}"
    );
    let two = Employee::query()
        .join(Employee::MANAGER_ID.on(BOSS.column(Employee::ID)))
        .join(Employee::ID.on(BOSS.column(Employee::MANAGER_ID)));
    let refused = two.all(&db);
    assert!(
        matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "employees",
                ..
            })
        ),
        "{refused:?}"
    );
    Ok(())
}

#[test]
fn groups_of_an_alias_are_counted() -> Result<()> {
    let (db, _) = store()?;
    let staff = Employee::alias("staff");
    let sizes: Vec<(String, i64)> = Employee::query()
        .join(Employee::ID.on(staff.column(Employee::MANAGER_ID)))
        .group_by(Employee::ID)
        .select((Employee::NAME, staff.column(Employee::ID).count()))
        .order_by(func::count().desc())
        .all(&db)?;
    let [ada, bob] = texts(["Ada", "Bob"]);
    assert_eq!(sizes, [(ada, 2), (bob, 1)]);
    Ok(())
}
