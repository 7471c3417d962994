//! What errors and logs must not contain.

use orm::prelude::*;
use orm::{Error, Result, Sql, TransactionOptions, Value};

use super::{MARKS, Person, SECRET, SECRET_NUMBER, discreet, memory};
use crate::database_file;

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
