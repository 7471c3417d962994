//! `default`, `db_default`, `generated`, `readonly` and `skip`: values that others provide.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{database, ddl};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    #[orm(default = 1, db_default = "1")]
    amount: i64,
    #[orm(generated = "price * amount")]
    total: i64,
    #[orm(generated = "CASE WHEN amount > 9 THEN 'many' END", index)]
    note: Option<String>,
    #[orm(readonly, db_default = "'new'")]
    state: String,
    #[orm(skip)]
    selected: bool,
    #[orm(skip, default = 7)]
    shown: i64,
}

fn line(price: i64, amount: i64) -> Line {
    Line {
        price,
        amount,
        ..Line::default()
    }
}

#[test]
fn others_values_are_left_out_of_the_statements() -> Result<()> {
    assert_eq!(
        ddl(&orm::schema![Line])?[0],
        "CREATE TABLE IF NOT EXISTS \"lines\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"price\" INTEGER NOT NULL,
  \"amount\" INTEGER NOT NULL DEFAULT (1),
  \"total\" INTEGER NOT NULL GENERATED ALWAYS AS (price * amount) STORED,
  \"note\" TEXT GENERATED ALWAYS AS (CASE WHEN amount > 9 THEN 'many' END) STORED,
  \"state\" TEXT NOT NULL DEFAULT ('new')
)"
    );
    let statements = Line::TABLE.statements();
    assert_eq!(
        statements.insert,
        r#"INSERT INTO "lines" ("price", "amount") VALUES (?, ?)"#
    );
    assert_eq!(
        statements.update,
        r#"UPDATE "lines" SET "price" = ?, "amount" = ? WHERE "lines"."id" = ?"#
    );
    Ok(())
}

#[test]
fn a_default_is_what_default_makes() {
    let line = Line::default();
    assert_eq!((line.id, line.price, line.amount, line.shown), (0, 0, 1, 7));
}

#[test]
fn computed_columns_are_read_back_after_an_insert() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut line = line(5, 10);
    line.selected = true;
    line.insert(&db)?;
    assert_eq!((line.id, line.total), (1, 50));
    assert_eq!(
        (line.note.as_deref(), line.state.as_str()),
        (Some("many"), "new")
    );
    assert!(line.selected, "what is not stored is not touched");
    Ok(())
}

#[test]
fn computed_columns_are_read_back_after_every_kind_of_update() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut line = line(5, 10);
    line.save(&db)?;
    db.execute("UPDATE lines SET state = 'paid'", &[])?;
    line.amount = 2;
    line.save(&db)?;
    assert_eq!(
        (line.total, line.note.as_deref(), line.state.as_str()),
        (10, None, "paid")
    );
    line.price = 6;
    line.update(&db)?;
    assert_eq!(line.total, 12);
    line.amount = 20;
    line.save_only(&db, Line::AMOUNT)?;
    assert_eq!((line.total, line.note.as_deref()), (120, Some("many")));
    line.price = 1;
    line.upsert(&db)?;
    assert_eq!((line.id, line.total), (1, 20));
    assert_eq!(Line::all(&db)?, [line]);
    Ok(())
}

#[test]
fn computed_columns_are_read_back_for_every_row_of_a_batch() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut lines = [line(1, 1), line(2, 10), line(3, 3)];
    Line::insert_many(&db, &mut lines)?;
    assert_eq!(lines.each_ref().map(|line| line.id), [1, 2, 3]);
    assert_eq!(lines.each_ref().map(|line| line.total), [1, 20, 9]);
    assert_eq!(lines[1].note.as_deref(), Some("many"));
    assert_eq!(Line::all(&db)?, lines);
    Ok(())
}

#[test]
fn an_upsert_of_a_new_row_reads_the_computed_columns_back() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    struct Rectangle {
        #[orm(primary_key(assigned))]
        name: String,
        side: i64,
        #[orm(generated = "side * side")]
        area: i64,
    }

    let db = database(&orm::schema![Rectangle])?;
    let mut square = Rectangle {
        name: "a".into(),
        side: 3,
        area: 0,
    };
    square.upsert(&db)?;
    assert_eq!(square.area, 9);
    square.side = 4;
    square.save(&db)?;
    assert_eq!(square.area, 16);
    let mut other = Rectangle {
        name: "b".into(),
        side: 5,
        area: 0,
    };
    other.save(&db)?;
    assert_eq!(other.area, 25);
    Ok(())
}

#[test]
fn what_the_program_says_of_a_computed_column_does_not_count() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut line = line(5, 1);
    line.total = 999;
    line.state = "hacked".into();
    line.save(&db)?;
    assert_eq!((line.total, line.state.as_str()), (5, "new"));
    Ok(())
}

#[test]
fn save_only_refuses_computed_columns() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut line = line(5, 1);
    line.save(&db)?;
    for refused in [
        line.save_only(&db, Line::TOTAL),
        line.save_only(&db, Line::STATE),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery { table: "lines", .. })
        ));
    }
    Ok(())
}

#[test]
fn what_is_not_stored_is_read_as_its_default() -> Result<()> {
    let db = database(&orm::schema![Line])?;
    let mut line = line(5, 1);
    line.selected = true;
    line.shown = 1;
    line.save(&db)?;
    line.reload(&db)?;
    assert_eq!((line.selected, line.shown), (false, 7));
    Ok(())
}

/// The database's default is for rows that others write; a record writes what it holds.
#[test]
fn a_record_writes_none_in_spite_of_a_default_of_the_database() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "visits")]
    struct Visit {
        #[orm(primary_key)]
        id: i64,
        #[orm(db_default = "'unknown'")]
        origin: Option<String>,
    }

    let db = database(&orm::schema![Visit])?;
    let mut visit = Visit {
        id: 0,
        origin: None,
    };
    visit.insert(&db)?;
    assert_eq!(Visit::get(&db, 1)?.origin, None);
    db.execute("INSERT INTO visits DEFAULT VALUES", &[])?;
    assert_eq!(Visit::get(&db, 2)?.origin.as_deref(), Some("unknown"));
    Ok(())
}

#[test]
fn a_record_of_nothing_but_computed_columns_can_be_inserted() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "ticks")]
    struct Tick {
        #[orm(primary_key)]
        id: i64,
        #[orm(readonly, db_default = "41 + 1")]
        answer: i64,
    }

    let db = database(&orm::schema![Tick])?;
    let mut ticks = [Tick { id: 0, answer: 0 }, Tick { id: 0, answer: 0 }];
    Tick::insert_many(&db, &mut ticks)?;
    let [first, second] = &mut ticks;
    assert_eq!((first.id, first.answer, second.id), (1, 42, 2));
    first.answer = 0;
    first.save(&db)?;
    assert_eq!(first.answer, 42);
    Ok(())
}

/// A table whose computed column may hold what the field cannot.
fn narrow() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.execute(
        "CREATE TABLE narrow (id INTEGER PRIMARY KEY, text TEXT, double INT AS (CASE WHEN text = 'a' THEN 1 END))",
        &[],
    )?;
    Ok(db)
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "narrow")]
struct Narrow {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(generated = "…")]
    double: i64,
}

#[test]
fn a_computed_value_that_does_not_fit_names_its_column_and_undoes_the_write() -> Result<()> {
    let db = narrow()?;
    let record = |text: &str| Narrow {
        id: 0,
        text: text.into(),
        double: 0,
    };
    let mut stored = record("a");
    stored.insert(&db)?;
    let mut single = record("b");
    let mut several = [record("a"), record("b"), record("a")];
    stored.text = "b".into();
    for (nth, refused) in [
        single.insert(&db),
        single.save(&db),
        Narrow::insert_many(&db, &mut several),
        stored.update(&db),
        stored.save_only(&db, Narrow::TEXT),
        stored.upsert(&db),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(
            matches!(
                refused,
                Err(Error::Decode {
                    table: "narrow",
                    column: "double",
                    ..
                })
            ),
            "{nth}: {refused:?}"
        );
    }
    assert_eq!(single.id, 0);
    assert!(several.iter().all(|record| record.id == 0));
    let rows = db.query("SELECT text FROM narrow", &[])?;
    assert_eq!(rows, [["a".into()]]);
    Ok(())
}

/// The statements that return something are put together by the driver, and savepoints are begun and
/// ended between them.
#[test]
fn tables_with_statements_alike_are_told_apart_within_a_transaction() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "left_ones")]
    struct Left {
        #[orm(primary_key)]
        id: i64,
        number: i64,
        #[orm(generated = "number + 1")]
        next: i64,
    }

    #[derive(Debug, ActiveRecord)]
    #[orm(table = "rightones")]
    struct Right {
        #[orm(primary_key)]
        id: i64,
        number: i64,
        #[orm(generated = "number + 2")]
        next: i64,
    }

    let db = database(&orm::schema![Left, Right])?;
    db.transaction(|tx| {
        for number in 0..50 {
            let (mut left, mut right) = (
                Left {
                    id: 0,
                    number,
                    next: 0,
                },
                Right {
                    id: 0,
                    number,
                    next: 0,
                },
            );
            left.insert(tx)?;
            tx.execute("CREATE TABLE IF NOT EXISTS other (x)", &[])?;
            right.insert(tx)?;
            assert_eq!((left.next, right.next), (number + 1, number + 2));
        }
        assert_eq!((Left::count(tx)?, Right::count(tx)?), (50, 50));
        Ok(())
    })
}
