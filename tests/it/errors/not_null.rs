//! NOT NULL.

use orm::Result;
use orm::prelude::*;

use super::{assert_violation, foreign};

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "people")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    name: Option<String>,
    #[orm(column = "a.b, people.c")]
    awkward: Option<i64>,
}

const PEOPLE: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, \"a.b, people.c\" INT NOT NULL)";

fn person() -> Person {
    Person {
        id: 0,
        name: Some("Ada".into()),
        awkward: Some(1),
    }
}

#[test]
fn a_missing_value_names_its_column() -> Result<()> {
    let db = foreign(PEOPLE)?;
    let mut nameless = Person {
        name: None,
        ..person()
    };
    assert_violation(&db, nameless.insert(&db), "not null", "people", &["name"])?;
    assert_violation(&db, nameless.upsert(&db), "not null", "people", &["name"])?;
    let many = Person::insert_many(&db, &mut [person(), nameless.clone()]);
    assert_violation(&db, many, "not null", "people", &["name"])?;
    assert_eq!((nameless.id, Person::count(&db)?), (0, 0));

    let mut stored = person();
    stored.insert(&db)?;
    stored.name = None;
    assert_violation(&db, stored.save(&db), "not null", "people", &["name"])?;
    let query = Person::query().all_rows();
    let updated = query.update(&db, Person::NAME.set(None));
    assert_violation(&db, updated, "not null", "people", &["name"])?;
    let raw = db.execute("INSERT INTO people DEFAULT VALUES", &[]);
    assert_violation(&db, raw, "not null", "people", &["name"])
}

#[test]
fn a_missing_value_of_an_awkward_column_names_it() -> Result<()> {
    let db = foreign(PEOPLE)?;
    let refused = Person {
        awkward: None,
        ..person()
    }
    .insert(&db);
    let columns = ["a.b, people.c"];
    assert_violation(&db, refused, "not null", "people", &columns)
}

#[test]
fn a_missing_part_of_a_key_names_it() -> Result<()> {
    #[derive(Debug, ActiveRecord)]
    #[orm(table = "seats")]
    struct Seat {
        #[orm(primary_key)]
        row: i64,
        #[orm(primary_key)]
        number: Option<i64>,
    }

    let db = foreign(
        "CREATE TABLE seats (\"row\" INT, number INT, PRIMARY KEY (\"row\", number)) WITHOUT ROWID",
    )?;
    let refused = Seat {
        row: 1,
        number: None,
    }
    .insert(&db);
    assert_violation(&db, refused, "not null", "seats", &["number"])
}
