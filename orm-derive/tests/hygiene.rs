//! Expansions mean what they say in a program that has no prelude, whose own items have the names of
//! everything that an expansion uses, and that denies every warning.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, unreachable_pub, private_interfaces)]

extern crate std;

use std::string::String as Text;
use std::vec;

use ::orm as renamed;
use ::orm::prelude::ActiveRecord as _;
use std::prelude::v1::test;
use std::{assert_eq, option};

/// Names to be confused with those of the standard library and of the expansion.
mod impostors {
    macro_rules! impostors {
        ($($name:ident)*) => {$(
            #[expect(dead_code, reason = "only its name matters")]
            pub(super) struct $name;
        )*};
    }

    impostors! {
        ActiveRecord Clone Column Columns Default Embedded Err FromRow Mapping None Ok Option Param
        Projection Record Result Row Scope Some Source String Table Value Vec
    }
}

#[expect(unused_imports, reason = "only their names matter")]
use impostors::*;

/// What a user's expression may refer to, by names that the expansion has too.
const AT: i32 = 40;

fn row() -> i32 {
    AT + 2
}

#[derive(::orm::Embedded, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
struct Place {
    at: Text,
    column: i32,
}

#[derive(::orm::Embedded, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
struct Contact {
    #[orm(embed, prefix = "place_")]
    row: Place,
    sql: Text,
}

#[derive(::orm::Value, ::std::clone::Clone, ::std::default::Default)]
struct Id(i64);

#[derive(::orm::Value, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[orm(rename_all = "kebab-case")]
enum State {
    Ok,
    NotYet,
    r#None,
}

#[derive(::orm::Value, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[orm(integer)]
#[repr(u8)]
enum Level {
    Some = 1,
    Max = 1 << 7,
}

#[derive(::orm::ActiveRecord, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[orm(unique(r#type, path), index(row, name = "by row"))]
struct Odd {
    #[orm(primary_key)]
    r#type: i64,
    path: Text,
    self_: i32,
    orm: i32,
    row: i32,
    at: option::Option<i32>,
    entity: i32,
    #[orm(column = "a \"#\" column")]
    column: i32,
    table: i32,
    key: i32,
    value: i32,
    #[orm(embed, prefix = "width_")]
    width: Contact,
    names: i32,
    #[orm(embed)]
    sql: option::Option<Contact>,
    #[orm(skip)]
    skipped: i32,
    #[orm(json)]
    json: vec::Vec<i32>,
    _1: i32,
    state: State,
    level: Level,
}

#[derive(::orm::ActiveRecord)]
struct WithDefaults {
    #[orm(primary_key(assigned))]
    id: Id,
    #[orm(skip, default = row())]
    skipped: i32,
    #[orm(default = row() + AT)]
    at: i32,
    #[orm(tracked)]
    it: ::orm::Record<Self>,
}

#[derive(::orm::FromRow, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[orm(from = Odd, table = "a \"#\" row")]
struct OddRow {
    r#type: i64,
    row: i32,
    at: option::Option<i32>,
    #[orm(expr = Odd::PATH)]
    read: Text,
    #[orm(json)]
    json: vec::Vec<i32>,
    _1: i32,
    state: State,
}

/// Variants and fields with the names that an expansion has, or a keyword for a name.
#[derive(::orm::ActiveRecord, ::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[orm(tag = "match", joined, index(r#match, row))]
enum OddKind {
    Ok {
        #[orm(primary_key)]
        r#type: Text,
        #[orm(primary_key)]
        key: i32,
        entity: i32,
        row: Text,
        #[orm(json)]
        other: vec::Vec<i32>,
        _1: i32,
    },
    r#None {
        r#type: Text,
        key: i32,
        entity: i32,
        row: Text,
        at: State,
        #[orm(skip, default = row())]
        skipped: i32,
    },
    Text {
        r#type: Text,
        key: i32,
        entity: i32,
        row: Text,
        _1: i32,
        column: option::Option<i32>,
    },
}

/// A public struct may have fields of private types, and nobody has to query by its columns.
#[derive(renamed::ActiveRecord)]
#[orm(crate = "crate::renamed")]
pub struct Public {
    /// The key.
    #[orm(primary_key)]
    pub id: i64,
    private: Private,
}

#[derive(::orm::Value)]
struct Private(i64);

fn odd() -> Odd {
    let place = |at: &str| Contact {
        row: Place {
            at: ::std::convert::From::from(at),
            column: 3,
        },
        sql: ::std::convert::From::from("text"),
    };
    Odd {
        r#type: 0,
        path: ::std::convert::From::from("/"),
        self_: 1,
        orm: 2,
        row: 3,
        at: option::Option::Some(4),
        entity: 5,
        column: 6,
        table: 7,
        key: 8,
        value: 9,
        width: place("here"),
        names: 10,
        sql: option::Option::Some(place("there")),
        skipped: 0,
        json: vec![1, 2],
        _1: 11,
        state: State::NotYet,
        level: Level::Max,
    }
}

#[test]
fn a_record_with_difficult_names_comes_back_as_it_went() -> ::orm::Result<()> {
    let db = ::orm::Database::open("sqlite::memory:")?;
    db.create_tables(::orm::schema![Odd])?;

    let mut odd = odd();
    odd.save(&db)?;
    assert_eq!(Odd::get(&db, odd.r#type)?, odd);

    odd.sql = option::Option::None;
    (odd.state, odd.level) = (State::r#None, Level::Some);
    odd.save(&db)?;
    assert_eq!(Odd::get(&db, odd.r#type)?, odd);
    ::std::result::Result::Ok(())
}

#[test]
fn variants_with_difficult_names_come_back_as_they_went() -> ::orm::Result<()> {
    let db = ::orm::Database::open("sqlite::memory:")?;
    db.create_tables(::orm::schema![OddKind])?;

    let text = |text: &str| -> Text { ::std::convert::From::from(text) };
    let mut kind = OddKind::Ok {
        r#type: text("a"),
        key: 1,
        entity: 2,
        row: text("row"),
        other: vec![3],
        _1: 4,
    };
    kind.save(&db)?;
    assert_eq!(OddKind::get(&db, (text("a"), 1))?, kind);

    kind = OddKind::r#None {
        r#type: text("a"),
        key: 1,
        entity: 2,
        row: text("row"),
        at: State::Ok,
        skipped: 42,
    };
    kind.save(&db)?;
    assert_eq!(OddKind::get(&db, (text("a"), 1))?, kind);
    ::std::result::Result::Ok(())
}

#[test]
fn defaults_see_the_names_of_the_users_module() -> ::orm::Result<()> {
    let db = ::orm::Database::open("sqlite::memory:")?;
    db.create_tables(::orm::schema![WithDefaults])?;

    let mut made = <WithDefaults as ::std::default::Default>::default();
    assert_eq!((made.skipped, made.at), (42, 82));

    (made.id, made.skipped) = (Id(1), 0);
    made.save(&db)?;
    assert_eq!(WithDefaults::get(&db, Id(1))?.skipped, 42);
    ::std::result::Result::Ok(())
}
