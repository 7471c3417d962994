//! `update_with`, of records that remember what was loaded and of those that do not.

use orm::prelude::*;
use orm::{Error, Result};

use super::{Invoice, Shop, UPDATE_NAME, User, change, database, user};
use crate::recorder::recorded;

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "plain")]
struct Plain {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(unique)]
    email: Option<String>,
    #[orm(generated = "lower(name)")]
    lower: String,
}

#[test]
fn what_the_closure_changes_is_written_and_nothing_else() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Plain])?;
    let mut plain = Plain::default();
    plain.save(&db)?;
    db.execute("UPDATE plain SET email = 'by another'", &[])?;
    log.take();
    plain.update_with(&db, |plain| plain.name = "Ada".into())?;
    assert_eq!(
        log.take(),
        [
            "BEGIN",
            r#"UPDATE "plain" SET "name" = ? WHERE "plain"."id" = ?"#,
            "COMMIT"
        ]
    );
    assert_eq!(plain.lower, "ada");
    assert_eq!(Plain::get(&db, 1)?.email.as_deref(), Some("by another"));

    plain.update_with(&db, |plain| plain.name = "Ada".into())?;
    assert!(log.take().iter().all(|sql| sql.starts_with("SELECT")));
    Ok(())
}

#[test]
fn after_an_error_the_record_is_as_before() -> Result<()> {
    let (db, log) = recorded(&orm::schema![Plain])?;
    let mut taken = Plain {
        email: Some("a@b.c".into()),
        ..Plain::default()
    };
    taken.save(&db)?;
    let mut plain = Plain::default();
    plain.save(&db)?;
    let before = plain.clone();
    let set = |plain: &mut Plain| {
        plain.name = "Ada".into();
        plain.email = Some("a@b.c".into());
    };
    assert!(matches!(
        plain.update_with(&db, set),
        Err(Error::UniqueViolation { .. })
    ));
    assert_eq!(plain, before);

    log.take();
    let refused: [fn(&mut Plain); 2] = [|plain| plain.id = 9, |plain| plain.lower = "x".into()];
    for change in refused {
        let refused = plain.update_with(&db, change);
        assert!(
            matches!(refused, Err(Error::InvalidQuery { .. })),
            "{refused:?}"
        );
        assert_eq!(plain, before);
    }
    assert!(log.take().is_empty());

    plain.delete(&db)?;
    let gone = plain.update_with(&db, |plain| plain.name = "Ada".into());
    assert!(matches!(gone, Err(Error::NotFound { .. })));
    assert_eq!(plain, before);
    Ok(())
}

#[test]
fn other_changes_of_a_tracked_record_stay_what_they_are() -> Result<()> {
    let (db, log) = database()?;
    let mut user = User::get(&db, 1)?;
    user.settings.theme = "dark".into();
    log.take();
    user.update_with(&db, |user| user.name = "Eve".into())?;
    assert_eq!(log.take(), [UPDATE_NAME]);
    assert_eq!(user.saved_changes(), [change("name", "Ada", "Eve")]);
    assert!(user.changed(User::SETTINGS) && !user.changed(User::NAME));
    Ok(())
}

#[test]
fn a_tracked_record_is_as_before_after_an_error_too() -> Result<()> {
    let (db, _) = database()?;
    user("Eve").insert(&db)?;
    let mut ada = User::get(&db, 1)?;
    ada.note = Some("saved".into());
    ada.save(&db)?;
    ada.settings.theme = "dark".into();
    let saved = ada.saved_changes().to_vec();
    let before = ada.clone();
    assert!(
        ada.update_with(&db, |user| user.name = "Eve".into())
            .is_err()
    );
    assert_eq!((ada.changes()?, &ada), (before.changes()?, &before));
    assert_eq!(ada.saved_changes(), saved);
    Ok(())
}

#[test]
fn an_entity_that_is_put_in_its_place_is_the_same_row_or_refused() -> Result<()> {
    let (db, _) = database()?;
    let mut ada = User::get(&db, 1)?;
    ada.update_with(&db, |it| {
        *it = User {
            id: 1,
            ..user("Eve")
        }
    })?;
    assert!(!ada.is_new() && !ada.is_changed());
    assert!(ada.update_with(&db, |it| *it = user("Mallory")).is_err());
    assert_eq!((ada.id, ada.name.as_str(), ada.is_new()), (1, "Eve", false));
    Ok(())
}

#[test]
fn what_is_no_column_of_an_entity_with_an_embedded_value_stays_after_an_error() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Shop])?;
    let mut shop = Shop::default();
    shop.save(&db)?;
    shop.visits = 7;
    shop.delete(&db)?;
    let refused = shop.update_with(&db, |shop| {
        shop.name = "Corner".into();
        shop.address.city = "Paris".into();
    });
    assert!(matches!(refused, Err(Error::NotFound { .. })));
    assert_eq!(
        (shop.name.as_str(), shop.address.city.as_str(), shop.visits),
        ("", "", 7)
    );
    assert!(!shop.is_new() && !shop.is_changed());
    Ok(())
}

#[test]
fn what_the_database_computes_is_remembered() -> Result<()> {
    let (db, _) = database()?;
    let mut invoice = Invoice::default();
    invoice.save(&db)?;
    invoice.update_with(&db, |invoice| (invoice.price, invoice.amount) = (2, 3))?;
    assert_eq!((invoice.total, invoice.is_changed()), (6, false));
    Ok(())
}
