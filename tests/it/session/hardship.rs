//! What is left when flushes fail and keys move: nothing is lost, and no row is taken for another.

use orm::prelude::*;
use orm::schema::Schema;
use orm::{Database, Error, Ref, Result, Session};

use crate::recorder::recorded;

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    credit: i64,
    #[orm(version)]
    version: i64,
}

fn account(credit: i64) -> Account {
    Account {
        id: 0,
        credit,
        version: 0,
    }
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    email: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "pets")]
struct Pet {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(OwnerMapper, on_delete = cascade))]
    owner: Ref<OwnerMapper>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "towns")]
struct Town {
    #[orm(primary_key(assigned))]
    code: String,
}

fn town(code: &str) -> Town {
    Town { code: code.into() }
}

/// Its reference is part of its key.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "streets")]
struct Street {
    #[orm(primary_key, references(TownMapper))]
    town: String,
    #[orm(primary_key)]
    number: i64,
    name: String,
}

/// The database moves it with its town.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "parks")]
struct Park {
    #[orm(primary_key, references(TownMapper, on_update = cascade))]
    town: String,
    #[orm(primary_key)]
    number: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "clubs")]
struct Club {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(TownMapper, on_update = cascade))]
    town: String,
    #[orm(references(TownMapper, on_update = set_null))]
    guest_of: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "shops")]
struct Shop {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(TownMapper))]
    town: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "gauges")]
struct Gauge {
    #[orm(primary_key(assigned))]
    id: i64,
    value: f64,
}

fn database(schema: &Schema) -> Result<Database> {
    Ok(recorded(schema)?.0)
}

fn towns() -> Result<Database> {
    database(&orm::schema![
        TownMapper,
        StreetMapper,
        ParkMapper,
        ClubMapper,
        ShopMapper
    ])
}

fn credits(db: &Database) -> Result<Vec<i64>> {
    let all = AccountMapper::query().order_by(AccountMapper::ID);
    all.select(AccountMapper::CREDIT).all(db)
}

#[test]
fn what_a_stale_object_kept_from_being_written_is_written_later() -> Result<()> {
    let db = database(&orm::schema![AccountMapper])?;
    let mut session = Session::new(&db);
    let (a, b) = (session.add(account(1))?, session.add(account(2))?);
    session.commit()?;
    session[a].credit = 10;
    session.commit()?;

    let outdated = Account {
        id: 1,
        ..account(99)
    };
    session.merge(outdated)?;
    session[b].credit = 20;
    assert!(matches!(session.flush(), Err(Error::Stale { .. })));
    session.refresh(a)?;
    assert!(session.is_modified(b)?);
    session.commit()?;
    assert_eq!(credits(&db)?, [10, 20]);

    // A rollback gives up what could not be written, and no object takes what belongs to another.
    session[a].version = 5;
    assert!(matches!(session.flush(), Err(Error::Stale { .. })));
    session.rollback()?;
    assert_eq!((session[a].credit, session[a].version), (10, 1));
    session[b].credit = 7;
    session.flush()?;
    session.expire(a)?;
    assert_eq!(session[a].id, 1);
    session.get_mut(b)?;
    session.remove(a)?;
    session.commit()?;
    assert_eq!(credits(&db)?, [7]);
    Ok(())
}

#[test]
fn a_pet_is_not_deleted_with_the_owner_that_it_has_left() -> Result<()> {
    let db = database(&orm::schema![OwnerMapper, PetMapper])?;
    let owner = || Owner {
        id: 0,
        email: "ann@example.org".into(),
    };
    let mut session = Session::new(&db);
    let old = session.add(owner())?;
    let reference = session.reference(old)?;
    let pet = session.add(Pet {
        id: 0,
        owner: reference,
    })?;
    session.commit()?;

    // The row of the old owner is in the way of the new one, and would take the pet along.
    session.remove(old)?;
    let new = session.add(owner())?;
    session[pet].owner = session.reference(new)?;
    let refused = session.commit();
    assert!(matches!(refused, Err(Error::UniqueViolation { .. })));
    assert_eq!(PetMapper::query().count(&db)?, 1);

    session[new].email = "new@example.org".into();
    session.commit()?;
    assert_eq!(PetMapper::query().all(&db)?, [session[pet].clone()]);
    assert_eq!(OwnerMapper::query().all(&db)?, [session[new].clone()]);
    Ok(())
}

#[test]
fn a_row_whose_key_has_moved_is_deleted() -> Result<()> {
    let db = towns()?;
    let mut session = Session::new(&db);
    let a = session.add(town("a"))?;
    let street = |number| Street {
        town: "a".into(),
        number,
        name: "long".into(),
    };
    let park = Park {
        town: "a".into(),
        number: 1,
        name: "green".into(),
    };
    let (first, second) = (session.add(street(1))?, session.add(street(2))?);
    let park = session.add(park)?;
    session.commit()?;

    session[a].code = "b".into();
    session.remove(first)?;
    session.remove(park)?;
    session.flush()?;
    session.rollback()?;
    assert_eq!(
        (session[first].town.as_str(), session[a].code.as_str()),
        ("a", "a")
    );

    session[a].code = "b".into();
    session.remove(first)?;
    session.remove(park)?;
    session.commit()?;
    assert_eq!(StreetMapper::query().all(&db)?, [session[second].clone()]);
    assert_eq!(session[second].town, "b");
    assert_eq!(ParkMapper::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn changed_objects_that_the_database_moves_are_not_stale() -> Result<()> {
    let db = towns()?;
    let mut session = Session::new(&db);
    let (a, c) = (session.add(town("a"))?, session.add(town("c"))?);
    let park = |number| Park {
        town: "a".into(),
        number,
        name: "green".into(),
    };
    let (changed, same) = (session.add(park(1))?, session.add(park(2))?);
    let club = |guest_of: Option<&str>| Club {
        id: 0,
        town: "a".into(),
        guest_of: guest_of.map(Into::into),
    };
    let stays = session.add(club(Some("a")))?;
    let in_step = session.add(club(None))?;
    let leaves = session.add(club(Some("a")))?;
    session.commit()?;
    let before = (session[changed].clone(), session[leaves].clone());

    let change = |session: &mut Session| {
        session[a].code = "b".into();
        session[changed].name = "red".into();
        session[in_step].town = "b".into();
        session[leaves].town = "c".into();
        session[leaves].guest_of = Some("c".into());
        session.flush()
    };
    change(&mut session)?;
    session.rollback()?;
    assert_eq!(
        (&session[changed], &session[leaves]),
        (&before.0, &before.1)
    );
    assert_eq!(session[same].town, "a");

    change(&mut session)?;
    session.commit()?;
    let parks = ParkMapper::query().order_by(ParkMapper::NUMBER).all(&db)?;
    assert_eq!(parks, [session[changed].clone(), session[same].clone()]);
    assert_eq!(
        (parks[0].town.as_str(), parks[0].name.as_str()),
        ("b", "red")
    );
    assert_eq!(session.get::<ParkMapper>(("b".to_owned(), 1))?, changed);
    let clubs = ClubMapper::query().order_by(ClubMapper::ID).all(&db)?;
    let known = [stays, in_step, leaves].map(|club| session[club].clone());
    assert_eq!(clubs, known);
    let towns = clubs.iter().map(|club| club.town.as_str());
    assert_eq!(towns.collect::<Vec<_>>(), ["b", "b", "c"]);
    let guests = clubs.iter().map(|club| club.guest_of.as_deref());
    assert_eq!(guests.collect::<Vec<_>>(), [None, None, Some("c")]);
    assert_eq!(session[c].code, "c");
    Ok(())
}

#[test]
fn objects_that_followed_a_key_go_back_with_it_whatever_they_were() -> Result<()> {
    let db = towns()?;
    let mut session = Session::new(&db);
    let a = session.add(town("a"))?;
    let shop = || Shop {
        id: 0,
        town: "a".into(),
    };
    let touched = session.add(shop())?;
    session.commit()?;
    session[a].code = "b".into();
    session.get_mut(touched)?;
    let new = session.add(shop())?;
    session.flush()?;
    assert_eq!(
        (session[touched].town.as_str(), session[new].town.as_str()),
        ("b", "b")
    );
    session.rollback()?;
    assert_eq!(
        (session[touched].town.as_str(), session[new].town.as_str()),
        ("a", "a")
    );
    assert_eq!(session[new].id, 0);
    Ok(())
}

#[test]
fn a_value_that_cannot_come_back_keeps_no_other_from_it() -> Result<()> {
    let db = database(&orm::schema![GaugeMapper, AccountMapper])?;
    let mut session = Session::new(&db);
    let gauge = session.attach(Gauge {
        id: 9,
        value: f64::NAN,
    })?;
    let a = session.add(account(1))?;
    session.commit()?;
    session[a].credit = 5;
    session.flush()?;
    session[gauge].value = 2.0;
    assert!(matches!(session.rollback(), Err(Error::Decode { .. })));
    assert_eq!(session[a].credit, 1);
    assert_eq!(credits(&db)?, [1]);
    Ok(())
}

#[test]
fn a_flush_does_not_go_with_the_savepoint_of_somebody_else() -> Result<()> {
    let db = database(&orm::schema![AccountMapper])?;
    let tx = db.begin()?;
    let mut session = Session::new(&tx);
    let a = session.add(account(1))?;
    session.flush()?;
    let inner = tx.begin()?;
    session[a].credit = 2;
    assert!(matches!(session.flush(), Err(Error::ConnectionInUse)));
    inner.rollback()?;
    session.commit()?;
    drop(session);
    tx.commit()?;
    assert_eq!(credits(&db)?, [2]);
    Ok(())
}

#[test]
fn what_is_to_be_read_again_is_so_after_a_rollback() -> Result<()> {
    let db = database(&orm::schema![AccountMapper])?;
    let mut session = Session::new(&db);
    let (a, b) = (session.add(account(1))?, session.add(account(2))?);
    session.commit()?;
    db.execute("UPDATE accounts SET credit = 5", &[])?;
    for object in [a, b] {
        session.expire(object)?;
        session.remove(object)?;
    }
    session.rollback()?;
    assert_eq!(session.get::<AccountMapper>(1)?, a);
    assert_eq!((session[a].credit, session[b].credit), (5, 2));
    session.remove(b)?;
    session.flush()?;
    session.rollback()?;
    session.get::<AccountMapper>(2)?;
    assert_eq!(session[b].credit, 5);

    // One that was added is gone with the transaction, whatever became of it.
    let new = session.add(account(3))?;
    session.flush()?;
    let new = session.detach(new)?;
    session.attach(new)?;
    session.rollback()?;
    assert_eq!(session.find::<AccountMapper>(3)?, None);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key(assigned))]
    text: String,
}

#[test]
fn keys_that_the_database_takes_for_others_are_found() -> Result<()> {
    let db = database(&Schema::new(&[]))?;
    let table = "CREATE TABLE words (text TEXT PRIMARY KEY COLLATE NOCASE)";
    db.execute(table, &[])?;
    let mut session = Session::new(&db);
    let ann = session.add(Word { text: "ann".into() })?;
    session.add(Word { text: "ben".into() })?;
    session.commit()?;
    let found = session.get_many::<WordMapper>(["ben", "ANN", "eve"].map(String::from))?;
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], ann);
    Ok(())
}
