//! All variants in one table.

use orm::prelude::*;
use orm::{Error, Result, Value};

use super::{Vehicle, bike, car, database, rows, truck};

#[test]
fn one_table_has_the_columns_of_all_variants() -> Result<()> {
    let (db, _) = database()?;
    let sql = orm::schema![Vehicle].to_sql(&db)?;
    assert_eq!(
        sql,
        [r#"CREATE TABLE IF NOT EXISTS "vehicles" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "name" TEXT NOT NULL CHECK (length("name") <= 80),
  "doors" INTEGER,
  "load" REAL
)"#]
    );
    assert_eq!(Vehicle::TABLE.tag, Some(Vehicle::KIND.position()));
    assert!(!Vehicle::TABLE.is_joined());
    Ok(())
}

#[test]
fn variants_come_back_as_they_were() -> Result<()> {
    let (db, log) = database()?;
    let mut vehicles = [car("2CV", 4), truck("Actros", 7.5), bike("Brompton")];
    for vehicle in &mut vehicles {
        vehicle.save(&db)?;
    }
    let insert = r#"INSERT INTO "vehicles" ("kind", "name", "doors", "load") VALUES (?, ?, ?, ?)"#;
    assert_eq!(log.take(), [insert, insert, insert]);
    assert_eq!(vehicles.each_ref().map(Vehicle::key), [1, 2, 3]);
    assert_eq!(
        rows(&db, "vehicles")?,
        [
            [1.into(), "car".into(), "2CV".into(), 4.into(), Value::Null],
            [
                2.into(),
                "lorry".into(),
                "Actros".into(),
                Value::Null,
                7.5.into()
            ],
            [
                3.into(),
                "bike".into(),
                "Brompton".into(),
                Value::Null,
                Value::Null
            ],
        ]
    );
    assert_eq!(Vehicle::query().order_by(Vehicle::ID).all(&db)?, vehicles);
    assert_eq!(Vehicle::get(&db, 2)?, vehicles[1]);
    assert_eq!(
        Vehicle::find_many(&db, [3, 1])?,
        [vehicles[2].clone(), vehicles[0].clone()]
    );
    Ok(())
}

#[test]
fn a_filter_by_variant_finds_only_its_rows() -> Result<()> {
    let (db, log) = database()?;
    let mut vehicles = [
        car("2CV", 4),
        truck("Actros", 7.5),
        car("Mini", 2),
        bike("Brompton"),
    ];
    Vehicle::insert_many(&db, &mut vehicles)?;
    log.take();

    let cars = Vehicle::query().filter(Vehicle::CAR.is());
    assert_eq!(
        cars.clone().order_by(Vehicle::ID).all(&db)?,
        [vehicles[0].clone(), vehicles[2].clone()]
    );
    assert!(log.take()[0].ends_with(r#"WHERE "vehicles"."kind" = ? ORDER BY "vehicles"."id""#));
    assert_eq!(cars.to_sql(&db)?.1, ["car".into()]);

    let trucks = Vehicle::query().filter(Vehicle::TRUCK.is());
    assert_eq!(trucks.all(&db)?, [vehicles[1].clone()]);
    let others = Vehicle::query().filter(!Vehicle::CAR.is());
    assert_eq!(others.count(&db)?, 2);
    assert_eq!(Vehicle::TRUCK.tag(), "lorry");
    Ok(())
}

#[test]
fn columns_that_some_variants_have_may_be_null() -> Result<()> {
    let (db, _) = database()?;
    let mut vehicles = [car("2CV", 4), truck("Actros", 7.5), car("Mini", 2)];
    Vehicle::insert_many(&db, &mut vehicles)?;

    let many = Vehicle::query().filter(Vehicle::DOORS.gt(2)).all(&db)?;
    assert_eq!(many, [vehicles[0].clone()]);
    let doorless = Vehicle::query().filter(Vehicle::DOORS.eq(None)).all(&db)?;
    assert_eq!(doorless, [vehicles[1].clone()]);
    let loads: Vec<(String, Option<f64>)> = Vehicle::query()
        .order_by(Vehicle::ID)
        .select((Vehicle::KIND, Vehicle::LOAD))
        .all(&db)?;
    assert_eq!(
        loads,
        [
            ("car".into(), None),
            ("lorry".into(), Some(7.5)),
            ("car".into(), None)
        ]
    );
    Ok(())
}

#[test]
fn an_unknown_tag_is_a_decoding_error() -> Result<()> {
    let (db, _) = database()?;
    db.execute(
        "INSERT INTO vehicles (kind, name) VALUES ('boat', 'Optimist')",
        &[],
    )?;
    for error in [
        Vehicle::get(&db, 1).unwrap_err(),
        Vehicle::query().all(&db).unwrap_err(),
        Vehicle::find_many(&db, [1]).unwrap_err(),
    ] {
        assert!(matches!(
            error,
            Error::Decode {
                table: "vehicles",
                column: "kind",
                ..
            }
        ));
        assert_eq!(
            error.to_string(),
            "vehicles.kind cannot be read: expected one of `car`, `lorry`, `bike`, found other text"
        );
    }
    assert_eq!(Vehicle::query().filter(Vehicle::CAR.is()).all(&db)?, []);
    Ok(())
}

#[test]
fn a_column_that_the_variant_needs_and_the_row_lacks_is_a_decoding_error() -> Result<()> {
    let (db, _) = database()?;
    db.execute(
        "INSERT INTO vehicles (kind, name) VALUES ('car', 'Optimist')",
        &[],
    )?;
    let error = Vehicle::get(&db, 1).unwrap_err();
    assert!(matches!(
        error,
        Error::Decode {
            table: "vehicles",
            column: "doors",
            ..
        }
    ));
    Ok(())
}

#[test]
fn an_update_writes_another_variant_and_empties_what_it_lacks() -> Result<()> {
    let (db, log) = database()?;
    let mut vehicle = car("2CV", 4);
    vehicle.save(&db)?;
    log.take();
    vehicle = Vehicle::Truck {
        id: Vehicle::key(&vehicle),
        name: "2CV".into(),
        load: 0.3,
    };
    vehicle.save(&db)?;
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "vehicles" SET "kind" = ?, "name" = ?, "doors" = ?, "load" = ? WHERE "vehicles"."id" = ?"#
        ]
    );
    assert_eq!(
        rows(&db, "vehicles")?,
        [[
            1.into(),
            "lorry".into(),
            "2CV".into(),
            Value::Null,
            0.3.into()
        ]]
    );
    assert_eq!(Vehicle::get(&db, 1)?, vehicle);
    Ok(())
}

#[test]
fn every_call_of_a_record_works() -> Result<()> {
    let (db, _) = database()?;
    let mut vehicle = car("2CV", 4);
    vehicle.insert(&db)?;
    assert_eq!(vehicle.increment(&db, Vehicle::DOORS, Some(1))?, Some(5));
    vehicle.reload(&db)?;
    assert!(matches!(vehicle, Vehicle::Car { doors: 5, .. }));

    let mut changed = Vehicle::Car {
        id: 1,
        name: "Ami".into(),
        doors: 3,
    };
    changed.save_only(&db, Vehicle::NAME)?;
    assert_eq!(
        Vehicle::get(&db, 1)?,
        Vehicle::Car {
            id: 1,
            name: "Ami".into(),
            doors: 5
        }
    );
    changed.upsert(&db)?;
    assert_eq!(Vehicle::get(&db, 1)?, changed);

    let mut records = [changed.clone(), bike("Brompton")];
    records[1].insert(&db)?;
    records[0] = Vehicle::Car {
        id: 1,
        name: "A".into(),
        doors: 1,
    };
    records[1] = Vehicle::Bike {
        id: 2,
        name: "B".into(),
    };
    assert_eq!(
        Vehicle::update_many(&db, &mut records, (Vehicle::NAME, Vehicle::DOORS))?,
        2
    );
    assert_eq!(Vehicle::query().order_by(Vehicle::ID).all(&db)?, records);

    let updated = Vehicle::query()
        .filter(Vehicle::CAR.is())
        .update(&db, Vehicle::DOORS.set(Some(2)))?;
    assert_eq!(updated, 1);
    assert_eq!(Vehicle::query().filter(Vehicle::BIKE.is()).delete(&db)?, 1);
    records[0].delete(&db)?;
    assert!(matches!(
        records[0].delete(&db),
        Err(Error::NotFound { table: "vehicles" })
    ));
    assert_eq!(Vehicle::count(&db)?, 0);
    Ok(())
}

#[test]
fn records_of_any_variant_are_found_or_made() -> Result<()> {
    let (db, _) = database()?;
    let (made, created) = Vehicle::get_or_create(&db, Vehicle::NAME.eq("2CV"), || car("2CV", 4))?;
    assert!(created);
    let (found, created) = Vehicle::get_or_create(&db, Vehicle::NAME.eq("2CV"), || bike("2CV"))?;
    assert!(!created);
    assert_eq!(found, made);
    Ok(())
}
