//! Fields whose names mean something to Rust, to the expansion or to the library.

use orm::Result;
use orm::prelude::*;

use super::database;

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(
    table = "odd",
    unique(r#type, path),
    index(r#match, row, name = "by match")
)]
struct Odd {
    #[orm(primary_key)]
    r#type: i64,
    r#match: i64,
    path: String,
    self_: i64,
    orm: i64,
    row: i64,
    at: i64,
    entity: i64,
    column: i64,
    table: i64,
    key: i64,
    value: Option<i64>,
    query: i64,
    id: i64,
    fetch: bool,
}

fn odd(path: &str) -> Odd {
    Odd {
        r#type: 0,
        r#match: 1,
        path: path.into(),
        self_: 2,
        orm: 3,
        row: 5,
        at: 6,
        entity: 7,
        column: 8,
        table: 9,
        key: 10,
        value: None,
        query: 11,
        id: 12,
        fetch: true,
    }
}

#[test]
fn every_method_takes_fields_of_any_name() -> Result<()> {
    let db = database(&orm::schema![Odd])?;
    let mut records = [odd("a"), odd("b")];
    Odd::insert_many(&db, &mut records)?;
    let [one, two] = &mut records;
    one.value = Some(1);
    one.save(&db)?;
    two.at = 60;
    two.save_only(&db, (Odd::AT, Odd::SELF))?;
    two.upsert(&db)?;
    two.path = two.increment(&db, Odd::ORM, 4)?.to_string();
    two.reload(&db)?;
    assert_eq!((two.path.as_str(), two.orm), ("b", 7));
    assert_eq!(Odd::find_many(&db, [one.r#type, two.r#type])?, records);
    Ok(())
}

#[test]
fn queries_take_fields_of_any_name() -> Result<()> {
    let db = database(&orm::schema![Odd])?;
    Odd::insert_many(&db, &mut [odd("a"), odd("b")])?;
    let conditions = [
        Odd::TYPE.gt(0),
        Odd::MATCH.eq(1),
        Odd::SELF.eq(2) & Odd::ORM.eq(3),
        Odd::ROW.eq(5) & Odd::AT.eq(6) & Odd::ENTITY.eq(7),
        Odd::COLUMN.eq(8) & Odd::TABLE.eq(9) & Odd::KEY.eq(10),
        Odd::VALUE.eq(None) & Odd::QUERY.eq(11) & Odd::ID.eq(12),
        Odd::FETCH.into_expr(),
    ];
    let query = conditions
        .into_iter()
        .fold(Odd::query(), orm::Query::filter);
    let paths = query.order_by((Odd::TABLE, Odd::PATH.desc())).all(&db)?;
    assert!(paths.iter().map(|odd| odd.path.as_str()).eq(["b", "a"]));
    Ok(())
}

#[test]
fn a_raw_name_is_a_column_without_its_prefix() {
    let names = <Odd as Mapping>::TABLE
        .columns
        .iter()
        .map(|column| column.name);
    assert!(names.take(4).eq(["type", "match", "path", "self_"]));
}

/// Everything that an expansion names, as something else, in a module without a prelude.
#[no_implicit_prelude]
mod without_prelude {
    use ::orm as toolkit;

    #[expect(dead_code, reason = "only its name matters")]
    struct Result;
    #[expect(dead_code, reason = "only its name matters")]
    struct Some;
    #[expect(dead_code, reason = "only its name matters")]
    struct Ok;
    #[derive(::std::fmt::Debug, ::std::cmp::PartialEq, toolkit::Value)]
    pub(super) struct Option(pub(super) i64);
    #[derive(::std::fmt::Debug, ::std::cmp::PartialEq, toolkit::Embedded)]
    pub(super) struct String {
        pub(super) text: ::std::string::String,
    }

    #[derive(::std::fmt::Debug, ::std::cmp::PartialEq, toolkit::ActiveRecord)]
    #[orm(crate = "crate::mapping::fields::without_prelude::toolkit")]
    pub(super) struct Impostor {
        #[orm(primary_key)]
        pub(super) id: i64,
        pub(super) option: Option,
        #[orm(embed)]
        pub(super) string: ::std::option::Option<String>,
    }
}

/// Whether a column may be NULL follows from the type, whatever it is called.
#[test]
fn names_of_the_standard_library_may_be_taken() -> Result<()> {
    use without_prelude::{Impostor, Option, String};

    let db = database(&orm::schema![Impostor])?;
    let mut impostor = Impostor {
        id: 0,
        option: Option(7),
        string: Some(String { text: "a".into() }),
    };
    impostor.save(&db)?;
    assert_eq!(Impostor::get(&db, impostor.id)?, impostor);
    assert!(!Impostor::OPTION.def().nullable);
    assert_eq!(
        Impostor::query()
            .filter(Impostor::OPTION.eq(Option(7)))
            .count(&db)?,
        1
    );
    Ok(())
}
