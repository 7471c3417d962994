//! `schema`: tables in an attached database.

use orm::prelude::*;
use orm::{Database, Error, Result};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    number: i64,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(
    schema = "shop",
    table = "items",
    unique(order_id, name),
    index(amount, where = "amount > 9")
)]
struct Item {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Order, on_delete = cascade), index)]
    order_id: i64,
    name: String,
    #[orm(check = "amount > 0")]
    amount: i64,
}

/// The same name in the main database.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "items")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

fn attached() -> Result<Database> {
    let db = Database::sqlite_in_memory()
        .init(|connection| Ok(connection.batch("ATTACH ':memory:' AS shop")?))
        .open()?;
    db.create_tables(orm::schema![Item, Order, Note])?;
    Ok(db)
}

fn order(number: i64) -> Order {
    Order { id: 0, number }
}

fn item(order_id: i64, name: &str, amount: i64) -> Item {
    Item {
        id: 0,
        order_id,
        name: name.into(),
        amount,
    }
}

#[test]
fn statements_name_the_schema() -> Result<()> {
    assert_eq!(
        Order::TABLE.statements().insert,
        r#"INSERT INTO "shop"."orders" ("number") VALUES (?)"#
    );
    let ddl = orm::schema![Item].to_sql(&attached()?)?;
    assert_eq!(
        ddl,
        [
            "CREATE TABLE IF NOT EXISTS \"shop\".\"items\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"order_id\" INTEGER NOT NULL,
  \"name\" TEXT NOT NULL,
  \"amount\" INTEGER NOT NULL CHECK (amount > 0),
  UNIQUE (\"order_id\", \"name\"),
  FOREIGN KEY (\"order_id\") REFERENCES \"orders\" (\"id\") ON DELETE CASCADE
)",
            r#"CREATE INDEX IF NOT EXISTS "shop"."ix_items__order_id" ON "items" ("order_id")"#,
            r#"CREATE INDEX IF NOT EXISTS "shop"."ix_items__amount" ON "items" ("amount") WHERE amount > 9"#,
        ]
    );
    Ok(())
}

#[test]
fn tables_of_one_name_in_two_schemas_are_two_tables() -> Result<()> {
    let db = attached()?;
    let tables = "SELECT 'main', name FROM main.sqlite_schema WHERE type = 'table' \
                  UNION ALL SELECT 'shop', name FROM shop.sqlite_schema WHERE type = 'table' ORDER BY 1, 2";
    assert_eq!(
        db.query(tables, &[])?,
        [["main", "items"], ["shop", "items"], ["shop", "orders"]].map(|row| row.map(Into::into))
    );
    Ok(())
}

#[test]
fn records_of_an_attached_database_do_what_others_do() -> Result<()> {
    let db = attached()?;
    let mut order = order(1);
    order.save(&db)?;
    let mut items = [item(order.id, "a", 1), item(order.id, "b", 20)];
    Item::insert_many(&db, &mut items)?;
    Note {
        id: 0,
        text: "beside".into(),
    }
    .insert(&db)?;
    let [one, two] = &mut items;
    one.amount = 2;
    one.save(&db)?;
    two.upsert(&db)?;
    assert_eq!(one.increment(&db, Item::AMOUNT, 3)?, 5);
    one.reload(&db)?;
    assert_eq!(Item::find_many(&db, [one.id, two.id])?, items);
    let many = Item::query()
        .filter(Item::AMOUNT.gt(9))
        .order_by(Item::NAME);
    assert_eq!(many.one(&db)?.name, "b");
    assert_eq!(many.limit(1).update(&db, Item::AMOUNT.set(10))?, 1);
    order.delete(&db)?;
    assert_eq!((Item::count(&db)?, Note::count(&db)?), (0, 1));
    Ok(())
}

#[test]
fn the_keys_of_an_attached_table_come_back_beside_a_table_of_the_same_name() -> Result<()> {
    let db = attached()?;
    let mut order = order(1);
    order.insert(&db)?;
    for text in ["a", "b", "c"] {
        Note {
            id: 0,
            text: text.into(),
        }
        .insert(&db)?;
    }
    let mut first = item(order.id, "a", 1);
    first.insert(&db)?;
    assert_eq!(first.id, 1);
    Ok(())
}

#[test]
fn violations_in_an_attached_database_name_table_and_columns() -> Result<()> {
    let db = attached()?;
    let mut order_one = order(1);
    order_one.insert(&db)?;
    item(order_one.id, "a", 1).insert(&db)?;
    let assert_names = |(table, columns): (String, Vec<String>), expected: (&str, &[&str])| {
        assert_eq!(
            (table.as_str(), columns),
            (
                expected.0,
                expected.1.iter().map(ToString::to_string).collect()
            )
        );
    };
    for (refused, expected) in [
        (order(1).insert(&db), ("orders", &["number"][..])),
        (
            item(order_one.id, "a", 1).insert(&db),
            ("items", &["order_id", "name"]),
        ),
        (
            item(order_one.id, "b", 0).insert(&db),
            ("items", &["amount"]),
        ),
        (item(9, "b", 1).insert(&db), ("items", &["order_id"])),
    ] {
        match refused {
            Err(
                Error::UniqueViolation { table, columns, .. }
                | Error::CheckViolation { table, columns, .. }
                | Error::ForeignKeyViolation { table, columns, .. },
            ) => assert_names((table, columns), expected),
            other => panic!("{expected:?}: {other:?}"),
        }
    }
    Ok(())
}

/// Readers are connections of their own, and the hook runs on each.
#[test]
fn a_file_can_be_attached_on_every_connection() -> Result<()> {
    let (folder, path) = crate::database_file();
    let shop = folder.path().join("it's a shop.db");
    Database::sqlite(&shop).open()?;
    let attach = format!(
        "ATTACH '{}' AS shop",
        shop.display().to_string().replace('\'', "''")
    );
    let db = Database::sqlite(path)
        .init(move |connection| Ok(connection.batch(&attach)?))
        .open()?;
    db.create_tables(orm::schema![Order])?;
    let mut order = order(1);
    order.save(&db)?;
    assert_eq!(Order::all(&db)?, [order]);
    let alone = Database::sqlite(shop).open()?;
    assert_eq!(alone.query("SELECT number FROM orders", &[])?, [[1.into()]]);
    Ok(())
}
