//! `unique`, `index`, `check`, `length`, `collate`, `strict`, `without_rowid`, `sql_type`, `precision` and
//! `comment`.

use orm::prelude::*;
use orm::{Error, Result};
use rust_decimal::Decimal;

use super::{database, ddl};

#[expect(
    clippy::duplicated_attributes,
    reason = "a field may be in two lists, which the lint takes for one"
)]
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(
    table = "products",
    unique(shop, code),
    unique(code, where = "active", name = "one active code"),
    index(price, name = "by \"price\""),
    index(shop, price, where = "price > 100"),
    check = "price >= 0 OR code = 'gift'",
    check = "length(code) > 0",
    strict,
    comment = "What is sold"
)]
struct Product {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, comment = "Where it is sold")]
    shop: i64,
    #[orm(length = 5, collate = "NOCASE")]
    code: String,
    #[orm(check = "price < 1000")]
    price: i64,
    active: bool,
    #[orm(unique)]
    barcode: Option<String>,
}

fn product(shop: i64, code: &str, price: i64) -> Product {
    Product {
        id: 0,
        shop,
        code: code.into(),
        price,
        active: true,
        barcode: None,
    }
}

#[test]
fn constraints_are_written_into_the_table() -> Result<()> {
    assert_eq!(
        ddl(&orm::schema![Product])?,
        [
            "CREATE TABLE IF NOT EXISTS \"products\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"shop\" INTEGER NOT NULL,
  \"code\" TEXT NOT NULL COLLATE \"NOCASE\" CHECK (length(\"code\") <= 5),
  \"price\" INTEGER NOT NULL CHECK (price < 1000),
  \"active\" INTEGER NOT NULL,
  \"barcode\" TEXT UNIQUE,
  UNIQUE (\"shop\", \"code\"),
  CHECK (price >= 0 OR code = 'gift'),
  CHECK (length(code) > 0)
) STRICT",
            r#"CREATE INDEX IF NOT EXISTS "ix_products__shop" ON "products" ("shop")"#,
            r#"CREATE UNIQUE INDEX IF NOT EXISTS "one active code" ON "products" ("code") WHERE active"#,
            r#"CREATE INDEX IF NOT EXISTS "by ""price""" ON "products" ("price")"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_products__shop__price" ON "products" ("shop", "price") WHERE price > 100"#,
        ]
    );
    Ok(())
}

#[test]
fn comments_are_kept_in_the_metadata() {
    assert_eq!(Product::TABLE.comment, Some("What is sold"));
    assert_eq!(Product::SHOP.def().comment, Some("Where it is sold"));
}

#[test]
fn no_two_rows_agree_in_all_fields_of_a_unique_constraint() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    let inactive = |shop, code| Product {
        active: false,
        ..product(shop, code, 1)
    };
    inactive(1, "a").insert(&db)?;
    inactive(2, "a").insert(&db)?;
    inactive(1, "b").insert(&db)?;
    let twice = inactive(1, "A").insert(&db);
    assert!(matches!(
        twice,
        Err(Error::UniqueViolation { columns, .. }) if columns == ["shop", "code"]
    ));
    Ok(())
}

#[test]
fn a_partial_unique_index_holds_for_its_rows_only() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    product(1, "a", 1).insert(&db)?;
    let refused = product(2, "a", 1).insert(&db);
    assert!(matches!(
        refused,
        Err(Error::UniqueViolation { columns, .. }) if columns == ["code"]
    ));
    Product {
        active: false,
        ..product(2, "a", 1)
    }
    .insert(&db)
}

#[test]
fn rows_without_a_value_are_not_alike() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    Product::insert_many(&db, &mut [product(1, "a", 1), product(1, "b", 1)])?;
    Ok(())
}

#[test]
fn the_length_is_counted_in_characters() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    product(1, "ääääé", 1).insert(&db)?;
    let longer = product(1, "abcdef", 1).insert(&db);
    match longer {
        Err(Error::CheckViolation {
            table,
            columns,
            constraint,
            ..
        }) => {
            assert_eq!(
                (table.as_str(), columns),
                ("products", vec!["code".to_owned()])
            );
            assert_eq!(constraint, r#"length("code") <= 5"#);
        }
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn checks_of_columns_and_of_the_table_hold() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    product(1, "gift", -5).insert(&db)?;
    for (refused, expected) in [
        (product(1, "a", 1000), &["price"][..]),
        (product(1, "a", -1), &["code", "price"]),
        (product(1, "", 1), &["code"]),
    ] {
        let mut refused = refused;
        match refused.insert(&db) {
            Err(Error::CheckViolation { columns, .. }) => assert_eq!(columns, expected),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(Product::count(&db)?, 1);
    Ok(())
}

#[test]
fn text_is_compared_by_its_collation() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    Product::insert_many(&db, &mut ["b", "A", "C"].map(|code| product(1, code, 1)))?;
    let codes = Product::query().order_by(Product::CODE).all(&db)?;
    assert!(
        codes
            .iter()
            .map(|product| product.code.as_str())
            .eq(["A", "b", "C"])
    );
    assert_eq!(
        Product::query().filter(Product::CODE.eq("a")).count(&db)?,
        1
    );
    Ok(())
}

#[test]
fn a_strict_table_refuses_values_of_another_type() -> Result<()> {
    let db = database(&orm::schema![Product])?;
    let refused = db.execute(
        "INSERT INTO products (shop, code, price, active) VALUES ('one', 'a', 1, 1)",
        &[],
    );
    assert!(matches!(refused, Err(Error::Database { .. })));
    product(1, "a", 1).insert(&db)
}

/// Every type of column that a strict table has to take.
#[test]
fn a_strict_table_takes_values_of_all_types() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    #[orm(strict)]
    struct Everything {
        #[orm(primary_key(uuid_v7))]
        id: uuid::Uuid,
        truth: bool,
        small: i16,
        real: f64,
        text: String,
        letter: char,
        bytes: Vec<u8>,
        price: Decimal,
        date: orm::value::Date,
        time: orm::value::Time,
        moment: orm::value::Timestamp,
        span: std::time::Duration,
        #[orm(json)]
        list: Vec<i64>,
        nothing: Option<f64>,
    }

    let db = database(&orm::schema![Everything])?;
    let mut everything = Everything {
        id: uuid::Uuid::nil(),
        truth: true,
        small: -1,
        real: 2.0,
        text: "text".into(),
        letter: 'ä',
        bytes: vec![0, 255],
        price: Decimal::new(1050, 2),
        date: orm::value::Date::MAX,
        time: orm::value::Time::MAX,
        moment: orm::value::Timestamp::from_utc(orm::value::DateTime::MIN),
        span: std::time::Duration::from_secs(1),
        list: vec![1, 2],
        nothing: None,
    };
    everything.save(&db)?;
    assert_eq!(Everything::get(&db, everything.id)?, everything);
    Ok(())
}

#[test]
fn a_table_without_rowid_is_stored_by_its_key() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    #[orm(without_rowid, strict)]
    struct Setting {
        #[orm(primary_key(assigned))]
        name: String,
        value: String,
    }

    assert_eq!(
        ddl(&orm::schema![Setting])?,
        ["CREATE TABLE IF NOT EXISTS \"setting\" (
  \"name\" TEXT NOT NULL PRIMARY KEY,
  \"value\" TEXT NOT NULL
) WITHOUT ROWID, STRICT"]
    );
    let db = database(&orm::schema![Setting])?;
    let mut setting = Setting {
        name: "color".into(),
        value: "red".into(),
    };
    setting.save(&db)?;
    assert_eq!(Setting::get(&db, "color")?, setting);
    assert!(matches!(
        db.query("SELECT rowid FROM setting", &[]),
        Err(Error::UnknownColumn { column, .. }) if column == "rowid"
    ));
    Ok(())
}

#[test]
fn a_type_in_the_database_s_own_words_is_written_as_it_is() -> Result<()> {
    #[derive(Debug, PartialEq, ActiveRecord)]
    struct Price {
        #[orm(primary_key)]
        id: i64,
        #[orm(sql_type = "NUMERIC(10,2)", precision = 10, scale = 2)]
        cents: Decimal,
        #[orm(precision = 4)]
        share: Decimal,
    }

    assert_eq!(
        ddl(&orm::schema![Price])?,
        ["CREATE TABLE IF NOT EXISTS \"price\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"cents\" NUMERIC(10,2) NOT NULL,
  \"share\" TEXT NOT NULL
)"]
    );
    assert_eq!(Price::CENTS.def().precision, Some((10, 2)));
    assert_eq!(Price::SHARE.def().precision, Some((4, 0)));
    let db = database(&orm::schema![Price])?;
    let mut price = Price {
        id: 0,
        cents: Decimal::new(99, 2),
        share: Decimal::new(25, 2),
    };
    price.save(&db)?;
    assert_eq!(Price::get(&db, 1)?, price);
    let types = db.query("SELECT typeof(cents), typeof(share) FROM price", &[])?;
    assert_eq!(types, [["real".into(), "text".into()]]);
    Ok(())
}
