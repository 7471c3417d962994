//! Keys, types and names that enums can have.

use orm::prelude::*;
use orm::{Database, Error, Result, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, orm::Value)]
enum Color {
    Red,
    Blue,
}

/// A composite key, one part of which is generated; names that are not those of the fields.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(
    table = "events",
    tag = "type",
    rename_all = "SCREAMING-KEBAB-CASE",
    strict
)]
enum Event {
    UserLoggedIn {
        #[orm(primary_key(uuid_v7))]
        id: Uuid,
        #[orm(primary_key)]
        r#for: i64,
        #[orm(json)]
        details: Details,
        #[orm(column = "the_color")]
        color: Color,
        #[orm(readonly, db_default = "'now'")]
        at: Option<String>,
    },
    #[orm(rename = "quiet \"one\"")]
    Quiet {
        id: Uuid,
        r#for: i64,
        #[orm(skip, default = 7)]
        loud: i32,
        doubled: Option<i64>,
    },
}

/// The same with a table for each variant.
#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "shapes", tag = "shape type", joined, strict, without_rowid)]
enum Shape {
    Circle {
        #[orm(primary_key)]
        layer: i64,
        #[orm(primary_key(uuid_v7))]
        id: Uuid,
        #[orm(generated = "layer * 2")]
        above: i64,
        #[orm(json)]
        style: Details,
        radius: f64,
    },
    Square {
        layer: i64,
        id: Uuid,
        above: i64,
        side: Option<f64>,
        color: Color,
        #[orm(skip)]
        selected: bool,
    },
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(tag = "kind", joined)]
enum Token {
    Word {
        #[orm(primary_key(assigned), collate = "NOCASE")]
        text: String,
        letters: i32,
    },
    Sign {
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(schema = "shop", table = "goods", tag = "kind", joined)]
enum Good {
    Tea {
        #[orm(primary_key)]
        id: i64,
        #[orm(collate = "NOCASE")]
        name: String,
    },
    Cup {
        id: i64,
        name: String,
        size: i32,
    },
    Gift {
        id: i64,
    },
}

fn details(word: &str) -> Details {
    let words = vec![word.to_owned()];
    Details { words }
}

fn database() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Event, Shape, Token])?;
    Ok(db)
}

#[test]
fn every_kind_of_column_comes_back_from_one_table() -> Result<()> {
    let db = database()?;
    let mut events = [
        Event::UserLoggedIn {
            id: Uuid::nil(),
            r#for: 4,
            details: details("hi"),
            color: Color::Blue,
            at: None,
        },
        Event::Quiet {
            id: Uuid::nil(),
            r#for: 5,
            loud: 7,
            doubled: None,
        },
        Event::Quiet {
            id: Uuid::nil(),
            r#for: 6,
            loud: 7,
            doubled: Some(8),
        },
    ];
    for event in &mut events {
        event.save(&db)?;
        assert_ne!(Event::key(event).0, Uuid::nil());
        assert_eq!(Event::get(&db, Event::key(event))?, *event);
    }
    let Event::UserLoggedIn { at, .. } = &events[0] else {
        panic!("another variant");
    };
    assert_eq!(at.as_deref(), Some("now"), "it is read back");
    assert_eq!(
        Event::query()
            .filter(Event::USER_LOGGED_IN.is())
            .count(&db)?,
        1
    );
    assert_eq!(Event::USER_LOGGED_IN.tag(), "USER-LOGGED-IN");
    assert_eq!(Event::query().filter(Event::QUIET.is()).count(&db)?, 2);
    assert_eq!(
        Event::query()
            .filter(Event::TYPE.eq("quiet \"one\""))
            .count(&db)?,
        2
    );
    let blue = Event::query()
        .filter(Event::COLOR.eq(Color::Blue))
        .one(&db)?;
    assert_eq!(blue, events[0]);
    Ok(())
}

#[test]
fn every_kind_of_column_comes_back_from_joined_tables() -> Result<()> {
    let db = database()?;
    let mut shapes = [
        Shape::Circle {
            layer: 3,
            id: Uuid::nil(),
            above: 0,
            style: details("dotted"),
            radius: 1.5,
        },
        Shape::Square {
            layer: 4,
            id: Uuid::nil(),
            above: 0,
            side: None,
            color: Color::Red,
            selected: false,
        },
    ];
    shapes[0].insert(&db)?;
    Shape::insert_many(&db, &mut shapes[1..])?;
    for shape in &shapes {
        assert_eq!(Shape::get(&db, Shape::key(shape))?, *shape);
    }
    assert!(
        matches!(shapes[0], Shape::Circle { above: 6, .. }),
        "it is read back"
    );
    assert!(matches!(shapes[1], Shape::Square { above: 8, .. }));

    let (layer, id) = Shape::key(&shapes[0]);
    shapes[0] = Shape::Square {
        layer,
        id,
        above: 6,
        side: Some(2.0),
        color: Color::Blue,
        selected: false,
    };
    shapes[0].save(&db)?;
    assert_eq!(
        Shape::find_many(&db, shapes.each_ref().map(Shape::key))?,
        shapes
    );
    assert_eq!(
        db.query("SELECT count(*) FROM shapes_circle", &[])?,
        [[Value::from(0)]]
    );
    let updated = Shape::query()
        .filter(Shape::LAYER.eq(4))
        .update(&db, Shape::COLOR.set(Color::Blue))?;
    assert_eq!(updated, 1);
    assert_eq!(
        Shape::query()
            .filter(Shape::COLOR.eq(Color::Blue))
            .count(&db)?,
        2
    );
    shapes[0].delete(&db)?;
    assert_eq!(
        db.query("SELECT count(*) FROM shapes_square", &[])?,
        [[Value::from(1)]]
    );
    Ok(())
}

#[test]
fn the_flags_of_the_enum_are_those_of_all_its_tables() -> Result<()> {
    let db = database()?;
    for sql in orm::schema![Shape].to_sql(&db)? {
        assert!(sql.ends_with(") WITHOUT ROWID, STRICT"), "{sql}");
        assert!(sql.contains(r#"PRIMARY KEY ("layer", "id")"#), "{sql}");
    }
    let [circle, _] = Shape::TABLE.variants else {
        panic!("two variants");
    };
    assert_eq!(circle.columns, [0, 1, 4, 5]);
    assert_eq!(circle.table.foreign_keys[0].columns, [0, 1]);
    Ok(())
}

#[test]
fn a_record_with_an_assigned_key_is_inserted_or_updated() -> Result<()> {
    let db = database()?;
    let mut token = Token::Word {
        text: "Blue".into(),
        letters: 4,
    };
    token.save(&db)?;
    token = Token::Sign {
        text: "BLUE".into(),
    };
    token.save(&db)?; // the key is the same by its collation
    assert_eq!(
        Token::query().all(&db)?,
        [Token::Sign {
            text: "Blue".into()
        }]
    );
    let mut sign = Token::Sign { text: "?".into() };
    sign.save(&db)?;
    assert_eq!(Token::count(&db)?, 2);
    assert!(
        matches!(sign.insert(&db), Err(Error::UniqueViolation { table, .. }) if table == "token")
    );
    Ok(())
}

#[test]
fn joined_tables_may_be_in_an_attached_database() -> Result<()> {
    let db = Database::sqlite_in_memory()
        .init(|connection| Ok(connection.batch("ATTACH ':memory:' AS shop")?))
        .open()?;
    db.create_tables(orm::schema![Good])?;
    let name = || "Assam".to_owned();
    let mut goods = [
        Good::Tea {
            id: 0,
            name: name(),
        },
        Good::Cup {
            id: 0,
            name: name(),
            size: 3,
        },
        Good::Gift { id: 0 },
    ];
    Good::insert_many(&db, &mut goods)?;
    goods[1] = Good::Tea {
        id: 2,
        name: "Ceylon".to_owned(),
    };
    goods[1].save(&db)?;
    assert_eq!(Good::query().order_by(Good::ID).all(&db)?, goods);
    let changed = Good::query()
        .filter(Good::CUP.is())
        .update(&db, Good::SIZE.set(4))?;
    assert_eq!(changed, 0);
    goods[0].delete(&db)?;
    let rows = db.query("SELECT count(*) FROM shop.goods_tea", &[])?;
    assert_eq!(rows, [[Value::from(1)]]);
    Ok(())
}

#[test]
fn a_column_in_several_tables_keeps_its_collation() -> Result<()> {
    let db = Database::sqlite_in_memory()
        .init(|connection| Ok(connection.batch("ATTACH ':memory:' AS shop")?))
        .open()?;
    db.create_tables(orm::schema![Good])?;
    for name in ["ASSAM", "Assam"] {
        let name = name.to_owned();
        Good::Tea {
            id: 0,
            name: name.clone(),
        }
        .insert(&db)?;
        Good::Cup {
            id: 0,
            name,
            size: 3,
        }
        .insert(&db)?;
    }
    assert_eq!(Good::query().filter(Good::NAME.eq("assam")).count(&db)?, 4);
    Ok(())
}
