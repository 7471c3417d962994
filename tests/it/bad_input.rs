//! Bad input: every error has a type and says nothing of the data, and the connection can be used
//! afterwards.

use std::fmt::Debug;
use std::path::Path;

use orm::prelude::*;
use orm::value::Json;
use orm::{Access, Database, Error, Result, Sql, TransactionOptions, Value};

use crate::{database_file, said};

/// Data that must not appear in any message, in the forms in which it could.
const SECRET: &str = "Sesame42";
const SECRET_NUMBER: i64 = 424_242_777;
const MARKS: [&str; 3] = ["sesame42", "424242777", "536573616d653432"];

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "people")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(check = "age < 1000")]
    age: i32,
    #[orm(references(Person))]
    parent: Option<i64>,
    notes: Option<Json<Vec<i64>>>,
}

impl Person {
    fn new(name: &str) -> Self {
        Self {
            id: 0,
            name: name.into(),
            age: 0,
            parent: None,
            notes: None,
        }
    }
}

fn memory() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Person])?;
    Ok(db)
}

/// The error, after a look whether it gives data away.
#[track_caller]
fn discreet<T: Debug>(outcome: Result<T>) -> Error {
    let error = outcome.expect_err("it has to fail");
    let said = said(&error).to_lowercase();
    for mark in MARKS {
        assert!(!said.contains(mark), "{mark} is in {said}");
    }
    error
}

#[test]
fn a_violated_constraint_does_not_repeat_the_values() -> Result<()> {
    let db = memory()?;
    let mut known = Person::new(SECRET);
    known.insert(&db)?;

    let twice = discreet(Person::new(SECRET).insert(&db));
    assert!(matches!(twice, Error::UniqueViolation { .. }));
    let several = &mut [Person::new("other"), Person::new(SECRET)];
    assert!(matches!(
        discreet(Person::insert_many(&db, several)),
        Error::UniqueViolation { .. }
    ));
    let mut person = Person::new("a");
    person.age = 424_242_777;
    assert!(matches!(
        discreet(person.insert(&db)),
        Error::CheckViolation { .. }
    ));
    let mut person = Person::new("b");
    person.parent = Some(SECRET_NUMBER);
    let orphan = discreet(person.insert(&db));
    assert!(matches!(orphan, Error::ForeignKeyViolation { .. }));
    let raw = "INSERT INTO people (name, age) VALUES (?, NULL)";
    let null = discreet(db.execute(raw, &[SECRET.into()]));
    assert!(matches!(null, Error::NotNullViolation { .. }));
    assert_eq!(Person::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_strict_table_does_not_repeat_what_it_refuses() -> Result<()> {
    let db = memory()?;
    db.execute("CREATE TABLE strict_one (n INTEGER, b BLOB) STRICT", &[])?;
    for value in [Value::from(SECRET), Value::from(SECRET.as_bytes())] {
        let refused = db.execute("INSERT INTO strict_one (n) VALUES (?)", &[value]);
        discreet(refused);
    }
    let rowid = "INSERT INTO people (id, name, age) VALUES (?, 'x', 1)";
    discreet(db.execute(rowid, &[SECRET.into()]));
    Ok(())
}

#[test]
fn a_value_that_cannot_be_read_is_not_repeated() -> Result<()> {
    let db = memory()?;
    for (nth, (column, value)) in [
        ("age", Value::from(SECRET)),
        ("age", Value::from(SECRET_NUMBER * 1_000_000)),
        ("age", Value::from(4242.42777)),
        ("name", Value::from(SECRET.as_bytes())),
        ("notes", Value::from(SECRET)),
        ("notes", Value::from(format!("[1, \"{SECRET}\"]"))),
        ("notes", Value::from(SECRET.as_bytes())),
        ("parent", Value::from(SECRET)),
    ]
    .into_iter()
    .enumerate()
    {
        let foreign = db.begin()?;
        foreign.execute("PRAGMA ignore_check_constraints = ON", &[])?;
        foreign.execute("PRAGMA defer_foreign_keys = ON", &[])?;
        let insert = "INSERT INTO people (id, name, age) VALUES (?, 'x', 1)";
        let id = i64::try_from(nth).unwrap() + 1;
        foreign.execute(insert, &[id.into()])?;
        let set = format!("UPDATE people SET {column} = ? WHERE id = ?");
        foreign.execute(Sql::trusted(set), &[value, id.into()])?;
        let error = discreet(Person::get(&foreign, id));
        let Error::Decode {
            table, column: at, ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!((table, at), ("people", column));
        discreet(Person::all(&foreign));
        discreet(Person::query().for_each(&foreign, |_| Ok(())));
    }
    assert_eq!(Person::count(&db)?, 0);
    Ok(())
}

#[test]
fn text_that_is_not_utf_8_is_an_error_that_names_the_column() -> Result<()> {
    let db = memory()?;
    let insert =
        "INSERT INTO people (id, name, age) VALUES (1, CAST(x'536573616D653432FF' AS TEXT), 1)";
    db.execute(insert, &[])?;
    let error = discreet(Person::get(&db, 1));
    assert!(matches!(
        error,
        Error::Decode {
            table: "people",
            column: "name",
            ..
        }
    ));
    let error = discreet(db.query("SELECT id, name FROM people", &[]));
    assert!(matches!(error, Error::Decode { position: 1, .. }));
    Ok(())
}

/// SQLite puts some values that are no SQL into its messages.
#[test]
fn a_function_that_refuses_a_value_does_not_repeat_it() -> Result<()> {
    let (folder, _) = database_file();
    let db = memory()?;
    db.execute("CREATE VIRTUAL TABLE texts USING fts5 (body)", &[])?;
    db.execute("CREATE TABLE hoarse (x)", &[])?;
    db.execute(
        "CREATE TRIGGER shouts BEFORE INSERT ON hoarse BEGIN SELECT RAISE(ABORT, 'no'); END",
        &[],
    )?;
    let inside = folder.path().join(SECRET).join("x.db");
    let path = inside.to_str().expect("it is UTF-8");
    for (sql, value) in [
        ("SELECT json_extract('{}', ?)", SECRET),
        ("SELECT '{}' -> ('$.[' || ?)", SECRET),
        ("SELECT value FROM json_each('{}', ?)", SECRET),
        ("SELECT json(?)", SECRET),
        ("SELECT * FROM texts WHERE texts MATCH ?", "\"Sesame42"),
        ("SELECT * FROM texts WHERE texts MATCH ?", "Sesame42:x"),
        ("SELECT * FROM texts WHERE texts MATCH ?", "Sesame42 ^^"),
        ("INSERT INTO texts (texts, rank) VALUES (?, 1)", SECRET),
        ("INSERT INTO hoarse VALUES (?)", SECRET),
        ("VACUUM INTO ?", path),
        ("ATTACH ? AS other", path),
        ("SELECT 1 WHERE 'x' LIKE 'y' ESCAPE ?", SECRET),
        ("SELECT abs(-9223372036854775808) WHERE ? <> ''", SECRET),
        ("SELECT load_extension(?)", SECRET),
    ] {
        discreet(db.execute(sql, &[value.into()]));
    }
    assert_eq!(Person::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_query_of_nonsense_does_not_repeat_its_values() -> Result<()> {
    let db = memory()?;
    db.execute("ALTER TABLE people RENAME TO folk", &[])?;
    let query = Person::query().filter(Person::NAME.eq(SECRET) & Person::ID.eq(SECRET_NUMBER));
    for outcome in [
        query.all(&db).map(drop),
        query.count(&db).map(drop),
        query.delete(&db).map(drop),
        query.update(&db, Person::NAME.set(SECRET)).map(drop),
        Person::new(SECRET).insert(&db),
        Person::find(&db, SECRET_NUMBER).map(drop),
        Person::find_many(&db, [SECRET_NUMBER]).map(drop),
        Person::delete_by_key(&db, SECRET_NUMBER).map(drop),
        Person::get_or_create(&db, Person::NAME.eq(SECRET), || Person::new(SECRET)).map(drop),
    ] {
        let error = discreet(outcome);
        assert!(
            matches!(&error, Error::UnknownTable { table, .. } if table == "people"),
            "{error:?}"
        );
    }
    Ok(())
}

#[test]
fn a_row_that_is_not_there_is_not_described_by_its_values() -> Result<()> {
    let db = memory()?;
    let mut ghost = Person::new(SECRET);
    ghost.id = SECRET_NUMBER;
    for outcome in [
        Person::get(&db, SECRET_NUMBER).map(drop),
        ghost.save(&db),
        ghost.update(&db),
        ghost.delete(&db),
        ghost.clone().reload(&db),
        ghost.increment(&db, Person::AGE, 1).map(drop),
        Person::query()
            .filter(Person::NAME.eq(SECRET))
            .one(&db)
            .map(drop),
    ] {
        assert!(matches!(
            discreet(outcome),
            Error::NotFound { table: "people" }
        ));
    }
    Person::insert_many(&db, &mut [Person::new("a"), Person::new("b")])?;
    let several = discreet(Person::find_by(&db, Person::NAME.ne(SECRET)));
    assert!(matches!(several, Error::MultipleFound { table: "people" }));
    Ok(())
}

#[test]
fn what_is_logged_does_not_contain_values() -> Result<()> {
    let db = memory()?;
    let query = Person::query()
        .filter(Person::NAME.eq(SECRET))
        .filter(Person::ID.is_in([SECRET_NUMBER]))
        .filter(Person::NAME.contains(SECRET) | Person::ID.between(SECRET_NUMBER, SECRET_NUMBER));
    let (sql, values) = query.to_sql(&db)?;
    let tx = db.begin()?;
    let logged = [
        format!("{query:?} {query:#?}"),
        format!("{sql} {values:?} {values:#?}"),
        format!("{:?}", values.iter().map(Value::as_ref).collect::<Vec<_>>()),
        format!("{:?}", Person::NAME.eq(SECRET)),
        format!("{:?}", Person::NAME.set(SECRET)),
        format!("{:?}", Person::NAME),
        format!("{tx:?} {tx:#?} {db:?} {db:#?}"),
        format!("{:?}", TransactionOptions::new().read_only()),
    ];
    for text in logged {
        let text = text.to_lowercase();
        for mark in MARKS {
            assert!(!text.contains(mark), "{mark} is in {text}");
        }
    }
    Ok(())
}

#[test]
fn a_value_that_no_column_can_hold_is_not_repeated() -> Result<()> {
    let db = memory()?;
    db.execute("CREATE TABLE numbers (n REAL)", &[])?;
    let error = discreet(db.execute("INSERT INTO numbers VALUES (?)", &[f64::NAN.into()]));
    assert!(matches!(error, Error::Encode { .. }));
    for given in [0_usize, 2, 3] {
        let values = vec![Value::from(SECRET); given];
        let error = discreet(db.execute("INSERT INTO numbers VALUES (?)", &values));
        assert!(matches!(error, Error::Encode { .. }), "{given}: {error:?}");
    }
    assert!(db.query("SELECT * FROM numbers", &[])?.is_empty());
    Ok(())
}

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

/// A file with so many rows that they lie on several pages.
fn large_file(path: &Path) -> Result<()> {
    let db = Database::sqlite(path).open()?;
    db.create_tables(orm::schema![Person])?;
    let mut people: Vec<Person> = (0..2000)
        .map(|n| Person::new(&format!("{SECRET} {n}")))
        .collect();
    Person::insert_many(&db, &mut people)?;
    db.run(Access::Write, &mut |connection| {
        connection.batch("PRAGMA wal_checkpoint(TRUNCATE)")
    })
}

/// Whatever is asked of a damaged file, the answer is right or a typed error.
fn assert_survives(path: &Path) {
    let db = match Database::sqlite(path).open() {
        Ok(db) => db,
        Err(error) => {
            assert!(matches!(error, Error::Connection { .. }), "{error:?}");
            return;
        }
    };
    let attempts = [
        Person::all(&db).map(drop),
        Person::count(&db).map(drop),
        Person::get(&db, 1500).map(drop),
        Person::find_by(&db, Person::NAME.eq(format!("{SECRET} 700"))).map(drop),
        Person::new("new").insert(&db),
        Person::insert_many(&db, &mut [Person::new("a"), Person::new("b")]),
        db.transaction(|tx| {
            Person::query().all_rows().update(tx, Person::AGE.set(1))?;
            Person::query().all_rows().delete(tx).map(drop)
        }),
        db.create_tables(orm::schema![Person]),
        db.query("PRAGMA integrity_check", &[]).map(drop),
        db.query("SELECT 1", &[]).map(drop),
    ];
    for (nth, attempt) in attempts.into_iter().enumerate() {
        let Err(error) = attempt else { continue };
        let expected = matches!(
            error,
            Error::Connection { .. }
                | Error::Decode { .. }
                | Error::NotFound { .. }
                | Error::TransactionLost
                | Error::UnknownTable { .. }
        );
        assert!(expected, "{nth}: {error:?}");
        assert!(!said(&error).contains(SECRET), "{nth}: {error:?}");
    }
}

#[test]
fn a_damaged_file_gives_errors_and_no_panic() -> Result<()> {
    let (folder, path) = database_file();
    large_file(&path)?;
    let whole = std::fs::read(&path).unwrap();
    let page = 4096;
    assert!(whole.len() > 20 * page, "there are some pages to damage");
    let damage: [(&str, fn(&mut Vec<u8>)); 7] = [
        ("noise in the middle", |file| {
            file[5 * 4096..9 * 4096].fill(0xA5)
        }),
        ("zeros in the middle", |file| {
            file[3 * 4096..12 * 4096].fill(0)
        }),
        ("the second half is gone", |file| {
            file.truncate(file.len() / 2)
        }),
        ("it ends in the middle of a page", |file| {
            file.truncate(4096 * 7 + 100)
        }),
        ("only the first page is left", |file| file.truncate(4096)),
        ("every tenth byte is another", |file| {
            file.iter_mut()
                .skip(4096)
                .step_by(10)
                .for_each(|byte| *byte ^= 0x55);
        }),
        ("the schema is noise", |file| file[100..4096].fill(0xA5)),
    ];
    for (nth, (what, spoil)) in damage.into_iter().enumerate() {
        let damaged = folder.path().join(format!("{nth}.db"));
        let mut bytes = whole.clone();
        spoil(&mut bytes);
        std::fs::write(&damaged, bytes).unwrap();
        println!("{what}");
        assert_survives(&damaged);
    }
    Ok(())
}

#[test]
fn a_damaged_table_is_reported_as_such() -> Result<()> {
    let (_folder, path) = database_file();
    large_file(&path)?;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let db = Database::sqlite(&path).open()?;
    for _ in 0..2 {
        assert!(matches!(
            discreet(Person::all(&db)),
            Error::Connection { .. }
        ));
        assert!(matches!(
            discreet(Person::new("x").insert(&db)),
            Error::Connection { .. }
        ));
    }
    assert!(
        db.query("SELECT 1", &[])? == [[Value::Int(1)]],
        "the connection works"
    );
    Ok(())
}
