//! Embedded values: with and without a prefix, nested, optional.

use orm::Result;
use orm::prelude::*;

use super::{database, ddl};

#[derive(Debug, Clone, PartialEq, Embedded)]
struct Position {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
#[orm(rename_all = "UPPERCASE")]
struct Address {
    street: String,
    #[orm(column = "town", length = 20, index)]
    city: String,
    #[orm(db_default = "'DE'", collate = "NOCASE")]
    country: String,
    floor: Option<i32>,
    #[orm(embed, prefix = "at_")]
    position: Option<Position>,
    #[orm(skip)]
    verified: bool,
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "customers")]
struct Customer {
    #[orm(embed, prefix = "home_")]
    home: Address,
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(embed, prefix = "work_")]
    work: Option<Address>,
    #[orm(embed)]
    position: Position,
    #[orm(unique)]
    number: i64,
}

fn address(city: &str) -> Address {
    Address {
        street: "Main Street 1".into(),
        city: city.into(),
        country: "DE".into(),
        floor: None,
        position: None,
        verified: false,
    }
}

fn customer(number: i64, work: Option<Address>) -> Customer {
    Customer {
        home: address("Ulm"),
        id: 0,
        name: "Ada".into(),
        work,
        position: Position {
            latitude: 48.4,
            longitude: 10.0,
        },
        number,
    }
}

#[test]
fn the_columns_stand_where_the_field_stands() -> Result<()> {
    assert_eq!(
        ddl(&orm::schema![Customer])?,
        [
            "CREATE TABLE IF NOT EXISTS \"customers\" (
  \"home_STREET\" TEXT NOT NULL,
  \"home_town\" TEXT NOT NULL CHECK (length(\"home_town\") <= 20),
  \"home_COUNTRY\" TEXT NOT NULL COLLATE \"NOCASE\" DEFAULT ('DE'),
  \"home_FLOOR\" INTEGER,
  \"home_at_latitude\" REAL,
  \"home_at_longitude\" REAL,
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"name\" TEXT NOT NULL,
  \"work_STREET\" TEXT,
  \"work_town\" TEXT CHECK (length(\"work_town\") <= 20),
  \"work_COUNTRY\" TEXT COLLATE \"NOCASE\" DEFAULT ('DE'),
  \"work_FLOOR\" INTEGER,
  \"work_at_latitude\" REAL,
  \"work_at_longitude\" REAL,
  \"latitude\" REAL NOT NULL,
  \"longitude\" REAL NOT NULL,
  \"number\" INTEGER NOT NULL UNIQUE
)",
            r#"CREATE INDEX IF NOT EXISTS "ix_customers__home_town" ON "customers" ("home_town")"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_customers__work_town" ON "customers" ("work_town")"#,
        ]
    );
    Ok(())
}

#[test]
fn statements_are_put_together_once() {
    let statements = Customer::TABLE.statements();
    assert_eq!(
        statements.delete,
        r#"DELETE FROM "customers" WHERE "customers"."id" = ?"#
    );
    assert!(statements.insert.starts_with(
        r#"INSERT INTO "customers" ("home_STREET", "home_town", "home_COUNTRY", "home_FLOOR", "home_at_latitude", "home_at_longitude", "name", "work_STREET""#
    ));
    assert!(std::ptr::eq(statements, Customer::TABLE.statements()));
}

#[test]
fn embedded_values_come_back() -> Result<()> {
    let db = database(&orm::schema![Customer])?;
    let position = Some(Position {
        latitude: 1.5,
        longitude: -2.5,
    });
    let full = Address {
        floor: Some(3),
        position,
        ..address("Bonn")
    };
    let mut customers = [
        customer(1, None),
        customer(2, Some(address("Kiel"))),
        customer(3, Some(full.clone())),
    ];
    customers[0].home = full;
    Customer::insert_many(&db, &mut customers)?;
    assert_eq!(Customer::all(&db)?, customers);
    let [first, second, _] = &mut customers;
    first.work = Some(address("Jena"));
    first.save(&db)?;
    second.work = None;
    second.upsert(&db)?;
    assert_eq!(Customer::all(&db)?, customers);
    Ok(())
}

#[test]
fn columns_of_embedded_values_can_be_queried() -> Result<()> {
    let db = database(&orm::schema![Customer])?;
    let high = Address {
        position: Some(Position {
            latitude: 80.0,
            longitude: 0.0,
        }),
        ..address("Kiel")
    };
    let mut customers = [customer(1, None), customer(2, Some(high))];
    Customer::insert_many(&db, &mut customers)?;
    let number = |condition: orm::Expr<Customer, bool>| -> Result<Option<i64>> {
        let found = Customer::query().filter(condition).one_or_none(&db)?;
        Ok(found.map(|customer| customer.number))
    };
    let (home, work) = (Customer::HOME, Customer::WORK);
    assert_eq!(number(work.field(Address::CITY).eq("Kiel"))?, Some(2));
    assert_eq!(number(work.field(Address::CITY).is_null())?, Some(1));
    assert_eq!(number(home.field(Address::CITY).eq("Kiel"))?, None);
    let latitude = work.embedded(Address::POSITION).field(Position::LATITUDE);
    assert_eq!(number(latitude.gt(79.0))?, Some(2));
    let (sql, _) = Customer::query()
        .filter(latitude.gt(79.0))
        .order_by(Customer::POSITION.field(Position::LONGITUDE))
        .to_sql(&db)?;
    assert!(
        sql.ends_with(
            r#"WHERE "customers"."work_at_latitude" > ? ORDER BY "customers"."longitude""#
        )
    );
    Ok(())
}

#[test]
fn columns_of_embedded_values_can_be_set_alone() -> Result<()> {
    let db = database(&orm::schema![Customer])?;
    let mut customer = customer(1, None);
    customer.save(&db)?;
    customer.home.city = "Bonn".into();
    customer.home.street = "changed".into();
    customer.save_only(&db, Customer::HOME.field(Address::CITY))?;
    let moved = Customer::POSITION.field(Position::LATITUDE);
    let sum = customer.increment(&db, moved, 1.0)?;
    assert!((sum - 49.4).abs() < 1e-9);
    Customer::query()
        .filter(Customer::ID.eq(1))
        .update(&db, Customer::WORK.field(Address::CITY).set("Kiel"))?;
    let rows = db.query(
        "SELECT home_STREET, home_town, work_town FROM customers",
        &[],
    )?;
    assert_eq!(
        rows,
        [["Main Street 1".into(), "Bonn".into(), "Kiel".into()]]
    );
    Ok(())
}

/// Nothing tells "absent" from "there, but empty": that is what the documentation says.
#[test]
fn an_optional_value_whose_columns_are_all_null_is_none() -> Result<()> {
    #[derive(Debug, PartialEq, Embedded)]
    struct Names {
        first: Option<String>,
        last: Option<String>,
    }

    #[derive(Debug, ActiveRecord)]
    struct Person {
        #[orm(primary_key)]
        id: i64,
        #[orm(embed)]
        names: Option<Names>,
    }

    let db = database(&orm::schema![Person])?;
    let names = Some(Names {
        first: None,
        last: None,
    });
    let mut person = Person { id: 0, names };
    person.save(&db)?;
    person.reload(&db)?;
    assert_eq!(person.names, None);
    Ok(())
}

/// A value that is there in part is no value and not nothing.
#[test]
fn an_optional_value_of_which_a_part_is_missing_is_refused() -> Result<()> {
    let db = database(&orm::schema![Customer])?;
    customer(1, None).insert(&db)?;
    db.execute("UPDATE customers SET work_STREET = 'Side Street'", &[])?;
    let refused = Customer::get(&db, 1);
    assert!(matches!(
        refused,
        Err(orm::Error::Decode {
            table: "customers",
            column: "work_town",
            ..
        })
    ));
    Ok(())
}

#[test]
fn a_violation_names_the_column_with_its_prefix() -> Result<()> {
    let db = database(&orm::schema![Customer])?;
    let mut customer = customer(1, Some(address(&"x".repeat(21))));
    match customer.insert(&db) {
        Err(orm::Error::CheckViolation { table, columns, .. }) => {
            assert_eq!(
                (table.as_str(), columns),
                ("customers", vec!["work_town".to_owned()])
            );
        }
        other => panic!("{other:?}"),
    }
    customer.work = None;
    customer.position.latitude = f64::NAN;
    assert!(matches!(
        customer.insert(&db),
        Err(orm::Error::Encode {
            table: "customers",
            column: "latitude",
            ..
        })
    ));
    Ok(())
}
