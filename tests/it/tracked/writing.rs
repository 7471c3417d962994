//! What each way of writing a record writes, and what it remembers then.

use orm::prelude::*;
use orm::{Error, Record, Result, Value};

use super::{INSERT, Invoice, UPDATE_NAME, User, change, database, user};

#[test]
fn save_of_a_new_record_inserts_it_and_remembers_all_of_it() -> Result<()> {
    let (db, log) = database()?;
    let mut eve = user("Eve");
    eve.save(&db)?;
    assert_eq!(log.take(), [INSERT]);
    assert!(!eve.is_new() && !eve.is_changed());
    assert_eq!(
        eve.saved_changes(),
        [
            change("id", Value::Null, 2),
            change("name", Value::Null, "Eve"),
            change("settings", Value::Null, r#"{"theme":"","tags":[]}"#),
        ]
    );
    eve.save(&db)?;
    assert!(log.take().is_empty() && eve.saved_changes().is_empty());
    Ok(())
}

#[test]
fn save_and_update_write_only_what_has_changed() -> Result<()> {
    for write in [User::save, User::update] {
        let (db, log) = database()?;
        let mut user = User::get(&db, 1)?;
        db.execute("UPDATE users SET note = 'by another'", &[])?;
        log.take();
        user.name = "Eve".into();
        write(&mut user, &db)?;
        assert_eq!(log.take(), [UPDATE_NAME]);
        assert_eq!(user.saved_changes(), [change("name", "Ada", "Eve")]);
        assert!(!user.is_changed());

        write(&mut user, &db)?;
        assert!(log.take().is_empty() && user.saved_changes().is_empty());
        let stored = User::get(&db, 1)?;
        assert_eq!(stored.name, "Eve");
        assert_eq!(stored.note.as_deref(), Some("by another"));
    }
    Ok(())
}

#[test]
fn nothing_is_said_of_a_row_that_is_gone_if_nothing_is_written() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    User::delete_by_key(&db, 1)?;
    log.take();
    user.save(&db)?;
    user.update(&db)?;
    assert!(log.take().is_empty());

    user.name = "Eve".into();
    assert!(matches!(
        user.save(&db),
        Err(Error::NotFound { table: "users" })
    ));
    assert_eq!(log.take(), [UPDATE_NAME]);
    assert_eq!(user.changes()?, [change("name", "Ada", "Eve")]);
    Ok(())
}

#[test]
fn a_failed_save_leaves_the_record_as_it_was() -> Result<()> {
    let (db, _) = database()?;
    user("Eve").insert(&db)?;
    let mut ada = User::get(&db, 1)?;
    ada.note = Some("saved".into());
    ada.save(&db)?;
    let saved = ada.saved_changes().to_vec();

    ada.name = "Eve".into();
    assert!(matches!(ada.save(&db), Err(Error::UniqueViolation { .. })));
    assert_eq!(ada.changes()?, [change("name", "Ada", "Eve")]);
    assert_eq!(ada.saved_changes(), saved);

    let mut another = user("Eve");
    assert!(another.save(&db).is_err());
    assert!(another.is_new() && another.id == 0 && another.saved_changes().is_empty());
    another.name = "Mallory".into();
    another.save(&db)?;
    assert!(!another.is_new());
    Ok(())
}

#[test]
fn a_new_record_with_a_key_is_inserted() -> Result<()> {
    let (db, log) = database()?;
    let mut eve = User {
        id: 7,
        ..user("Eve")
    };
    eve.save(&db)?;
    let insert = r#"INSERT INTO "users" ("id", "name", "note", "settings") VALUES (?, ?, ?, ?)"#;
    assert_eq!(log.take(), [insert]);

    let mut again = User {
        id: 7,
        ..user("Mallory")
    };
    assert!(matches!(
        again.save(&db),
        Err(Error::UniqueViolation { .. })
    ));
    assert!(again.is_new() && again.id == 7);
    Ok(())
}

#[test]
fn update_of_a_new_record_writes_all_of_it_and_then_it_is_loaded() -> Result<()> {
    let (db, log) = database()?;
    let mut eve = User {
        id: 1,
        ..user("Eve")
    };
    eve.update(&db)?;
    assert_eq!(
        log.take(),
        [r#"UPDATE "users" SET "name" = ?, "note" = ?, "settings" = ? WHERE "users"."id" = ?"#]
    );
    assert!(!eve.is_new() && !eve.is_changed());

    let mut nobody = User {
        id: 99,
        ..user("Nobody")
    };
    assert!(matches!(nobody.update(&db), Err(Error::NotFound { .. })));
    assert!(nobody.is_new());
    Ok(())
}

#[test]
fn save_only_makes_only_these_columns_clean() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    user.note = Some("later".into());
    log.take();
    user.save_only(&db, User::NAME)?;
    assert_eq!(log.take(), [UPDATE_NAME]);
    assert_eq!(user.saved_changes(), [change("name", "Ada", "Eve")]);
    assert_eq!(user.changes()?, [change("note", Value::Null, "later")]);
    user.save(&db)?;
    assert_eq!(
        log.take(),
        [r#"UPDATE "users" SET "note" = ? WHERE "users"."id" = ?"#]
    );
    Ok(())
}

#[test]
fn save_only_says_too_little_of_a_new_record_for_it_to_be_loaded() -> Result<()> {
    let (db, _) = database()?;
    let mut eve = User {
        id: 1,
        ..user("Eve")
    };
    eve.save_only(&db, User::NAME)?;
    assert!(eve.is_new());
    assert_eq!(User::get(&db, 1)?.name, "Eve");
    Ok(())
}

#[test]
fn what_the_database_computes_is_remembered() -> Result<()> {
    let (db, log) = database()?;
    let mut invoice = Invoice {
        price: 3,
        amount: 2,
        ..Invoice::default()
    };
    invoice.save(&db)?;
    assert_eq!((invoice.total, invoice.state.as_str()), (6, "open"));
    assert!(!invoice.is_changed());

    db.execute("UPDATE invoices SET state = 'paid'", &[])?;
    log.take();
    invoice.amount = 5;
    invoice.save(&db)?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "invoices" SET "amount" = ? WHERE "invoices"."id" = ?"#,
            "COMMIT"
        ]
    );
    assert!(!invoice.is_changed());
    assert_eq!(
        invoice.saved_changes(),
        [
            change("amount", 2, 5),
            change("total", 6, 15),
            change("state", "open", "paid")
        ]
    );
    Ok(())
}

#[test]
fn a_change_of_a_column_that_is_not_written_is_refused() -> Result<()> {
    let (db, log) = database()?;
    let mut invoice = Invoice::default();
    invoice.save(&db)?;
    invoice.state = "paid".into();
    log.take();
    assert!(matches!(invoice.save(&db), Err(Error::InvalidQuery { .. })));
    assert!(log.take().is_empty() && invoice.changed(Invoice::STATE));
    Ok(())
}

#[test]
fn upsert_and_insert_do_what_they_are_called_and_remember_it() -> Result<()> {
    let (db, _) = database()?;
    let mut eve = User {
        id: 1,
        ..user("Eve")
    };
    eve.upsert(&db)?;
    assert!(!eve.is_new() && !eve.is_changed());
    eve.note = Some("changed".into());
    eve.upsert(&db)?;
    assert_eq!(
        eve.saved_changes(),
        [change("note", Value::Null, "changed")]
    );

    eve.id = 0;
    eve.name = "Copy".into();
    eve.insert(&db)?;
    assert_eq!((eve.id, eve.is_changed()), (2, false));
    assert_eq!(eve.saved_changes()[1], change("name", Value::Null, "Copy"));
    assert_eq!(User::get(&db, 1)?.name, "Eve");
    Ok(())
}

#[test]
fn insert_many_remembers_each_row_or_none() -> Result<()> {
    let (db, _) = database()?;
    let mut users = ["Eve", "Mallory"].map(user);
    User::insert_many(&db, &mut users)?;
    assert!(
        users
            .iter()
            .all(|user| !user.is_new() && !user.is_changed())
    );
    assert_eq!(users[1].saved_changes()[0], change("id", Value::Null, 3));

    let mut refused = ["Grace", "Ada"].map(user);
    assert!(User::insert_many(&db, &mut refused).is_err());
    assert!(refused.iter().all(|user| user.is_new() && user.id == 0));
    Ok(())
}

#[test]
fn update_many_tells_the_records_and_increment_does_not() -> Result<()> {
    let (db, _) = database()?;
    let mut users = [User::get(&db, 1)?];
    users[0].name = "Eve".into();
    assert_eq!(User::update_many(&db, &mut users, User::NAME)?, 1);
    assert!(!users[0].is_changed());
    let mut gone = [User::get(&db, 1)?];
    gone[0].delete(&db)?;
    gone[0].name = "Bob".into();
    assert_eq!(User::update_many(&db, &mut gone, User::NAME)?, 0);
    assert!(gone[0].changed(User::NAME));

    let mut invoice = Invoice::default();
    invoice.save(&db)?;
    let price = invoice.increment(&db, Invoice::PRICE, 4)?;
    assert!(!invoice.is_changed(), "it would overwrite the sum");
    invoice.save(&db)?;
    assert_eq!(Invoice::get(&db, 1)?.price, price);
    Ok(())
}

#[test]
fn rows_of_inserting_stay_new() -> Result<()> {
    let (db, _) = database()?;
    let mut users = ["Ada", "Eve"].map(user);
    let insert = User::inserting(&mut users).on_conflict(User::NAME);
    assert_eq!(insert.do_nothing().run(&db)?, 1);
    assert!(users.iter().all(User::is_new));
    Ok(())
}

#[test]
fn reload_makes_a_record_clean() -> Result<()> {
    let (db, _) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    user.reload(&db)?;
    assert_eq!((user.name.as_str(), user.is_changed()), ("Ada", false));
    Ok(())
}

#[test]
fn a_deleted_record_is_not_new_and_is_not_brought_back_by_save() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    user.delete(&db)?;
    assert!(!user.is_new() && !user.is_changed());
    log.take();
    user.save(&db)?;
    assert!(log.take().is_empty(), "it has nothing to write");
    user.name = "Eve".into();
    assert!(matches!(user.save(&db), Err(Error::NotFound { .. })));

    user.record = Record::new();
    user.save(&db)?;
    assert_eq!(User::get(&db, 1)?.name, "Eve");
    Ok(())
}

#[test]
fn get_or_create_and_update_or_create_give_clean_records() -> Result<()> {
    let (db, log) = database()?;
    let (eve, created) = User::get_or_create(&db, User::NAME.eq("Eve"), || user("Eve"))?;
    assert!(created && !eve.is_new() && !eve.is_changed());
    let (eve, created) = User::get_or_create(&db, User::NAME.eq("Eve"), || user("Eve"))?;
    assert!(!created && !eve.is_new() && !eve.is_changed());

    log.take();
    let rename = |user: &mut User| user.name = "Grace".into();
    let (grace, _) = User::update_or_create(&db, User::NAME.eq("Ada"), rename, || user("x"))?;
    assert!(log.take().contains(&UPDATE_NAME.to_owned()));
    assert_eq!(grace.saved_changes(), [change("name", "Ada", "Grace")]);
    let (_, created) = User::update_or_create(&db, User::NAME.eq("Eve"), |_| {}, || user("x"))?;
    assert!(!created && log.take().iter().all(|sql| !sql.starts_with("UPDATE")));
    Ok(())
}
