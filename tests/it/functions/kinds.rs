//! Columns of truth values, UUIDs, enums and newtypes in expressions.

use orm::func::{case, count, row};
use orm::prelude::*;
use orm::query::Text;
use orm::{Condition, Database, Error, Result, Value};
use uuid::Uuid;

use crate::recorder;

#[derive(Debug, Clone, Copy, PartialEq, Value)]
#[orm(rename_all = "snake_case")]
enum State {
    New,
    InProgress,
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Value)]
#[orm(integer)]
enum Level {
    Low = 1,
    High = 10,
}

#[derive(Debug, Clone, PartialEq, Value)]
struct Email(String);

impl Text for Email {}

#[derive(Debug, Clone, Copy, PartialEq, Value)]
struct Points(i64);

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "tasks")]
struct Task {
    #[orm(primary_key)]
    id: i64,
    key: Uuid,
    open: bool,
    urgent: Option<bool>,
    state: State,
    level: Option<Level>,
    email: Email,
    points: Points,
    parent: Option<Uuid>,
}

fn tasks() -> Result<Database> {
    let (db, _) = recorder::recorded(&orm::schema![Task])?;
    let rows = [
        (true, Some(true), State::New, Some(Level::High), None),
        (true, Some(false), State::InProgress, None, Some(256)),
        (false, None, State::Done, Some(Level::Low), Some(512)),
    ];
    for (id, (open, urgent, state, level, parent)) in (1_u8..).zip(rows) {
        Task {
            id: 0,
            key: Uuid::from_u128(u128::from(id) * 256),
            open,
            urgent,
            state,
            level,
            email: Email(format!("User{id}@Example.org")),
            points: Points(i64::from(id) * 10),
            parent: parent.map(Uuid::from_u128),
        }
        .insert(&db)?;
    }
    Ok(db)
}

#[track_caller]
fn assert_ids(
    db: &Database,
    condition: Condition<Task>,
    values: &[Value],
    ids: &[i64],
) -> Result<()> {
    let query = Task::query().filter(condition).order_by(Task::ID);
    let (sql, bound) = query.to_sql(db)?;
    assert!(bound == values, "{sql} {bound:?}");
    assert_eq!(query.select(Task::ID).all(db)?, ids, "{sql}");
    Ok(())
}

#[test]
fn truth_values_are_conditions_and_values() -> Result<()> {
    let db = tasks()?;
    let (open, urgent) = (Task::OPEN, Task::URGENT);
    assert_ids(&db, open.into_expr(), &[], &[1, 2])?;
    assert_ids(&db, !open, &[], &[3])?;
    assert_ids(&db, urgent.eq(true), &[true.into()], &[1])?;
    assert_ids(&db, urgent.eq(None), &[], &[3])?;
    assert_ids(&db, urgent.coalesce(true), &[true.into()], &[1, 3])?;
    assert_ids(&db, urgent.is_distinct_from(open), &[], &[2, 3])?;
    assert_ids(&db, open.eq(urgent), &[], &[1])?;
    assert_ids(&db, open & urgent.coalesce(false), &[false.into()], &[1])?;
    let least = Task::query().order_by(Task::ID).select((
        open.least(false),
        open.cast::<i64>(),
        urgent.cast::<String>(),
    ));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        least.all(&db)?,
        [
            (false, 1, text("1")),
            (false, 1, text("0")),
            (false, 0, None)
        ]
    );
    let set = Task::query()
        .all_rows()
        .update(&db, Task::OPEN.set(!Task::OPEN));
    assert_eq!(set?, 3);
    assert_ids(&db, open.into_expr(), &[], &[3])
}

#[test]
fn uuids_are_compared_sorted_and_chosen() -> Result<()> {
    let db = tasks()?;
    let id = |n: u128| Uuid::from_u128(n * 256);
    let bound = |n| Value::Uuid(*id(n).as_bytes());
    assert_ids(&db, Task::KEY.eq(id(2)), &[bound(2)], &[2])?;
    assert_ids(&db, Task::KEY.gt(id(1)), &[bound(1)], &[2, 3])?;
    assert_ids(
        &db,
        Task::KEY.is_in([id(3), id(1), id(9)]),
        &[bound(3), bound(1), bound(9)],
        &[1, 3],
    )?;
    assert_ids(&db, Task::PARENT.eq(None), &[], &[1])?;
    assert_ids(
        &db,
        Task::PARENT.coalesce(Task::KEY).eq(id(1)),
        &[bound(1)],
        &[1, 2],
    )?;
    assert_ids(&db, Task::KEY.nullif(id(1)).is_null(), &[bound(1)], &[1])?;
    assert_ids(
        &db,
        row((Task::KEY, Task::OPEN)).is_in([(id(1), true)]),
        &[bound(1), true.into()],
        &[1],
    )?;
    let extremes = Task::query().aggregate(&db, (Task::KEY.min(), Task::KEY.max()))?;
    assert_eq!(extremes, (Some(id(1)), Some(id(3))));
    let chosen = Task::query()
        .order_by(Task::ID)
        .select(Task::KEY.greatest(id(2)));
    assert_eq!(chosen.all(&db)?, [id(2), id(2), id(3)]);
    Ok(())
}

#[test]
fn variants_are_bound_by_their_stored_names_and_numbers() -> Result<()> {
    let db = tasks()?;
    assert_ids(
        &db,
        Task::STATE.eq(State::InProgress),
        &["in_progress".into()],
        &[2],
    )?;
    let some = [State::New, State::Done];
    assert_ids(
        &db,
        Task::STATE.is_in(some),
        &["new".into(), "done".into()],
        &[1, 3],
    )?;
    assert_ids(&db, Task::LEVEL.eq(Level::High), &[10.into()], &[1])?;
    assert_ids(&db, Task::LEVEL.ne(Level::High), &[10.into()], &[3])?;
    assert_ids(&db, Task::LEVEL.eq(None), &[], &[2])?;
    assert_ids(
        &db,
        Task::LEVEL.is_distinct_from(Some(Level::High)),
        &[10.into()],
        &[2, 3],
    )?;
    assert_ids(
        &db,
        Task::LEVEL.coalesce(Level::Low).lt(Level::High),
        &[1.into(), 10.into()],
        &[2, 3],
    )
}

#[test]
fn variants_are_chosen_grouped_and_cast() -> Result<()> {
    let db = tasks()?;
    let next = case()
        .when(Task::STATE.eq(State::New), State::InProgress)
        .otherwise(State::Done);
    let query = Task::query().order_by(Task::ID);
    let states = query.clone().select(next.clone()).all(&db)?;
    assert_eq!(states, [State::InProgress, State::Done, State::Done]);
    let groups = query
        .reorder(next.clone())
        .group_by(next.clone())
        .select((next.clone(), count()))
        .all(&db)?;
    assert_eq!(groups, [(State::Done, 2), (State::InProgress, 1)]);
    assert_eq!(
        Task::query()
            .all_rows()
            .update(&db, Task::STATE.set(next))?,
        3
    );
    assert_ids(&db, Task::STATE.eq(State::Done), &["done".into()], &[2, 3])?;
    let cast = Task::query().order_by(Task::ID).select((
        Task::LEVEL.cast::<i64>(),
        Task::STATE.cast::<String>().upper(),
    ));
    assert_eq!(cast.first(&db)?, Some((Some(10), "IN_PROGRESS".to_owned())));
    let highest = Task::query().aggregate(&db, Task::LEVEL.max())?;
    assert_eq!(highest, Some(Level::High));
    let unknown = Task::query().select(Task::ID.cast::<State>()).all(&db);
    assert!(matches!(unknown, Err(Error::Decode { .. })));
    Ok(())
}

#[test]
fn newtypes_are_what_is_in_them() -> Result<()> {
    let db = tasks()?;
    let email = Email("User1@Example.org".into());
    assert_ids(
        &db,
        Task::EMAIL.eq(&email),
        &["User1@Example.org".into()],
        &[1],
    )?;
    assert_ids(
        &db,
        Task::EMAIL.ends_with(".org"),
        &["*.org".into()],
        &[1, 2, 3],
    )?;
    assert_ids(
        &db,
        Task::EMAIL.eq_ignore_case("USER2@example.ORG"),
        &["user2@example.org".into()],
        &[2],
    )?;
    let lower = Task::query()
        .order_by(Task::ID)
        .select((Task::EMAIL.lower(), Task::EMAIL.length()));
    assert_eq!(
        lower.first(&db)?,
        Some((Email("user1@example.org".into()), 17))
    );
    let joined = Task::query()
        .order_by(Task::ID)
        .select(Task::EMAIL.concat(Email(">".into())));
    assert_eq!(joined.first(&db)?, Some(Email("User1@Example.org>".into())));
    assert_ids(&db, Task::POINTS.ge(Points(20)), &[20.into()], &[2, 3])?;
    assert_ids(
        &db,
        Task::POINTS.between(Points(10), Points(20)),
        &[10.into(), 20.into()],
        &[1, 2],
    )?;
    assert_ids(
        &db,
        (Task::POINTS.cast::<i64>() / 10).eq(Task::ID),
        &[10.into()],
        &[1, 2, 3],
    )?;
    let extremes = Task::query().aggregate(&db, (Task::POINTS.min(), Task::POINTS.max()))?;
    assert_eq!(extremes, (Some(Points(10)), Some(Points(30))));
    Ok(())
}
