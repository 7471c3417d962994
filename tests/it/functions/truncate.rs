//! Dates and times cut down to a unit.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use orm::prelude::*;
use orm::value::{ColumnType, Date, DateTime, Timestamp};
use orm::{Database, DateUnit, Error, Result};

use super::dates::{MOMENTS, Moment, chrono_of, moment};

const DAYS: [DateUnit; 5] = [
    DateUnit::Year,
    DateUnit::Quarter,
    DateUnit::Month,
    DateUnit::Week,
    DateUnit::Day,
];

const TIMES: [DateUnit; 3] = [DateUnit::Hour, DateUnit::Minute, DateUnit::Second];

/// What a moment is cut down to, as another program computes it.
fn truncated(unit: DateUnit, at: NaiveDateTime) -> NaiveDateTime {
    let (date, time) = (at.date(), at.time());
    let first = |month| NaiveDate::from_ymd_opt(date.year(), month, 1).expect("a first day");
    let day = match unit {
        DateUnit::Year => first(1),
        DateUnit::Quarter => first(date.month0() / 3 * 3 + 1),
        DateUnit::Month => first(date.month()),
        DateUnit::Week => date - Days::new(date.weekday().num_days_from_monday().into()),
        _ => date,
    };
    let (hour, minute, second) = match unit {
        DateUnit::Hour => (time.hour(), 0, 0),
        DateUnit::Minute => (time.hour(), time.minute(), 0),
        DateUnit::Second => (time.hour(), time.minute(), time.second()),
        _ => (0, 0, 0),
    };
    day.and_time(NaiveTime::from_hms_opt(hour, minute, second).expect("a time"))
}

#[test]
fn every_type_is_cut_down_to_every_unit() -> Result<()> {
    for text in MOMENTS {
        let db = moment(text)?;
        for unit in DAYS.into_iter().chain(TIMES) {
            let expected = truncated(unit, chrono_of(text));
            let clock = DateTime::parse(&expected.to_string()).expect("a date and time");
            let stamp = Timestamp::from_utc(clock);
            let query = Moment::query().order_by(Moment::ID);
            let both = (
                Moment::CLOCK.truncate(unit),
                Moment::STAMP.truncate(unit),
                Moment::MAYBE.truncate(unit),
            );
            let found = query.select(both).all(&db)?;
            let row = |maybe| (clock, stamp, maybe);
            assert_eq!(found, [row(None), row(Some(stamp))], "{unit:?} of {text}");
            // The text is the one of the value, so the database takes them for equal.
            let equal = Moment::query()
                .filter(Moment::CLOCK.truncate(unit).eq(clock))
                .filter(Moment::STAMP.truncate(unit).eq(stamp));
            assert_eq!(equal.count(&db)?, 2, "{unit:?} of {text}");
        }
        for unit in DAYS {
            let expected = truncated(unit, chrono_of(text)).date().to_string();
            let date = Date::parse(&expected).expect("a date");
            let query = Moment::query().filter(Moment::DATE.truncate(unit).eq(date));
            assert_eq!(
                query.select(Moment::DATE.truncate(unit)).all(&db)?,
                [date; 2],
                "{unit:?} of {text}"
            );
        }
    }
    Ok(())
}

#[test]
fn a_unit_that_a_type_does_not_have_is_refused() -> Result<()> {
    let db = moment("2026-11-22 14:52:02")?;
    for unit in TIMES {
        let refused = Moment::query().select(Moment::DATE.truncate(unit)).all(&db);
        assert!(matches!(
            refused,
            Err(Error::Unsupported {
                database: "sqlite",
                ..
            })
        ));
    }
    for unit in DAYS.into_iter().chain(TIMES) {
        let number = Moment::query()
            .select(Moment::NUMBER.truncate(unit))
            .all(&db);
        assert!(matches!(number, Err(Error::Unsupported { .. })));
        let text = Moment::query().select(Moment::TEXT.truncate(unit)).all(&db);
        assert!(matches!(text, Err(Error::Unsupported { .. })));
        let time = Moment::query().select(Moment::TIME.truncate(unit)).all(&db);
        assert!(matches!(time, Err(Error::Unsupported { .. })));
    }
    Ok(())
}

#[test]
fn groups_are_made_by_month() -> Result<()> {
    let (db, _) = crate::recorder::recorded(&orm::schema![Moment])?;
    for text in [
        "2026-01-31 23:59:59.9999",
        "2026-02-01 00:00:00",
        "2026-02-28 12:00:00",
    ] {
        let clock = DateTime::parse(text).expect("a date and time");
        let (date, time, stamp) = (clock.date(), clock.time(), Timestamp::from_utc(clock));
        let text = text.to_owned();
        Moment {
            id: 0,
            date,
            time,
            clock,
            stamp,
            maybe: None,
            number: 0,
            text,
        }
        .insert(&db)?;
    }
    let month = || Moment::STAMP.truncate(DateUnit::Month);
    let groups = Moment::query()
        .group_by(month())
        .select((month(), orm::func::count()))
        .order_by(month());
    let counted: Vec<_> = groups
        .all(&db)?
        .into_iter()
        .map(|(month, count)| (month.to_string(), count))
        .collect();
    let expected = [
        ("2026-01-01 00:00:00+00:00", 1),
        ("2026-02-01 00:00:00+00:00", 2),
    ];
    assert_eq!(
        counted,
        expected.map(|(month, count)| (month.to_owned(), count))
    );
    Ok(())
}

/// The types of one crate: a date, a date and time, an instant.
fn assert_types<D, C, S>(day: [D; 2], clock: [C; 2], stamp: [S; 2]) -> Result<()>
where
    D: ColumnType + Clone + PartialEq + std::fmt::Debug,
    C: ColumnType + Clone + PartialEq + std::fmt::Debug,
    S: ColumnType + Clone + PartialEq + std::fmt::Debug,
{
    use orm::func::value;

    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Moment])?;
    let at = moment("2026-11-22 14:52:02")?;
    let ([day, month], [clock, clock_month], [stamp, hour]) = (day, clock, stamp);
    let one = Moment::query().limit(1);
    let days = one
        .clone()
        .select(value(day).truncate(DateUnit::Month))
        .one(&at)?;
    assert_eq!(days, month);
    let clocks = one
        .clone()
        .select(value(clock).truncate(DateUnit::Month))
        .one(&at)?;
    assert_eq!(clocks, clock_month);
    let stamps = value(stamp).truncate(DateUnit::Hour);
    assert_eq!(one.clone().select(stamps.clone()).one(&at)?, hour);
    let equal = Moment::query().filter(stamps.eq(hour));
    assert_eq!(equal.count(&at)?, 2);
    Ok(())
}

#[test]
fn the_types_of_chrono_are_cut_down() -> Result<()> {
    let (day, month) = (
        chrono_of("2026-11-22 14:52:02.5"),
        chrono_of("2026-11-01 00:00:00"),
    );
    let hour = chrono_of("2026-11-22 14:00:00");
    assert_types(
        [day.date(), month.date()],
        [day, month],
        [day.and_utc(), hour.and_utc()],
    )?;
    let fixed = |at: NaiveDateTime| at.and_utc().fixed_offset();
    assert_types(
        [day.date(), month.date()],
        [day, month],
        [fixed(day), fixed(hour)],
    )
}

#[test]
fn the_types_of_jiff_are_cut_down() -> Result<()> {
    use jiff::civil::date;

    let stamp = |text: &str| text.parse::<jiff::Timestamp>().expect("a timestamp");
    assert_types(
        [date(2026, 11, 22), date(2026, 11, 1)],
        [
            date(2026, 11, 22).at(14, 52, 2, 5),
            date(2026, 11, 1).at(0, 0, 0, 0),
        ],
        [
            stamp("2026-11-22T14:52:02.5Z"),
            stamp("2026-11-22T14:00:00Z"),
        ],
    )
}

#[test]
fn the_types_of_time_are_cut_down() -> Result<()> {
    use time::macros::{date, datetime};

    assert_types(
        [date!(2026 - 11 - 22), date!(2026 - 11 - 01)],
        [datetime!(2026-11-22 14:52:02.5), datetime!(2026-11-01 0:00)],
        [
            datetime!(2026-11-22 14:52:02.5 UTC),
            datetime!(2026-11-22 14:00 UTC),
        ],
    )
}
