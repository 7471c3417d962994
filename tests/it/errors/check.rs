//! CHECK: of columns and tables, with and without a name, in tables of one's own and of others.

use orm::prelude::*;
use orm::{Error, Result};

use super::{assert_usable, assert_violation, database, foreign};

#[derive(Debug, Clone, ActiveRecord)]
#[orm(
    table = "offers",
    check = "start <= stop",
    check = "price > 0 OR name = 'gift'"
)]
struct Offer {
    #[orm(primary_key)]
    id: i64,
    #[orm(length = 5)]
    name: String,
    #[orm(check = "price < 1000")]
    price: i64,
    start: i64,
    stop: i64,
    length: i64,
}

fn offer() -> Offer {
    Offer {
        id: 0,
        name: "a".into(),
        price: 1,
        start: 1,
        stop: 2,
        length: 0,
    }
}

#[test]
fn a_check_names_the_columns_of_its_condition() -> Result<()> {
    let db = database(&orm::schema![Offer])?;
    for (mut refused, columns) in [
        (
            Offer {
                price: 1000,
                ..offer()
            },
            &["price"][..],
        ),
        (
            Offer {
                start: 3,
                ..offer()
            },
            &["start", "stop"],
        ),
        (
            Offer {
                price: 0,
                ..offer()
            },
            &["name", "price"],
        ),
    ] {
        assert_violation(&db, refused.insert(&db), "check", "offers", columns)?;
        assert_violation(&db, refused.upsert(&db), "check", "offers", columns)?;
        let many = Offer::insert_many(&db, &mut [offer(), refused]);
        assert_violation(&db, many, "check", "offers", columns)?;
    }
    assert_eq!(Offer::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_function_is_no_column_though_it_has_its_name() -> Result<()> {
    let db = database(&orm::schema![Offer])?;
    let refused = Offer {
        name: "abcdef".into(),
        ..offer()
    }
    .insert(&db);
    assert_violation(&db, refused, "check", "offers", &["name"])
}

#[test]
fn every_kind_of_write_names_the_columns() -> Result<()> {
    let db = database(&orm::schema![Offer])?;
    let mut stored = offer();
    stored.insert(&db)?;
    stored.price = 1000;
    let columns = &["price"];
    assert_violation(&db, stored.save(&db), "check", "offers", columns)?;
    assert_violation(&db, stored.update(&db), "check", "offers", columns)?;
    let only = stored.save_only(&db, Offer::PRICE);
    assert_violation(&db, only, "check", "offers", columns)?;
    let sum = stored.increment(&db, Offer::PRICE, 999);
    assert_violation(&db, sum, "check", "offers", columns)?;
    let all = Offer::query().all_rows();
    let updated = all.update(&db, Offer::PRICE.set(1000));
    assert_violation(&db, updated, "check", "offers", columns)?;
    let raw = db.execute("UPDATE offers SET price = 1000", &[]);
    assert_violation(&db, raw, "check", "offers", columns)?;
    assert_eq!(Offer::get(&db, 1)?.price, 1);
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "things")]
struct Thing {
    #[orm(primary_key)]
    id: i64,
    size: i64,
    state: String,
    open: i64,
}

fn thing() -> Thing {
    Thing {
        id: 0,
        size: 0,
        state: "x".into(),
        open: 0,
    }
}

/// Inserts a row with size 0 and state "x" into a table with one check.
#[track_caller]
fn assert_check(ddl: &'static str, name: &str, columns: &[&str]) -> Result<()> {
    let db = foreign(ddl)?;
    match thing().insert(&db) {
        Err(Error::CheckViolation {
            table,
            columns: found,
            constraint,
            ..
        }) => {
            assert_eq!(
                (table.as_str(), found),
                ("things", columns.iter().map(ToString::to_string).collect())
            );
            assert_eq!(constraint, name);
        }
        other => panic!("{other:?}"),
    }
    assert_usable(&db)
}

#[test]
fn an_unnamed_check_of_others_is_called_by_its_condition() -> Result<()> {
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT CHECK (size > 0), state TEXT, open INT)",
        "size > 0",
        &["size"],
    )?;
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT, check( size>0 or `state` = ')' ))",
        "size>0 or `state` = ')'",
        &["size", "state"],
    )
}

/// SQLite reports no more of such a condition than the name that it begins with.
#[test]
fn a_condition_that_begins_with_a_quoted_name_names_all_its_columns() -> Result<()> {
    let db = foreign(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CHECK (\"size\" > 0 OR \"state\" <> 'x'))",
    )?;
    let refused = thing().insert(&db);
    assert_violation(&db, refused, "check", "things", &["size", "state"])
}

#[test]
fn a_named_check_of_others_is_called_by_its_name() -> Result<()> {
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT CONSTRAINT positive CHECK (size > 0), state TEXT, open INT)",
        "positive",
        &["size"],
    )?;
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CONSTRAINT \"is it? (yes)\" check ( size > 0 OR (open = 1 AND state <> '') ))",
        "is it? (yes)",
        &["size", "state", "open"],
    )
}

#[test]
fn the_name_of_a_check_may_occur_elsewhere() -> Result<()> {
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CONSTRAINT state CHECK (size > 0))",
        "state",
        &["size"],
    )?;
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CONSTRAINT size_positive CHECK (open = 0), CONSTRAINT positive CHECK (size > 0))",
        "positive",
        &["size"],
    )
}

#[test]
fn text_in_a_condition_is_no_column() -> Result<()> {
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CHECK (state IN ('open', 'it''s size')))",
        "state IN ('open', 'it''s size')",
        &["state"],
    )?;
    assert_check(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, size INT, state TEXT, open INT,
            CONSTRAINT known CHECK (state <> 'x' AND state <> ':)' /* open */) -- size
        )",
        "known",
        &["state"],
    )
}

#[test]
fn an_identifier_may_be_quoted_in_every_way() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "a \"table\"")]
    struct Awkward {
        #[orm(primary_key)]
        id: i64,
        #[orm(column = "a\"b", length = 1)]
        quoted: String,
        #[orm(column = "x y", check = "[x y] > 0 AND \"x y\" < 10 AND `x y` <> 5")]
        spaced: i64,
        #[orm(column = "x")]
        part: i64,
        #[orm(column = "größe", check = "GRÖßE = 0 OR größe > 0")]
        accented: i64,
    }

    let db = database(&orm::schema![Awkward]);
    // SQLite folds only ASCII letters, so the two spellings above are two names.
    assert!(matches!(db, Err(Error::UnknownColumn { .. })));

    let db = foreign(
        "CREATE TABLE \"a \"\"table\"\"\" (id INTEGER PRIMARY KEY, \"a\"\"b\" TEXT CHECK (length(\"a\"\"b\") <= 1),
            \"x y\" INT CHECK ([x y] > 0), x INT, größe INT CHECK (größe > 0))",
    )?;
    let awkward = || Awkward {
        id: 0,
        quoted: "a".into(),
        spaced: 1,
        part: 1,
        accented: 1,
    };
    let table = "a \"table\"";
    let refused = Awkward {
        quoted: "ab".into(),
        ..awkward()
    }
    .insert(&db);
    assert_violation(&db, refused, "check", table, &["a\"b"])?;
    let refused = Awkward {
        spaced: 0,
        ..awkward()
    }
    .insert(&db);
    assert_violation(&db, refused, "check", table, &["x y"])?;
    let refused = Awkward {
        accented: 0,
        ..awkward()
    }
    .insert(&db);
    assert_violation(&db, refused, "check", table, &["größe"])
}

/// SQLite does not say which table it was, and two have the same condition.
#[test]
fn raw_sql_does_not_blame_the_wrong_table() -> Result<()> {
    let db = foreign(
        "CREATE TABLE one (amount INT CHECK (amount > 0));
         CREATE TABLE two (amount INT CHECK (amount > 0));
         CREATE TABLE three (price INT CHECK (price > 0))",
    )?;
    match db.execute("INSERT INTO two VALUES (0)", &[]) {
        Err(Error::CheckViolation {
            table, constraint, ..
        }) => {
            assert_ne!(table, "one");
            assert_eq!(constraint, "amount > 0");
        }
        other => panic!("{other:?}"),
    }
    let refused = db.execute("INSERT INTO three VALUES (0)", &[]);
    assert_violation(&db, refused, "check", "three", &["price"])
}
