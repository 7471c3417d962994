//! Values that cannot be stored without a change.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{assert_usable, database};

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "measurements")]
struct Measurement {
    #[orm(primary_key)]
    id: i64,
    count: u64,
    size: f64,
    weight: f32,
    maybe: Option<f64>,
    #[orm(column = "the span")]
    span: std::time::Duration,
}

fn measurement() -> Measurement {
    Measurement {
        id: 0,
        count: 1,
        size: 1.0,
        weight: 1.0,
        maybe: None,
        span: std::time::Duration::ZERO,
    }
}

/// One measurement for each column that holds what cannot be stored.
fn unstorable() -> [(Measurement, &'static str); 6] {
    [
        (
            Measurement {
                count: u64::MAX,
                ..measurement()
            },
            "count",
        ),
        (
            Measurement {
                count: 1 << 63,
                ..measurement()
            },
            "count",
        ),
        (
            Measurement {
                size: f64::NAN,
                ..measurement()
            },
            "size",
        ),
        (
            Measurement {
                weight: f32::NAN,
                ..measurement()
            },
            "weight",
        ),
        (
            Measurement {
                maybe: Some(-f64::NAN),
                ..measurement()
            },
            "maybe",
        ),
        (
            Measurement {
                span: std::time::Duration::MAX,
                ..measurement()
            },
            "the span",
        ),
    ]
}

fn measurements() -> Result<Database> {
    let db = database(&orm::schema![Measurement])?;
    measurement().insert(&db)?;
    Ok(db)
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(outcome: Result<T>, expected: &str) {
    match outcome {
        Err(Error::Encode { table, column, .. }) => {
            assert_eq!((table, column), ("measurements", expected));
        }
        other => panic!("{expected}: {other:?}"),
    }
}

#[test]
fn a_record_that_cannot_be_stored_names_the_column() -> Result<()> {
    let db = measurements()?;
    for (mut record, column) in unstorable() {
        assert_refused(record.insert(&db), column);
        assert_refused(record.save(&db), column);
        assert_refused(record.upsert(&db), column);
        let many = &mut [measurement(), record.clone(), measurement()];
        assert_refused(Measurement::insert_many(&db, many), column);
        assert_eq!(many.each_ref().map(|record| record.id), [0; 3]);
        record.id = 1;
        assert_refused(record.save(&db), column);
        assert_refused(record.update(&db), column);
        assert_refused(record.upsert(&db), column);
        assert_eq!(Measurement::count(&db)?, 1);
    }
    assert_usable(&db)
}

#[test]
fn save_only_refuses_only_what_it_writes() -> Result<()> {
    let db = measurements()?;
    let mut record = Measurement {
        id: 1,
        count: u64::MAX,
        size: 2.0,
        ..measurement()
    };
    record.save_only(&db, Measurement::SIZE)?;
    assert_refused(
        record.save_only(&db, (Measurement::SIZE, Measurement::COUNT)),
        "count",
    );
    Ok(())
}

#[test]
fn a_condition_that_cannot_be_asked_names_the_column() -> Result<()> {
    let db = measurements()?;
    let (count, size) = (Measurement::COUNT, Measurement::SIZE);
    let conditions = [
        (count.eq(u64::MAX), "count"),
        (count.between(0, u64::MAX), "count"),
        (count.is_in([1, u64::MAX]), "count"),
        (count.not_in([u64::MAX]), "count"),
        (size.lt(f64::NAN), "size"),
        (size.ne(f64::NAN), "size"),
        (Measurement::MAYBE.eq(f64::NAN), "maybe"),
    ];
    for (condition, column) in conditions {
        let query = Measurement::query().filter(condition);
        assert_refused(query.all(&db), column);
        assert_refused(query.count(&db), column);
        assert_refused(query.delete(&db), column);
    }
    assert_eq!(Measurement::count(&db)?, 1);
    assert_usable(&db)
}

#[test]
fn an_assignment_that_cannot_be_made_names_the_column() -> Result<()> {
    let db = measurements()?;
    let all = Measurement::query().all_rows();
    assert_refused(all.update(&db, Measurement::COUNT.set(u64::MAX)), "count");
    assert_refused(all.update(&db, Measurement::SIZE.set(f64::NAN)), "size");
    let record = Measurement::get(&db, 1)?;
    assert_refused(record.increment(&db, Measurement::COUNT, u64::MAX), "count");
    assert_refused(record.increment(&db, Measurement::SIZE, f64::NAN), "size");
    assert_eq!(Measurement::get(&db, 1)?.count, 1);
    assert_usable(&db)
}

/// Infinity minus infinity is no number, which SQLite stores as NULL.
#[test]
fn a_sum_that_is_no_number_is_undone() -> Result<()> {
    let db = measurements()?;
    let record = Measurement::get(&db, 1)?;
    assert!(
        record
            .increment(&db, Measurement::SIZE, f64::INFINITY)?
            .is_infinite()
    );
    let refused = record.increment(&db, Measurement::SIZE, f64::NEG_INFINITY);
    assert!(matches!(
        refused,
        Err(Error::NotNullViolation { columns, .. }) if columns == ["size"]
    ));
    assert!(Measurement::get(&db, 1)?.size.is_infinite());
    Ok(())
}

#[test]
fn raw_parameters_are_refused_too() -> Result<()> {
    let db = measurements()?;
    let nan = db.execute("UPDATE measurements SET size = ?", &[f64::NAN.into()]);
    assert!(matches!(nan, Err(Error::Encode { .. })));
    for params in [&[][..], &[1.into(), 2.into()]] {
        let count = db.execute("UPDATE measurements SET size = ?", params);
        assert!(matches!(count, Err(Error::Encode { .. })));
    }
    assert_usable(&db)
}
