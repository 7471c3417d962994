//! SQL that makes no sense, or not the sense that it seems to.

use orm::prelude::*;
use orm::{Access, Database, Error, Result, Sql, Value};

use super::{Person, SECRET_NUMBER, discreet, memory};

#[test]
fn more_values_than_a_statement_takes_are_refused() -> Result<()> {
    let db = memory()?;
    let values = vec![Value::from(SECRET_NUMBER); 40_000];
    let sql = format!("SELECT {}?", "?, ".repeat(39_999));
    let error = discreet(db.query(Sql::trusted(sql), &values));
    assert!(
        matches!(error, Error::TooManyParameters { given: 40_000, .. }),
        "{error:?}"
    );
    Ok(())
}

/// What follows the NUL would be cut off: here the condition of a DELETE.
#[test]
fn sql_with_a_nul_is_refused_and_not_cut_off() -> Result<()> {
    let db = memory()?;
    Person::new("one").insert(&db)?;
    let delete = "DELETE FROM people\0 WHERE id = 77";
    let through_the_connection =
        |access, work: &dyn Fn(&mut dyn orm::driver::Connection) -> Result<()>| {
            db.run(access, &mut |connection| work(connection))
        };
    let attempts = [
        db.execute(delete, &[]).map(drop),
        db.query("SELECT * FROM people\0 WHERE id = 77", &[])
            .map(drop),
        db.execute("\0", &[]).map(drop),
        db.transaction(|tx| tx.execute(delete, &[]).map(drop)),
        through_the_connection(Access::Write, &|connection| connection.batch(delete)),
    ];
    for (nth, attempt) in attempts.into_iter().enumerate() {
        assert!(
            matches!(attempt, Err(Error::InvalidIdentifier { .. })),
            "{nth}: {attempt:?}"
        );
        assert_eq!(Person::count(&db)?, 1, "{nth}");
    }
    Ok(())
}

#[test]
fn a_nul_in_a_value_is_data() -> Result<()> {
    let db = memory()?;
    let mut person = Person::new("a\0b");
    person.insert(&db)?;
    assert_eq!(Person::get(&db, person.id)?.name, "a\0b");
    let found = Person::query().filter(Person::NAME.eq("a\0b")).count(&db)?;
    assert_eq!(found, 1);
    Ok(())
}

#[test]
fn sql_that_is_no_statement_does_nothing() -> Result<()> {
    let db = memory()?;
    for sql in ["", " ", ";", "-- a comment", "/* a comment */;", "\n"] {
        match db.execute(sql, &[]) {
            Ok(changed) => assert_eq!(changed, 0, "{sql:?}"),
            Err(error) => assert!(
                matches!(error, Error::Database { .. }),
                "{sql:?}: {error:?}"
            ),
        }
        match db.query(sql, &[]) {
            Ok(rows) => assert!(rows.is_empty(), "{sql:?}"),
            Err(error) => assert!(
                matches!(error, Error::Database { .. }),
                "{sql:?}: {error:?}"
            ),
        }
    }
    assert_eq!(Person::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_second_statement_is_refused_and_not_passed_over() -> Result<()> {
    let db = memory()?;
    Person::new("one").insert(&db)?;
    let two = "UPDATE people SET age = 5; DELETE FROM people";
    assert!(matches!(db.execute(two, &[]), Err(Error::Database { .. })));
    assert!(matches!(
        db.query("SELECT 1; SELECT 2", &[]),
        Err(Error::Database { .. })
    ));
    assert_eq!(Person::first(&db)?.map(|person| person.age), Some(0));
    Ok(())
}

#[test]
fn a_statement_that_changes_nothing_reports_no_rows_of_the_one_before() -> Result<()> {
    let db = memory()?;
    Person::insert_many(&db, &mut [Person::new("one"), Person::new("two")])?;
    assert_eq!(db.execute("UPDATE people SET age = 1", &[])?, 2);
    for sql in [
        "SELECT * FROM people",
        "PRAGMA user_version",
        "UPDATE people SET age = 2 WHERE id = 77",
        "UPDATE people SET age = 2 WHERE id = 77 RETURNING id",
        "CREATE TABLE IF NOT EXISTS people (id)",
    ] {
        assert_eq!(db.execute(sql, &[])?, 0, "{sql}");
    }
    Ok(())
}

#[test]
fn a_missing_table_and_a_missing_column_are_named() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    let mut person = Person::new("one");
    for outcome in [
        Person::all(&db).map(drop),
        Person::get(&db, 1).map(drop),
        person.insert(&db),
        Person::insert_many(&db, &mut [person.clone()]),
        db.execute("DELETE FROM people", &[]).map(drop),
    ] {
        assert!(
            matches!(&outcome, Err(Error::UnknownTable { table, .. }) if table == "people"),
            "{outcome:?}"
        );
    }
    db.execute(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INT)",
        &[],
    )?;
    for (outcome, expected) in [
        (Person::all(&db).map(drop), "people.parent"),
        (Person::get(&db, 1).map(drop), "people.parent"),
        (person.insert(&db), "parent"),
        (
            Person::query()
                .filter(Person::PARENT.eq(None))
                .delete(&db)
                .map(drop),
            "people.parent",
        ),
        (db.query("SELECT \"nowhere\"", &[]).map(drop), "nowhere"),
        (
            db.query("SELECT x.nowhere FROM people x", &[]).map(drop),
            "x.nowhere",
        ),
    ] {
        assert!(
            matches!(&outcome, Err(Error::UnknownColumn { column, .. }) if column == expected),
            "{outcome:?}"
        );
    }
    assert_eq!(Person::count(&db)?, 0);
    Ok(())
}

/// A statement that is kept notices only when it runs that its table is gone.
#[test]
fn a_table_that_has_gone_is_named_whatever_was_bound() -> Result<()> {
    let db = memory()?;
    for name in ["no such table: others", "people", "a", ""] {
        let query = Person::query().filter(Person::NAME.eq(name));
        assert_eq!(query.count(&db)?, 0);
        db.execute("ALTER TABLE people RENAME TO folk", &[])?;
        let gone = query.count(&db);
        let named = matches!(&gone, Err(Error::UnknownTable { table, .. }) if table == "people");
        assert!(named, "{name:?}: {gone:?}");
        db.execute("ALTER TABLE folk RENAME TO people", &[])?;
    }
    Ok(())
}

#[test]
fn an_error_in_the_middle_of_the_rows_gives_the_connection_back() -> Result<()> {
    let db = memory()?;
    Person::insert_many(&db, &mut [Person::new("one"), Person::new("two")])?;
    db.execute("UPDATE people SET notes = 'no JSON' WHERE id = 2", &[])?;
    for _ in 0..3 {
        assert!(matches!(Person::all(&db), Err(Error::Decode { .. })));
        let tx = db.begin()?;
        assert!(matches!(Person::all(&tx), Err(Error::Decode { .. })));
        Person::query()
            .filter(Person::ID.eq(1))
            .update(&tx, Person::AGE.set(7))?;
        tx.commit()?;
    }
    assert_eq!(Person::get(&db, 1)?.age, 7);
    Ok(())
}
