//! Records that remember what was loaded, and write only what has changed.

mod keys;
mod related;
mod update_with;
mod writing;

use orm::prelude::*;
use orm::query::RawQuery;
use orm::value::Json;
use orm::{Change, Database, Record, Result, Value};
use serde::{Deserialize, Serialize};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    tags: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ActiveRecord)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    note: Option<String>,
    #[orm(json)]
    settings: Settings,
    #[serde(skip)]
    #[orm(tracked)]
    record: Record<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "invoices")]
struct Invoice {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    amount: i64,
    #[orm(generated = "price * amount")]
    total: i64,
    #[orm(readonly, db_default = "'open'")]
    state: String,
    #[orm(tracked)]
    record: Record<Invoice>,
}

const INSERT: &str = r#"INSERT INTO "users" ("name", "note", "settings") VALUES (?, ?, ?)"#;
const UPDATE_NAME: &str = r#"UPDATE "users" SET "name" = ? WHERE "users"."id" = ?"#;

fn user(name: &str) -> User {
    User {
        name: name.into(),
        ..User::default()
    }
}

/// A database with one user, Ada.
fn database() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![User, Invoice])?;
    user("Ada").insert(&db)?;
    log.take();
    Ok((db, log))
}

fn change(column: &'static str, old: impl Into<Value>, new: impl Into<Value>) -> Change {
    Change {
        column,
        old: old.into(),
        new: new.into(),
    }
}

#[test]
fn a_loaded_record_is_clean() -> Result<()> {
    let (db, _) = database()?;
    let found = [
        User::get(&db, 1)?,
        User::all(&db)?.remove(0),
        User::find_many(&db, [1])?.remove(0),
        User::query().filter(User::NAME.eq("Ada")).one(&db)?,
        RawQuery::new::<User>("SELECT * FROM users", [])
            .all(&db)?
            .remove(0),
    ];
    for user in found {
        assert!(!user.is_new() && !user.is_changed());
        assert_eq!((user.changes()?, user.saved_changes()), (vec![], &[][..]));
    }
    Ok(())
}

#[test]
fn changes_are_the_columns_that_differ_with_their_old_values() -> Result<()> {
    let (db, _) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    user.note = Some("new".into());
    assert_eq!(
        user.changes()?,
        [
            change("name", "Ada", "Eve"),
            change("note", Value::Null, "new")
        ]
    );
    assert!(user.is_changed() && user.changed(User::NAME) && user.changed((User::ID, User::NOTE)));
    assert!(!user.changed(User::ID) && !user.changed((User::ID, User::SETTINGS)));
    Ok(())
}

#[test]
fn a_value_that_is_set_back_is_no_change() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    user.name = "Ada".into();
    log.take();
    user.save(&db)?;
    assert!(!user.is_changed() && log.take().is_empty());
    Ok(())
}

#[test]
fn a_change_inside_of_a_document_is_seen() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    user.settings.tags.push("new".into());
    assert!(user.changed(User::SETTINGS));
    log.take();
    user.save(&db)?;
    let update = r#"UPDATE "users" SET "settings" = ? WHERE "users"."id" = ?"#;
    assert_eq!(log.take(), [update]);
    assert_eq!(User::get(&db, 1)?.settings.tags, ["new"]);
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "documents")]
struct Document {
    #[orm(primary_key)]
    id: i64,
    body: Json<Vec<i64>>,
    #[orm(tracked)]
    record: Record<Self>,
}

#[test]
fn a_document_that_is_stored_with_other_spaces_is_no_change() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Document])?;
    db.execute(
        "INSERT INTO documents (body) VALUES (?)",
        &["[1,  2 ]".into()],
    )?;
    let mut document = Document::get(&db, 1)?;
    log.take();
    document.save(&db)?;
    assert!(!document.is_changed() && log.take().is_empty());
    document.body.0.push(3);
    document.save(&db)?;
    assert_eq!(Document::get(&db, 1)?.body.0.as_slice(), [1, 2, 3]);
    Ok(())
}

#[test]
fn a_new_record_is_a_change_from_nothing() -> Result<()> {
    let user = user("Ada");
    assert!(user.is_new() && user.is_changed() && user.changed(User::NAME));
    assert!(
        !user.changed((User::ID, User::NOTE)),
        "they hold nothing yet"
    );
    let columns: Vec<&str> = user.changes()?.iter().map(|change| change.column).collect();
    assert_eq!(columns, ["name", "settings"]);
    Ok(())
}

#[test]
fn restore_gives_up_what_was_not_saved() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    let before = user.clone();
    log.take();
    user.id = 9;
    user.name = "Eve".into();
    user.settings.tags.push("new".into());
    user.restore()?;
    assert_eq!(user, before);
    assert!(!user.is_changed() && log.take().is_empty());
    Ok(())
}

#[test]
fn restore_goes_back_to_what_was_saved_last_and_forgets_nothing_of_it() -> Result<()> {
    let (db, _) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    user.save(&db)?;
    user.name = "Mallory".into();
    user.restore()?;
    assert_eq!(user.name, "Eve");
    assert_eq!(user.saved_changes(), [change("name", "Ada", "Eve")]);
    Ok(())
}

#[test]
fn restore_of_a_new_record_leaves_it_as_it_is() -> Result<()> {
    let mut user = user("Ada");
    user.restore()?;
    assert_eq!((user.name.as_str(), user.is_new()), ("Ada", true));
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, Embedded)]
struct Address {
    street: String,
    city: String,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "shops")]
struct Shop {
    #[orm(primary_key)]
    id: i64,
    #[orm(embed)]
    address: Address,
    name: String,
    #[orm(skip)]
    visits: i64,
    #[orm(tracked)]
    record: Record<Self>,
}

#[test]
fn columns_of_an_embedded_value_are_tracked_and_restored() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Shop])?;
    let mut shop = Shop::default();
    shop.save(&db)?;
    shop.address.city = "Paris".into();
    log.take();
    shop.save(&db)?;
    let update = r#"UPDATE "shops" SET "city" = ? WHERE "shops"."id" = ?"#;
    assert_eq!(log.take(), [update]);

    shop.visits = 7;
    shop.address.city = "Rome".into();
    shop.name = "Corner".into();
    shop.restore()?;
    assert_eq!(
        (shop.address.city.as_str(), shop.name.as_str()),
        ("Paris", "")
    );
    assert_eq!(shop.visits, 7, "what is no column stays");
    assert_eq!(shop.saved_changes(), [change("city", "", "Paris")]);
    Ok(())
}

#[test]
fn a_record_says_nothing_of_values_and_is_equal_to_any_other() -> Result<()> {
    let (db, _) = database()?;
    let mut stored = User::get(&db, 1)?;
    stored.name = "secret".into();
    stored.save(&db)?;
    let shown = format!("{:?} {:#?}", stored.record, Record::<User>::new());
    assert!(
        !shown.contains("secret") && !shown.contains("Ada"),
        "{shown}"
    );
    assert!(shown.contains("is_new: false") && shown.contains("is_new: true"));
    assert_eq!(stored.record, Record::new());
    Ok(())
}

#[test]
fn a_clone_remembers_the_same_and_goes_its_own_way() -> Result<()> {
    let (db, _) = database()?;
    let mut user = User::get(&db, 1)?;
    user.name = "Eve".into();
    let mut other = user.clone();
    user.save(&db)?;
    assert!(!user.is_changed() && other.is_changed());
    other.restore()?;
    assert_eq!(other.name, "Ada");
    Ok(())
}

#[test]
fn a_record_can_be_sent_to_another_thread_whatever_it_is_of() -> Result<()> {
    fn everywhere<T: Send + Sync + Unpin + 'static>() {}
    everywhere::<Record<std::rc::Rc<i64>>>();
    let (db, _) = database()?;
    let mut user = User::get(&db, 1)?;
    let saved = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                user.name = "Eve".into();
                user.save(&db)
            })
            .join()
    });
    saved.expect("the thread ends")?;
    assert_eq!(user.saved_changes(), [change("name", "Ada", "Eve")]);
    Ok(())
}

#[test]
fn a_record_is_left_out_of_what_is_serialized() -> Result<()> {
    let (db, _) = database()?;
    let text = serde_json::to_string(&User::get(&db, 1)?).expect("it is serialized");
    assert!(!text.contains("record"), "{text}");
    let mut read: User = serde_json::from_str(&text).expect("it is read");
    assert!(read.is_new(), "it was not loaded from the database");
    read.update(&db)?;
    assert!(!read.is_new());
    Ok(())
}

#[test]
fn a_transaction_that_is_rolled_back_does_not_take_the_record_back() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    let tx = db.begin()?;
    user.name = "Eve".into();
    user.save(&tx)?;
    tx.rollback()?;
    assert!(!user.is_changed());
    log.take();
    user.save(&db)?;
    assert!(log.take().is_empty());
    user.reload(&db)?;
    assert_eq!(user.name, "Ada");
    Ok(())
}
