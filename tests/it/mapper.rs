//! Structs that know nothing of the database, and the mappers and repositories that store them.

mod remote;

use orm::prelude::*;
use orm::{
    AnyRepository, BelongsTo, Database, Error, HasMany, InMemoryRepository, Mapped, Repository,
    Result,
};

use crate::recorder::{Log, recorded};

/// An order, with nothing in it but what the program needs: not even `Debug` or `Clone`.
#[derive(Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    number: String,
    cents: i64,
    #[orm(embed, prefix = "ship_")]
    address: Address,
    #[orm(skip, default = 7)]
    attempts: u8,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
struct Address {
    street: String,
    city: Option<String>,
}

fn order(number: &str, cents: i64) -> Order {
    Order {
        id: 0,
        number: number.into(),
        cents,
        address: Address {
            street: "Main Street".into(),
            city: None,
        },
        attempts: 1,
    }
}

fn shop() -> Result<(Database, Log)> {
    recorded(&orm::schema![OrderMapper])
}

#[test]
fn a_repository_finds_inserts_updates_and_deletes() -> Result<()> {
    let (db, log) = shop()?;
    let orders = Repository::<OrderMapper>::new(&db);
    let mut first = order("A-1", 100);
    orders.insert(&mut first)?;
    assert_eq!(first.id, 1);
    let mut more = [order("A-2", 200), order("A-3", 300)];
    orders.insert_many(&mut more)?;
    log.take();

    first.cents = 150;
    orders.update(&mut first)?;
    first.number = "A-1b".into();
    orders.update_only(&mut first, OrderMapper::CENTS)?;
    assert_eq!(
        log.take(),
        [
            r#"UPDATE "orders" SET "number" = ?, "cents" = ?, "ship_street" = ?, "ship_city" = ? WHERE "orders"."id" = ?"#,
            r#"UPDATE "orders" SET "cents" = ? WHERE "orders"."id" = ?"#,
        ]
    );
    let found = orders.get(1)?;
    assert_eq!(
        (found.number.as_str(), found.cents, found.attempts),
        ("A-1", 150, 7)
    );
    assert_eq!(found.address, first.address);

    let dear = orders
        .query()
        .filter(OrderMapper::CENTS.ge(200))
        .order_by(OrderMapper::ID);
    let numbers: Vec<String> = orders.all(&dear)?.into_iter().map(|it| it.number).collect();
    assert_eq!(numbers, ["A-2", "A-3"]);
    assert!(orders.find_by(OrderMapper::NUMBER.eq("A-3"))?.is_some());
    assert_eq!(orders.find_many([3, 9, 1])?.len(), 2);
    assert_eq!((orders.count()?, orders.exists(3)?), (3, true));

    orders.delete(&more[1])?;
    assert!(matches!(
        orders.delete(&more[1]),
        Err(Error::NotFound { table: "orders" })
    ));
    assert!(!orders.delete_by_key(3)?);
    let (made, is_new) = orders.get_or_create(OrderMapper::NUMBER.eq("A-2"), || order("A-2", 0))?;
    assert_eq!((made.cents, is_new), (200, false));
    Ok(())
}

#[test]
fn a_repository_works_in_a_transaction() -> Result<()> {
    let (db, _) = shop()?;
    let failed: Result<()> = db.transaction(|tx| {
        let orders = Repository::<OrderMapper>::new(tx);
        orders.save(&mut order("A-1", 1))?;
        orders.save(&mut order("A-1", 2))
    });
    assert!(matches!(failed, Err(Error::UniqueViolation { .. })));
    assert_eq!(Repository::<OrderMapper>::new(&db).count()?, 0);
    Ok(())
}

/// What a program does that does not ask where its orders are.
fn raise(orders: &dyn AnyRepository<OrderMapper>, cents: i64) -> Result<i64> {
    let mut raised = 0;
    for mut order in orders.all(&OrderMapper::query())? {
        order.cents += cents;
        orders.update(&mut order)?;
        raised += 1;
    }
    Ok(raised)
}

#[test]
fn a_repository_in_memory_keeps_what_the_table_asks_for() -> Result<()> {
    let orders = InMemoryRepository::<OrderMapper>::new()?;
    let mut both = [order("A-1", 1), order("A-2", 2)];
    orders.insert_many(&mut both)?;
    assert_eq!(both.map(|order| order.id), [1, 2]);
    assert_eq!(raise(&orders, 10)?, 2);
    assert_eq!(orders.get(2)?.cents, 12);
    assert!(matches!(
        orders.save(&mut order("A-1", 1)),
        Err(Error::UniqueViolation { .. })
    ));
    orders.delete(&orders.get(1)?)?;
    assert!(orders.find(1)?.is_none());
    assert_eq!(orders.repository().count()?, 1);

    let lines = InMemoryRepository::<LineMapper>::new()?;
    lines.insert(&mut Line {
        customer_id: 99,
        ..Line::default()
    })?;
    Ok(())
}

#[derive(Debug, Default, Mapper)]
#[orm(table = "forums")]
struct Forum {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    topics_count: i64,
    #[orm(has_many(dependent = cascade))]
    topics: HasMany<TopicMapper>,
}

#[derive(Debug, Default, Mapper)]
#[orm(table = "topics")]
struct Topic {
    #[orm(primary_key)]
    id: i64,
    forum_id: i64,
    #[orm(belongs_to(counter_cache = topics_count))]
    forum: BelongsTo<ForumMapper>,
}

#[test]
fn relations_that_concern_other_tables_do_not_keep_a_repository_from_memory() -> Result<()> {
    let topics = InMemoryRepository::<TopicMapper>::new()?;
    let mut topic = Topic {
        forum_id: 1,
        ..Topic::default()
    };
    topics.insert(&mut topic)?;
    topics.delete(&topic)?;
    assert_eq!(topics.repository().count()?, 0);

    let forums = InMemoryRepository::<ForumMapper>::new()?;
    let mut forum = Forum::default();
    forums.insert(&mut forum)?;
    assert_eq!(forums.get(forum.id)?.topics_count, 0);
    forums.delete(&forum)?;
    assert!(forums.find(forum.id)?.is_none());
    Ok(())
}

#[derive(Debug, Default, ActiveRecord)]
#[orm(table = "customers")]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many(dependent = cascade))]
    lines: HasMany<LineMapper>,
}

#[derive(Debug, Default, Mapper)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    text: String,
    customer_id: i64,
    #[orm(belongs_to)]
    customer: BelongsTo<Customer>,
}

#[test]
fn relations_cross_the_patterns() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Customer, LineMapper])?;
    let line = |text: &str| Line {
        text: text.into(),
        ..Line::default()
    };
    let mut ann = Customer {
        name: "Ann".into(),
        lines: HasMany::new(vec![line("one"), line("two")]),
        ..Customer::default()
    };
    ann.save_graph(&db)?;
    let lines = LineMapper::query()
        .with(LineMapper::CUSTOMER)
        .filter(LineMapper::CUSTOMER.field(Customer::NAME).eq("Ann"))
        .order_by(LineMapper::ID)
        .all(&db)?;
    assert_eq!(lines[1].customer.get()?.name, "Ann");
    let busy = Customer::query().filter(Customer::LINES.any(LineMapper::TEXT.eq("two")));
    let busy = busy.with(Customer::LINES).one(&db)?;
    assert_eq!(busy.lines.get()?.len(), 2);

    let unloaded = Repository::<LineMapper>::new(&db).get(1)?;
    assert!(matches!(
        unloaded.customer.get(),
        Err(Error::NotLoaded {
            relation: "LineMapper::CUSTOMER"
        })
    ));
    assert_eq!(LineMapper::CUSTOMER.load(&unloaded, &db)?.id, ann.id);
    ann.delete(&db)?;
    assert_eq!(Repository::<LineMapper>::new(&db).count()?, 0);
    Ok(())
}

/// Both at once: two mappings of one table.
#[derive(Debug, Default, Clone, PartialEq, ActiveRecord, Mapper)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

#[test]
fn a_struct_can_be_stored_both_ways() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Note])?;
    let mut note = Note {
        text: "both".into(),
        ..Note::default()
    };
    note.save(&db)?;
    let notes = Repository::<NoteMapper>::new(&db);
    let found = notes.get(note.id)?;
    assert_eq!(found, note);
    notes.delete(&found)?;
    assert_eq!(Note::count(&db)?, 0);
    Ok(())
}

#[derive(Debug, PartialEq, Mapper)]
#[orm(table = "shapes", tag = "kind")]
enum Shape {
    Circle {
        #[orm(primary_key)]
        id: i64,
        radius: f64,
    },
    Square {
        id: i64,
        side: f64,
    },
}

#[test]
fn an_enum_of_rows_has_a_mapper() -> Result<()> {
    let (db, _) = recorded(&orm::schema![ShapeMapper])?;
    let shapes = Repository::<ShapeMapper>::new(&db);
    let mut both = [
        Shape::Circle { id: 0, radius: 1.5 },
        Shape::Square { id: 0, side: 2.0 },
    ];
    shapes.insert_many(&mut both)?;
    assert_eq!(shapes.get(2)?, Shape::Square { id: 2, side: 2.0 });
    let circles = shapes.query().filter(ShapeMapper::CIRCLE.is());
    assert_eq!(
        shapes.all(&circles)?,
        [Shape::Circle { id: 1, radius: 1.5 }]
    );
    Ok(())
}

/// Names that generated code might use itself.
mod hygiene {
    #![no_implicit_prelude]
    #![deny(missing_docs, warnings)]

    /// Not the one of the standard library.
    pub(super) struct Result;
    /// Not the one of the standard library.
    pub(super) struct Clone;

    /// A struct whose fields are named like what the derive writes.
    #[derive(::orm::Mapper)]
    pub(super) struct Mapping {
        /// The key.
        #[orm(primary_key)]
        pub(super) it: i64,
        /// A keyword.
        pub(super) r#type: ::std::string::String,
        /// A parameter.
        pub(super) row: i64,
        /// Another one.
        pub(super) column: i64,
    }
}

#[test]
fn names_of_the_user_do_not_disturb() -> Result<()> {
    let (db, _) = recorded(&orm::schema![hygiene::MappingMapper])?;
    let _ = (hygiene::Result, hygiene::Clone);
    let mut entity = hygiene::Mapping {
        it: 0,
        r#type: "text".into(),
        row: 1,
        column: 2,
    };
    Repository::<hygiene::MappingMapper>::new(&db).insert(&mut entity)?;
    assert_eq!(entity.it, 1);
    Ok(())
}

#[test]
fn a_struct_says_who_stores_it() -> Result<()> {
    fn store<E: Mapped>(db: &Database, mut entity: E) -> Result<E> {
        Repository::<E::Mapper>::new(db).insert(&mut entity)?;
        Ok(entity)
    }
    let (db, _) = shop()?;
    assert_eq!(store(&db, order("A-1", 1))?.id, 1);
    Ok(())
}
