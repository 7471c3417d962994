//! Every type of column, through SQLite and back.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use orm::prelude::*;
use orm::value::{ColumnType, Date, DateTime, Json, Time, Timestamp, ValueRef};
use orm::{Database, Error, Result};
use proptest::prelude::*;
use rust_decimal::Decimal;
use ulid::Ulid;
use uuid::Uuid;

/// Declares a record with one column of each type, and stores and loads it with many values.
macro_rules! round_trips {
    ($($name:ident: $ty:ty, $values:expr;)*) => {$(
        mod $name {
            use super::*;

            #[derive(Debug, ActiveRecord)]
            #[orm(table = "records")]
            struct Record {
                #[orm(primary_key)]
                id: i64,
                value: $ty,
            }

            #[test]
            fn every_value_comes_back() -> Result<()> {
                let db = Database::open("sqlite::memory:")?;
                db.create_tables(orm::schema![Record])?;
                proptest!(|(value in $values)| {
                    let mut record = Record { id: 0, value };
                    record.insert(&db)?;
                    assert_same(&Record::get(&db, record.id)?.value, &record.value)?;
                });
                Ok(())
            }
        }
    )*};
}

round_trips! {
    booleans: bool, any::<bool>();
    i8s: i8, any::<i8>();
    i16s: i16, any::<i16>();
    i32s: i32, any::<i32>();
    i64s: i64, any::<i64>();
    u8s: u8, any::<u8>();
    u16s: u16, any::<u16>();
    u32s: u32, any::<u32>();
    u64s: u64, 0..=i64::MAX.unsigned_abs();
    f32s: f32, numbers_f32();
    f64s: f64, numbers_f64();
    characters: char, any::<char>();
    strings: String, texts();
    cows: Cow<'static, str>, texts().prop_map(Cow::Owned);
    bytes: Vec<u8>, any::<Vec<u8>>();
    durations: Duration, (0..=i64::MAX.unsigned_abs()).prop_map(Duration::from_nanos);
    optional_integers: Option<i64>, any::<Option<i64>>();
    optional_strings: Option<String>, prop::option::of(texts());
    optional_bytes: Option<Vec<u8>>, any::<Option<Vec<u8>>>();
    optional_timestamps: Option<Timestamp>, prop::option::of(decoded(timestamps()));

    dates: Date, decoded(dates());
    times: Time, decoded(times());
    date_times: DateTime, decoded(date_times());
    timestamps: Timestamp, decoded(timestamps());
    system_times: SystemTime, decoded(timestamps());

    chrono_dates: chrono::NaiveDate, decoded(dates());
    chrono_times: chrono::NaiveTime, decoded(times());
    chrono_date_times: chrono::NaiveDateTime, decoded(date_times());
    chrono_utc: chrono::DateTime<chrono::Utc>, decoded(timestamps());
    chrono_fixed_offset: chrono::DateTime<chrono::FixedOffset>, decoded(timestamps());

    jiff_dates: jiff::civil::Date, decoded(dates());
    jiff_times: jiff::civil::Time, decoded(times());
    jiff_date_times: jiff::civil::DateTime, decoded(date_times());
    jiff_timestamps: jiff::Timestamp, decoded(timestamps());

    time_dates: time::Date, decoded(dates());
    time_times: time::Time, decoded(times());
    time_primitive: time::PrimitiveDateTime, decoded(date_times());
    time_offset: time::OffsetDateTime, decoded(timestamps());

    uuids: Uuid, any::<[u8; 16]>().prop_map(Uuid::from_bytes);
    ulids: Ulid, any::<[u8; 16]>().prop_map(Ulid::from_bytes);
    decimals: Decimal, decimals();
    json: Json<Vec<(i64, Option<String>)>>, any::<Vec<(i64, Option<String>)>>().prop_map(Json);
    json_documents: serde_json::Value, documents();
}

fn assert_same<T: PartialEq + Debug>(loaded: &T, stored: &T) -> Result<(), TestCaseError> {
    prop_assert_eq!(loaded, stored);
    Ok(())
}

/// Text with what databases stumble over: NUL, quotes, and characters of every length.
fn texts() -> impl Strategy<Value = String> {
    let characters = prop_oneof![any::<char>(), Just('\0'), Just('\''), Just('"'), Just('𝄞')];
    prop::collection::vec(characters, 0..40).prop_map(String::from_iter)
}

/// All numbers; NaN is none.
fn numbers_f64() -> impl Strategy<Value = f64> {
    use prop::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};

    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE
}

fn numbers_f32() -> impl Strategy<Value = f32> {
    use prop::num::f32::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};

    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE
}

/// The values of a type that calendar values stand for.
fn decoded<T: ColumnType + Debug>(
    values: impl Strategy<Value = ValueRef<'static>>,
) -> impl Strategy<Value = T> {
    values.prop_filter_map("not all types hold them all", |value| T::decode(value).ok())
}

fn any_date() -> impl Strategy<Value = Date> {
    let days = Date::MIN.unix_days()..=Date::MAX.unix_days();
    days.prop_filter_map("in range", Date::from_unix_days)
}

/// Times with a fraction of each length.
fn any_time() -> impl Strategy<Value = Time> {
    let units = prop_oneof![Just(1), Just(1000), Just(1_000_000), Just(1_000_000_000)];
    (0..=Time::MAX.nano_of_day(), units).prop_filter_map("in range", |(nanos, unit)| {
        Time::from_nano_of_day(nanos - nanos % unit)
    })
}

fn any_date_time() -> impl Strategy<Value = DateTime> {
    (any_date(), any_time()).prop_map(|(date, time)| DateTime::new(date, time))
}

fn dates() -> impl Strategy<Value = ValueRef<'static>> {
    any_date().prop_map(ValueRef::Date)
}

fn times() -> impl Strategy<Value = ValueRef<'static>> {
    any_time().prop_map(ValueRef::Time)
}

fn date_times() -> impl Strategy<Value = ValueRef<'static>> {
    any_date_time().prop_map(ValueRef::DateTime)
}

fn timestamps() -> impl Strategy<Value = ValueRef<'static>> {
    any_date_time().prop_map(|utc| ValueRef::Timestamp(Timestamp::from_utc(utc)))
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<[u32; 3]>(), any::<bool>(), 0_u32..=28).prop_map(|(parts, negative, scale)| {
        let [low, middle, high] = parts;
        Decimal::from_parts(low, middle, high, negative, scale)
    })
}

fn documents() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;

    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaves.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(texts(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "measurements")]
struct Measurement {
    #[orm(primary_key)]
    id: i64,
    count: u64,
    size: f64,
    at: chrono::NaiveTime,
}

impl Measurement {
    fn new() -> Self {
        Self {
            id: 0,
            count: 0,
            size: 0.0,
            at: chrono::NaiveTime::MIN,
        }
    }
}

/// Inserts a measurement that must be refused because of one column.
#[track_caller]
fn assert_refused(mut measurement: Measurement, expected: &str) -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Measurement])?;
    match measurement.insert(&db) {
        Err(Error::Encode { table, column, .. }) => {
            assert_eq!((table, column), ("measurements", expected));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(Measurement::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_number_above_the_largest_integer_is_refused() -> Result<()> {
    let count = i64::MAX.unsigned_abs() + 1;
    assert_refused(
        Measurement {
            count,
            ..Measurement::new()
        },
        "count",
    )
}

#[test]
fn nan_is_refused() -> Result<()> {
    let size = f64::NAN;
    assert_refused(
        Measurement {
            size,
            ..Measurement::new()
        },
        "size",
    )
}

#[test]
fn a_leap_second_is_refused() -> Result<()> {
    let leap_second = chrono::NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000);
    let at = leap_second.expect("a time that chrono can hold");
    assert_refused(
        Measurement {
            at,
            ..Measurement::new()
        },
        "at",
    )
}
