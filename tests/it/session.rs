//! The session: one object a row, and all changes written at once.

mod aggregates;
mod crowd;
mod hardship;
mod kill;
mod machine;

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, Handle, Repository, Result, Session, Value};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "customers")]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    email: String,
    credit: i64,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key(assigned))]
    number: String,
    #[orm(index, references(CustomerMapper))]
    customer_id: i64,
    #[orm(json)]
    notes: BTreeMap<String, String>,
    total: Option<f64>,
}

/// Rows that refer to each other.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "parts")]
struct Part {
    #[orm(primary_key(assigned))]
    id: i64,
    name: String,
    #[orm(references(PartMapper))]
    of: Option<i64>,
    #[orm(references(ShelfMapper))]
    shelf: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "shelves")]
struct Shelf {
    #[orm(primary_key(assigned))]
    id: i64,
    #[orm(references(PartMapper))]
    first: Option<i64>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "logs")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

fn customer(email: &str) -> Customer {
    Customer {
        id: 0,
        email: email.into(),
        credit: 10,
    }
}

fn order(number: &str, customer_id: i64) -> Order {
    Order {
        number: number.into(),
        customer_id,
        notes: BTreeMap::new(),
        total: None,
    }
}

fn part(id: i64, of: Option<i64>, shelf: Option<i64>) -> Part {
    Part {
        id,
        name: format!("part {id}"),
        of,
        shelf,
    }
}

/// Customers 1, ann, and 2, ben.
fn shop() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![
        CustomerMapper,
        OrderMapper,
        PartMapper,
        ShelfMapper,
        Entry
    ])?;
    let customers = Repository::<CustomerMapper>::new(&db);
    customers.insert_many(&mut ["ann", "ben"].map(customer))?;
    log.take();
    Ok((db, log))
}

/// A query of the table outside of the session.
fn credits(db: &Database) -> Result<Vec<i64>> {
    let query = CustomerMapper::query().order_by(CustomerMapper::ID);
    query.select(CustomerMapper::CREDIT).all(db)
}

#[test]
fn a_row_is_one_object() -> Result<()> {
    let (db, log) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    log.take();
    assert_eq!(session.get::<CustomerMapper>(1)?, ann);
    assert_eq!(session.find::<CustomerMapper>(1)?, Some(ann));
    assert!(log.take().is_empty(), "it is there already");

    session[ann].credit = 99;
    let all = CustomerMapper::query().order_by(CustomerMapper::ID);
    let mut quiet = Session::new(&db).autoflush(false);
    let there = quiet.get::<CustomerMapper>(1)?;
    quiet[there].credit = 5;
    let found = quiet.all(&all)?;
    assert_eq!(found[0], there);
    assert_eq!(quiet[there].credit, 5, "a query does not overwrite");
    quiet.refresh(there)?;
    assert_eq!(quiet[there].credit, 10, "refresh does");
    assert!(!quiet.is_modified(there)?);

    let both = session.get_many::<CustomerMapper>([2, 9, 1])?;
    assert_eq!((both.len(), both[1]), (2, ann));
    assert!(matches!(
        session.get::<CustomerMapper>(9),
        Err(Error::NotFound { table: "customers" })
    ));
    Ok(())
}

#[test]
fn a_flush_writes_what_has_changed_and_nothing_else() -> Result<()> {
    let (db, log) = shop()?;
    let mut session = Session::new(&db);
    let all = session.all(&CustomerMapper::query().order_by(CustomerMapper::ID))?;
    let [ann, ben] = all[..] else { panic!("two") };
    log.take();
    session.flush()?;
    let _ = &mut session[ann]; // looked at, as if to be changed
    session[ben].credit = 11;
    session[ben].credit = 10; // and back again
    session.commit()?;
    assert!(log.take().is_empty(), "nothing has changed");

    session[ann].credit = 20;
    session[ben].credit = 30;
    session.flush()?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "customers" SET "credit" = ? WHERE "customers"."id" = ? AND "customers"."credit" IS NOT DISTINCT FROM ? × 2"#,
        ]
    );
    assert_eq!(credits(&db).map_err(|error| error.to_string()).ok(), None);
    session.commit()?;
    assert_eq!(log.take().last().map(String::as_str), Some("COMMIT"));
    assert_eq!(credits(&db)?, [20, 30]);
    Ok(())
}

#[test]
fn changes_inside_of_values_are_seen() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let first = session.add(order("A-1", 1))?;
    session.commit()?;
    session[first].notes.insert("gift".into(), "yes".into());
    let changes = session.changes(first)?;
    assert_eq!((changes.len(), changes[0].column), (1, "notes"));
    session.commit()?;
    let stored = Repository::<OrderMapper>::new(&db).get("A-1".to_owned())?;
    assert_eq!(stored, session[first]);
    Ok(())
}

#[test]
fn new_rows_are_written_in_the_order_of_their_references() -> Result<()> {
    let (db, log) = shop()?;
    let mut session = Session::new(&db);
    session.add(order("A-1", 3))?; // of a customer that is added later
    let cleo = session.add(customer("cleo"))?;
    session.add(customer("dan"))?;
    session.commit()?;
    assert_eq!(session[cleo].id, 3);
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"INSERT INTO "customers" ("email", "credit") VALUES (?, ?) × 2"#,
            r#"INSERT INTO "orders" ("number", "customer_id", "notes", "total") VALUES (?, ?, ?, ?) × 1"#,
            "COMMIT",
        ]
    );
    Ok(())
}

#[test]
fn rows_that_refer_to_each_other_are_written_in_two_steps() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let parts = [
        part(1, Some(3), Some(1)),
        part(2, Some(1), None),
        part(3, None, Some(1)),
        part(4, Some(5), None),
        part(5, Some(4), None), // in a circle
        part(6, Some(6), None), // to itself
    ];
    for part in parts.clone() {
        session.add(part)?;
    }
    let shelf = session.add(Shelf {
        id: 1,
        first: Some(2),
    })?;
    session.commit()?;
    let stored = PartMapper::query().order_by(PartMapper::ID).all(&db)?;
    assert_eq!(stored, parts);
    assert_eq!(session[shelf].first, Some(2));
    assert_eq!(Repository::<ShelfMapper>::new(&db).get(1)?.first, Some(2));

    let tree = session.all(&PartMapper::query().filter(PartMapper::ID.le(3)))?;
    session[shelf].first = None;
    session.flush()?;
    for part in tree {
        session.remove(part)?;
    }
    session.commit()?;
    assert_eq!(PartMapper::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn a_row_that_is_removed_makes_room_for_one_with_the_same_value() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let order_of_ann = session.add(order("A-1", 1))?;
    session.commit()?;
    session.remove(ann)?;
    session.remove(order_of_ann)?;
    let another = session.add(customer("ann"))?;
    session.commit()?;
    assert_eq!(OrderMapper::query().count(&db)?, 0);
    assert_eq!(session[another].email, "ann");
    assert_eq!(CustomerMapper::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn after_a_rollback_memory_and_database_agree() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let ben = session.get::<CustomerMapper>(2)?;
    session[ann].credit = 20;
    let cleo = session.add(customer("cleo"))?;
    session.remove(ben)?;
    session.flush()?;
    assert_eq!(session[cleo].id, 3);
    session[ann].credit = 30;
    session[ann].email = "other".into();
    session.flush()?;
    session[ann].credit = 40;
    let dan = session.add(customer("dan"))?;
    session.rollback()?;

    assert_eq!(
        (session[ann].credit, session[ann].email.as_str()),
        (10, "ann")
    );
    assert_eq!((session[cleo].id, session[dan].id), (0, 0));
    assert_eq!(session.find::<CustomerMapper>(2)?, Some(ben));
    assert!(session.find::<CustomerMapper>(3)?.is_none());
    assert_eq!(credits(&db)?, [10, 10]);
    session.commit()?;
    assert_eq!(credits(&db)?, [10, 10], "what was added is detached");

    let again = session.detach(cleo)?;
    session.add(again)?;
    session[ann].credit = 50;
    session.commit()?;
    assert_eq!(credits(&db)?, [50, 10, 10]);
    Ok(())
}

#[test]
fn a_session_that_is_dropped_leaves_nothing() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    session.add(customer("cleo"))?;
    session.flush()?;
    drop(session);
    assert_eq!(credits(&db)?, [10, 10]);
    Ok(())
}

#[test]
fn savepoints_are_gone_back_to() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    session[ann].credit = 1;
    let first = session.savepoint()?;
    session[ann].credit = 2;
    let second = session.savepoint()?;
    session[ann].credit = 3;
    let cleo = session.add(customer("cleo"))?;
    session.flush()?;
    session.rollback_to(second)?;
    assert_eq!((session[ann].credit, session[cleo].id), (2, 0));
    assert!(matches!(
        session.rollback_to(second),
        Err(Error::InvalidQuery { .. })
    ));
    session[ann].credit = 4;
    let third = session.savepoint()?;
    session[ann].credit = 5;
    session.release(third)?;
    session.rollback_to(first)?;
    assert_eq!(session[ann].credit, 1);
    session.commit()?;
    assert_eq!(credits(&db)?, [1, 10]);
    Ok(())
}

#[test]
fn a_row_that_somebody_else_has_changed_is_stale() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let ben = session.get::<CustomerMapper>(2)?;
    db.execute("UPDATE customers SET credit = 77 WHERE id = 1", &[])?;
    session[ann].credit = 11;
    session[ben].email = "benjamin".into();
    let new = session.add(customer("cleo"))?;
    let stale = session.flush();
    assert!(matches!(
        &stale,
        Err(Error::Stale { table: "customers", key }) if *key == [Value::Int(1)]
    ));
    assert!(!stale.unwrap_err().to_string().contains('1'));
    assert_eq!((session[ann].credit, session[new].id), (11, 0));
    assert_eq!(
        CustomerMapper::query().count(&db)?,
        2,
        "nothing of it remains"
    );

    session.refresh(ann)?;
    session[ann].credit += 1;
    session.commit()?;
    assert_eq!(credits(&db)?, [78, 10, 10]);

    // Another column is nobody's business.
    db.execute("UPDATE customers SET email = 'anna' WHERE id = 1", &[])?;
    session[ann].credit += 1;
    session.commit()?;
    let stored = Repository::<CustomerMapper>::new(&db).get(1)?;
    assert_eq!((stored.email.as_str(), stored.credit), ("anna", 79));

    let mut careless = Session::new(&db).compare_loaded(false);
    let ann = careless.get::<CustomerMapper>(1)?;
    db.execute("UPDATE customers SET credit = 0 WHERE id = 1", &[])?;
    careless[ann].credit = 1;
    careless.commit()?;
    assert_eq!(credits(&db)?[0], 1);
    Ok(())
}

#[test]
fn a_row_that_is_gone_is_stale() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let ben = session.get::<CustomerMapper>(2)?;
    db.execute("DELETE FROM customers", &[])?;
    session[ann].credit = 0;
    assert!(matches!(session.flush(), Err(Error::Stale { .. })));
    session.rollback()?;
    session.remove(ben)?;
    assert!(matches!(session.flush(), Err(Error::Stale { .. })));
    assert_eq!(
        session.removed::<CustomerMapper>(),
        [ben],
        "it still is to be removed"
    );
    assert!(matches!(
        session.refresh(ben),
        Err(Error::NotFound { table: "customers" })
    ));
    Ok(())
}

#[test]
fn what_is_stored_in_another_form_is_not_stale() -> Result<()> {
    let (db, _) = shop()?;
    db.execute(
        "INSERT INTO orders VALUES ('A-1', 1, '{ \"gift\" : \"no\" }', NULL)",
        &[],
    )?;
    let mut session = Session::new(&db);
    let first = session.get::<OrderMapper>("A-1".to_owned())?;
    session[first].notes.insert("gift".into(), "yes".into());
    session.commit()?;
    let stored = Repository::<OrderMapper>::new(&db).get("A-1".to_owned())?;
    assert_eq!(stored.notes["gift"], "yes");
    Ok(())
}

#[test]
fn a_flush_that_fails_leaves_no_trace() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    session[ann].credit = 20;
    session.flush()?;
    session[ann].credit = 30;
    let new = [
        session.add(customer("cleo"))?,
        session.add(customer("ben"))?,
    ];
    let refused = session.flush();
    assert!(
        matches!(refused, Err(Error::UniqueViolation { .. })),
        "{refused:?}"
    );
    assert_eq!(session.added::<CustomerMapper>(), new);
    assert_eq!(new.map(|new| session[new].id), [0, 0]);
    assert_eq!(session.dirty::<CustomerMapper>(), [ann]);

    session[new[1]].email = "dan".into();
    session.commit()?;
    assert_eq!(credits(&db)?, [30, 10, 10, 10]);
    Ok(())
}

#[test]
fn handles_are_of_one_session() -> Result<()> {
    let (db, _) = shop()?;
    let (mut one, mut other) = (Session::new(&db), Session::new(&db));
    let ann = one.get::<CustomerMapper>(1)?;
    other.get::<CustomerMapper>(1)?;
    let is_unknown =
        |outcome: Result<()>| matches!(outcome, Err(Error::UnknownHandle { table: "customers" }));
    assert!(is_unknown(other.remove(ann)));
    assert!(is_unknown(other.refresh(ann)));
    assert!(is_unknown(other.get_mut(ann).map(drop)));
    assert!(is_unknown(other.detach(ann).map(drop)));
    let detached = one.detach(ann)?;
    assert!(is_unknown(one.get_ref(ann).map(drop)));
    let attached = one.attach(detached)?;
    assert_ne!(attached, ann);
    assert!(
        one.attach(one[attached].clone()).is_err(),
        "there is one of this row"
    );
    assert!(one.attach(customer("new")).is_err(), "it is not stored");
    one.clear();
    assert!(is_unknown(one.get_ref(attached).map(drop)));
    assert_eq!(format!("{attached:?}"), "customers#1");
    Ok(())
}

#[test]
fn an_object_that_was_removed_can_be_read_until_the_commit() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    session.remove(ann)?;
    assert_eq!(session[ann].email, "ann");
    assert!(session.find::<CustomerMapper>(1)?.is_none());
    session.remove(ann)?; // once more
    session.commit()?;
    assert!(session.get_ref(ann).is_err());
    let never = session.add(customer("never"))?;
    session.remove(never)?;
    session.commit()?;
    assert_eq!(credits(&db)?, [10]);
    Ok(())
}

#[test]
fn several_objects_are_changed_together() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let ben = session.get::<CustomerMapper>(2)?;
    let [from, to] = session.get_disjoint_mut([ann, ben])?;
    from.credit -= 3;
    to.credit += 3;
    assert!(session.get_disjoint_mut([ann, ann]).is_err());
    session.commit()?;
    assert_eq!(credits(&db)?, [7, 13]);
    Ok(())
}

#[test]
fn an_object_from_elsewhere_is_merged() -> Result<()> {
    let (db, log) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let from_elsewhere = Customer {
        credit: 42,
        ..session[ann].clone()
    };
    log.take();
    assert_eq!(session.merge(from_elsewhere)?, ann);
    session.merge(customer("cleo"))?;
    session.commit()?;
    assert_eq!(credits(&db)?, [42, 10, 10]);
    Ok(())
}

#[test]
fn what_is_expired_is_read_again() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    db.execute("UPDATE customers SET credit = 5", &[])?;
    session.get::<CustomerMapper>(1)?;
    assert_eq!(session[ann].credit, 10);
    session.expire(ann)?;
    assert_eq!(session.get::<CustomerMapper>(1)?, ann);
    assert_eq!(session[ann].credit, 5);
    db.execute("UPDATE customers SET credit = 6", &[])?;
    session.expire_all()?;
    session.all(&CustomerMapper::query())?;
    assert_eq!(session[ann].credit, 6);
    Ok(())
}

#[test]
fn a_key_of_the_users_can_be_changed_and_no_other() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let first = session.add(order("A-1", 1))?;
    session.commit()?;
    session[first].number = "A-2".into();
    session.flush()?;
    assert_eq!(session.find::<OrderMapper>("A-2".to_owned())?, Some(first));
    assert!(session.find::<OrderMapper>("A-1".to_owned())?.is_none());
    session.rollback()?;
    assert_eq!(session.find::<OrderMapper>("A-1".to_owned())?, Some(first));
    assert_eq!(session[first].number, "A-1");

    let ann = session.get::<CustomerMapper>(1)?;
    session[ann].id = 7;
    assert!(matches!(
        session.flush(),
        Err(Error::InvalidQuery {
            table: "customers",
            ..
        })
    ));
    Ok(())
}

#[test]
fn two_objects_with_one_key_are_refused() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    session.add(order("A-1", 1))?;
    session.add(order("A-1", 2))?;
    assert!(matches!(
        session.commit(),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(OrderMapper::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn records_are_saved_in_the_transaction_of_a_session() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    session[ann].credit = 0;
    let mut entry = Entry {
        text: "emptied".into(),
        ..Entry::default()
    };
    entry.save(&session)?;
    assert_eq!(
        credits_in(&session)?[0],
        10,
        "a query of a record's kind flushes nothing"
    );
    session.flush()?;
    assert_eq!(credits_in(&session)?[0], 0);
    session.rollback()?;
    assert_eq!((Entry::count(&db)?, credits(&db)?[0]), (0, 10));

    entry.id = 0;
    entry.save(&session)?;
    session[ann].credit = 1;
    session.commit()?;
    assert_eq!((Entry::count(&db)?, credits(&db)?[0]), (1, 1));
    Ok(())
}

fn credits_in(session: &Session<'_>) -> Result<Vec<i64>> {
    let query = CustomerMapper::query().order_by(CustomerMapper::ID);
    query.select(CustomerMapper::CREDIT).all(session)
}

#[test]
fn a_session_in_a_transaction_is_a_savepoint() -> Result<()> {
    let (db, _) = shop()?;
    db.transaction(|tx| {
        let mut session = Session::new(tx);
        let ann = session.get::<CustomerMapper>(1)?;
        session[ann].credit = 1;
        session.commit()?;
        session[ann].credit = 2;
        session.flush()?;
        session.rollback()?;
        assert_eq!(session[ann].credit, 1);
        drop(session);
        Ok(())
    })?;
    assert_eq!(credits(&db)?, [1, 10]);
    Ok(())
}

#[test]
fn an_object_of_a_mapper_that_is_named_is_added_too() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let added: Handle<CustomerMapper> = session.add_as(customer("cleo"))?;
    session.commit()?;
    assert_eq!(session[added].id, 3);
    Ok(())
}

#[test]
fn a_row_is_known_by_the_key_that_it_has() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let one = session.add(order("A-1", 1))?;
    let two = session.add(order("A-2", 1))?;
    session.commit()?;

    session[one].number = "A-2".into();
    session.refresh(one)?;
    assert_eq!(session[one].number, "A-1", "its own row was read again");
    session[one].number = "A-2".into();
    session.expire(one)?;
    session[one].total = Some(1.0);
    session.commit()?;
    assert_eq!(session[one].number, "A-1");

    session.remove(one)?;
    session[one].number = "A-2".into();
    session.flush()?;
    assert_eq!(session.all(&OrderMapper::query())?, [two]);
    assert!(session.get_mut(one).is_err(), "it was deleted");
    session.rollback()?;
    assert_eq!(session[one].number, "A-1");
    assert_eq!(session.get::<OrderMapper>("A-2".to_owned())?, two);

    session[one].number = "A-3".into();
    session.detach(one)?;
    let again = session.get::<OrderMapper>("A-1".to_owned())?;
    assert_eq!(session[again].total, Some(1.0));
    Ok(())
}

#[test]
fn keys_of_two_tables_are_told_apart() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    session.add(Shelf { id: 1, first: None })?;
    session.add(part(1, None, None))?;
    session.add(part(2, None, Some(1)))?;
    session.commit()?;
    let mut other = Session::new(&db);
    let first = other.get::<PartMapper>(1)?;
    let shelf = other.add(Shelf {
        id: 2,
        first: Some(3),
    })?;
    other[first].shelf = Some(2);
    other.add(part(3, Some(2), Some(2)))?;
    other.commit()?;
    assert_eq!(other[shelf].first, Some(3));
    assert_eq!(
        Repository::<PartMapper>::new(&db).get(3)?,
        part(3, Some(2), Some(2))
    );
    Ok(())
}

#[test]
fn a_savepoint_is_used_once() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let first = session.savepoint()?;
    session.rollback_to(first)?;
    session[ann].credit = 1;
    let second = session.savepoint()?;
    assert!(session.rollback_to(first).is_err());
    session.clear();
    session.rollback_to(second)?;
    session.commit()?;
    assert_eq!(credits(&db)?, [1, 10]);
    Ok(())
}

#[test]
fn what_was_not_stored_is_not_read_again() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let new = session.add(order("A-1", 1))?;
    assert!(matches!(
        session.refresh(new),
        Err(Error::InvalidQuery {
            table: "orders",
            ..
        })
    ));
    session.commit()?;
    session.remove(new)?;
    session.refresh(new)?; // it is to stay after all
    session.commit()?;
    assert_eq!(OrderMapper::query().count(&db)?, 1);
    Ok(())
}

/// The same table as that of `Customer`, as records.
#[derive(Debug, ActiveRecord)]
#[orm(table = "customers")]
struct CustomerRecord {
    #[orm(primary_key)]
    id: i64,
    email: String,
    credit: i64,
}

#[test]
fn what_a_record_writes_makes_objects_stale() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    let mut record = CustomerRecord::get(&session, 1)?;
    record.credit = 3;
    record.save(&session)?;
    assert_eq!(session[ann].credit, 10, "the object is not told");
    session[ann].email = "anna".into();
    session.flush()?; // another column
    session[ann].credit = 4;
    assert!(matches!(session.flush(), Err(Error::Stale { .. })));
    session.refresh(ann)?;
    assert_eq!(
        (session[ann].credit, session[ann].email.as_str()),
        (3, "anna")
    );
    session.commit()?;
    assert_eq!(credits(&db)?, [3, 10]);
    Ok(())
}

#[test]
fn a_violation_names_the_object() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let customers = ["dan", "eve", "fay"].map(|name| session.add(customer(name)));
    let [ann, ben, eve] = customers;
    let (ann, ben, eve) = (ann?, ben?, eve?);
    session[eve].email = session[ann].email.clone();
    let error = session.flush().expect_err("two have one address");
    assert_eq!(error.object(), Some(eve.object()));
    assert!(error.to_string().ends_with("(customers#2)"), "{error}");

    session[eve].email = "fay@example.org".into();
    session.commit()?;
    session[ann].credit = 1;
    session[ben].email = session[eve].email.clone();
    session[eve].credit = 2;
    let error = session.flush().expect_err("two have one address");
    assert_eq!(error.object(), Some(ben.object()));
    assert_ne!(error.object(), Some(ann.object()));

    session.rollback()?;
    let id = session[ben].id;
    session.add(order("Z1", id))?;
    session.commit()?;
    session.remove(ann)?;
    session.remove(ben)?;
    let error = session.flush().expect_err("an order refers to it");
    assert!(matches!(error, Error::ForeignKeyViolation { .. }));
    assert_eq!(error.object(), Some(ben.object()));
    Ok(())
}

#[test]
fn a_changed_key_is_followed_by_what_refers_to_it() -> Result<()> {
    let (db, log) = shop()?;
    let mut session = Session::new(&db);
    let shelf = session.add(Shelf { id: 1, first: None })?;
    let whole = session.add(part(10, None, Some(1)))?;
    let inner = session.add(part(11, Some(10), None))?;
    session.commit()?;
    Repository::<PartMapper>::new(&db).insert(&mut part(12, Some(10), Some(1)))?;
    log.take();

    session[shelf].id = 2;
    session[whole].id = 20;
    let late = session.add(part(13, Some(10), Some(1)))?;
    session.commit()?;
    let written = log.take();
    let follow = r#"WITH "orm_moves" ("before_0", "now_0") AS (VALUES (?, ?)) UPDATE "parts" SET "of" = "orm_moves"."now_0" FROM "orm_moves" WHERE "parts"."of" = "orm_moves"."before_0""#;
    assert!(written.iter().any(|sql| sql == follow), "{written:#?}");
    let read = |id| Repository::<PartMapper>::new(&db).get(id);
    assert_eq!(read(20)?, session[whole]);
    assert_eq!((session[whole].id, session[whole].shelf), (20, Some(2)));
    assert_eq!(read(11)?, part(11, Some(20), None));
    assert_eq!(read(12)?, part(12, Some(20), Some(2)));
    assert_eq!(session[inner].of, Some(20));
    assert_eq!(session[late], part(13, Some(20), Some(2)));
    assert_eq!(
        (
            session.get::<PartMapper>(20)?,
            session.find::<PartMapper>(10)?
        ),
        (whole, None)
    );
    assert!(session.dirty::<PartMapper>().is_empty());

    // The next transaction checks at once again.
    session.add(part(14, Some(99), None))?;
    assert!(matches!(
        session.flush(),
        Err(Error::ForeignKeyViolation { .. })
    ));
    Ok(())
}

#[test]
fn what_has_followed_a_key_goes_back_with_it() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let whole = session.add(part(10, None, None))?;
    let inner = session.add(part(11, Some(10), None))?;
    session.commit()?;
    session[whole].id = 20;
    session.flush()?;
    assert_eq!(session[inner].of, Some(20));
    session.rollback()?;
    assert_eq!((session[whole].id, session[inner].of), (10, Some(10)));

    session[whole].id = 20;
    session.remove(inner)?;
    session.refresh(inner)?;
    let bad = session.add(part(11, None, None))?; // there is one
    assert!(session.flush().is_err());
    assert_eq!((session[whole].id, session[inner].of), (20, Some(10)));
    assert!(!session.is_modified(inner)?);
    session[bad].id = 30;
    session[bad].of = Some(20);
    session.commit()?;
    assert_eq!((session[inner].of, session[bad].of), (Some(20), Some(20)));

    // In such a flush references are only checked when the transaction ends.
    session[whole].id = 40;
    session.add(part(50, Some(77), None))?;
    session.flush()?;
    assert!(matches!(
        session.commit(),
        Err(Error::ForeignKeyViolation { .. })
    ));
    assert_eq!((session[whole].id, session[inner].of), (20, Some(20)));
    Ok(())
}

#[test]
fn keys_may_take_the_place_of_others() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let shelves = [1, 2].map(|id| session.add(Shelf { id, first: None }));
    let [one, two] = shelves;
    let (one, two) = (one?, two?);
    let parts = [part(10, None, Some(1)), part(11, None, Some(2))].map(|part| session.add(part));
    let [of_one, of_two] = parts;
    let (of_one, of_two) = (of_one?, of_two?);
    session.commit()?;
    session[two].id = 3;
    session.flush()?;
    session[one].id = 2;
    session[two].id = 4;
    session.commit()?;
    assert_eq!(
        (session[of_one].shelf, session[of_two].shelf),
        (Some(2), Some(4))
    );
    let read = PartMapper::query()
        .order_by(PartMapper::ID)
        .select(PartMapper::SHELF)
        .all(&db)?;
    assert_eq!(read, [Some(2), Some(4)]);

    session[one].id = 9;
    session[of_two].shelf = Some(777);
    session.flush()?;
    assert!(matches!(
        session.commit(),
        Err(Error::ForeignKeyViolation { .. })
    ));
    assert_eq!(session[of_one].shelf, Some(2));
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "zones")]
struct Zone {
    #[orm(primary_key(assigned))]
    code: i64,
}

/// Its reference is part of its key.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "desks")]
struct Desk {
    #[orm(primary_key, references(ZoneMapper))]
    zone: i64,
    #[orm(primary_key)]
    number: i64,
}

#[derive(Debug, Clone, Mapper)]
#[orm(table = "seats")]
struct Seat {
    #[orm(primary_key(assigned))]
    id: i64,
    zone: i64,
    number: i64,
    #[orm(belongs_to(key = (zone, number)))]
    desk: BelongsTo<DeskMapper>,
}

#[test]
fn keys_that_follow_others_are_followed_too() -> Result<()> {
    let (db, _) = recorded(&orm::schema![ZoneMapper, DeskMapper, SeatMapper])?;
    let seat = |id| Seat {
        id,
        zone: 1,
        number: 7,
        desk: BelongsTo::default(),
    };
    let mut session = Session::new(&db);
    // The mappers are met in the wrong order.
    let first = session.add(seat(1))?;
    let desk = session.add(Desk { zone: 1, number: 7 })?;
    let zone = session.add(Zone { code: 1 })?;
    session.commit()?;
    Repository::<SeatMapper>::new(&db).insert(&mut seat(2))?;

    session[zone].code = 5;
    session.commit()?;
    assert_eq!(session[desk], Desk { zone: 5, number: 7 });
    assert_eq!((session[first].zone, session[first].number), (5, 7));
    assert_eq!(session.get::<DeskMapper>((5, 7))?, desk);
    let zones = SeatMapper::query().select(SeatMapper::ZONE).all(&db)?;
    assert_eq!(zones, [5, 5]);

    session[zone].code = 6;
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[desk].zone, session[first].zone), (5, 5));
    assert_eq!(session.get::<DeskMapper>((5, 7))?, desk);

    // A row that nobody has met cannot be followed, and keeps the change from being committed.
    let mut other = Session::new(&db);
    let zone = other.get::<ZoneMapper>(5)?;
    other[zone].code = 9;
    assert!(matches!(
        other.commit(),
        Err(Error::ForeignKeyViolation { .. })
    ));
    other.rollback()?;
    assert_eq!(other[zone].code, 5);
    Ok(())
}

#[test]
fn an_expired_object_is_still_so_when_what_was_done_to_it_is_given_up() -> Result<()> {
    let (db, _) = shop()?;
    let mut session = Session::new(&db);
    let ann = session.get::<CustomerMapper>(1)?;
    session[ann].credit = 200;
    session.flush()?;
    session.clear();
    let ann = session.get::<CustomerMapper>(1)?;
    assert_eq!(session[ann].credit, 200);
    session.rollback()?;

    // What is in memory was never stored.
    session.remove(ann)?;
    session.rollback()?;
    session.remove(ann)?;
    session.flush()?;
    session.rollback()?;
    session[ann].credit = 300;
    session.rollback()?;
    assert_eq!(session.get::<CustomerMapper>(1)?, ann);
    assert_eq!(session[ann].credit, 10);
    Ok(())
}
