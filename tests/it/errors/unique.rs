//! UNIQUE: columns, keys, constraints and indexes of every kind.

use orm::prelude::*;
use orm::{Result, Value};

use super::{assert_violation, database, foreign};

#[expect(
    clippy::duplicated_attributes,
    reason = "a field may be in two lists, which the lint takes for one"
)]
#[derive(Debug, Clone, ActiveRecord)]
#[orm(
    table = "users",
    unique(tenant, login),
    unique(nick, where = "active", name = "one active nick"),
    unique(tenant, seat, name = "seats")
)]
struct User {
    #[orm(primary_key)]
    id: i64,
    tenant: i64,
    login: String,
    #[orm(unique)]
    email: String,
    nick: String,
    active: bool,
    seat: i64,
}

fn user(n: i64) -> User {
    User {
        id: 0,
        tenant: 1,
        login: format!("login {n}"),
        email: format!("email {n}"),
        nick: format!("nick {n}"),
        active: true,
        seat: n,
    }
}

#[test]
fn constraints_of_the_mapping_name_their_columns() -> Result<()> {
    let db = database(&orm::schema![User])?;
    user(1).insert(&db)?;
    for (mut like, columns) in [
        (
            User {
                email: user(1).email,
                ..user(2)
            },
            &["email"][..],
        ),
        (
            User {
                login: user(1).login,
                ..user(2)
            },
            &["tenant", "login"],
        ),
        (
            User {
                nick: user(1).nick,
                ..user(2)
            },
            &["nick"],
        ),
        (User { seat: 1, ..user(2) }, &["tenant", "seat"]),
    ] {
        assert_violation(&db, like.insert(&db), "unique", "users", columns)?;
        assert_violation(&db, like.save(&db), "unique", "users", columns)?;
        let many = User::insert_many(&db, &mut [user(3), like.clone(), user(4)]);
        assert_violation(&db, many, "unique", "users", columns)?;
    }
    assert_eq!(User::count(&db)?, 1);
    Ok(())
}

#[test]
fn every_kind_of_write_names_the_columns() -> Result<()> {
    let db = database(&orm::schema![User])?;
    user(1).insert(&db)?;
    let mut second = user(2);
    second.insert(&db)?;
    second.email = user(1).email;
    let by_id = || User::query().filter(User::ID.eq(2));
    let email = user(1).email;
    assert_violation(&db, second.update(&db), "unique", "users", &["email"])?;
    assert_violation(&db, second.save(&db), "unique", "users", &["email"])?;
    assert_violation(&db, second.upsert(&db), "unique", "users", &["email"])?;
    let only = second.save_only(&db, User::EMAIL);
    assert_violation(&db, only, "unique", "users", &["email"])?;
    let updated = by_id().update(&db, User::EMAIL.set(email));
    assert_violation(&db, updated, "unique", "users", &["email"])?;
    let key = by_id().update(&db, User::ID.set(1));
    assert_violation(&db, key, "unique", "users", &["id"])?;
    let seat = second.increment(&db, User::SEAT, -1);
    assert_violation(&db, seat, "unique", "users", &["tenant", "seat"])?;
    let raw = db.execute("UPDATE users SET email = 'email 1'", &[]);
    assert_violation(&db, raw, "unique", "users", &["email"])
}

#[test]
fn keys_name_their_columns() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "codes")]
    struct Code {
        #[orm(primary_key(assigned))]
        code: String,
    }

    #[derive(ActiveRecord)]
    #[orm(table = "numbers")]
    struct Number {
        #[orm(primary_key(assigned), column = "the number")]
        number: i64,
    }

    #[derive(ActiveRecord)]
    #[orm(table = "pairs", without_rowid)]
    struct Pair {
        #[orm(primary_key)]
        one: i64,
        #[orm(primary_key)]
        other: String,
    }

    let db = database(&orm::schema![Code, Number, Pair])?;
    let code = || Code { code: "a".into() };
    let number = || Number { number: 1 };
    let pair = || Pair {
        one: 1,
        other: "b".into(),
    };
    code().insert(&db)?;
    number().insert(&db)?;
    pair().insert(&db)?;
    assert_violation(&db, code().insert(&db), "unique", "codes", &["code"])?;
    assert_violation(
        &db,
        number().insert(&db),
        "unique",
        "numbers",
        &["the number"],
    )?;
    assert_violation(
        &db,
        pair().insert(&db),
        "unique",
        "pairs",
        &["one", "other"],
    )
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    name: String,
    full_name: String,
    active: bool,
}

fn account(name: &str, full_name: &str) -> Account {
    Account {
        id: 0,
        name: name.into(),
        full_name: full_name.into(),
        active: true,
    }
}

const ACCOUNTS: &str =
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT, full_name TEXT, active INT)";

/// Inserts two accounts that are alike but for the case of letters, behind an index made by SQL.
#[track_caller]
fn assert_index(index: &'static str, columns: &[&str]) -> Result<()> {
    let db = foreign(ACCOUNTS)?;
    db.execute(index, &[])?;
    account("ada", "ada lovelace").insert(&db)?;
    let refused = account("ADA", "ADA LOVELACE").insert(&db);
    assert_violation(&db, refused, "unique", "accounts", columns)?;
    let raw = db.execute(
        "INSERT INTO accounts (name, full_name, active) VALUES ('Ada', 'Ada Lovelace', 1)",
        &[],
    );
    assert_violation(&db, raw, "unique", "accounts", columns)
}

#[test]
fn an_index_of_an_expression_names_the_columns_of_the_expression() -> Result<()> {
    assert_index(
        "CREATE UNIQUE INDEX lower_name ON accounts (lower(name))",
        &["name"],
    )?;
    assert_index(
        "CREATE UNIQUE INDEX i ON accounts (lower(full_name))",
        &["full_name"],
    )?;
    assert_index(
        "CREATE UNIQUE INDEX \"an index\" ON accounts (lower(full_name) , active, upper([name]) DESC)",
        &["name", "full_name", "active"],
    )
}

#[test]
fn an_index_may_be_called_anything() -> Result<()> {
    assert_index(
        "CREATE UNIQUE INDEX \"it's\" ON accounts (lower(name))",
        &["name"],
    )?;
    assert_index(
        "CREATE UNIQUE INDEX \"'\" ON accounts (lower(name))",
        &["name"],
    )?;
    assert_index(
        "CREATE UNIQUE INDEX \"full_name (id)\" ON accounts (lower(name))",
        &["name"],
    )?;
    assert_index(
        "CREATE UNIQUE INDEX [a: index 'b'] ON accounts (lower(name))",
        &["name"],
    )
}

#[test]
fn the_condition_of_an_index_is_none_of_its_columns() -> Result<()> {
    assert_index(
        "CREATE UNIQUE INDEX i ON accounts (lower(name)) WHERE active AND full_name <> ''",
        &["name"],
    )
}

#[test]
fn an_index_with_a_collation_names_its_columns() -> Result<()> {
    assert_index(
        "CREATE UNIQUE INDEX i ON accounts (name COLLATE NOCASE, full_name COLLATE NOCASE)",
        &["name", "full_name"],
    )
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "a.b, \"c\"", unique(same, comma), unique(quoted, where = "1"))]
struct Awkward {
    #[orm(primary_key(assigned), column = "the id")]
    id: i64,
    #[orm(column = "x.y", unique)]
    dotted: i64,
    #[orm(column = "x, y")]
    comma: i64,
    #[orm(column = "a\"b")]
    quoted: String,
    #[orm(column = "\"")]
    same: i64,
}

fn awkward(id: i64, dotted: i64, comma: i64, quoted: &str) -> Awkward {
    Awkward {
        id,
        dotted,
        comma,
        quoted: quoted.into(),
        same: 0,
    }
}

#[test]
fn awkward_names_are_told_apart() -> Result<()> {
    let table = "a.b, \"c\"";
    let db = database(&orm::schema![Awkward])?;
    db.execute(
        "CREATE UNIQUE INDEX i ON \"a.b, \"\"c\"\"\" (lower(\"a\"\"b\"))",
        &[],
    )?;
    awkward(1, 1, 1, "a").insert(&db)?;
    for (mut refused, columns) in [
        (awkward(1, 2, 2, "b"), &["the id"][..]),
        (awkward(2, 1, 2, "b"), &["x.y"]),
        (awkward(2, 2, 1, "b"), &["\"", "x, y"]),
        (awkward(2, 2, 2, "a"), &["a\"b"]),
        (awkward(2, 2, 2, "A"), &["a\"b"]),
    ] {
        assert_violation(&db, refused.insert(&db), "unique", table, columns)?;
    }
    Ok(())
}

/// The statement is about one table, and the violation in another.
#[test]
fn a_violation_in_a_trigger_names_the_table_of_the_trigger() -> Result<()> {
    let db = foreign(ACCOUNTS)?;
    db.execute("CREATE TABLE \"log\" (line TEXT UNIQUE)", &[])?;
    db.execute(
        "CREATE TRIGGER t AFTER INSERT ON accounts BEGIN INSERT INTO log VALUES (NEW.full_name); END",
        &[],
    )?;
    account("a", "alike").insert(&db)?;
    let refused = account("b", "alike").insert(&db);
    assert_violation(&db, refused, "unique", "log", &["line"])?;
    assert_eq!(Account::count(&db)?, 1);
    Ok(())
}

#[test]
fn the_table_of_a_record_may_be_written_in_another_case() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "ACCOUNTS")]
    struct Loud {
        #[orm(primary_key)]
        id: i64,
        #[orm(column = "NAME")]
        name: String,
    }

    let db = foreign("CREATE TABLE Accounts (Id INTEGER PRIMARY KEY, Name TEXT UNIQUE)")?;
    let loud = || Loud {
        id: 0,
        name: "a".into(),
    };
    loud().insert(&db)?;
    assert_violation(&db, loud().insert(&db), "unique", "Accounts", &["Name"])
}

#[test]
fn raw_sql_names_awkward_tables_too() -> Result<()> {
    let db = database(&orm::schema![Awkward])?;
    awkward(1, 1, 1, "a").insert(&db)?;
    let insert = "INSERT INTO \"a.b, \"\"c\"\"\" VALUES (?, ?, 2, 'b', 0)";
    for (values, columns) in [([2, 1], &["x.y"][..]), ([1, 2], &["the id"])] {
        let refused = db.execute(insert, &values.map(Value::from));
        assert_violation(&db, refused, "unique", "a.b, \"c\"", columns)?;
    }
    Ok(())
}
