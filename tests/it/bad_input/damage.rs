//! Files that are damaged.

use std::path::Path;

use orm::prelude::*;
use orm::{Access, Database, Error, Result, Value};

use super::{Person, SECRET, discreet};
use crate::{database_file, said};

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

/// What is done to a file, in words and in fact.
type Damage = (&'static str, fn(&mut Vec<u8>));

#[test]
fn a_damaged_file_gives_errors_and_no_panic() -> Result<()> {
    let (folder, path) = database_file();
    large_file(&path)?;
    let whole = std::fs::read(&path).unwrap();
    let page = 4096;
    assert!(whole.len() > 20 * page, "there are some pages to damage");
    let damage: [Damage; 7] = [
        ("noise in the middle", |file| {
            file[5 * 4096..9 * 4096].fill(0xA5);
        }),
        ("zeros in the middle", |file| {
            file[3 * 4096..12 * 4096].fill(0);
        }),
        ("the second half is gone", |file| {
            file.truncate(file.len() / 2);
        }),
        ("it ends in the middle of a page", |file| {
            file.truncate(4096 * 7 + 100);
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
