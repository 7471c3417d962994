//! Stored values that do not fit their fields.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{assert_usable, foreign};

#[derive(Debug, PartialEq, Value)]
#[orm(rename_all = "lowercase")]
enum Status {
    Draft,
    Paid,
}

#[derive(Debug, PartialEq, Value)]
#[orm(integer)]
enum Level {
    Low = 1,
    High = 2,
}

#[derive(Debug, Embedded)]
struct Size {
    width: u16,
    height: f32,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "records")]
struct Record {
    #[orm(primary_key)]
    id: i64,
    text: String,
    #[orm(column = "the number")]
    number: i64,
    narrow: i8,
    natural: u64,
    real: f64,
    truth: bool,
    letter: char,
    bytes: Vec<u8>,
    status: Status,
    level: Level,
    #[orm(embed, prefix = "size_")]
    size: Size,
    date: orm::value::Date,
    moment: orm::value::Timestamp,
    uuid: uuid::Uuid,
    price: rust_decimal::Decimal,
    span: std::time::Duration,
    optional: Option<i32>,
}

/// A table that takes anything, with one row that fits.
fn records() -> Result<Database> {
    foreign(
        "CREATE TABLE records (id INTEGER PRIMARY KEY, text, \"the number\", narrow, natural, real, truth,
             letter, bytes, status, level, size_width, size_height, date, moment, uuid, price, span, optional);
         INSERT INTO records VALUES (1, 'text', 2, 3, 4, 5.5, 1, 'a', x'00', 'paid', 2, 6, 7.5, '2026-11-22',
             '2026-11-22 12:00:00+00:00', zeroblob(16), '1.50', 8, NULL)",
    )
}

/// Stores another value, and expects every way of reading it to name table and column.
#[track_caller]
fn assert_refused(column: &'static str, value: &str) -> Result<()> {
    let db = records()?;
    assert_eq!(Record::get(&db, 1)?.number, 2);
    let update = format!("UPDATE records SET \"{column}\" = {value}");
    db.execute(orm::Sql::trusted(update), &[])?;
    for (nth, refused) in [
        Record::get(&db, 1).map(drop),
        Record::find_many(&db, [1]).map(drop),
        Record::all(&db).map(drop),
        Record::first(&db).map(drop),
        Record::query().filter(Record::ID.eq(1)).one(&db).map(drop),
        Record::query().for_each(&db, |_| Ok(())),
    ]
    .into_iter()
    .enumerate()
    {
        match refused {
            Err(Error::Decode {
                table,
                column: found,
                position,
                ..
            }) => {
                assert_eq!((table, found), ("records", column), "{value}, {nth}");
                let position = Record::TABLE.columns.get(position).map(|def| def.name);
                assert_eq!(position, Some(column));
            }
            other => panic!("{column} = {value}, {nth}: {other:?}"),
        }
    }
    assert_eq!(Record::count(&db)?, 1);
    assert_usable(&db)
}

#[test]
fn null_in_a_field_that_is_no_option_is_refused() -> Result<()> {
    for column in Record::TABLE
        .columns
        .iter()
        .filter(|column| !column.nullable)
        .skip(1)
    {
        assert_refused(column.name, "NULL")?;
    }
    Ok(())
}

#[test]
fn text_where_a_number_is_expected_is_refused() -> Result<()> {
    for column in [
        "the number",
        "narrow",
        "natural",
        "real",
        "truth",
        "level",
        "span",
        "optional",
    ] {
        assert_refused(column, "'12'")?;
        assert_refused(column, "''")?;
    }
    Ok(())
}

#[test]
fn a_number_where_text_is_expected_is_refused() -> Result<()> {
    for column in ["text", "letter", "status", "date", "moment"] {
        assert_refused(column, "12")?;
        assert_refused(column, "1.5")?;
        assert_refused(column, "x'61'")?;
    }
    assert_refused("bytes", "'text'")?;
    assert_refused("uuid", "7")
}

#[test]
fn an_integer_out_of_range_is_refused() -> Result<()> {
    assert_refused("narrow", "128")?;
    assert_refused("narrow", "-129")?;
    assert_refused("natural", "-1")?;
    assert_refused("size_width", "65536")?;
    assert_refused("optional", "2147483648")?;
    assert_refused("truth", "2")?;
    assert_refused("span", "-1")?;
    assert_refused("real", "9223372036854775807")
}

#[test]
fn a_real_number_is_not_rounded() -> Result<()> {
    assert_refused("the number", "1.5")?;
    assert_refused("the number", "1e300")?;
    assert_refused("the number", "2.0")?;
    assert_refused("size_height", "1e300")?;
    assert_refused("price", "0.1 + 0.2")
}

#[test]
fn text_that_is_not_utf8_is_refused() -> Result<()> {
    for column in [
        "text", "letter", "status", "date", "moment", "uuid", "price",
    ] {
        assert_refused(column, "CAST(x'ff41' AS TEXT)")?;
    }
    let db = records()?;
    let raw = db.query("SELECT 1, CAST(x'ff41' AS TEXT)", &[]);
    assert!(matches!(raw, Err(Error::Decode { position: 1, .. })));
    Ok(())
}

#[test]
fn an_unknown_variant_is_refused() -> Result<()> {
    for value in ["'Paid'", "'lost'", "''", "' paid'", "0"] {
        assert_refused("status", value)?;
    }
    for value in ["0", "3", "-1", "'High'", "2.0"] {
        assert_refused("level", value)?;
    }
    Ok(())
}

#[test]
fn malformed_values_are_refused() -> Result<()> {
    for (column, value) in [
        ("letter", "'ab'"),
        ("letter", "''"),
        ("date", "'2026-02-30'"),
        ("date", "'tomorrow'"),
        ("moment", "'2026-11-22 25:00:00'"),
        ("uuid", "x'00'"),
        ("uuid", "'not a uuid'"),
        ("price", "'1,50'"),
        ("price", "'123456789012345678901234567890.1'"),
    ] {
        assert_refused(column, value)?;
    }
    Ok(())
}

#[test]
fn the_message_says_what_was_there_and_not_its_value() -> Result<()> {
    let db = records()?;
    db.execute("UPDATE records SET \"the number\" = 'a secret'", &[])?;
    let error = Record::get(&db, 1).expect_err("the column holds text");
    assert_eq!(
        error.to_string(),
        "records.the number cannot be read: expected an integer, found text"
    );
    assert!(!format!("{error:?}").contains("secret"));
    Ok(())
}

#[test]
fn a_row_that_cannot_be_read_can_still_be_changed_and_deleted() -> Result<()> {
    let db = records()?;
    db.execute("UPDATE records SET status = 'lost'", &[])?;
    assert!(Record::exists(&db, 1)?);
    let lost = Record::query().exclude(Record::STATUS.is_in([Status::Draft, Status::Paid]));
    assert_eq!(lost.update(&db, Record::STATUS.set(Status::Draft))?, 1);
    assert_eq!(Record::get(&db, 1)?.status, Status::Draft);
    db.execute("UPDATE records SET level = 9", &[])?;
    assert!(Record::delete_by_key(&db, 1)?);
    Ok(())
}
