//! Keys of two columns, and keys that refer to a unique column instead of the primary key.

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, HasOne, ManyToMany, Result};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    shop: i64,
    #[orm(primary_key)]
    number: i64,
    note: String,
    #[orm(has_many)]
    lines: HasMany<Line>,
    #[orm(has_one)]
    invoice: HasOne<Option<Invoice>>,
    #[orm(many_to_many(through = Label))]
    marks: ManyToMany<Mark>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    text: String,
    order_shop: Option<i64>,
    order_number: Option<i64>,
    #[orm(belongs_to(key = (order_shop, order_number)))]
    order: BelongsTo<Option<Order>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "invoices")]
struct Invoice {
    #[orm(primary_key)]
    id: i64,
    shop: i64,
    number: i64,
    #[orm(belongs_to(key = (shop, number), on_delete = cascade))]
    order: BelongsTo<Order>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "marks")]
struct Mark {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(many_to_many(through = Label))]
    orders: ManyToMany<Order>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key)]
    shop: i64,
    #[orm(primary_key)]
    number: i64,
    #[orm(primary_key)]
    mark_id: i64,
    #[orm(belongs_to(key = (shop, number), on_delete = cascade))]
    order: BelongsTo<Order>,
    #[orm(belongs_to(on_delete = cascade))]
    mark: BelongsTo<Mark>,
}

fn order(shop: i64, number: i64) -> Order {
    Order {
        shop,
        number,
        note: format!("{shop}/{number}"),
        ..Order::default()
    }
}

fn line(order: Option<(i64, i64)>, text: &str) -> Line {
    Line {
        text: text.into(),
        order_shop: order.map(|order| order.0),
        order_number: order.map(|order| order.1),
        ..Line::default()
    }
}

/// Three orders, of which two have the same number; the first has two lines.
fn shops() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Order, Line, Invoice, Mark, Label])?;
    Order::insert_many(&db, &mut [order(1, 1), order(1, 2), order(2, 1)])?;
    let lines = [
        (Some((1, 1)), "a"),
        (Some((1, 1)), "b"),
        (Some((2, 1)), "c"),
        (None, "lost"),
    ];
    Line::insert_many(&db, &mut lines.map(|(of, text)| line(of, text)))?;
    let mut half = line(None, "half");
    half.order_shop = Some(1);
    half.insert(&db)?;
    Invoice {
        shop: 2,
        number: 1,
        ..Invoice::default()
    }
    .insert(&db)?;
    for name in ["x", "y"] {
        Mark {
            name: name.into(),
            ..Mark::default()
        }
        .insert(&db)?;
    }
    log.take();
    Ok((db, log))
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn the_database_knows_a_foreign_key_of_two_columns() -> Result<()> {
    let (db, _) = shops()?;
    let ddl = orm::schema![Line, Order].to_sql(&db)?.join("\n");
    assert!(
        ddl.contains(
            r#"FOREIGN KEY ("order_shop", "order_number") REFERENCES "orders" ("shop", "number")"#
        ),
        "{ddl}"
    );
    let nowhere = line(Some((7, 7)), "x").insert(&db);
    assert!(
        matches!(nowhere, Err(Error::ForeignKeyViolation { ref columns, .. }) if columns == &["order_shop", "order_number"]),
        "{nowhere:?}"
    );
    Ok(())
}

#[test]
fn rows_are_loaded_by_both_columns() -> Result<()> {
    let (db, log) = shops()?;
    let orders = Order::query()
        .with(Order::LINES.order_by(Line::ID))
        .with(Order::INVOICE)
        .order_by((Order::SHOP, Order::NUMBER))
        .all(&db)?;
    assert_eq!(log.take().len(), 3);
    let lines: Vec<Vec<&str>> = orders
        .iter()
        .map(|order| Ok(texts(order.lines.get()?)))
        .collect::<Result<_>>()?;
    assert_eq!(lines, [vec!["a", "b"], vec![], vec!["c"]]);
    assert!(orders[0].invoice.get()?.is_none());
    assert_eq!(orders[2].invoice.get()?.map(|invoice| invoice.id), Some(1));
    for query in [
        Line::query().with(Line::ORDER),
        Line::query().with(Line::ORDER.joined()),
    ] {
        let lines = query.order_by(Line::ID).all(&db)?;
        let notes: Vec<Option<&str>> = lines
            .iter()
            .map(|line| Ok(line.order.get()?.map(|order| order.note.as_str())))
            .collect::<Result<_>>()?;
        assert_eq!(
            notes,
            [Some("1/1"), Some("1/1"), Some("2/1"), None, None],
            "a reference of which one half is NULL leads nowhere"
        );
    }
    let second = Order::get(&db, (2, 1))?;
    assert_eq!(texts(second.lines(&db)?), ["c"]);
    assert_eq!(second.lines_query().one(&db)?.text, "c");
    assert_eq!(Line::get(&db, 5)?.order(&db)?, None);
    Ok(())
}

#[test]
fn limits_count_for_each_pair() -> Result<()> {
    let (db, _) = shops()?;
    let one_each = Order::LINES.order_by(Line::TEXT.desc()).limit(1);
    let orders = Order::query()
        .with(one_each)
        .order_by((Order::SHOP, Order::NUMBER))
        .all(&db)?;
    assert_eq!(texts(orders[0].lines.get()?), ["b"]);
    assert_eq!(texts(orders[2].lines.get()?), ["c"]);
    Ok(())
}

#[test]
fn questions_compare_both_columns() -> Result<()> {
    let (db, log) = shops()?;
    let of_two = Line::query().filter(Line::ORDER.field(Order::NOTE).eq("2/1"));
    assert_eq!(of_two.one(&db)?.text, "c");
    let statement = log.take().remove(0);
    assert!(
        statement.contains(r#"ON "lines__order"."shop" = "lines"."order_shop" AND "lines__order"."number" = "lines"."order_number""#),
        "{statement}"
    );
    let counts = Order::query()
        .order_by((Order::SHOP, Order::NUMBER))
        .select((Order::LINES.count(), Order::INVOICE.exists()))
        .all(&db)?;
    assert_eq!(counts, [(2, false), (0, false), (1, true)]);
    let found = Order::query()
        .filter(Order::LINES.any(Line::TEXT.eq("b")))
        .one(&db)?;
    assert_eq!((found.shop, found.number), (1, 1));
    let of_one = Line::query().filter(Line::ORDER.field(Order::SHOP).eq(1));
    assert_eq!(of_one.update(&db, Line::TEXT.set("one"))?, 2);
    assert_eq!(of_one.limit(1).delete(&db)?, 1);
    assert_eq!(Line::count(&db)?, 4);
    Ok(())
}

#[test]
fn rows_are_added_removed_and_set_by_both_columns() -> Result<()> {
    let (db, _) = shops()?;
    let mut second = Order::get(&db, (1, 2))?;
    Order::LINES.add(&db, &mut second, [Line::get(&db, 4)?, line(None, "new")])?;
    assert_eq!(second.lines_query().count(&db)?, 2);
    Order::LINES.add_keys(&db, &mut second, [1])?;
    assert_eq!(second.lines_query().count(&db)?, 3);
    assert_eq!(Order::LINES.remove(&db, &mut second, [1, 3])?, 1);
    assert_eq!(Line::get(&db, 1)?.order_number, None);
    Order::LINES.set(&db, &mut second, [Line::get(&db, 2)?])?;
    assert_eq!(texts(second.lines.get()?), ["b"]);
    assert_eq!(texts(&second.lines_query().all(&db)?), ["b"]);
    assert_eq!(Order::LINES.clear(&db, &mut second)?, 1);
    assert_eq!(
        Line::query()
            .filter(Line::ORDER_SHOP.is_null())
            .count(&db)?,
        4
    );
    Ok(())
}

#[test]
fn a_graph_gets_both_columns() -> Result<()> {
    let (db, _) = shops()?;
    let mut new = order(9, 9);
    new.lines = HasMany::new(vec![line(None, "l1"), line(None, "l2")]);
    new.invoice = HasOne::new(Invoice::default());
    new.marks = ManyToMany::new(vec![Mark {
        name: "z".into(),
        ..Mark::default()
    }]);
    new.save_graph(&db)?;
    let stored = Order::query()
        .with(Order::LINES.order_by(Line::ID))
        .with(Order::INVOICE)
        .with(Order::MARKS)
        .filter(Order::SHOP.eq(9))
        .one(&db)?;
    assert_eq!(stored, new);
    assert_eq!(stored.invoice.get()?.map(|invoice| invoice.number), Some(9));
    Ok(())
}

#[test]
fn a_table_in_between_refers_by_two_columns_and_by_one() -> Result<()> {
    let (db, _) = shops()?;
    let mut first = Order::get(&db, (1, 1))?;
    Order::MARKS.add_keys(&db, &mut first, [2, 1, 2])?;
    Order::MARKS.add_keys(&db, &mut Order::get(&db, (2, 1))?, [2])?;
    let orders = Order::query()
        .with(Order::MARKS.order_by(Mark::NAME))
        .order_by((Order::SHOP, Order::NUMBER))
        .all(&db)?;
    let names: Vec<usize> = orders
        .iter()
        .map(|order| Ok(order.marks.get()?.len()))
        .collect::<Result<_>>()?;
    assert_eq!(names, [2, 0, 1]);
    let mut y = Mark::query()
        .with(Mark::ORDERS.order_by((Order::SHOP, Order::NUMBER)))
        .filter(Mark::NAME.eq("y"))
        .one(&db)?;
    assert_eq!(y.orders.get()?.len(), 2);
    assert_eq!(Mark::ORDERS.remove(&db, &mut y, [(1, 1), (1, 2)])?, 1);
    assert_eq!(y.orders.get()?[0].shop, 2);
    Mark::ORDERS.set(&db, &mut y, [order(1, 2), order(5, 5)])?;
    assert!(Order::exists(&db, (5, 5))?, "a new key is a new row");
    let found = Order::query()
        .filter(Order::MARKS.any(Mark::NAME.eq("y")))
        .count(&db)?;
    assert_eq!(found, 2);
    let one_each = Mark::query()
        .with(Mark::ORDERS.order_by(Order::SHOP.desc()).limit(1))
        .order_by(Mark::ID)
        .all(&db)?;
    assert_eq!(one_each[1].orders.get()?[0].shop, 5);
    assert_eq!(one_each[0].orders.get()?.len(), 1);
    Ok(())
}

#[test]
fn many_keys_of_two_columns_take_further_statements() -> Result<()> {
    let (db, _) = recorded(&orm::schema![Order, Line])?;
    let mut orders: Vec<Order> = (0..20_000).map(|nth| order(nth % 7, nth)).collect();
    Order::insert_many(&db, &mut orders)?;
    Line::insert_many(
        &db,
        &mut [line(Some((0, 0)), "a"), line(Some((0, 14_000)), "b")],
    )?;
    let query = Order::query().with(Order::LINES).order_by(Order::NUMBER);
    let orders = orm::testing::assert_queries(&db, 3, || query.all(&db))?;
    assert_eq!(texts(orders[0].lines.get()?), ["a"]);
    assert_eq!(texts(orders[14_000].lines.get()?), ["b"]);
    let mut all = Line::all(&db)?;
    for (line, order) in all.iter_mut().zip(orders) {
        line.order = BelongsTo::new(order);
    }
    Line::save_graphs(&db, &mut all)?;
    assert_eq!(Line::get(&db, 2)?.order_number, Some(1));
    Ok(())
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "countries")]
struct Country {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique, collate = "NOCASE")]
    code: String,
    #[orm(readonly, db_default = "0")]
    cities_count: i64,
    #[orm(has_many(dependent = cascade))]
    cities: HasMany<City>,
    #[orm(has_one(key = country_code, references = code))]
    capital: HasOne<Option<City>>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "cities")]
struct City {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(collate = "NOCASE")]
    country_code: String,
    #[orm(belongs_to(key = country_code, references = code, counter_cache = cities_count))]
    country: BelongsTo<Country>,
}

fn country(code: &str) -> Country {
    Country {
        code: code.into(),
        ..Country::default()
    }
}

fn city(code: &str, name: &str) -> City {
    City {
        name: name.into(),
        country_code: code.into(),
        ..City::default()
    }
}

fn world() -> Result<(Database, Log)> {
    let (db, log) = recorded(&orm::schema![Country, City])?;
    Country::insert_many(&db, &mut ["xx", "at", "ch"].map(country))?;
    let cities = [("at", "Vienna"), ("AT", "Graz"), ("Ch", "Bern")];
    City::insert_many(&db, &mut cities.map(|(code, name)| city(code, name)))?;
    log.take();
    Ok((db, log))
}

#[test]
fn a_unique_column_is_referred_to_instead_of_the_key() -> Result<()> {
    let (db, _) = world()?;
    let ddl = orm::schema![Country, City].to_sql(&db)?.join("\n");
    assert!(ddl.contains(r#"REFERENCES "countries" ("code")"#), "{ddl}");
    let countries = Country::query()
        .with(Country::CITIES.order_by(City::NAME))
        .order_by(Country::ID)
        .all(&db)?;
    assert!(countries[0].cities.get()?.is_empty());
    let names: Vec<&str> = countries[1]
        .cities
        .get()?
        .iter()
        .map(|city| city.name.as_str())
        .collect();
    assert_eq!(names, ["Graz", "Vienna"]);
    for query in [
        City::query().with(City::COUNTRY),
        City::query().with(City::COUNTRY.joined()),
    ] {
        let cities = query.order_by(City::ID).all(&db)?;
        assert_eq!(cities[1].country.get()?.id, 2);
        assert_eq!(cities[2].country.get()?.code, "ch");
    }
    assert_eq!(City::get(&db, 2)?.country(&db)?.id, 2);
    assert_eq!(countries[2].cities_query().one(&db)?.name, "Bern");
    assert_eq!(
        City::query()
            .filter(City::COUNTRY.field(Country::ID).eq(2))
            .count(&db)?,
        2
    );
    assert_eq!(
        Country::query()
            .order_by(Country::ID)
            .select(Country::CITIES.count())
            .all(&db)?,
        [0, 2, 1]
    );
    assert_eq!(
        Country::query()
            .order_by(Country::ID)
            .select(Country::CITIES_COUNT)
            .all(&db)?,
        [0, 2, 1]
    );
    Ok(())
}

#[test]
fn a_unique_column_is_what_added_rows_get() -> Result<()> {
    let (db, _) = world()?;
    let mut xx = Country::get(&db, 1)?;
    Country::CITIES.add(&db, &mut xx, [city("", "New"), City::get(&db, 2)?])?;
    assert_eq!(City::get(&db, 2)?.country_code, "xx");
    assert_eq!(City::get(&db, 4)?.country_code, "xx");
    let counts = || {
        Country::query()
            .order_by(Country::ID)
            .select(Country::CITIES_COUNT)
            .all(&db)
    };
    assert_eq!(counts()?, [2, 1, 1]);
    // They need a country and depend on it, so they go.
    assert_eq!(Country::CITIES.remove(&db, &mut xx, [2, 3])?, 1);
    assert_eq!(counts()?, [1, 1, 1]);
    let mut graph = country("de");
    graph.cities = HasMany::new(vec![city("", "Bonn")]);
    graph.save_graph(&db)?;
    assert_eq!(graph.cities.get()?[0].country_code, "de");
    let mut up = city("", "Rome");
    up.country = BelongsTo::new(country("it"));
    up.save_graph(&db)?;
    assert_eq!(up.country_code, "it");
    assert_eq!(counts()?, [1, 1, 1, 1, 1]);
    Country::get(&db, 2)?.delete(&db)?;
    assert_eq!(City::count(&db)?, 4);
    Ok(())
}

#[test]
fn a_relation_to_one_through_a_unique_column_finds_two() -> Result<()> {
    let (db, _) = world()?;
    let two = Country::query().with(Country::CAPITAL).all(&db);
    assert!(matches!(two, Err(Error::MultipleFound { table: "cities" })));
    let two = Country::get(&db, 2)?.capital(&db).map(drop);
    assert!(matches!(two, Err(Error::MultipleFound { table: "cities" })));
    let ch = Country::get(&db, 3)?;
    assert_eq!(
        ch.capital(&db)?.map(|city| city.name.as_str()),
        Some("Bern")
    );
    Ok(())
}
