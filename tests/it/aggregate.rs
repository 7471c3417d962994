//! Aggregates: children that are fields, read and written together with their root.

use std::collections::{BTreeMap, HashMap};

use orm::prelude::*;
use orm::{Database, Error, InMemoryRepository, Repository, Result, Session, Value};

use crate::recorder::{Log, recorded};

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    customer: String,
    #[orm(owned(order = place))]
    lines: Vec<Line>,
    #[orm(owned)]
    invoice: Option<Invoice>,
    #[orm(owned(by = name, mapper = LabelMapper))]
    labels: HashMap<String, Label>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(OrderMapper))]
    order_id: i64,
    place: i32,
    sku: String,
    #[orm(check = "amount > 0")]
    amount: i64,
    #[orm(owned)]
    remarks: Vec<Remark>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "remarks")]
struct Remark {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(LineMapper))]
    line_id: i64,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "invoices")]
struct Invoice {
    #[orm(primary_key(assigned))]
    number: String,
    #[orm(unique, references(OrderMapper))]
    order_id: i64,
    paid: bool,
}

/// Its key is its place in the aggregate.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key, references(OrderMapper))]
    order_id: i64,
    #[orm(primary_key)]
    name: String,
    color: String,
}

/// A root with a version and a child that is always there.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key(assigned))]
    name: String,
    #[orm(version)]
    version: i64,
    #[orm(owned(key = owner))]
    profile: Box<Profile>,
    #[orm(owned(key = owner, by = day))]
    visits: BTreeMap<i32, Visit>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "profiles")]
struct Profile {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(AccountMapper))]
    owner: String,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "visits")]
struct Visit {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(AccountMapper))]
    owner: String,
    day: i32,
    pages: i64,
    #[orm(version)]
    version: i32,
}

/// A tree of which each part owns the ones below.
#[derive(Debug, Default, Mapper)]
#[orm(table = "nodes")]
struct Node {
    #[orm(primary_key)]
    id: i64,
    #[orm(index, references(NodeMapper))]
    parent_id: Option<i64>,
    #[orm(owned)]
    children: Vec<Node>,
}

/// Two kinds of roots that have children of one kind.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(owned(key = book_id))]
    chapters: Vec<Chapter>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "drafts")]
struct Draft {
    #[orm(primary_key)]
    id: i64,
    #[orm(owned(key = draft_id))]
    chapters: Vec<Chapter>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "chapters")]
struct Chapter {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(BookMapper))]
    book_id: Option<i64>,
    #[orm(references(DraftMapper))]
    draft_id: Option<i64>,
    #[orm(owned)]
    sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "sections")]
struct Section {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(ChapterMapper))]
    chapter_id: i64,
    #[orm(version)]
    version: i64,
}

fn chapter() -> Chapter {
    Chapter {
        sections: vec![Section::default()],
        ..Chapter::default()
    }
}

fn database() -> Result<(Database, Log)> {
    recorded(&orm::schema![
        BookMapper,
        DraftMapper,
        ChapterMapper,
        SectionMapper,
        NodeMapper,
        OrderMapper,
        LineMapper,
        RemarkMapper,
        InvoiceMapper,
        LabelMapper,
        AccountMapper,
        ProfileMapper,
        VisitMapper
    ])
}

fn line(sku: &str, remarks: &[&str]) -> Line {
    let remarks = remarks.iter().map(|text| Remark {
        text: (*text).into(),
        ..Remark::default()
    });
    Line {
        sku: sku.into(),
        amount: 1,
        remarks: remarks.collect(),
        ..Line::default()
    }
}

fn label(color: &str) -> Label {
    Label {
        color: color.into(),
        ..Label::default()
    }
}

fn order(customer: &str) -> Order {
    Order {
        id: 0,
        customer: customer.into(),
        lines: vec![line("tea", &["hot", "sweet"]), line("cup", &[])],
        invoice: Some(Invoice {
            number: format!("{customer}-1"),
            ..Invoice::default()
        }),
        labels: [("new".into(), label("red")), ("gift".into(), label("blue"))].into(),
    }
}

fn account(name: &str) -> Account {
    Account {
        name: name.into(),
        version: 0,
        profile: Box::default(),
        visits: BTreeMap::from([(7, Visit::default()), (3, Visit::default())]),
    }
}

/// The statements that write to tables, and nothing else.
fn written(log: &Log) -> Vec<String> {
    let all = log.take().into_iter();
    all.filter(|sql| !sql.starts_with("SELECT") && !["BEGIN", "COMMIT"].contains(&sql.as_str()))
        .collect()
}

fn counts(db: &Database) -> Result<[u64; 5]> {
    Ok([
        OrderMapper::query().count(db)?,
        LineMapper::query().count(db)?,
        RemarkMapper::query().count(db)?,
        InvoiceMapper::query().count(db)?,
        LabelMapper::query().count(db)?,
    ])
}

#[test]
fn children_are_stored_with_their_root_in_batches() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    let ben = session.add(order("ben"))?;
    session.commit()?;
    assert_eq!(
        written(&log),
        [
            r#"INSERT INTO "orders" ("customer") VALUES (?) × 2"#,
            r#"INSERT INTO "lines" ("order_id", "place", "sku", "amount") VALUES (?, ?, ?, ?) × 4"#,
            r#"INSERT INTO "remarks" ("line_id", "text") VALUES (?, ?) × 4"#,
            r#"INSERT INTO "invoices" ("number", "order_id", "paid") VALUES (?, ?, ?) × 2"#,
            r#"INSERT INTO "labels" ("order_id", "name", "color") VALUES (?, ?, ?) × 4"#,
        ]
    );
    let lines = &session[ben].lines;
    assert_eq!((lines[0].id, lines[1].id), (3, 4));
    assert_eq!((lines[1].order_id, lines[1].place), (2, 1));
    assert_eq!(lines[0].remarks[1].line_id, 3);
    assert_eq!(session[ben].labels["gift"].name, "gift");

    let read = OrderMapper::query().order_by(OrderMapper::ID).all(&db)?;
    assert_eq!(read, [session[ann].clone(), session[ben].clone()]);
    Ok(())
}

#[test]
fn children_are_loaded_by_one_statement_for_each_field() -> Result<()> {
    let (db, log) = database()?;
    let orders = Repository::<OrderMapper>::new(&db);
    let mut many: Vec<Order> = (0..20).map(|nth| order(&nth.to_string())).collect();
    orders.insert_many(&mut many)?;
    log.take();

    assert_eq!(
        OrderMapper::query().order_by(OrderMapper::ID).all(&db)?,
        many
    );
    assert_eq!(log.take().len(), 5);
    let mut session = Session::new(&db);
    let found = session.all(&OrderMapper::query())?;
    assert_eq!(log.take().len(), 5);
    assert_eq!(session[found[3]], many[3]);
    assert_eq!(orders.get(5)?, many[4]);
    assert_eq!(
        orders.find_many([5, 2])?,
        [many[4].clone(), many[1].clone()]
    );
    log.take();
    let mut session = Session::new(&db);
    session.get_many::<OrderMapper>(1..=20)?;
    assert_eq!(log.take().len(), 5);

    // Columns are selected without them.
    let names = OrderMapper::query().select(OrderMapper::CUSTOMER);
    assert_eq!(names.all(&db)?.len(), 20);
    assert_eq!(log.take().len(), 1);
    Ok(())
}

#[test]
fn a_flush_writes_what_has_become_of_children() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.commit()?;
    log.take();

    assert!(!session.is_modified(ann)?);
    session[ann].lines[1].amount = 3;
    session[ann].lines.push(line("pot", &["big"]));
    session[ann].lines[0].remarks.remove(0);
    session[ann].labels.remove("new");
    session[ann].labels.insert("rush".into(), label("green"));
    session[ann].invoice = None;
    assert!(session.is_modified(ann)?);
    assert_eq!(session.dirty(), [ann]);
    session.commit()?;
    assert_eq!(
        written(&log),
        [
            r#"DELETE FROM "remarks" WHERE "remarks"."id" IN (?)"#,
            r#"DELETE FROM "invoices" WHERE "invoices"."number" IN (?)"#,
            r#"DELETE FROM "labels" WHERE ("labels"."order_id", "labels"."name") IN (VALUES (?, ?))"#,
            r#"UPDATE "lines" SET "amount" = ? WHERE "lines"."id" = ? AND "lines"."amount" IS NOT DISTINCT FROM ? × 1"#,
            r#"INSERT INTO "lines" ("order_id", "place", "sku", "amount") VALUES (?, ?, ?, ?) × 1"#,
            r#"INSERT INTO "remarks" ("line_id", "text") VALUES (?, ?) × 1"#,
            r#"INSERT INTO "labels" ("order_id", "name", "color") VALUES (?, ?, ?) × 1"#,
        ]
    );
    assert!(!session.is_modified(ann)?);
    let read = Repository::<OrderMapper>::new(&db).get(1)?;
    assert_eq!(read, session[ann]);
    assert_eq!(read.lines[2].remarks[0].text, "big");

    session.flush()?;
    assert!(written(&log).is_empty());
    Ok(())
}

#[test]
fn a_list_keeps_its_order() -> Result<()> {
    let (db, log) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.commit()?;
    log.take();
    session[ann].lines.swap(0, 1);
    session[ann].lines.insert(0, line("first", &[]));
    session.commit()?;
    assert_eq!(
        written(&log),
        [
            r#"UPDATE "lines" SET "place" = ? WHERE "lines"."id" = ? AND "lines"."place" IS NOT DISTINCT FROM ? × 1"#,
            r#"INSERT INTO "lines" ("order_id", "place", "sku", "amount") VALUES (?, ?, ?, ?) × 1"#,
        ]
    );
    let read = Repository::<OrderMapper>::new(&db).get(1)?;
    let skus: Vec<_> = read.lines.iter().map(|line| line.sku.as_str()).collect();
    assert_eq!(skus, ["first", "cup", "tea"]);
    Ok(())
}

#[test]
fn children_go_with_their_root() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let handles = ["ann", "ben"].map(|name| session.add(order(name)));
    let [ann, ben] = handles;
    let (ann, ben) = (ann?, ben?);
    session.commit()?;
    session.remove(ann)?;
    session.commit()?;
    assert_eq!(counts(&db)?, [1, 2, 2, 1, 2]);
    Repository::<OrderMapper>::new(&db).delete(&session[ben])?;
    assert_eq!(counts(&db)?, [0; 5]);
    Ok(())
}

#[test]
fn a_rollback_takes_children_along() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.commit()?;
    let before = session[ann].clone();

    let ben = session.add(order("ben"))?;
    session[ann].lines.remove(0);
    session[ann].lines[0].sku = "mug".into();
    session[ann].labels.clear();
    session.flush()?;
    session[ann].lines.clear();
    session[ben].labels.clear();
    session[ben].lines[0].remarks.clear();
    session.flush()?;
    session[ann].invoice = None;
    session.rollback()?;
    assert_eq!(session[ann], before);
    assert_eq!(session.detach(ben)?, order("ben"));
    assert_eq!(counts(&db)?, [1, 2, 2, 1, 2]);

    session[ann].lines[0].remarks.push(Remark::default());
    session.commit()?;
    assert_eq!(counts(&db)?, [1, 2, 3, 1, 2]);
    Ok(())
}

#[test]
fn a_flush_that_fails_leaves_children_as_they_were() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.commit()?;
    session[ann].lines.insert(0, line("pot", &["big"]));
    session[ann].lines[1].sku = "mug".into();
    let mut bad = order("ben");
    bad.lines[1].amount = 0;
    let ben = session.add(bad.clone())?;
    let changed = session[ann].clone();
    let failed = session.commit();
    assert!(
        matches!(&failed, Err(Error::CheckViolation { table, .. }) if table == "lines"),
        "{failed:?}"
    );
    assert_eq!((&session[ann], &session[ben]), (&changed, &bad));
    assert_eq!(counts(&db)?, [1, 2, 2, 1, 2]);

    session[ben].lines[1].amount = 1;
    session.commit()?;
    assert_eq!(counts(&db)?, [2, 5, 5, 2, 4]);
    let read = OrderMapper::query().order_by(OrderMapper::ID).all(&db)?;
    assert_eq!(read, [session[ann].clone(), session[ben].clone()]);
    Ok(())
}

#[test]
fn a_child_that_was_changed_elsewhere_is_stale() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    let account = session.add(account("ann"))?;
    session.commit()?;
    let lines = Repository::<LineMapper>::new(&db);
    let mut theirs = lines.get(2)?;
    theirs.amount = 9;
    lines.update(&mut theirs)?;

    session[ann].lines[1].amount = 3;
    let stale = session.commit();
    assert!(matches!(&stale, Err(Error::Stale { table: "lines", key }) if key == &[Value::Int(2)]));
    session.refresh(ann)?;
    assert_eq!(session[ann].lines[1].amount, 9);

    lines.delete(&theirs)?;
    session[ann].lines.remove(1);
    let stale = session.commit();
    assert!(matches!(stale, Err(Error::Stale { table: "lines", .. })));
    session.refresh(ann)?;

    // A root with a version stands for all that it owns.
    let accounts = Repository::<AccountMapper>::new(&db);
    let mut other = accounts.get("ann")?;
    other.profile.text = "theirs".into();
    accounts.update(&mut other)?;
    session[account].visits.clear();
    let stale = session.commit();
    assert!(matches!(
        stale,
        Err(Error::Stale {
            table: "accounts",
            ..
        })
    ));
    session.refresh(account)?;
    assert_eq!(session[account].profile.text, "theirs");
    session[account].visits.clear();
    session.commit()?;
    assert_eq!((other.version, session[account].version), (1, 2));
    Ok(())
}

#[test]
fn maps_know_their_children_by_a_column() -> Result<()> {
    let (db, _) = database()?;
    let accounts = Repository::<AccountMapper>::new(&db);
    let mut ann = account("ann");
    accounts.save(&mut ann)?;
    assert_eq!(ann.visits[&7].day, 7);
    let mut session = Session::new(&db);
    let handle = session.get::<AccountMapper>("ann")?;
    assert_eq!(session[handle], ann);

    // Under another name it is another day of the same row.
    let visit = session[handle].visits.remove(&7).expect("it is there");
    session[handle].visits.insert(8, visit.clone());
    session.commit()?;
    let read = accounts.get("ann")?;
    assert_eq!(read.visits.keys().collect::<Vec<_>>(), [&3, &8]);
    assert_eq!((read.visits[&8].id, read.visits[&8].version), (visit.id, 1));
    Ok(())
}

#[test]
fn a_repository_compares_children_with_what_is_stored() -> Result<()> {
    let (db, log) = database()?;
    let orders = Repository::<OrderMapper>::new(&db);
    let mut ann = order("ann");
    orders.insert(&mut ann)?;
    log.take();
    ann.lines.remove(0);
    ann.lines[0].amount = 5;
    ann.lines.push(line("pot", &[]));
    orders.update(&mut ann)?;
    assert_eq!(
        written(&log),
        [
            r#"UPDATE "orders" SET "customer" = ? WHERE "orders"."id" = ?"#,
            r#"DELETE FROM "remarks" WHERE "remarks"."id" IN (?, ?)"#,
            r#"DELETE FROM "lines" WHERE "lines"."id" IN (?)"#,
            r#"UPDATE "lines" SET "place" = ?, "amount" = ? WHERE "lines"."id" = ? × 1"#,
            r#"INSERT INTO "lines" ("order_id", "place", "sku", "amount") VALUES (?, ?, ?, ?) × 1"#,
        ]
    );
    assert_eq!(orders.get(1)?, ann);

    // What fails leaves the object as it was.
    let before = ann.clone();
    ann.lines.push(Line {
        amount: 0,
        ..line("nothing", &["a"])
    });
    let given = ann.clone();
    assert!(matches!(
        orders.save(&mut ann),
        Err(Error::CheckViolation { .. })
    ));
    assert_eq!(ann, given);
    assert_eq!(orders.get(1)?, before);

    // A child with a version is only written over by whoever read it last.
    let accounts = Repository::<AccountMapper>::new(&db);
    let mut one = account("one");
    accounts.insert(&mut one)?;
    let visits = Repository::<VisitMapper>::new(&db);
    let mut visit = visits.get(1)?;
    visit.pages = 3;
    visits.update(&mut visit)?;
    one.visits.get_mut(&3).expect("it is there").pages = 4;
    let stale = accounts.update(&mut one);
    assert!(
        matches!(
            stale,
            Err(Error::Stale {
                table: "visits",
                ..
            })
        ),
        "{stale:?}"
    );
    assert_eq!(one.version, 0);
    Ok(())
}

#[test]
fn questions_lead_to_children() -> Result<()> {
    let (db, _) = database()?;
    let orders = Repository::<OrderMapper>::new(&db);
    orders.insert_many(&mut [order("ann"), order("ben")])?;
    let mut empty = Order {
        lines: Vec::new(),
        labels: HashMap::new(),
        ..order("eve")
    };
    orders.insert(&mut empty)?;
    let with_tea = OrderMapper::LINES.any(LineMapper::SKU.eq("tea"));
    assert_eq!(OrderMapper::query().filter(with_tea).count(&db)?, 2);
    let blue = OrderMapper::LABELS.every(LabelMapper::COLOR.eq("blue"));
    assert_eq!(OrderMapper::query().filter(blue).one(&db)?.customer, "eve");
    let lines = OrderMapper::query()
        .order_by(OrderMapper::ID)
        .select(OrderMapper::LINES.count());
    assert_eq!(lines.all(&db)?, [2, 2, 0]);
    let without = OrderMapper::LINES.exists().not();
    assert_eq!(OrderMapper::query().filter(without).one(&db)?, empty);
    Ok(())
}

#[test]
fn an_object_graph_is_merged() -> Result<()> {
    let (db, _) = database()?;
    let orders = Repository::<OrderMapper>::new(&db);
    let mut detached = order("ann");
    orders.insert(&mut detached)?;
    detached.lines.remove(0);
    detached.lines.push(line("pot", &["big"]));
    detached.labels.get_mut("new").expect("it is there").color = "black".into();

    let mut session = Session::new(&db);
    let ann = session.merge(detached)?;
    session.commit()?;
    assert_eq!(orders.get(1)?, session[ann]);
    assert_eq!(counts(&db)?, [1, 2, 1, 1, 2]);
    Ok(())
}

#[test]
fn children_of_one_key_and_missing_children_are_errors() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.commit()?;
    let twice = session[ann].lines[0].clone();
    session[ann].lines.push(twice);
    assert!(matches!(
        session.flush(),
        Err(Error::InvalidQuery { table: "lines", .. })
    ));
    session[ann].lines.pop();
    session.flush()?;
    session.commit()?;

    let accounts = Repository::<AccountMapper>::new(&db);
    accounts.insert(&mut account("ann"))?;
    ProfileMapper::query().all_rows().delete(&db)?;
    assert!(matches!(
        accounts.get("ann"),
        Err(Error::NotFound { table: "profiles" })
    ));
    assert_eq!(counts(&db)?, [1, 2, 2, 1, 2]);
    Ok(())
}

#[test]
fn aggregates_are_kept_in_memory_for_tests() -> Result<()> {
    let orders = InMemoryRepository::<OrderMapper>::new()?;
    let orders = orders.repository();
    let mut ann = order("ann");
    orders.save(&mut ann)?;
    ann.lines.clear();
    orders.save(&mut ann)?;
    assert_eq!(orders.get(1)?, ann);
    orders.delete(&ann)
}

#[test]
fn a_graph_of_records_does_not_lose_children() -> Result<()> {
    let (db, _) = database()?;
    let refused = Repository::<OrderMapper>::new(&db).save_graph(&mut order("ann"));
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "orders",
            ..
        })
    ));
    assert_eq!(counts(&db)?, [0; 5]);

    let orders = Repository::<OrderMapper>::new(&db);
    let mut ann = order("ann");
    orders.insert(&mut ann)?;
    ann.lines.pop();
    let refused = orders.save_graph(&mut ann);
    assert!(matches!(
        refused,
        Err(Error::InvalidQuery {
            table: "orders",
            ..
        })
    ));
    Ok(())
}

#[test]
fn a_violation_names_the_root_of_the_child() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    let mut bad = order("ben");
    bad.lines[1].amount = 0;
    let ben = session.add(bad)?;
    let error = session.commit().expect_err("an amount is zero");
    assert_eq!(error.object(), Some(ben.object()));
    session[ben].lines[1].amount = 1;
    session.commit()?;
    session[ann].lines[0].amount = 2;
    session[ben].lines[0].amount = -1;
    let error = session.commit().expect_err("an amount is negative");
    assert_eq!(error.object(), Some(ben.object()));
    Ok(())
}

#[test]
fn children_follow_the_key_of_their_root() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(account("ann"))?;
    session.commit()?;
    session[ann].name = "anna".into();
    session.commit()?;
    let accounts = Repository::<AccountMapper>::new(&db);
    let read = accounts.get("anna")?;
    assert_eq!(read, session[ann]);
    assert_eq!(
        (read.profile.owner.as_str(), read.visits[&7].owner.as_str()),
        ("anna", "anna")
    );
    assert!(accounts.find("ann")?.is_none());
    Ok(())
}

/// Its children are changed by the database together with its key.
#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "folders")]
struct Folder {
    #[orm(primary_key(assigned))]
    name: String,
    #[orm(owned(key = folder, order = place))]
    pages: Vec<Page>,
    #[orm(owned(key = folder, by = word))]
    tags: BTreeMap<String, Tag>,
    #[orm(owned(key = folder))]
    cover: Option<Cover>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(FolderMapper, on_update = cascade))]
    folder: String,
    place: i32,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key, references(FolderMapper, on_update = cascade))]
    folder: String,
    #[orm(primary_key)]
    word: String,
    color: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "covers")]
struct Cover {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(FolderMapper, on_update = set_null))]
    folder: Option<String>,
    title: String,
}

fn folder(name: &str) -> Folder {
    let page = |text: &str| Page {
        id: 0,
        folder: String::new(),
        place: 0,
        text: text.into(),
    };
    let tag = |color: &str| Tag {
        folder: String::new(),
        word: String::new(),
        color: color.into(),
    };
    Folder {
        name: name.into(),
        pages: ["one", "two", "three"].map(page).into(),
        tags: ["old", "new", "odd"]
            .map(|word| (word.into(), tag(word)))
            .into(),
        cover: Some(Cover {
            id: 0,
            folder: None,
            title: name.into(),
        }),
    }
}

#[test]
fn children_that_the_database_moves_with_their_root_are_not_stale() -> Result<()> {
    let (db, _) = recorded(&orm::schema![
        FolderMapper,
        PageMapper,
        TagMapper,
        CoverMapper
    ])?;
    let mut session = Session::new(&db);
    let blue = session.add(folder("blue"))?;
    session.commit()?;
    let before = session[blue].clone();
    let folders = Repository::<FolderMapper>::new(&db);

    session[blue].name = "navy".into();
    session.flush()?;
    assert_eq!(folders_in(&session)?, [session[blue].clone()]);
    session.rollback()?;
    assert_eq!((&session[blue], &folders.get("blue")?), (&before, &before));

    let it = &mut session[blue];
    it.name = "navy".into();
    it.pages[0].text = "first".into();
    it.pages.remove(1);
    it.tags.remove("odd");
    if let Some(tag) = it.tags.get_mut("new") {
        tag.color = "grey".into();
    }
    session.commit()?;
    assert_eq!(folders_in(&session)?, [session[blue].clone()]);
    assert_eq!(session[blue].pages[1].folder, "navy");
    assert_eq!(PageMapper::query().count(&db)?, 2);
    assert_eq!(TagMapper::query().count(&db)?, 2);
    let cover = session[blue].cover.as_ref();
    assert_eq!(
        cover.and_then(|cover| cover.folder.as_deref()),
        Some("navy")
    );
    Ok(())
}

fn folders_in(session: &Session) -> Result<Vec<Folder>> {
    FolderMapper::query().all(session)
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "products")]
struct Product {
    #[orm(primary_key(assigned))]
    code: String,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "baskets")]
struct Basket {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(ProductMapper))]
    gift: Option<String>,
    #[orm(owned)]
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "items")]
struct Item {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(BasketMapper))]
    basket_id: i64,
    #[orm(references(ProductMapper))]
    product: String,
    #[orm(check = "amount > 0")]
    amount: i64,
}

fn basket(products: &[&str]) -> Basket {
    let items = products.iter().map(|product| Item {
        id: 0,
        basket_id: 0,
        product: (*product).into(),
        amount: 1,
    });
    Basket {
        id: 0,
        gift: None,
        items: items.collect(),
    }
}

fn products_of(basket: &Basket) -> Vec<&str> {
    let items = basket.items.iter();
    items.map(|item| item.product.as_str()).collect()
}

#[test]
fn children_follow_the_keys_of_what_they_refer_to() -> Result<()> {
    let (db, _) = recorded(&orm::schema![ProductMapper, BasketMapper, ItemMapper])?;
    let mut session = Session::new(&db);
    let products = ["a", "b", "c"].map(|code| session.add(Product { code: code.into() }));
    let [a, b, c] = products;
    let (a, b, c) = (a?, b?, c?);
    let read = session.add(basket(&["a", "b", "c"]))?;
    let changed = session.add(basket(&["a", "a"]))?;
    session.commit()?;
    let baskets = Repository::<BasketMapper>::new(&db);
    let mut elsewhere = basket(&["a", "b"]);
    baskets.insert(&mut elsewhere)?;

    // Each takes the place of another, and one of the items becomes one of another product.
    let rename = |session: &mut Session| {
        session[c].code = "d".into();
        session.flush()?;
        session[b].code = "c".into();
        session.flush()?;
        session[a].code = "b".into();
        session[changed].items[0].amount = 5;
        session[changed].items[1].product = "d".into();
        session[changed].gift = Some("a".into());
        session.flush()
    };
    rename(&mut session)?;
    let stored = BasketMapper::query()
        .order_by(BasketMapper::ID)
        .all(&session)?;
    assert_eq!(
        stored[..2],
        [session[read].clone(), session[changed].clone()]
    );
    assert_eq!(products_of(&session[read]), ["b", "c", "d"]);
    assert_eq!(products_of(&session[changed]), ["b", "d"]);
    assert_eq!(session[changed].gift.as_deref(), Some("b"));
    assert_eq!(products_of(&stored[2]), ["b", "c"]);
    session.rollback()?;
    assert_eq!(products_of(&session[read]), ["a", "b", "c"]);
    assert_eq!(products_of(&session[changed]), ["a", "a"]);
    assert_eq!(session[read], baskets.get(session[read].id)?);

    // A flush that fails leaves them where they were, and what was changed of them changed.
    session[a].code = "z".into();
    session[changed].items[0].amount = -1;
    let failed = session.flush();
    assert!(
        matches!(failed, Err(Error::CheckViolation { .. })),
        "{failed:?}"
    );
    assert_eq!(products_of(&session[changed]), ["a", "a"]);
    assert_eq!(products_of(&session[read]), ["a", "b", "c"]);
    assert_eq!(session[changed].items[0].amount, -1);

    // What refers to nothing is found when all of it is to be committed.
    session[changed].items[0].amount = 7;
    session[read].items[2].product = "nothing".into();
    session.flush()?;
    assert_eq!(products_of(&session[changed]), ["z", "z"]);
    let refused = session.commit();
    assert!(matches!(refused, Err(Error::ForeignKeyViolation { .. })));
    assert_eq!(products_of(&session[changed]), ["a", "a"]);

    rename(&mut session)?;
    session.commit()?;
    assert_eq!(baskets.get(session[changed].id)?, session[changed]);
    assert_eq!(products_of(&baskets.get(elsewhere.id)?), ["b", "c"]);
    Ok(())
}

#[test]
fn children_of_a_removed_root_may_move_to_another() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    let ben = session.add(order("ben"))?;
    session.commit()?;
    let moved = std::mem::take(&mut session[ann].lines);
    session[ben].lines.extend(moved);
    session.remove(ann)?;
    session.commit()?;
    assert_eq!(counts(&db)?, [1, 4, 4, 1, 2]);
    assert_eq!(Repository::<OrderMapper>::new(&db).get(2)?, session[ben]);

    let mut others = Vec::new();
    for nth in 0..20 {
        others.push(session.add(order(&nth.to_string()))?);
    }
    session.commit()?;
    for other in others {
        session.remove(other)?;
    }
    orm::testing::assert_queries(&db, 11, || session.commit())?;
    assert_eq!(counts(&db)?, [1, 4, 4, 1, 2]);
    Ok(())
}

#[test]
fn a_child_that_moves_becomes_another_version() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(account("ann"))?;
    let ben = session.add(Account {
        visits: BTreeMap::new(),
        ..account("ben")
    })?;
    session.commit()?;
    let visit = session[ann].visits.remove(&3).expect("it is there");
    session[ben].visits.insert(3, visit.clone());
    session.commit()?;
    let read = Repository::<VisitMapper>::new(&db).get(visit.id)?;
    assert_eq!((read.owner.as_str(), read.version), ("ben", 1));
    assert_eq!(session[ben].visits[&3], read);
    Ok(())
}

#[test]
fn a_child_that_leaves_a_removed_root_becomes_another_version() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(account("ann"))?;
    let ben = session.add(account("ben"))?;
    session.commit()?;
    let visit = session[ann].visits.remove(&3).expect("it is there");
    session[ben].visits.insert(4, visit.clone());
    session.remove(ann)?;
    session.commit()?;
    assert_eq!(session[ben].visits[&4].version, 1);

    // Also if a new row takes the place of the root.
    let visit = session[ben].visits.remove(&4).expect("it is there");
    session.remove(ben)?;
    let new = session.add(Account {
        visits: BTreeMap::from([(4, visit.clone())]),
        ..account("ben")
    })?;
    session.commit()?;
    assert_eq!(session[new].visits[&4].version, 2);
    assert_eq!(
        Repository::<AccountMapper>::new(&db).get("ben")?,
        session[new]
    );
    Ok(())
}

#[test]
fn a_child_that_leaves_a_parent_that_goes_becomes_another_version() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let book = session.add(Book {
        id: 0,
        chapters: vec![chapter(), chapter()],
    })?;
    session.commit()?;
    let sections = session[book].chapters.remove(0).sections;
    session[book].chapters[0].sections.extend(sections);
    session.commit()?;
    let versions = session[book].chapters[0].sections.iter();
    let versions: Vec<i64> = versions.map(|section| section.version).collect();
    assert_eq!(versions, [0, 1]);
    Ok(())
}

#[test]
fn children_move_between_roots_of_different_mappers() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let book = session.add(Book {
        id: 0,
        chapters: Vec::new(),
    })?;
    let draft = session.add(Draft {
        id: 0,
        chapters: vec![chapter()],
    })?;
    session.commit()?;
    let mut moved = session[draft].chapters.remove(0);
    moved.draft_id = None;
    session[book].chapters.push(moved);
    session.commit()?;
    assert_eq!(BookMapper::query().one(&db)?, session[book]);
    assert!(DraftMapper::query().one(&db)?.chapters.is_empty());

    let mut moved = session[book].chapters.remove(0);
    moved.book_id = None;
    session[draft].chapters.push(moved);
    session.remove(book)?;
    session.commit()?;
    assert_eq!(DraftMapper::query().one(&db)?, session[draft]);
    assert_eq!(session[draft].chapters[0].sections[0].version, 2);
    Ok(())
}

#[test]
fn a_child_that_went_to_another_root_elsewhere_is_not_deleted() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.add(order("ben"))?;
    session.commit()?;
    LineMapper::query()
        .filter(LineMapper::ID.eq(1))
        .update(&db, LineMapper::ORDER_ID.set(2))?;
    session[ann].lines.remove(0);
    let stale = session.commit();
    assert!(matches!(stale, Err(Error::Stale { table: "lines", .. })));
    session.rollback()?;
    session.remove(ann)?;
    session.commit()?;
    assert_eq!(counts(&db)?, [1, 3, 4, 1, 2]);
    Ok(())
}

#[test]
fn what_was_rolled_back_is_not_deleted_with_an_expired_root() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    let ben = session.add(order("ben"))?;
    session.commit()?;
    let moved = session[ann].lines.remove(0);
    session[ben].lines.push(moved);
    session.flush()?;
    session.clear();
    let ben = session.get::<OrderMapper>(2)?;
    assert_eq!(session[ben].lines.len(), 3);
    session.rollback()?;
    session.remove(ben)?;
    session.commit()?;
    assert_eq!(counts(&db)?, [1, 2, 2, 1, 2]);
    Ok(())
}

#[test]
fn children_go_from_a_root_whose_key_changes() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(account("ann"))?;
    session.commit()?;
    session[ann].name = "anna".into();
    session[ann].visits.remove(&3);
    session.commit()?;
    assert_eq!(
        Repository::<AccountMapper>::new(&db).get("anna")?,
        session[ann]
    );
    assert_eq!(VisitMapper::query().count(&db)?, 1);
    Ok(())
}

#[test]
fn children_that_were_read_again_go_with_a_rollback() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let ann = session.add(order("ann"))?;
    session.flush()?;
    RemarkMapper::query()
        .filter(RemarkMapper::ID.eq(1))
        .delete(&session)?;
    session.refresh(ann)?;
    let ben = session.add(order("ben"))?;
    session.rollback()?;
    assert_eq!(session.detach(ann)?.id, 0);
    assert_eq!(session.detach(ben)?, order("ben"));
    assert_eq!(counts(&db)?, [0; 5]);
    Ok(())
}

#[test]
fn two_children_of_one_name_are_an_error() -> Result<()> {
    let (db, _) = database()?;
    let accounts = Repository::<AccountMapper>::new(&db);
    accounts.insert(&mut account("ann"))?;
    let visits = Repository::<VisitMapper>::new(&db);
    let mut twin = visits.get(1)?;
    twin.id = 0;
    visits.insert(&mut twin)?;
    let read = accounts.get("ann");
    assert!(matches!(
        read,
        Err(Error::MultipleFound { table: "visits" })
    ));
    Ok(())
}

#[test]
fn trees_are_owned_as_far_as_the_stack_reaches() -> Result<()> {
    let chain = |levels: usize| {
        let mut node = Node::default();
        for _ in 1..levels {
            let children = vec![node];
            node = Node {
                children,
                ..Node::default()
            };
        }
        node
    };
    let (db, _) = database()?;
    let nodes = Repository::<NodeMapper>::new(&db);
    nodes.insert(&mut chain(80))?;
    assert_eq!(NodeMapper::query().count(&db)?, 80);
    assert_eq!(nodes.get(1)?.children[0].children[0].id, 3);
    let mut session = Session::new(&db);
    let root = session.get::<NodeMapper>(1)?;
    session[root].children.clear();
    session.commit()?;
    assert_eq!(NodeMapper::query().count(&db)?, 1);

    let too_deep = nodes.insert(&mut chain(200));
    assert!(matches!(
        too_deep,
        Err(Error::InvalidQuery { table: "nodes", .. })
    ));
    session.add(chain(200))?;
    assert!(matches!(
        session.commit(),
        Err(Error::InvalidQuery { table: "nodes", .. })
    ));
    NodeMapper::query()
        .all_rows()
        .update(&db, NodeMapper::PARENT_ID.set(1))?;
    let circle = nodes.get(1);
    assert!(matches!(
        circle,
        Err(Error::InvalidQuery { table: "nodes", .. })
    ));
    Ok(())
}

#[test]
fn children_move_through_a_tree() -> Result<()> {
    let (db, _) = database()?;
    let mut session = Session::new(&db);
    let leaf = Node::default();
    let inner = Node {
        children: vec![leaf],
        ..Node::default()
    };
    let root = session.add(Node {
        children: vec![inner, Node::default()],
        ..Node::default()
    })?;
    session.commit()?;
    let leaf = session[root].children[0].children.remove(0);
    let id = leaf.id;
    session[root].children.push(leaf);
    session.commit()?;
    let nodes = Repository::<NodeMapper>::new(&db);
    let read = nodes.get(1)?;
    let ids: Vec<i64> = read.children.iter().map(|node| node.id).collect();
    assert_eq!(ids, [2, 3, id]);
    assert!(read.children[0].children.is_empty());

    let mut moved = nodes.get(1)?;
    let leaf = moved.children.remove(2);
    moved.children[1].children.push(leaf);
    nodes.update(&mut moved)?;
    let read = nodes.get(1)?;
    assert_eq!(
        (read.children.len(), read.children[1].children[0].id),
        (2, id)
    );
    assert_eq!(NodeMapper::query().count(&db)?, 4);
    Ok(())
}
