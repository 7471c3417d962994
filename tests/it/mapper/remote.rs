//! Types of other crates, whose fields only functions reach, and entities that a constructor builds.

#![deny(warnings)]

use orm::prelude::*;
use orm::{
    DataMapper, Database, Error, Mapping, Param, Repository, Result, Session, Value, ValueRef,
};
use uuid::Uuid;

use crate::recorder::recorded;

/// What stands for another crate: it knows nothing of the database, and its fields are its own.
mod domain {
    use std::fmt;

    use uuid::Uuid;

    #[derive(Debug, Clone, PartialEq)]
    pub(super) struct Order {
        id: i64,
        note: String,
        comment: Option<String>,
        seal: Vec<u8>,
        tags: Vec<String>,
        total: Money,
        discount: Option<Money>,
    }

    #[derive(Debug, Clone, PartialEq, orm::Embedded)]
    pub(super) struct Money {
        pub(super) cents: i64,
        pub(super) currency: String,
    }

    #[derive(Debug, PartialEq)]
    pub(super) struct Negative(i64);

    impl fmt::Display for Negative {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an order of {} cents", self.0)
        }
    }

    impl std::error::Error for Negative {}

    impl Order {
        pub(super) fn new(note: &str, cents: i64) -> Result<Self, Negative> {
            let currency = "EUR".to_owned();
            let total = Money { cents, currency };
            Self::restore(0, note.into(), None, vec![1], Vec::new(), total, None)
        }

        pub(super) fn restore(
            id: i64,
            note: String,
            comment: Option<String>,
            seal: Vec<u8>,
            tags: Vec<String>,
            total: Money,
            discount: Option<Money>,
        ) -> Result<Self, Negative> {
            if total.cents < 0 {
                return Err(Negative(total.cents));
            }
            Ok(Self {
                id,
                note,
                comment,
                seal,
                tags,
                total,
                discount,
            })
        }

        pub(super) fn id(&self) -> i64 {
            self.id
        }

        pub(super) fn set_id(&mut self, id: i64) {
            self.id = id;
        }

        pub(super) fn note(&self) -> &str {
            &self.note
        }

        pub(super) fn comment(&self) -> Option<&str> {
            self.comment.as_deref()
        }

        pub(super) fn seal(&self) -> &[u8] {
            &self.seal
        }

        pub(super) fn tags(&self) -> &[String] {
            &self.tags
        }

        pub(super) fn total(&self) -> Money {
            self.total.clone()
        }

        pub(super) fn discount(&self) -> Option<&Money> {
            self.discount.as_ref()
        }

        pub(super) fn amend(&mut self, note: &str, comment: &str) {
            self.note = note.into();
            self.comment = Some(comment.into());
            self.tags.push("amended".into());
            self.discount = Some(Money {
                cents: 1,
                currency: "EUR".into(),
            });
        }
    }

    /// A row of a tree, with nothing that changes it but one function.
    #[derive(Debug, Clone, PartialEq)]
    pub(super) struct Node {
        id: String,
        parent: Option<String>,
        length: i64,
    }

    impl Node {
        pub(super) fn new(id: String, parent: Option<String>, length: i64) -> Self {
            Self { id, parent, length }
        }

        pub(super) fn of(id: &str, parent: Option<&str>) -> Self {
            Self::new(id.into(), parent.map(str::to_owned), 0)
        }

        pub(super) fn id(&self) -> &str {
            &self.id
        }

        pub(super) fn parent(&self) -> Option<&String> {
            self.parent.as_ref()
        }

        pub(super) fn length(&self) -> i64 {
            self.length
        }

        pub(super) fn hang(&mut self, parent: &str) {
            self.parent = Some(parent.into());
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(super) struct Ticket {
        id: Uuid,
        number: i64,
        pub(super) label: String,
    }

    impl Ticket {
        pub(super) fn new(id: Uuid, number: i64, label: String) -> Self {
            Self { id, number, label }
        }

        pub(super) fn id(&self) -> &Uuid {
            &self.id
        }

        pub(super) fn number(&self) -> i64 {
            self.number
        }

        pub(super) fn set_id(&mut self, id: Uuid) {
            self.id = id;
        }

        pub(super) fn set_number(&mut self, number: i64) {
            self.number = number;
        }
    }

    #[derive(Debug, PartialEq)]
    pub(super) struct Point {
        pub(super) id: i64,
        pub(super) x: f64,
        pub(super) seen: u8,
    }
}

#[derive(Mapper)]
#[orm(remote = "domain::Order", table = "orders", construct = domain::Order::restore)]
struct OrderDef {
    #[orm(primary_key, getter = domain::Order::id, setter = domain::Order::set_id)]
    id: i64,
    #[orm(getter = domain::Order::note, unique, column = "text")]
    note: String,
    #[orm(getter = domain::Order::comment)]
    comment: Option<String>,
    #[orm(getter = domain::Order::seal)]
    seal: Vec<u8>,
    #[orm(json, getter = domain::Order::tags)]
    tags: Vec<String>,
    #[orm(embed, prefix = "total_", getter = domain::Order::total)]
    total: domain::Money,
    #[orm(embed, prefix = "discount_", getter = domain::Order::discount)]
    discount: Option<domain::Money>,
}

#[derive(Mapper)]
#[orm(remote = "domain::Node", construct = domain::Node::new)]
struct NodeDef {
    #[orm(primary_key(assigned), getter = domain::Node::id)]
    id: String,
    #[orm(getter = domain::Node::parent, references(NodeMapper))]
    parent: Option<String>,
    #[orm(getter = domain::Node::length, generated = "length(id)")]
    length: i64,
}

#[derive(Mapper)]
#[orm(remote = "domain::Ticket", construct = domain::Ticket::new)]
struct TicketDef {
    #[orm(primary_key(uuid_v7), getter = domain::Ticket::id, setter = domain::Ticket::set_id)]
    id: Uuid,
    #[orm(primary_key(with = next), getter = domain::Ticket::number, setter = domain::Ticket::set_number)]
    number: i64,
    #[orm(getter = label, setter = set_label, db_default = "'new'", readonly)]
    label: String,
}

fn next() -> i64 {
    7
}

fn label(ticket: &domain::Ticket) -> &String {
    &ticket.label
}

fn set_label(ticket: &mut domain::Ticket, label: String) {
    ticket.label = label;
}

#[derive(Mapper)]
#[orm(remote = "domain::Point")]
struct PointDef {
    #[orm(primary_key)]
    id: i64,
    x: f64,
    #[orm(skip, default = 9)]
    seen: u8,
}

fn shop() -> Result<Database> {
    let (db, _) = recorded(&orm::schema![
        OrderMapper,
        NodeMapper,
        TicketMapper,
        PointMapper
    ])?;
    Ok(db)
}

fn order(note: &str, cents: i64) -> domain::Order {
    domain::Order::new(note, cents).expect("no negative total")
}

#[test]
fn a_type_of_another_crate_is_stored_by_its_functions() -> Result<()> {
    let db = shop()?;
    let orders = Repository::<OrderMapper>::new(&db);
    let mut first = order("first", 700);
    orders.insert(&mut first)?;
    assert_eq!(first.id(), 1);
    assert_eq!(orders.get(1)?, first);

    first.amend("changed", "why not");
    orders.update(&mut first)?;
    let changed = OrderMapper::query().filter(OrderMapper::COMMENT.eq("why not"));
    assert_eq!(orders.all(&changed)?, [first]);
    let mut more = [order("b", 1), order("c", 2)];
    orders.insert_many(&mut more)?;
    assert_eq!(more.map(|order| order.id()), [2, 3]);
    assert!(orders.delete_by_key(2)?);
    Ok(())
}

#[test]
fn what_a_getter_lends_is_not_copied() {
    let mut first = order("first", 700);
    first.amend("changed", "why not");
    let borrowed = |column| matches!(OrderMapper::value(&first, column), Param::Borrowed(_));
    let columns = OrderMapper::TABLE.columns.len();
    let columns: Vec<usize> = (0..columns).filter(|at| borrowed(*at)).collect();
    assert_eq!(columns, [1, 2, 3, 7, 8]);
    let comment = OrderMapper::value(&first, 2);
    assert_eq!(comment, Param::Borrowed(ValueRef::Text("why not")));
}

#[test]
fn a_session_restores_what_only_the_constructor_can_set() -> Result<()> {
    let db = shop()?;
    let mut session = Session::new(&db);
    let handle = session.add_as::<OrderMapper>(order("first", 7))?;
    session.commit()?;
    assert_eq!(session[handle].id(), 1);

    session[handle].amend("changed", "why not");
    let changes = session.changes(handle)?;
    let columns: Vec<&str> = changes.iter().map(|change| change.column).collect();
    let expected = [
        "text",
        "comment",
        "tags",
        "discount_cents",
        "discount_currency",
    ];
    assert_eq!(columns, expected);
    session.flush()?;
    assert_eq!(
        OrderMapper::query()
            .filter(OrderMapper::NOTE.eq("changed"))
            .count(&session)?,
        1
    );
    session.rollback()?;
    session.refresh(handle)?;
    let mut before = order("first", 7);
    before.set_id(1);
    assert_eq!(session[handle], before);

    let second = session.add_as::<OrderMapper>(order("second", 7))?;
    session.flush()?;
    assert_eq!(session[second].id(), 2);
    let detached = session.rollback().and_then(|()| session.detach(second));
    assert!(matches!(detached, Ok(order) if order.id() == 0));
    Ok(())
}

#[test]
fn an_object_that_is_given_up_is_what_it_was() -> Result<()> {
    let db = shop()?;
    let mut session = Session::new(&db);
    let handle = session.add_as::<OrderMapper>(order("first", 7))?;
    session.commit()?;
    let before = session[handle].clone();
    session[handle].amend("changed", "why not");
    session.expire(handle)?;
    assert_eq!(session.detach(handle)?, before);
    Ok(())
}

#[test]
fn a_row_that_the_constructor_refuses_is_a_decoding_error() -> Result<()> {
    use std::error::Error as _;

    let db = shop()?;
    let mut session = Session::new(&db);
    let handle = session.add_as::<OrderMapper>(order("first", 7))?;
    session.commit()?;
    db.execute("UPDATE orders SET total_cents = -5", &[])?;

    let error = session.refresh(handle).expect_err("it is negative");
    assert_eq!(
        error.to_string(),
        "a row of orders cannot be read: expected values that the constructor takes, found others"
    );
    let source = error.source().map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("an order of -5 cents"));
    assert!(matches!(
        error,
        Error::Decode {
            table: "orders",
            column: "",
            position: 0,
            ..
        }
    ));
    let found = Repository::<OrderMapper>::new(&db).find(1);
    assert!(matches!(
        found,
        Err(Error::Decode {
            table: "orders",
            ..
        })
    ));
    let all = OrderMapper::query().all(&db);
    assert!(matches!(
        all,
        Err(Error::Decode {
            table: "orders",
            ..
        })
    ));

    session.add_as::<OrderMapper>(order("second", 7))?;
    session.commit()?;
    assert_eq!(OrderMapper::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn references_in_a_circle_are_set_by_the_constructor() -> Result<()> {
    let db = shop()?;
    let mut session = Session::new(&db);
    let nodes = [
        domain::Node::of("child", Some("root")),
        domain::Node::of("root", None),
        domain::Node::of("a", Some("b")),
        domain::Node::of("b", Some("a")),
        domain::Node::of("self", Some("self")),
    ];
    let mut handles = Vec::new();
    for node in nodes.clone() {
        handles.push(session.add_as::<NodeMapper>(node)?);
    }
    session.commit()?;
    for (handle, node) in handles.iter().zip(&nodes) {
        let stored = Repository::<NodeMapper>::new(&db).get(node.id())?;
        assert_eq!((stored.id(), stored.parent()), (node.id(), node.parent()));
        assert_eq!(session[*handle], stored);
    }
    session[handles[1]].hang("child");
    session.flush()?;
    session.rollback()?;
    assert_eq!(session[handles[1]].parent(), None);
    Ok(())
}

#[test]
fn what_the_database_computes_reaches_an_entity_without_a_setter() -> Result<()> {
    let db = shop()?;
    let nodes = Repository::<NodeMapper>::new(&db);
    let mut root = domain::Node::of("root", None);
    nodes.insert(&mut root)?;
    assert_eq!((root.id(), root.length()), ("root", 4));
    let twice = nodes.insert(&mut domain::Node::of("root", None));
    assert!(matches!(twice, Err(Error::UniqueViolation { .. })));
    Ok(())
}

#[test]
fn a_key_without_a_setter_is_changed_by_the_constructor() -> Result<()> {
    let mut root = domain::Node::of("root", None);
    NodeMapper::set_key(&mut root, "top".into());
    assert_eq!(NodeMapper::key(&root), "top");
    let row = [Value::Null, Value::from("other")];
    let row = orm::driver::Row::new(&row);
    NodeMapper::assign(&mut root, NodeMapper::PARENT.position(), &row, 1)?;
    assert_eq!(root.parent().map(String::as_str), Some("other"));
    let wrong = NodeMapper::assign(&mut root, NodeMapper::LENGTH.position(), &row, 1);
    assert_eq!(
        wrong.expect_err("it is text").to_string(),
        "node.length cannot be read: expected an integer, found text"
    );
    Ok(())
}

#[test]
fn a_key_that_the_program_makes_is_set_by_functions() -> Result<()> {
    let db = shop()?;
    let tickets = Repository::<TicketMapper>::new(&db);
    let mut ticket = domain::Ticket::new(Uuid::nil(), 0, String::new());
    tickets.insert(&mut ticket)?;
    assert!(!ticket.id().is_nil());
    assert_eq!((ticket.number(), ticket.label.as_str()), (7, "new"));
    assert_eq!(tickets.get(TicketMapper::key(&ticket))?, ticket);
    assert!(!TicketMapper::generate_key(&mut ticket)?);
    TicketMapper::set_key(&mut ticket, (Uuid::nil(), 8));
    assert_eq!(TicketMapper::key(&ticket), (Uuid::nil(), 8));
    Ok(())
}

#[test]
fn public_fields_need_no_functions() -> Result<()> {
    let db = shop()?;
    let mut session = Session::new(&db);
    let point = domain::Point {
        id: 0,
        x: 1.5,
        seen: 1,
    };
    let point = session.add_as::<PointMapper>(point)?;
    session.commit()?;
    let stored = PointMapper::query().first(&db)?;
    assert_eq!(
        stored,
        Some(domain::Point {
            id: 1,
            x: 1.5,
            seen: 9
        })
    );
    session[point].x = 2.5;
    session.rollback()?;
    assert_eq!(session[point].x.to_string(), "1.5");
    Ok(())
}

/// Structs of the program's own, one of each pattern, whose values only their constructor accepts.
mod checked {
    use super::{ActiveRecord, Mapper};

    #[derive(Debug, ActiveRecord)]
    #[orm(construct = Even::checked)]
    pub(super) struct Even {
        #[orm(primary_key(assigned))]
        pub(super) number: i64,
    }

    impl Even {
        fn checked(number: i64) -> Result<Self, String> {
            let even = Self { number };
            (number % 2 == 0)
                .then_some(even)
                .ok_or_else(|| "odd".to_owned())
        }
    }

    #[derive(Debug, Mapper)]
    #[orm(construct = positive)]
    pub(super) struct Positive {
        #[orm(primary_key(assigned))]
        pub(super) number: i64,
    }

    fn positive(number: i64) -> Positive {
        Positive {
            number: number.abs(),
        }
    }
}

#[test]
fn structs_of_your_own_are_built_by_a_constructor() -> Result<()> {
    use checked::{Even, Positive, PositiveMapper};
    let (db, _) = recorded(&orm::schema![Even, PositiveMapper])?;
    Even { number: 2 }.insert(&db)?;
    assert_eq!(Even::get(&db, 2)?.number, 2);
    Even { number: 3 }.insert(&db)?;
    let odd = Even::get(&db, 3);
    assert!(matches!(
        odd,
        Err(Error::Decode {
            table: "even",
            source: Some(_),
            ..
        })
    ));

    let positive = Repository::<PositiveMapper>::new(&db);
    positive.insert(&mut Positive { number: -3 })?;
    assert_eq!(positive.get(-3)?.number, 3);
    Ok(())
}

/// Functions and fields with names that generated code might use itself.
mod hygiene {
    #![no_implicit_prelude]
    #![deny(missing_docs, warnings)]

    /// What stands for another crate.
    pub(super) mod domain {
        /// A type whose fields are its own.
        pub(in super::super) struct Row {
            it: i64,
            column: ::std::string::String,
        }

        impl Row {
            /// A constructor.
            pub(in super::super) fn at(it: i64, column: ::std::string::String) -> Self {
                Self { it, column }
            }
        }

        /// A getter.
        pub(in super::super) fn it(row: &Row) -> &i64 {
            &row.it
        }

        /// A setter.
        pub(in super::super) fn key(row: &mut Row, key: i64) {
            row.it = key;
        }

        /// Another getter.
        pub(in super::super) fn column(row: &Row) -> &str {
            &row.column
        }
    }

    use self::domain::{column, it, key};

    /// A description.
    #[derive(::orm::Mapper)]
    #[orm(remote = "self::domain::Row", construct = self::domain::Row::at)]
    pub(super) struct Described {
        /// The key.
        #[orm(primary_key, getter = it, setter = key)]
        pub(super) it: i64,
        /// Some text.
        #[orm(getter = column)]
        pub(super) column: ::std::string::String,
    }
}

#[test]
fn functions_of_the_user_can_have_any_name() -> Result<()> {
    fn insert<M: DataMapper>(db: &Database, entity: &mut M::Entity) -> Result<()> {
        Repository::<M>::new(db).insert(entity)
    }
    let (db, _) = recorded(&orm::schema![hygiene::RowMapper])?;
    let mut row = hygiene::domain::Row::at(0, "text".into());
    insert::<hygiene::RowMapper>(&db, &mut row)?;
    assert_eq!(hygiene::domain::it(&row), &1);
    assert_eq!(hygiene::domain::column(&row), "text");
    Ok(())
}
