//! A table that refers to itself.

use orm::prelude::*;
use orm::testing::assert_queries;
use orm::{BelongsTo, Database, Error, HasMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "employees")]
pub(super) struct Employee {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) name: String,
    #[orm(index)]
    pub(super) manager_id: Option<i64>,
    #[orm(belongs_to)]
    pub(super) manager: BelongsTo<Option<Employee>>,
    #[orm(has_many)]
    pub(super) reports: HasMany<Employee>,
}

fn employee(name: &str, manager_id: Option<i64>) -> Employee {
    Employee {
        name: name.into(),
        manager_id,
        ..Employee::default()
    }
}

/// Andrew, to whom Nancy and Michael report, and Jane, who reports to Nancy.
pub(super) fn company() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Employee])?;
    let all = [
        ("andrew", None),
        ("nancy", Some(1)),
        ("michael", Some(1)),
        ("jane", Some(2)),
    ];
    Employee::insert_many(&db, &mut all.map(|(name, manager)| employee(name, manager)))?;
    log.take();
    Ok((db, log))
}

#[test]
fn a_tree_takes_a_statement_for_each_level() -> Result<()> {
    let (db, _) = company()?;
    let everybody = Employee::REPORTS.order_by(Employee::ID).recursive();
    let query = Employee::query()
        .filter(Employee::MANAGER_ID.is_null())
        .with(everybody);
    let andrew = assert_queries(&db, 4, || query.one(&db))?;
    let reports = andrew.reports.get()?;
    assert_eq!(reports[0].name, "nancy");
    assert_eq!(reports[0].reports.get()?[0].name, "jane");
    assert!(reports[1].reports.get()?.is_empty());
    assert!(reports[0].reports.get()?[0].reports.get()?.is_empty());
    Ok(())
}

#[test]
fn what_is_above_is_shared() -> Result<()> {
    let (db, _) = company()?;
    let all = Employee::query()
        .with(Employee::MANAGER.recursive())
        .order_by(Employee::ID)
        .all(&db)?;
    assert!(all[0].manager.get()?.is_none());
    let of_jane = all[3].manager.get()?.expect("nancy");
    assert_eq!(of_jane.name, "nancy");
    let above = of_jane.manager.get()?.expect("andrew");
    assert!(std::ptr::eq(above, all[2].manager.get()?.expect("andrew")));
    Ok(())
}

#[test]
fn ten_thousand_levels_are_loaded_and_dropped_without_overflowing_the_stack() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Employee])?;
    let mut all: Vec<Employee> = (0..10_000)
        .map(|nth| employee("x", (nth > 0).then_some(nth)))
        .collect();
    Employee::insert_many(&db, &mut all)?;

    let first = Employee::query()
        .filter(Employee::ID.eq(1))
        .with(Employee::REPORTS.recursive())
        .one(&db)?;
    let (mut depth, mut next) = (0, Some(&first));
    while let Some(employee) = next {
        depth += 1;
        next = employee.reports.get()?.first();
    }
    assert_eq!(depth, 10_000);
    drop(first);

    let last = Employee::query()
        .filter(Employee::ID.eq(10_000))
        .with(Employee::MANAGER.recursive())
        .one(&db)?;
    let (mut depth, mut next) = (0, Some(&last));
    while let Some(employee) = next {
        depth += 1;
        next = employee.manager.get()?;
    }
    assert_eq!(depth, 10_000);
    Ok(())
}

#[test]
fn circles_end_where_they_close() -> Result<()> {
    let (db, _) = company()?;
    db.execute("UPDATE employees SET manager_id = 4 WHERE id = 1", &[])?;
    let jane = Employee::query()
        .filter(Employee::ID.eq(4))
        .with(Employee::MANAGER.recursive())
        .one(&db)?;
    let nancy = jane.manager.get()?.expect("nancy");
    let andrew = nancy.manager.get()?.expect("andrew");
    let again = andrew.manager.get()?.expect("jane");
    assert!(matches!(
        again.manager.get(),
        Err(Error::NotLoaded {
            relation: "Employee::MANAGER"
        })
    ));

    let andrew = Employee::query()
        .filter(Employee::ID.eq(1))
        .with(Employee::REPORTS.recursive())
        .one(&db)?;
    let jane = &andrew.reports.get()?[0].reports.get()?[0];
    let again = &jane.reports.get()?[0];
    assert_eq!(again.id, 1);
    assert!(matches!(again.reports.get(), Err(Error::NotLoaded { .. })));
    Ok(())
}

#[test]
fn a_row_that_refers_to_itself_is_found_once() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Employee])?;
    employee("ouroboros", None).insert(&db)?;
    db.execute("UPDATE employees SET manager_id = 1", &[])?;
    for query in [
        Employee::query().with(Employee::MANAGER),
        Employee::query().with(Employee::MANAGER.recursive()),
        Employee::query().with(Employee::MANAGER.joined()),
    ] {
        let one = query.one(&db)?;
        let manager = one.manager.get()?.expect("itself");
        assert_eq!(manager.id, 1);
        assert!(manager.manager.get().is_err());
    }
    let one = Employee::query()
        .with(Employee::REPORTS.recursive())
        .one(&db)?;
    assert_eq!(one.reports.get()?.len(), 1);
    Ok(())
}
