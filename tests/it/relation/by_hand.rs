//! A struct that knows nothing of the library, with a mapping by hand, related to records.

use orm::mapping::{KeyStrategy, RefersTo, Statements, StaticSql};
use orm::prelude::*;
use orm::relation::Related;
use orm::value::{ColumnType, Row, Slot};
use orm::{BelongsTo, Column, Database, Error, HasMany, ManyToMany, Param, Query, Result, Table};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq)]
struct Order {
    id: i64,
    total: i64,
    customer: Option<i64>,
}

/// The Data Mapper of orders.
struct OrderMapper;

impl OrderMapper {
    const ID: Column<Self, i64> = Column::new(0);
    const TOTAL: Column<Self, i64> = Column::new(1);
}

impl Mapping for OrderMapper {
    type Entity = Order;
    type Key = i64;

    const TABLE: &'static Table = &Table {
        name: "orders",
        columns: &[
            <i64 as ColumnType>::COLUMN.named("id"),
            <i64 as ColumnType>::COLUMN.named("total"),
            <Option<i64> as ColumnType>::COLUMN.named("customer"),
        ],
        key: &[0],
        key_strategy: KeyStrategy::Auto,
        returning: &["id"],
        sql: StaticSql::Fixed(Statements {
            find: r#"SELECT "id", "total", "customer" FROM "orders" WHERE "id" = ?"#,
            insert: r#"INSERT INTO "orders" ("total", "customer") VALUES (?, ?)"#,
            update: r#"UPDATE "orders" SET "total" = ?, "customer" = ? WHERE "id" = ?"#,
            delete: r#"DELETE FROM "orders" WHERE "id" = ?"#,
            inserted: &[1, 2],
            updated: &[1, 2],
        }),
        ..Table::EMPTY
    };

    fn hydrate(row: &Row<'_>, at: usize) -> Result<Order> {
        Ok(Order {
            id: i64::read(row, at)?,
            total: i64::read(row, at + 1)?,
            customer: Option::read(row, at + 2)?,
        })
    }

    fn value(entity: &Order, column: usize) -> Param<'_> {
        match column {
            0 => entity.id.encode(),
            1 => entity.total.encode(),
            _ => entity.customer.encode(),
        }
    }

    fn key(entity: &Order) -> i64 {
        entity.id
    }

    fn set_key(entity: &mut Order, key: i64) {
        entity.id = key;
    }

    fn slot(entity: &mut Order, column: usize) -> Slot<'_> {
        match column {
            0 => entity.id.slot(),
            1 => entity.total.slot(),
            _ => entity.customer.slot(),
        }
    }
}

impl Related for OrderMapper {}

impl RefersTo<Customer> for OrderMapper {
    const COLUMNS: &'static [usize] = &[2];
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "customers")]
struct Customer {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(has_many(dependent = cascade))]
    orders: HasMany<OrderMapper>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "refunds")]
struct Refund {
    #[orm(primary_key)]
    id: i64,
    order_id: i64,
    #[orm(belongs_to)]
    order: BelongsTo<OrderMapper>,
    #[orm(many_to_many(table = "mentions", key = refund_id, target_key = order_id))]
    mentions: ManyToMany<OrderMapper>,
}

fn shop() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Customer, OrderMapper, Refund])?;
    for name in ["ann", "ben"] {
        let name = name.into();
        Customer {
            name,
            ..Customer::default()
        }
        .insert(&db)?;
    }
    let mut ann = Customer::get(&db, 1)?;
    let orders = [10, 20].map(|total| Order {
        total,
        ..Order::default()
    });
    Customer::ORDERS.add(&db, &mut ann, orders)?;
    Refund {
        order_id: 2,
        ..Refund::default()
    }
    .insert(&db)?;
    log.take();
    Ok((db, log))
}

#[test]
fn plain_structs_are_loaded() -> Result<()> {
    let (db, log) = shop()?;
    let customers = Customer::query()
        .with(
            Customer::ORDERS
                .order_by(OrderMapper::TOTAL.desc())
                .limit(1),
        )
        .order_by(Customer::ID)
        .all(&db)?;
    assert_eq!(log.take().len(), 2);
    let expected = Order {
        id: 2,
        total: 20,
        customer: Some(1),
    };
    assert_eq!(customers[0].orders.get()?, std::slice::from_ref(&expected));
    assert!(customers[1].orders.get()?.is_empty());
    for load in [Refund::ORDER.select_in(), Refund::ORDER.joined()] {
        assert_eq!(Refund::query().with(load).one(&db)?.order.get()?, &expected);
    }
    assert_eq!(Refund::get(&db, 1)?.order(&db)?, &expected);
    assert_eq!(customers[0].orders_query().count(&db)?, 2);
    Ok(())
}

#[test]
fn plain_structs_are_asked_about() -> Result<()> {
    let (db, _) = shop()?;
    let rich = Customer::query().filter(Customer::ORDERS.any(OrderMapper::TOTAL.gt(15)));
    assert_eq!(rich.one(&db)?.name, "ann");
    let dear = Refund::query().filter(Refund::ORDER.field(OrderMapper::TOTAL).eq(20));
    assert_eq!(dear.count(&db)?, 1);
    assert_eq!(
        Customer::query()
            .order_by(Customer::ID)
            .select(Customer::ORDERS.sum(OrderMapper::TOTAL))
            .all(&db)?,
        [Some(30), None]
    );
    Ok(())
}

#[test]
fn plain_structs_are_changed() -> Result<()> {
    let (db, _) = shop()?;
    let mut ben = Customer::query()
        .with(Customer::ORDERS)
        .filter(Customer::NAME.eq("ben"))
        .one(&db)?;
    let first = Query::<OrderMapper>::new()
        .filter(OrderMapper::ID.eq(1))
        .one(&db)?;
    Customer::ORDERS.add(&db, &mut ben, [first])?;
    assert_eq!(ben.orders.get()?[0].customer, Some(2));
    assert_eq!(Customer::ORDERS.remove(&db, &mut ben, [1])?, 1);
    let mut graph = Customer {
        orders: HasMany::new(vec![Order::default()]),
        ..Customer::default()
    };
    graph.save_graph(&db)?;
    assert_eq!(graph.orders.get()?[0].customer, Some(graph.id));
    let mut refund = Refund {
        order: BelongsTo::new(Order::default()),
        ..Refund::default()
    };
    refund.save_graph(&db)?;
    assert_eq!(refund.order_id, refund.order.get()?.id);
    Refund::MENTIONS.set(&db, &mut refund, [Order::default()])?;
    Refund::MENTIONS.add_keys(&db, &mut refund, [1, 2])?;
    assert_eq!(refund.mentions(&db)?.len(), 3);
    let refused = Customer::get(&db, 1)?.delete(&db);
    assert!(
        matches!(refused, Err(Error::ForeignKeyViolation { .. })),
        "{refused:?}"
    );
    assert_eq!(Query::<OrderMapper>::new().count(&db)?, 5);
    Refund::query().all_rows().delete(&db)?;
    Customer::get(&db, 1)?.delete(&db)?;
    assert_eq!(Query::<OrderMapper>::new().count(&db)?, 4);
    Ok(())
}
