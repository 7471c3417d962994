//! The present time.

use std::fmt::Debug;
use std::time::SystemTime;

use orm::func::now;
use orm::prelude::*;
use orm::value::{ColumnType, Date, DateTime, Time, Timestamp};
use orm::{Error, Result};

use super::{Sample, database, sample};
use crate::recorder;

/// The clock of the database counts milliseconds.
fn assert_now<T: ColumnType + PartialOrd + Debug>(clock: impl Fn(Timestamp) -> T) -> Result<()> {
    let db = database([sample(0, 0, None, None)])?;
    let present = || Timestamp::from_system_time(SystemTime::now()).expect("a year of four digits");
    let floor = |at: Timestamp| {
        let nanos = at.nano() / 1_000_000 * 1_000_000;
        Timestamp::from_unix(at.unix_seconds(), nanos).expect("an instant")
    };
    let before = present();
    let found = Sample::query().select(now().typed::<T>()).one(&db)?;
    let after = present();
    let (before, after) = (clock(floor(before)), clock(after));
    assert!(
        before > after || before <= found && found <= after,
        "{before:?} {found:?} {after:?}"
    );
    Ok(())
}

#[test]
fn now_lies_between_before_and_after_in_every_type() -> Result<()> {
    assert_now::<Timestamp>(|at| at)?;
    assert_now::<DateTime>(Timestamp::to_utc)?;
    assert_now::<Date>(|at| at.to_utc().date())?;
    assert_now::<Time>(|at| at.to_utc().time())?;
    assert_now::<SystemTime>(|at| at.to_system_time().expect("a time"))
}

#[test]
fn now_is_read_by_the_types_of_other_crates() -> Result<()> {
    use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    let utc = |at: Timestamp| {
        chrono::DateTime::<Utc>::from_timestamp(at.unix_seconds(), at.nano()).expect("an instant")
    };
    assert_now::<chrono::DateTime<Utc>>(utc)?;
    assert_now::<chrono::DateTime<FixedOffset>>(|at| utc(at).fixed_offset())?;
    assert_now::<NaiveDateTime>(|at| utc(at).naive_utc())?;
    assert_now::<NaiveDate>(|at| utc(at).date_naive())?;
    assert_now::<NaiveTime>(|at| utc(at).time())?;
    let jiff = |at: Timestamp| {
        let nanos = i32::try_from(at.nano()).expect("less than a second");
        jiff::Timestamp::new(at.unix_seconds(), nanos).expect("an instant")
    };
    let civil = |at| jiff::tz::TimeZone::UTC.to_datetime(jiff(at));
    assert_now::<jiff::Timestamp>(jiff)?;
    assert_now::<jiff::civil::DateTime>(civil)?;
    assert_now::<jiff::civil::Date>(|at| civil(at).date())?;
    assert_now::<jiff::civil::Time>(|at| civil(at).time())?;
    let offset = |at: Timestamp| {
        let second = time::OffsetDateTime::from_unix_timestamp(at.unix_seconds());
        second
            .expect("an instant")
            .replace_nanosecond(at.nano())
            .expect("an instant")
    };
    assert_now::<time::OffsetDateTime>(offset)?;
    assert_now::<time::PrimitiveDateTime>(|at| {
        time::PrimitiveDateTime::new(offset(at).date(), offset(at).time())
    })?;
    assert_now::<time::Date>(|at| offset(at).date())?;
    assert_now::<time::Time>(|at| offset(at).time())
}

#[test]
fn now_of_another_type_is_refused() -> Result<()> {
    let db = database([sample(0, 0, None, None)])?;
    let number = Sample::query().select(now().typed::<i64>()).all(&db);
    assert!(matches!(
        number,
        Err(Error::Unsupported {
            database: "sqlite",
            ..
        })
    ));
    let text = Sample::query().select(now().typed::<String>()).all(&db);
    assert!(matches!(text, Err(Error::Unsupported { .. })));
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "events")]
struct Event {
    #[orm(primary_key)]
    id: i64,
    at: Timestamp,
    seen: Option<Timestamp>,
}

#[test]
fn now_is_compared_and_set() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Event])?;
    let at = |text| Timestamp::parse(text).expect("a timestamp");
    for text in ["1999-12-31 23:59:59", "9000-01-01 00:00:00"] {
        Event {
            id: 0,
            at: at(text),
            seen: None,
        }
        .insert(&db)?;
    }
    let past = Event::query().filter(Event::AT.lt(now()));
    assert_eq!(past.select(Event::ID).all(&db)?, [1]);
    let changed = Event::query()
        .filter(Event::AT.gt(now()))
        .update(&db, [Event::SEEN.set(now()), Event::AT.set(now())]);
    assert_eq!(changed?, 1);
    let event = Event::get(&db, 2)?;
    assert_eq!(event.seen, Some(event.at));
    assert!(event.at > at("2020-01-01 00:00:00"));
    // It is stored as a value of the type would be: without a fraction of zeros.
    let stored = db.query("SELECT at FROM events WHERE id = 2", &[])?;
    assert_eq!(stored, [[event.at.to_string().into()]]);
    Ok(())
}

#[test]
fn now_is_the_same_all_through_a_statement() -> Result<()> {
    let db = database((0..50).map(|a| sample(a, 0, None, None)))?;
    let times = super::select(
        &db,
        (now().typed::<Timestamp>(), now().typed::<Timestamp>()),
    )?;
    assert!(times.iter().all(|(one, other)| one == other));
    Ok(())
}

#[test]
fn no_moment_of_a_second_is_written_with_a_fraction_of_zeros() -> Result<()> {
    let db = database([sample(0, 0, None, None)])?;
    let (sql, _) = Sample::query()
        .select(now().typed::<Timestamp>())
        .to_sql(&db)?;
    let at_the_second = sql.replace("'now'", "'2026-11-22 14:52:02'");
    let (expression, _) = at_the_second.split_once(" FROM ").expect("a table");
    let found = db.query(orm::Sql::trusted(expression.to_owned()), &[])?;
    assert_eq!(found, [["2026-11-22 14:52:02+00:00".into()]]);
    Ok(())
}
