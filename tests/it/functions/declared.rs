//! Functions that the program declares, and those that it brings along.

use std::sync::atomic::{AtomicUsize, Ordering};

use orm::prelude::*;
use orm::value::{Date, Json, Timestamp};
use orm::{Database, Error, Result, SqlFunction, func};
use uuid::Uuid;

use super::{Sample, sample, select, text};

const TWICE: SqlFunction<(i64,), i64> = SqlFunction::new("twice");
const TRY: SqlFunction<(Option<i64>, i64), Option<i64>> = SqlFunction::new("try_add");

fn open(builder: orm::SqliteBuilder) -> Result<Database> {
    let db = builder.open()?;
    db.create_tables(orm::schema![Sample])?;
    Sample::insert_many(
        &db,
        &mut [sample(1, 10, Some(5), None), sample(2, 20, None, None)],
    )?;
    Ok(db)
}

#[test]
fn a_function_of_the_database_is_called_by_its_name() -> Result<()> {
    const HEX: SqlFunction<(String,), String> = SqlFunction::new("hex");
    const SIGN: SqlFunction<(i64,), i64> = SqlFunction::new("sign");
    const CHANGES: SqlFunction<(), i64> = SqlFunction::new("changes");
    let db = super::database([text("AB", None)])?;
    let hex = HEX.call(Sample::TEXT);
    super::assert_select(&db, hex, r#""hex"("s"."text")"#, &[], &["4142".to_owned()])?;
    let sign = SIGN.call(Sample::A - 5) * 2;
    super::assert_select(
        &db,
        sign,
        r#""sign"("s"."a" - ?) * ?"#,
        &[5.into(), 2.into()],
        &[-2],
    )?;
    super::assert_select(
        &db,
        CHANGES.call().is_not_null(),
        r#""changes"() IS NOT NULL"#,
        &[],
        &[true],
    )?;
    let of_a_value = HEX.call(func::value("C"));
    assert_eq!(select(&db, of_a_value)?, ["43"]);
    Ok(())
}

#[test]
fn a_name_that_is_none_and_a_function_that_is_not_there_are_refused() -> Result<()> {
    let db = super::database([text("", None)])?;
    for hostile in ["", "a b", "hex(1), hex", "\"", "a\0", "1a", "ä", "hex--"] {
        let refused = select(
            &db,
            SqlFunction::<(String,), String>::new(hostile).call(Sample::TEXT),
        );
        assert!(
            matches!(refused, Err(Error::InvalidIdentifier { .. })),
            "{hostile}"
        );
    }
    let unknown = select(&db, TWICE.call(Sample::A));
    assert!(
        crate::said(&unknown.expect_err("no such function")).contains("no such function: twice")
    );
    let another_type = SqlFunction::<(i64,), Date>::new("abs").call(Sample::A);
    assert!(matches!(
        select(&db, another_type),
        Err(Error::Decode { .. })
    ));
    Ok(())
}

#[test]
fn a_function_in_rust_gets_and_gives_values_of_its_types() -> Result<()> {
    let db = open(
        Database::sqlite_in_memory()
            .function(TWICE, |(number,)| number * 2)
            .function(TRY, |(one, other)| one.map(|one| one + other)),
    )?;
    assert_eq!(select(&db, TWICE.call(Sample::A))?, [2, 4]);
    assert_eq!(select(&db, TWICE.call(TWICE.call(Sample::A) + 1))?, [6, 10]);
    assert_eq!(
        select(&db, TRY.call(Sample::N, Sample::B))?,
        [Some(15), None]
    );
    let found = Sample::query()
        .filter(TWICE.call(Sample::A).eq(4))
        .select(Sample::ID);
    assert_eq!(found.all(&db)?, [2]);
    let sorted = Sample::query()
        .order_by(TWICE.call(Sample::A).desc())
        .select(Sample::ID);
    assert_eq!(sorted.all(&db)?, [2, 1]);
    let changed = Sample::query()
        .all_rows()
        .update(&db, Sample::B.set(TWICE.call(Sample::B)));
    assert_eq!((changed?, select(&db, Sample::B)?), (2, vec![20, 40]));
    Ok(())
}

#[test]
fn arguments_and_results_are_of_every_type() -> Result<()> {
    type Args = (bool, f64, Vec<u8>, Uuid);
    const ALL: SqlFunction<Args, String> = SqlFunction::new("all_types");
    const DAY: SqlFunction<(Timestamp,), Date> = SqlFunction::new("day_of");
    const WRAP: SqlFunction<(String, Option<String>), Json<Vec<String>>> = SqlFunction::new("wrap");
    const ID: SqlFunction<(), Uuid> = SqlFunction::new("an_id");
    let db = open(
        Database::sqlite_in_memory()
            .function(ALL, |(flag, real, blob, id)| {
                format!("{flag} {real} {blob:?} {id}")
            })
            .function(DAY, |(at,)| at.to_utc().date())
            .function(WRAP, |(one, other)| {
                Json(vec![one, other.unwrap_or_default()])
            })
            .function(ID, |()| Uuid::from_u128(9)),
    )?;
    let all = ALL.call(Sample::FLAG, 0.5, vec![0_u8, 255], Uuid::from_u128(1));
    let text = "false 0.5 [0, 255] 00000000-0000-0000-0000-000000000001";
    assert_eq!(select(&db, all)?, [text, text]);
    let at = Timestamp::parse("2026-11-22 14:52:02.5").expect("a timestamp");
    let day = Date::parse("2026-11-22").expect("a date");
    assert_eq!(select(&db, DAY.call(func::value(at)))?, [day, day]);
    let wrapped = WRAP.call(func::value("a\0'"), None::<String>);
    assert_eq!(select(&db, wrapped)?[0].0, ["a\0'", ""]);
    assert_eq!(select(&db, ID.call())?, [Uuid::from_u128(9); 2]);
    let same = Sample::query().filter(ID.call().eq(Uuid::from_u128(9)));
    assert_eq!(same.count(&db)?, 2);
    Ok(())
}

/// Runs a call that fails, and then one that does not.
#[track_caller]
fn assert_fails_alone(db: &Database, query: &orm::Query<Sample, i64>) -> Result<String> {
    let error = query.all(db).expect_err("the function fails");
    assert!(matches!(error, Error::Database { .. }), "{error:?}");
    assert_eq!(
        Sample::query().select(TWICE.call(Sample::A)).all(db)?,
        [2, 4]
    );
    Ok(crate::said(&error))
}

#[test]
fn an_argument_of_another_type_is_an_error_and_the_connection_lives_on() -> Result<()> {
    const NARROW: SqlFunction<(u8,), i64> = SqlFunction::new("narrow");
    const TEXT: SqlFunction<(String,), i64> = SqlFunction::new("text_length");
    let db = open(
        Database::sqlite_in_memory()
            .function(TWICE, |(number,)| number * 2)
            .function(NARROW, |(number,)| number.into())
            .function(TEXT, |(text,)| {
                i64::try_from(text.len()).unwrap_or(i64::MAX)
            }),
    )?;
    let narrow = SqlFunction::<(i64,), i64>::new("narrow").call(Sample::A + 300);
    assert_fails_alone(&db, &Sample::query().select(narrow))?;
    let number = SqlFunction::<(i64,), i64>::new("text_length").call(Sample::A);
    assert_fails_alone(&db, &Sample::query().select(number))?;
    let null = SqlFunction::<(Option<i64>,), i64>::new("twice").call(Sample::N);
    let said = assert_fails_alone(&db, &Sample::query().select(null))?;
    assert!(said.contains("NULL"), "{said}");
    let few = SqlFunction::<(), i64>::new("twice").call();
    let said = assert_fails_alone(&db, &Sample::query().select(few))?;
    assert!(said.contains("wrong number of arguments"), "{said}");
    Ok(())
}

#[test]
fn a_result_that_cannot_be_stored_is_an_error_and_the_connection_lives_on() -> Result<()> {
    const NAN: SqlFunction<(i64,), f64> = SqlFunction::new("nan");
    const LARGE: SqlFunction<(i64,), u64> = SqlFunction::new("large");
    let db = open(
        Database::sqlite_in_memory()
            .function(TWICE, |(number,)| number * 2)
            .function(NAN, |(_,)| f64::NAN)
            .function(LARGE, |(_,)| u64::MAX),
    )?;
    let nan = SqlFunction::<(i64,), i64>::new("nan").call(Sample::A);
    let said = assert_fails_alone(&db, &Sample::query().select(nan))?;
    assert!(said.contains("NaN"), "{said}");
    let large = SqlFunction::<(i64,), i64>::new("large").call(Sample::A);
    assert_fails_alone(&db, &Sample::query().select(large))?;
    Ok(())
}

#[test]
fn a_panic_is_an_error_and_the_connection_lives_on() -> Result<()> {
    const PANIC: SqlFunction<(i64,), i64> = SqlFunction::new("panics");
    let db = open(
        Database::sqlite_in_memory()
            .function(TWICE, |(number,)| number * 2)
            .function(PANIC, |(number,)| {
                if number == 2 {
                    panic!("on purpose")
                } else {
                    number
                }
            }),
    )?;
    assert_fails_alone(&db, &Sample::query().select(PANIC.call(Sample::A)))?;
    let outcome = db.transaction(|tx| {
        Sample::query().all_rows().update(tx, Sample::B.set(7))?;
        let update = Sample::query()
            .all_rows()
            .update(tx, Sample::A.set(PANIC.call(Sample::A)));
        assert!(matches!(update, Err(Error::Database { .. })));
        Sample::query().filter(Sample::B.eq(7)).count(tx)
    });
    assert_eq!(outcome?, 2);
    assert_eq!(select(&db, (Sample::A, Sample::B))?, [(1, 7), (2, 7)]);
    Ok(())
}

#[test]
fn readers_and_the_writer_of_a_file_have_the_function() -> Result<()> {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (_folder, path) = crate::database_file();
    let db = open(
        Database::sqlite(&path)
            .readers(3)
            .function(TWICE, |(number,)| {
                CALLS.fetch_add(1, Ordering::Relaxed);
                number * 2
            }),
    )?;
    std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| select(&db, TWICE.call(Sample::A))));
        for thread in threads {
            assert_eq!(thread.join().expect("no panic")?, [2, 4]);
        }
        Ok::<(), Error>(())
    })?;
    db.transaction(|tx| {
        Sample::query()
            .all_rows()
            .update(tx, Sample::A.set(TWICE.call(Sample::A)))
    })?;
    assert_eq!(select(&db, Sample::A)?, [2, 4]);
    assert!(CALLS.load(Ordering::Relaxed) >= 10);
    let nested = db.transaction(|tx| {
        let query = Sample::query().filter(Sample::A.gt(TWICE.call(func::value(1))));
        query.count(tx)
    });
    assert_eq!(nested?, 1);
    Ok(())
}

#[test]
fn a_name_that_sqlite_cannot_take_is_refused_when_the_database_is_opened() {
    let name: &'static str = Box::leak("x".repeat(300).into_boxed_str());
    for name in [name, "a\0b"] {
        let function = SqlFunction::<(i64,), i64>::new(name);
        let opened = Database::sqlite_in_memory()
            .function(function, |(number,)| number)
            .open();
        assert!(opened.is_err());
    }
}
