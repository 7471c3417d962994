//! Errors: which condition, in which table and columns; and a connection that goes on.

mod check;
mod decode;
mod encode;
mod foreign_key;
mod not_null;
mod unique;

use orm::prelude::*;
use orm::schema::Schema;
use orm::{Database, Error, Executor, Result};

fn database(schema: &Schema) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(schema)?;
    Ok(db)
}

/// A database that other people made.
fn foreign(ddl: &'static str) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.run(orm::Access::Write, &mut |connection| connection.batch(ddl))?;
    Ok(db)
}

/// A violated constraint: its kind, the table and the columns.
type Names = (&'static str, String, Vec<String>);

#[track_caller]
fn violation<T>(outcome: Result<T>) -> Names {
    match outcome {
        Err(Error::UniqueViolation { table, columns, .. }) => ("unique", table, columns),
        Err(Error::NotNullViolation { table, columns, .. }) => ("not null", table, columns),
        Err(Error::CheckViolation { table, columns, .. }) => ("check", table, columns),
        Err(Error::ForeignKeyViolation { table, columns, .. }) => ("foreign key", table, columns),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// Expects a violation, and a database that works on, in and outside of transactions.
#[track_caller]
fn assert_violation<T>(
    db: &Database,
    outcome: Result<T>,
    kind: &str,
    table: &str,
    columns: &[&str],
) -> Result<()> {
    let found = violation(outcome);
    let columns = columns.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((found.0, found.1.as_str(), found.2), (kind, table, columns));
    assert_usable(db)
}

fn assert_usable(db: &Database) -> Result<()> {
    db.execute("CREATE TABLE usable (x)", &[])?;
    db.transaction(|tx| tx.execute("INSERT INTO usable VALUES (1)", &[]))?;
    assert_eq!(db.query("SELECT count(*) FROM usable", &[])?, [[1.into()]]);
    db.execute("DROP TABLE usable", &[])?;
    Ok(())
}

/// The message says the names, and not the values.
#[test]
fn a_violation_is_told_in_one_line() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "people")]
    struct Person {
        #[orm(primary_key)]
        id: i64,
        #[orm(unique)]
        name: String,
    }

    let db = database(&orm::schema![Person])?;
    let person = || Person {
        id: 0,
        name: "Ada".into(),
    };
    person().insert(&db)?;
    let error = person().insert(&db).expect_err("the name is taken");
    assert_eq!(error.to_string(), "another row of people has the same name");
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(
        source.as_deref(),
        Some("UNIQUE constraint failed: people.name")
    );
    Ok(())
}

#[test]
fn a_violation_in_a_transaction_leaves_it_open() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "people")]
    struct Person {
        #[orm(primary_key(assigned))]
        name: String,
    }

    let db = database(&orm::schema![Person])?;
    let person = |name: &str| Person { name: name.into() };
    db.transaction(|tx| {
        person("Ada").insert(tx)?;
        assert_eq!(violation(person("Ada").insert(tx)).0, "unique");
        person("Grace").insert(tx)
    })?;
    assert_eq!(Person::count(&db)?, 2);
    Ok(())
}
