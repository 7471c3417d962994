//! Parts of dates and times, and their text.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use orm::prelude::*;
use orm::value::{Date, DateTime, Time, Timestamp};
use orm::{Database, DatePart, Error, Result};

use crate::recorder;

/// The same moment in every form.
#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "moments")]
pub(super) struct Moment {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) date: Date,
    pub(super) time: Time,
    pub(super) clock: DateTime,
    pub(super) stamp: Timestamp,
    pub(super) maybe: Option<Timestamp>,
    pub(super) number: i64,
    pub(super) text: String,
}

/// Days at which calendars are got wrong, with times at which rounding is.
pub(super) const MOMENTS: [&str; 22] = [
    "2027-01-01 00:00:00",
    "2024-12-30 23:59:59.999999999",
    "2020-12-31 12:34:56.5",
    "2021-01-03 23:59:59.9996",
    "2021-01-04 00:00:00",
    "2024-02-29 23:59:59.999",
    "2024-03-31 23:59:59.9999",
    "2023-02-28 01:02:03.000000001",
    "2000-02-29 00:00:00.000001",
    "1900-02-28 09:59:59.4995",
    "2024-12-31 23:59:59.9995",
    "2026-11-22 14:52:02.1234567",
    "2015-12-28 00:00:00.0004",
    "2009-12-31 06:00:00",
    "2010-01-03 18:00:00.75",
    "1969-12-31 23:59:59.5",
    "1970-01-01 00:00:00",
    "0001-01-01 00:00:00",
    "0001-12-31 23:59:59.9999",
    "0004-02-29 11:11:11.111",
    "9999-12-31 23:59:59.999999999",
    "9999-01-01 00:00:59.9999",
];

pub(super) fn chrono_of(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").expect("a date and time")
}

pub(super) fn moment(text: &str) -> Result<Database> {
    let (db, _) = recorder::recorded(&orm::schema![Moment])?;
    let clock = DateTime::parse(text).expect("a date and time");
    let stamp = Timestamp::from_utc(clock);
    let mut moment = Moment {
        id: 0,
        date: clock.date(),
        time: clock.time(),
        clock,
        stamp,
        maybe: None,
        number: 2026,
        text: text.into(),
    };
    moment.insert(&db)?;
    moment.id = 0;
    moment.maybe = Some(stamp);
    moment.insert(&db)?;
    Ok(db)
}

fn date_part(part: DatePart, date: NaiveDate) -> i64 {
    match part {
        DatePart::Year => date.year().into(),
        DatePart::Quarter => i64::from(date.month0() / 3 + 1),
        DatePart::Month => date.month().into(),
        DatePart::Week => date.iso_week().week().into(),
        DatePart::Day => date.day().into(),
        DatePart::DayOfYear => date.ordinal().into(),
        DatePart::Weekday => date.weekday().number_from_monday().into(),
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn parts_of_a_date_are_those_of_the_calendar() -> Result<()> {
    for text in MOMENTS {
        let db = moment(text)?;
        let date = chrono_of(text).date();
        for part in [
            DatePart::Year,
            DatePart::Quarter,
            DatePart::Month,
            DatePart::Week,
            DatePart::Day,
            DatePart::DayOfYear,
            DatePart::Weekday,
        ] {
            let expected = date_part(part, date);
            let parts = (
                Moment::DATE.part(part),
                Moment::CLOCK.part(part),
                Moment::STAMP.part(part),
                Moment::MAYBE.part(part),
            );
            let found = Moment::query()
                .order_by(Moment::ID)
                .select(parts)
                .all(&db)?;
            let row = |maybe| (expected, expected, expected, maybe);
            assert_eq!(
                found,
                [row(None), row(Some(expected))],
                "{part:?} of {text}"
            );
        }
    }
    Ok(())
}

#[test]
fn parts_of_a_time_are_cut_off_and_never_rounded() -> Result<()> {
    for text in MOMENTS {
        let db = moment(text)?;
        let time = chrono_of(text).time();
        for (part, expected) in [
            (DatePart::Hour, time.hour()),
            (DatePart::Minute, time.minute()),
            (DatePart::Second, time.second()),
        ] {
            let expected = i64::from(expected);
            let parts = (
                Moment::TIME.part(part),
                Moment::CLOCK.part(part),
                Moment::STAMP.part(part),
            );
            let found = Moment::query().select(parts).all(&db)?;
            assert_eq!(
                found,
                [(expected, expected, expected); 2],
                "{part:?} of {text}"
            );
        }
    }
    Ok(())
}

#[test]
fn weeks_are_those_of_iso_8601_for_forty_years() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Moment])?;
    let first = NaiveDate::from_ymd_opt(1999, 12, 20).expect("a date");
    let days: Vec<_> = first
        .iter_days()
        .take(40 * 366)
        .filter(|day| day.month() % 11 == 1)
        .collect();
    let mut moments: Vec<_> = days
        .iter()
        .map(|day| {
            let text = format!("{day} 23:59:59.9999");
            let clock = DateTime::parse(&text).expect("a date and time");
            let (date, time, stamp) = (clock.date(), clock.time(), Timestamp::from_utc(clock));
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
        })
        .collect();
    Moment::insert_many(&db, &mut moments)?;
    let query = Moment::query().order_by(Moment::ID);
    let parts = (
        Moment::DATE.part(DatePart::Week),
        Moment::STAMP.part(DatePart::Week),
    );
    for (weeks, day) in query.select(parts).all(&db)?.into_iter().zip(days) {
        let week = i64::from(day.iso_week().week());
        assert_eq!(weeks, (week, week), "{day}");
    }
    Ok(())
}

#[test]
fn parts_are_written_as_integers_and_filter() -> Result<()> {
    let db = moment("2026-11-22 14:52:02")?;
    let query = Moment::query()
        .filter(Moment::STAMP.year().eq(2026) & Moment::DATE.month().is_in([11, 12]));
    let (sql, values) = query.to_sql(&db)?;
    let (_, filter) = sql.split_once(" WHERE ").unwrap_or_default();
    let year = r#"CAST(strftime('%Y', "moments"."stamp") AS INTEGER) = ?"#;
    let month = r#"CAST(strftime('%m', "moments"."date") AS INTEGER) IN (?, ?)"#;
    assert_eq!(filter, format!("{year} AND {month}"));
    assert_eq!(values, [2026.into(), 11.into(), 12.into()]);
    assert_eq!(query.count(&db)?, 2);
    assert_eq!(
        Moment::query()
            .filter(Moment::DATE.day().gt(22))
            .count(&db)?,
        0
    );
    Ok(())
}

#[test]
fn a_part_that_a_type_does_not_have_is_refused() -> Result<()> {
    let db = moment("2026-11-22 14:52:02")?;
    for refused in [
        Moment::query().select(Moment::TIME.year()).all(&db),
        Moment::query()
            .select(Moment::TIME.part(DatePart::Week))
            .all(&db),
        Moment::query()
            .select(Moment::DATE.part(DatePart::Hour))
            .all(&db),
        Moment::query().select(Moment::NUMBER.year()).all(&db),
        Moment::query().select(Moment::TEXT.month()).all(&db),
    ] {
        assert!(matches!(
            refused,
            Err(Error::Unsupported {
                database: "sqlite",
                ..
            })
        ));
    }
    let number = Moment::query()
        .select(Moment::NUMBER.format_date("%Y"))
        .all(&db);
    assert!(matches!(number, Err(Error::Unsupported { .. })));
    let text = Moment::query().select(Moment::TEXT.cast::<DateTime>().month());
    assert_eq!(text.all(&db)?, [11, 11]);
    Ok(())
}

#[test]
fn a_date_is_written_by_a_pattern() -> Result<()> {
    let db = moment("2026-01-02 03:04:05.678")?;
    for (pattern, text) in [
        ("%Y-%m", "2026-01"),
        ("%d.%m.%Y %H:%M:%S", "02.01.2026 03:04:05"),
        ("%f", "05.678"),
        ("Jahr %Y — ‹ä›", "Jahr 2026 — ‹ä›"),
        ("100%%", "100%"),
        ("'; DROP TABLE moments", "'; DROP TABLE moments"),
    ] {
        let query = Moment::query().select((
            Moment::CLOCK.format_date(pattern),
            Moment::STAMP.format_date(pattern),
        ));
        let (sql, values) = query.to_sql(&db)?;
        assert!(
            sql.starts_with(r#"SELECT strftime(?, "moments"."clock"), "#),
            "{sql}"
        );
        assert_eq!(values, [pattern.into(), pattern.into()]);
        assert_eq!(query.all(&db)?[0], (text.to_owned(), text.to_owned()));
    }
    let dates = Moment::query().select((
        Moment::DATE.format_date("%d/%m"),
        Moment::TIME.format_date("%H.%M"),
    ));
    assert_eq!(dates.all(&db)?[0], ("02/01".to_owned(), "03.04".to_owned()));
    let maybe = Moment::query()
        .order_by(Moment::ID)
        .select(Moment::MAYBE.format_date("%Y"));
    assert_eq!(maybe.all(&db)?, [None, Some("2026".to_owned())]);
    Ok(())
}

#[test]
fn a_pattern_that_the_database_does_not_know_gives_null() -> Result<()> {
    let db = moment("2026-01-02 03:04:05")?;
    let unknown = Moment::query()
        .select(Moment::DATE.format_date("%Q"))
        .all(&db);
    assert!(matches!(unknown, Err(Error::Decode { .. })));
    let maybe = Moment::query().select(Moment::MAYBE.format_date("%Q"));
    assert_eq!(maybe.all(&db)?, [None, None]);
    Ok(())
}

#[test]
fn dates_are_compared_chosen_and_counted() -> Result<()> {
    let db = moment("2026-01-02 03:04:05.5")?;
    let stamp = Timestamp::parse("2026-01-02 03:04:05").expect("a timestamp");
    assert_eq!(
        Moment::query().filter(Moment::STAMP.gt(stamp)).count(&db)?,
        2
    );
    let later = Moment::query().select(Moment::STAMP.greatest(stamp));
    assert!(later.all(&db)?.iter().all(|later| *later > stamp));
    let known = Moment::query().filter(Moment::MAYBE.coalesce(stamp).eq(stamp));
    assert_eq!(known.count(&db)?, 1);
    Ok(())
}
