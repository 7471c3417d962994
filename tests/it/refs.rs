//! Typed references: fields that hold the key of another aggregate, also of one that is new.

use std::collections::HashSet;

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, Ref, Repository, Result, Session, Value};
use uuid::Uuid;

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "customers")]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(references(OrderMapper))]
    last: Option<Ref<OrderMapper>>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(CustomerMapper))]
    customer: Ref<CustomerMapper>,
    #[orm(references(CustomerMapper))]
    payer: Option<Ref<CustomerMapper>>,
    #[orm(owned)]
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(OrderMapper))]
    order: Ref<OrderMapper>,
    #[orm(references(ProductMapper))]
    product: Ref<ProductMapper>,
    #[orm(check = "amount > 0")]
    amount: i64,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "products")]
struct Product {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

/// Rows of one table that refer to each other.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "people")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(PersonMapper))]
    boss: Option<Ref<PersonMapper>>,
    #[orm(references(PersonMapper))]
    friend: Option<Ref<PersonMapper>>,
}

/// Its key is known before the flush, but made by it.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "rooms")]
struct Room {
    #[orm(primary_key(uuid_v7))]
    id: Uuid,
    #[orm(references(RoomMapper))]
    next: Option<Ref<RoomMapper>>,
    #[orm(version)]
    version: i64,
}

/// Its key is that of another row, and no foreign key is declared.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "profiles")]
struct Profile {
    #[orm(primary_key(assigned))]
    customer: Ref<CustomerMapper>,
    text: String,
}

/// Two that need each other.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "lefts")]
struct Left {
    #[orm(primary_key)]
    id: i64,
    right: Ref<RightMapper>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "rights")]
struct Right {
    #[orm(primary_key)]
    id: i64,
    left: Ref<LeftMapper>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many)]
    albums: HasMany<Album>,
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "albums")]
struct Album {
    #[orm(primary_key)]
    id: i64,
    by: Ref<Artist>,
    #[orm(belongs_to(key = by))]
    artist: BelongsTo<Artist>,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
struct Deal {
    seller: Option<Ref<CustomerMapper>>,
    buyer: Option<Ref<CustomerMapper>>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "sales")]
struct Sale {
    #[orm(primary_key)]
    id: i64,
    #[orm(embed)]
    deal: Deal,
}

fn database() -> Result<(Database, Log)> {
    recorded(&orm::schema![
        CustomerMapper,
        OrderMapper,
        LineMapper,
        ProductMapper,
        PersonMapper,
        RoomMapper,
        ProfileMapper,
        LeftMapper,
        RightMapper,
        Artist,
        Album,
        SaleMapper
    ])
}

fn customer(name: &str) -> Customer {
    Customer {
        id: 0,
        name: name.into(),
        last: None,
    }
}

fn order(customer: Ref<CustomerMapper>) -> Order {
    Order {
        id: 0,
        customer,
        payer: None,
        lines: Vec::new(),
    }
}

fn product(name: &str) -> Product {
    Product {
        id: 0,
        name: name.into(),
    }
}

fn line(product: Ref<ProductMapper>, amount: i64) -> Line {
    Line {
        product,
        amount,
        ..Line::default()
    }
}

fn person(boss: Option<Ref<PersonMapper>>) -> Person {
    Person {
        id: 0,
        boss,
        friend: None,
    }
}

/// A customer who was inserted by somebody else.
fn stored(db: &Database, name: &str) -> Result<Customer> {
    let mut customer = customer(name);
    Repository::<CustomerMapper>::new(db).insert(&mut customer)?;
    Ok(customer)
}

fn inserts(log: &Log) -> Vec<String> {
    let statements = log.take().into_iter();
    let words = statements.filter_map(|statement| {
        let rest = statement.strip_prefix("INSERT INTO ")?;
        let (table, _) = rest.split_once(' ')?;
        let (_, rows) = statement.split_once(" × ").unwrap_or(("", "1"));
        Some(format!("{} {rows}", table.trim_matches('"')))
    });
    words.collect()
}

#[test]
fn a_reference_holds_a_key_of_its_mapping() -> Result<()> {
    let reference = Ref::<CustomerMapper>::to(7);
    assert_eq!(reference, Ref::from(7));
    let copy = reference;
    assert_eq!(copy.key()?, 7);
    assert!(reference < Ref::to(8));
    assert_eq!(HashSet::from([reference, copy]).len(), 1);
    assert_eq!(format!("{reference:?}"), "Ref(customers)");
    assert_eq!(Ref::<CustomerMapper>::default(), Ref::to(0));
    assert!(!reference.is_pending());

    let column = OrderMapper::CUSTOMER.def();
    assert!(column.reference && !column.nullable);
    assert!(OrderMapper::PAYER.def().reference && OrderMapper::PAYER.def().nullable);
    Ok(())
}

#[test]
fn in_serde_formats_it_is_its_key() -> Result<()> {
    let reference = Ref::<CustomerMapper>::to(7);
    let text = serde_json::to_string(&Some(reference)).expect("a number");
    assert_eq!(text, "7");
    let read: Ref<CustomerMapper> = serde_json::from_str(&text).expect("a key");
    assert_eq!(read, reference);

    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    assert!(serde_json::to_string(&session.reference(ann)?).is_err());
    Ok(())
}

#[test]
fn references_are_compared_in_queries() -> Result<()> {
    let (db, _) = database()?;
    let customers = Repository::<CustomerMapper>::new(&db);
    let mut both = ["ann", "ben"].map(customer);
    customers.insert_many(&mut both)?;
    let [ann, ben] = both.map(|customer| Ref::of(&customer));
    let orders = Repository::<OrderMapper>::new(&db);
    let mut first = Order {
        payer: Some(ben),
        ..order(ann)
    };
    orders.insert(&mut first)?;
    orders.insert(&mut order(ben))?;

    let found = OrderMapper::query()
        .filter(OrderMapper::CUSTOMER.eq(ann))
        .all(&db)?;
    assert_eq!(found, [first]);
    let paid = OrderMapper::query()
        .filter(OrderMapper::PAYER.eq(ben))
        .count(&db)?;
    assert_eq!(paid, 1);
    let any = OrderMapper::query().filter(OrderMapper::CUSTOMER.is_in([ann, ben]));
    assert_eq!(any.count(&db)?, 2);
    let query = OrderMapper::query().order_by(OrderMapper::ID);
    assert_eq!(query.select(OrderMapper::CUSTOMER).all(&db)?, [ann, ben]);
    assert_eq!(
        OrderMapper::query()
            .filter(OrderMapper::CUSTOMER.eq(2))
            .count(&db)?,
        1
    );
    assert_eq!(
        OrderMapper::query()
            .filter(OrderMapper::PAYER.eq(2))
            .count(&db)?,
        1
    );
    Ok(())
}

#[test]
fn a_new_object_is_referred_to_before_it_has_a_key() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    // The order is added first, in every sense.
    let placeholder = session.add(order(Ref::default()))?;
    let ann = session.add(customer("ann"))?;
    let ben = session.add(customer("ben"))?;
    let hers = session.reference(ann)?;
    assert!(hers.is_pending());
    assert_eq!(format!("{hers:?}"), "Ref(customers, pending)");
    session[placeholder].customer = hers;
    session[placeholder].payer = Some(session.reference(ben)?);
    assert_eq!(session.follow(hers)?, ann);
    session.commit()?;
    assert_eq!(inserts(&log), ["customers 2", "orders 1"]);

    assert_eq!(session[placeholder].customer, Ref::to(session[ann].id));
    assert_eq!(session[placeholder].payer, Some(Ref::to(session[ben].id)));
    assert_eq!(session.follow(session[placeholder].customer)?, ann);
    assert_eq!(session.reference(ann)?.key()?, session[ann].id);
    assert_eq!(session.follow(hers)?, ann, "the copy still leads there");
    let stored = OrderMapper::query().one(&db)?;
    assert_eq!(stored, session[placeholder]);
    assert!(!session.is_modified(placeholder)?);

    let mut other = Session::new(&db);
    let found = other.follow(stored.customer)?;
    assert_eq!(other[found].name, "ann");
    Ok(())
}

#[test]
fn a_stored_object_is_changed_to_refer_to_a_new_one() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    let first = session.add(order(session.reference(ann)?))?;
    session.commit()?;
    let ben = session.add(customer("ben"))?;
    session[first].customer = session.reference(ben)?;
    assert!(session.is_modified(first)?);
    assert_eq!(session.dirty(), [first]);
    assert!(matches!(session.changes(first), Err(Error::Encode { .. })));
    log.take();
    session.flush()?;
    let statements = log.take();
    assert!(
        statements[1].starts_with(r#"INSERT INTO "customers""#),
        "{statements:?}"
    );
    assert!(
        statements[2].starts_with(r#"UPDATE "orders" SET "customer" = ? "#),
        "{statements:?}"
    );
    assert_eq!(session[first].customer, Ref::to(session[ben].id));

    session.rollback()?;
    assert_eq!(session[first].customer, session.reference(ann)?);
    assert!(matches!(
        session.reference(ben),
        Err(Error::UnknownHandle { table: "customers" })
    ));
    Ok(())
}

#[test]
fn outside_of_a_flush_it_has_no_key() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    let hers = session.reference(ann)?;
    let repository = Repository::<OrderMapper>::new(&db);
    let error = repository.insert(&mut order(hers)).unwrap_err();
    assert!(matches!(
        &error,
        Error::Encode {
            table: "orders",
            column: "customer",
            ..
        }
    ));
    assert!(error.to_string().contains("not stored yet"), "{error}");
    let query = OrderMapper::query().filter(OrderMapper::CUSTOMER.eq(hers));
    assert!(matches!(query.all(&db), Err(Error::Encode { .. })));
    assert!(matches!(hers.key(), Err(Error::Encode { .. })));
    assert!(matches!(Value::of(&hers), Err(Error::Encode { .. })));
    Ok(())
}

#[test]
fn what_is_no_longer_there_cannot_be_referred_to() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    for forget in [0, 1, 2] {
        let ann = session.add(customer("ann"))?;
        let first = session.add(order(session.reference(ann)?))?;
        match forget {
            0 => session.remove(ann)?,
            1 => drop(session.detach(ann)?),
            _ => {
                let mut other = Session::new(&db);
                let elsewhere = other.add(customer("eve"))?;
                session[first].customer = other.reference(elsewhere)?;
            }
        }
        let error = session.flush().unwrap_err();
        assert!(
            matches!(error, Error::UnknownHandle { table: "customers" }),
            "{error:?}"
        );
        assert!(session[first].customer.is_pending());
        let pending = session[first].customer;
        assert!(matches!(
            session.follow(pending),
            Err(Error::UnknownHandle { .. })
        ));
        session.rollback()?;
    }
    assert_eq!(CustomerMapper::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_failed_flush_leaves_references_as_they_were() -> Result<()> {
    let (db, _) = database()?;
    let taken = stored(&db, "ben")?;
    let mut session = Session::new(&db);
    let tea = session.add(product("tea"))?;
    let ann = session.add(customer("ann"))?;
    let first = session.add(Order {
        lines: vec![line(session.reference(tea)?, 0)],
        ..order(session.reference(ann)?)
    })?;
    let before = session[first].clone();
    // The amount of the line is refused, after everything else was written.
    assert!(session.commit().is_err());
    assert_eq!(session[first], before);
    assert!(session[first].lines[0].product.is_pending());
    assert_eq!((session[ann].id, session[tea].id), (0, 0));

    // Another row takes the key that she had.
    let eve = stored(&db, "eve")?;
    session[first].lines[0].amount = 1;
    session.commit()?;
    assert_ne!(session[ann].id, eve.id);
    assert_eq!(session[first].customer, Ref::to(session[ann].id));
    assert_eq!(session[first].lines[0].product, Ref::to(session[tea].id));
    assert_eq!(session[first].lines[0].order, Ref::to(session[first].id));
    assert_eq!(OrderMapper::query().one(&db)?, session[first]);

    // The same of what was stored before.
    let cup = session.add(product("cup"))?;
    let zoe = session.add(customer(&taken.name))?;
    session[first].customer = session.reference(zoe)?;
    session[first].lines[0].product = session.reference(cup)?;
    let before = session[first].clone();
    assert!(session.commit().is_err());
    assert_eq!(session[first], before);
    session[zoe].name = "zoe".into();
    session.commit()?;
    assert_eq!(OrderMapper::query().one(&db)?, session[first]);
    assert_eq!(session[first].customer, Ref::to(session[zoe].id));
    assert_eq!(session[first].lines[0].product, Ref::to(session[cup].id));
    Ok(())
}

#[test]
fn a_rollback_makes_references_pending_again() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let tea = session.add(product("tea"))?;
    let ann = session.add(customer("ann"))?;
    let first = session.add(Order {
        lines: vec![line(session.reference(tea)?, 1)],
        ..order(session.reference(ann)?)
    })?;
    let before = session[first].clone();
    session.flush()?;
    assert!(!session[first].customer.is_pending());
    session.rollback()?;
    assert_eq!(session[first], before);

    // They are added again, under other names.
    let (ann, tea) = (session.detach(ann)?, session.detach(tea)?);
    let eve = stored(&db, "eve")?;
    let (ann, tea) = (session.add(ann)?, session.add(tea)?);
    let mut again = session.detach(first)?;
    again.customer = session.reference(ann)?;
    again.lines[0].product = session.reference(tea)?;
    let again = session.add(again)?;
    session.commit()?;
    assert_ne!(session[ann].id, eve.id);
    assert_eq!(OrderMapper::query().one(&db)?, session[again]);
    assert_eq!(session[again].customer, session.reference(ann)?);

    // A savepoint takes back what was done since then.
    let savepoint = session.savepoint()?;
    let ben = session.add(customer("ben"))?;
    let second = session.add(order(session.reference(ben)?))?;
    session[again].payer = Some(session.reference(ben)?);
    session.flush()?;
    assert!(
        session[again]
            .payer
            .is_some_and(|payer| !payer.is_pending())
    );
    session.rollback_to(savepoint)?;
    assert!(session[second].customer.is_pending());
    assert_eq!(session[again].payer, None);
    session.commit()
}

#[test]
fn children_refer_to_new_aggregates() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    let first = session.add(order(session.reference(ann)?))?;
    let tea = session.add(product("tea"))?;
    let cup = session.add(product("cup"))?;
    let lines = vec![
        line(session.reference(tea)?, 1),
        line(session.reference(cup)?, 2),
    ];
    session[first].lines = lines;
    session.commit()?;
    let mut written = inserts(&log);
    assert_eq!(written.pop().as_deref(), Some("lines 2"));
    let stored = OrderMapper::query().one(&db)?;
    assert_eq!(stored, session[first]);
    assert_eq!(stored.lines[1].product, Ref::to(session[cup].id));

    let pot = session.add(product("pot"))?;
    session[first].lines[0].product = session.reference(pot)?;
    let other = line(session.reference(pot)?, 3);
    session[first].lines.push(other);
    assert!(session.is_modified(first)?);
    session.flush()?;
    assert_eq!(session[first].lines[0].product, Ref::to(session[pot].id));
    session.rollback()?;
    assert_eq!(session[first], stored);
    Ok(())
}

#[test]
fn rows_of_one_table_are_inserted_in_rounds() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let low = session.add(person(None))?;
    let top = session.add(person(None))?;
    let middle = session.add(person(Some(session.reference(top)?)))?;
    session[low].boss = Some(session.reference(middle)?);
    let beside = session.add(person(Some(session.reference(top)?)))?;
    // One that is known by its key, and comes later all the same.
    let known = session.add(Person {
        id: 70,
        ..person(Some(session.reference(middle)?))
    })?;
    let under = session.add(person(Some(session.reference(known)?)))?;
    assert!(!session.reference(known)?.is_pending());
    session.commit()?;
    // Rows with keys of their own are batches of their own.
    assert_eq!(
        inserts(&log),
        ["people 1", "people 2", "people 1", "people 2"]
    );
    assert_eq!(session[low].boss, Some(session.reference(middle)?));
    assert_eq!(session[beside].boss, Some(session.reference(top)?));
    assert_eq!(session[under].boss, Some(Ref::to(70)));
    let all = PersonMapper::query().all(&db)?;
    assert_eq!(all.len(), 6);
    Ok(())
}

#[test]
fn rows_of_one_table_refer_to_each_other_in_a_circle() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let one = session.add(person(None))?;
    let two = session.add(person(Some(session.reference(one)?)))?;
    session[one].friend = Some(session.reference(two)?);
    session[two].friend = Some(session.reference(two)?);
    session.commit()?;
    let mut updates = log.take();
    updates.retain(|statement| statement.starts_with("UPDATE"));
    assert_eq!(
        updates,
        [r#"UPDATE "people" SET "boss" = ?, "friend" = ? WHERE "people"."id" = ?"#]
    );
    assert_eq!(session[one].friend, Some(session.reference(two)?));
    assert_eq!(session[two].friend, Some(session.reference(two)?));
    assert_eq!(session[two].boss, Some(session.reference(one)?));
    let stored = PersonMapper::query().order_by(PersonMapper::ID).all(&db)?;
    let mut there = [session[one].clone(), session[two].clone()];
    there.sort_by_key(|person| person.id);
    assert_eq!(stored, there);
    Ok(())
}

#[test]
fn tables_refer_to_each_other_in_a_circle() -> Result<()> {
    let (db, _) = database()?;
    for customers_first in [true, false] {
        let mut session = Session::new(&db);
        if !customers_first {
            session.all(&OrderMapper::query())?;
        }
        let ann = session.add(customer(if customers_first { "ann" } else { "ben" }))?;
        let first = session.add(order(session.reference(ann)?))?;
        session[ann].last = Some(session.reference(first)?);
        let taken = session.add(customer("ann"))?;
        session[taken].last = Some(session.reference(first)?);
        let before = (session[ann].clone(), session[first].clone());
        assert!(session.flush().is_err(), "two are of one name");
        assert_eq!((session[ann].clone(), session[first].clone()), before);
        session.remove(taken)?;
        session.flush()?;
        assert_eq!(session[ann].last, Some(Ref::to(session[first].id)));
        session.rollback()?;
        assert_eq!((session[ann].clone(), session[first].clone()), before);

        let ann = session.add(customer(if customers_first { "ann" } else { "ben" }))?;
        let first = session.add(order(session.reference(ann)?))?;
        session[ann].last = Some(session.reference(first)?);
        session.commit()?;
        let stored = Repository::<CustomerMapper>::new(&db).get(session[ann].id)?;
        assert_eq!(stored, session[ann]);
        assert_eq!(stored.last, Some(Ref::to(session[first].id)));
    }
    Ok(())
}

#[test]
fn a_circle_that_cannot_be_null_is_refused() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let left = session.add(Left {
        id: 0,
        right: Ref::default(),
    })?;
    let right = session.add(Right {
        id: 0,
        left: session.reference(left)?,
    })?;
    session[left].right = session.reference(right)?;
    let error = session.flush().unwrap_err();
    assert!(matches!(error, Error::InvalidQuery { .. }), "{error:?}");
    assert!(error.to_string().contains("in a circle"), "{error}");
    assert!(session[left].right.is_pending() && session[right].left.is_pending());
    Ok(())
}

#[test]
fn without_a_foreign_key_they_come_in_order_too() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let profile = session.add(Profile {
        customer: Ref::default(),
        text: "tall".into(),
    })?;
    let ann = session.add(customer("ann"))?;
    session[profile].customer = session.reference(ann)?;
    assert!(session.reference(profile)?.is_pending());
    session.flush()?;
    assert_eq!(inserts(&log), ["customers 1", "profiles 1"]);
    let hers = session.reference(ann)?;
    assert_eq!(session[profile].customer, hers);
    assert_eq!(session.get::<ProfileMapper>(hers)?, profile);
    session.rollback()?;
    assert!(session[profile].customer.is_pending());
    Ok(())
}

#[test]
fn keys_that_the_program_makes_are_known_in_time() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let room = |next| Room {
        id: Uuid::nil(),
        next,
        version: 0,
    };
    let hall = session.add(room(None))?;
    let bath = session.add(room(Some(session.reference(hall)?)))?;
    assert!(session.reference(hall)?.is_pending());
    let named = Room {
        id: Uuid::from_u128(7),
        ..room(None)
    };
    let named = session.add(named)?;
    assert!(!session.reference(named)?.is_pending());
    session[hall].next = Some(session.reference(named)?);
    session.commit()?;
    assert_eq!(inserts(&log), ["rooms 3"], "all at once");
    assert_eq!(session[bath].next, Some(Ref::to(session[hall].id)));
    assert_eq!(RoomMapper::query().count(&db)?, 3);

    // In a circle, and after a failure.
    let one = session.add(room(None))?;
    let two = session.add(room(Some(session.reference(one)?)))?;
    session[one].next = Some(session.reference(two)?);
    let wrong = session.add(room(Some(Ref::to(Uuid::from_u128(99)))))?;
    assert!(session.flush().is_err());
    assert!(session[one].next.is_some_and(|next| next.is_pending()));
    session.remove(wrong)?;
    session.commit()?;
    let stored = Repository::<RoomMapper>::new(&db).get(session[one].id)?;
    assert_eq!(stored, session[one]);
    assert_eq!(stored.next, Some(Ref::to(session[two].id)));
    Ok(())
}

#[test]
fn embedded_values_hold_references() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    let deal = Deal {
        seller: Some(session.reference(ann)?),
        buyer: None,
    };
    let sale = session.add(Sale { id: 0, deal })?;
    let ben = session.add(customer("ben"))?;
    session[sale].deal.buyer = Some(session.reference(ben)?);
    let before = session[sale].clone();
    session.flush()?;
    assert_eq!(session[sale].deal.seller, Some(session.reference(ann)?));
    assert_eq!(session[sale].deal.buyer, Some(session.reference(ben)?));
    session.rollback()?;
    assert_eq!(session[sale], before);
    Ok(())
}

#[test]
fn active_records_hold_references_and_are_referred_to() -> Result<()> {
    let (db, _) = database()?;
    let mut nina = Artist {
        name: "Nina Simone".into(),
        ..Artist::default()
    };
    nina.insert(&db)?;
    let mut album = Album {
        by: Ref::of(&nina),
        ..Album::default()
    };
    album.insert(&db)?;
    let found = Album::query().with(Album::ARTIST).one(&db)?;
    assert_eq!(found.artist.get()?.name, "Nina Simone");
    let found = Artist::query().with(Artist::ALBUMS).one(&db)?;
    assert_eq!(found.albums.get()?[0].by, album.by);
    assert_eq!(Artist::get(&db, album.by.key()?)?.id, nina.id);
    let named = Album::ARTIST.field(Artist::NAME).eq("Nina Simone");
    assert_eq!(Album::query().filter(named).count(&db)?, 1);
    Ok(())
}

/// Types of another crate, of which only functions are known.
mod domain {
    use orm::Ref;

    use super::CustomerMapper;

    #[derive(Debug, Clone, PartialEq)]
    pub(super) struct Visit {
        id: i64,
        by: Ref<CustomerMapper>,
        with: Option<Ref<CustomerMapper>>,
    }

    impl Visit {
        pub(super) fn restore(
            id: i64,
            by: Ref<CustomerMapper>,
            with: Option<Ref<CustomerMapper>>,
        ) -> Self {
            Self { id, by, with }
        }

        pub(super) fn id(&self) -> i64 {
            self.id
        }

        pub(super) fn set_id(&mut self, id: i64) {
            self.id = id;
        }

        pub(super) fn by(&self) -> &Ref<CustomerMapper> {
            &self.by
        }

        pub(super) fn with(&self) -> Option<Ref<CustomerMapper>> {
            self.with
        }

        pub(super) fn set_with(&mut self, with: Option<Ref<CustomerMapper>>) {
            self.with = with;
        }
    }
}

#[derive(Mapper)]
#[orm(remote = "domain::Visit", table = "visits", construct = domain::Visit::restore)]
struct VisitDef {
    #[orm(primary_key, getter = domain::Visit::id, setter = domain::Visit::set_id)]
    id: i64,
    #[orm(getter = domain::Visit::by, references(CustomerMapper))]
    by: Ref<CustomerMapper>,
    #[orm(getter = domain::Visit::with, setter = domain::Visit::set_with)]
    with: Option<Ref<CustomerMapper>>,
}

#[test]
fn what_only_functions_reach_holds_references_too() -> Result<()> {
    let (db, _) = recorded(&orm::schema![CustomerMapper, OrderMapper, VisitMapper])?;
    let mut session = Session::new(&db);
    let ann = session.add(customer("ann"))?;
    let ben = session.add(customer("ben"))?;
    let (by, with) = (session.reference(ann)?, session.reference(ben)?);
    let visit = session.add_as::<VisitMapper>(domain::Visit::restore(0, by, Some(with)))?;
    let before = session[visit].clone();
    session.flush()?;
    assert_eq!(*session[visit].by(), session.reference(ann)?);
    assert_eq!(session[visit].with(), Some(session.reference(ben)?));
    session.rollback()?;
    assert_eq!(session[visit], before);
    Ok(())
}
