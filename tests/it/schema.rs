//! Tables from the metadata: their order, their text, and mappings that no database could hold.

use orm::prelude::*;
use orm::schema::Schema;
use orm::{Database, Error, Result};

#[derive(Debug, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique, length = 120)]
    name: String,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "albums", unique(artist_id, title))]
struct Album {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(index, references(Artist, on_delete = cascade))]
    artist_id: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "tracks")]
struct Track {
    #[orm(primary_key)]
    album: i64,
    #[orm(primary_key)]
    number: i64,
    #[orm(references(Artist))]
    singer: Option<i64>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "covers")]
struct Cover {
    #[orm(primary_key(assigned), references(Album))]
    album: i64,
    #[orm(references(Artist, on_delete = set_null))]
    painter: Option<i64>,
}

fn memory() -> Result<Database> {
    Database::open("sqlite::memory:")
}

/// The tables and indexes of a database, but for those that SQLite makes itself.
fn objects(db: &Database) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
    let names = db.query(sql, &[])?.into_iter().flatten();
    Ok(names
        .map(|name| match name {
            orm::Value::Text(name) => name,
            other => panic!("{other:?}"),
        })
        .collect())
}

fn names(schema: &Schema) -> Vec<&'static str> {
    schema.tables().iter().map(|table| table.name).collect()
}

#[test]
fn tables_come_after_those_that_they_refer_to_in_whatever_order_they_are_given() -> Result<()> {
    let tables = [Artist::TABLE, Album::TABLE, Track::TABLE, Cover::TABLE];
    for order in 0..256_usize {
        let order = [order % 4, order / 4 % 4, order / 16 % 4, order / 64];
        let distinct = (0..4).all(|table| order.contains(&table));
        if !distinct {
            continue;
        }
        let schema = Schema::new(&order.map(|at| tables[at]));
        let names = names(&schema);
        assert_eq!(names.len(), 4);
        let position = |name| names.iter().position(|other| *other == name);
        assert!(position("artists") < position("albums"), "{names:?}");
        assert!(position("artists") < position("tracks"), "{names:?}");
        assert!(position("albums") < position("covers"), "{names:?}");
        memory()?.create_tables(schema)?;
    }
    Ok(())
}

#[test]
fn tables_that_do_not_depend_on_each_other_stay_in_order() {
    assert_eq!(
        names(&orm::schema![Artist, Track, Album]),
        ["artists", "tracks", "albums"]
    );
    assert_eq!(names(&orm::schema![Cover]), ["covers"]);
    assert_eq!(names(&orm::schema![Artist, Artist]), ["artists"]);
    assert!(names(&orm::schema![]).is_empty());
}

#[test]
fn the_text_is_what_one_would_write() -> Result<()> {
    let db = memory()?;
    assert_eq!(
        orm::schema![Cover, Track, Album, Artist].to_sql(&db)?,
        [
            "CREATE TABLE IF NOT EXISTS \"artists\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"name\" TEXT NOT NULL UNIQUE CHECK (length(\"name\") <= 120)
)",
            "CREATE TABLE IF NOT EXISTS \"albums\" (
  \"id\" INTEGER NOT NULL PRIMARY KEY,
  \"title\" TEXT NOT NULL,
  \"artist_id\" INTEGER NOT NULL,
  UNIQUE (\"artist_id\", \"title\"),
  FOREIGN KEY (\"artist_id\") REFERENCES \"artists\" (\"id\") ON DELETE CASCADE
)",
            r#"CREATE INDEX IF NOT EXISTS "ix_albums__artist_id" ON "albums" ("artist_id")"#,
            "CREATE TABLE IF NOT EXISTS \"covers\" (
  \"album\" INTEGER NOT NULL PRIMARY KEY,
  \"painter\" INTEGER,
  FOREIGN KEY (\"album\") REFERENCES \"albums\" (\"id\"),
  FOREIGN KEY (\"painter\") REFERENCES \"artists\" (\"id\") ON DELETE SET NULL
)",
            "CREATE TABLE IF NOT EXISTS \"tracks\" (
  \"album\" INTEGER NOT NULL,
  \"number\" INTEGER NOT NULL,
  \"singer\" INTEGER,
  PRIMARY KEY (\"album\", \"number\"),
  FOREIGN KEY (\"singer\") REFERENCES \"artists\" (\"id\")
)",
        ]
    );
    Ok(())
}

#[test]
fn creating_tables_twice_keeps_what_is_in_them() -> Result<()> {
    let db = memory()?;
    db.create_tables(orm::schema![Artist])?;
    Artist {
        id: 0,
        name: "Nina".into(),
    }
    .insert(&db)?;
    db.create_tables(orm::schema![Artist, Album])?;
    db.create_tables(orm::schema![Album, Artist])?;
    assert_eq!(Artist::count(&db)?, 1);
    assert_eq!(objects(&db)?, ["artists", "albums", "ix_albums__artist_id"]);
    Ok(())
}

#[test]
fn tables_can_be_created_in_a_transaction_and_undone_with_it() -> Result<()> {
    let db = memory()?;
    let tx = db.begin()?;
    orm::schema![Album, Artist].create(&tx)?;
    Artist {
        id: 0,
        name: "Nina".into(),
    }
    .insert(&tx)?;
    tx.rollback()?;
    assert!(objects(&db)?.is_empty());
    Ok(())
}

#[test]
fn tables_can_be_created_without_autocommit() -> Result<()> {
    let db = Database::builder()
        .autocommit(false)
        .open("sqlite::memory:")?;
    db.create_tables(orm::schema![Album, Artist])?;
    assert_eq!(objects(&db)?.len(), 3);
    Ok(())
}

#[test]
fn a_read_only_database_gets_no_tables() -> Result<()> {
    let (_folder, path) = crate::database_file();
    Database::sqlite(&path).open()?;
    let db = Database::sqlite(path).read_only().open()?;
    let refused = db.create_tables(orm::schema![Artist]);
    assert!(matches!(refused, Err(Error::ReadOnly { .. })));
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "employees")]
struct Employee {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Employee, on_delete = set_null))]
    boss: Option<i64>,
}

#[test]
fn a_table_may_refer_to_itself() -> Result<()> {
    let db = memory()?;
    db.create_tables(orm::schema![Employee])?;
    let mut boss = Employee { id: 0, boss: None };
    boss.save(&db)?;
    boss.boss = Some(boss.id);
    boss.save(&db)?;
    let mut clerk = Employee {
        id: 0,
        boss: Some(boss.id),
    };
    clerk.save(&db)?;
    boss.delete(&db)?;
    clerk.reload(&db)?;
    assert_eq!(clerk.boss, None);
    Ok(())
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "countries")]
struct Country {
    #[orm(primary_key(assigned))]
    code: String,
    #[orm(references(City))]
    capital: Option<i64>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "cities")]
struct City {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Country))]
    country: String,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "streets")]
struct Street {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(City))]
    city: i64,
}

#[test]
fn tables_may_refer_to_each_other_in_a_circle() -> Result<()> {
    for schema in [
        orm::schema![Street, City, Country],
        orm::schema![Country, Street, City],
        orm::schema![City, Country, Street],
    ] {
        let db = memory()?;
        db.create_tables(schema)?;
        let mut country = Country {
            code: "SN".into(),
            capital: None,
        };
        country.save(&db)?;
        let mut city = City {
            id: 0,
            country: country.code.clone(),
        };
        city.save(&db)?;
        country.capital = Some(city.id);
        country.save(&db)?;
        Street {
            id: 0,
            city: city.id,
        }
        .insert(&db)?;
        assert!(matches!(
            city.delete(&db),
            Err(Error::ForeignKeyViolation { .. })
        ));
    }
    Ok(())
}

/// Nothing of a schema is created if one of its mappings is refused.
#[track_caller]
fn assert_invalid(schema: &Schema, expected: &'static str, words: &[&str]) -> Result<()> {
    let db = memory()?;
    for refused in [
        schema.to_sql(&db).map(drop),
        schema.create(&db),
        db.create_tables(schema),
    ] {
        match refused {
            Err(error @ Error::InvalidMapping { table, .. }) => {
                assert_eq!(table, expected);
                let message = error.to_string();
                assert!(words.iter().all(|word| message.contains(word)), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(objects(&db)?.is_empty());
    Ok(())
}

#[test]
fn a_required_column_cannot_be_set_to_null() -> Result<()> {
    #[derive(ActiveRecord)]
    struct Deleted {
        #[orm(primary_key)]
        id: i64,
        #[orm(references(Artist, on_delete = set_null))]
        artist: i64,
    }

    #[derive(ActiveRecord)]
    struct Updated {
        #[orm(primary_key)]
        id: i64,
        #[orm(references(Artist, on_update = set_null), column = "the artist")]
        artist: i64,
    }

    assert_invalid(
        &orm::schema![Artist, Deleted],
        "deleted",
        &["artist", "Option"],
    )?;
    assert_invalid(
        &orm::schema![Artist, Updated],
        "updated",
        &["the artist", "Option"],
    )
}

#[test]
fn one_column_cannot_refer_to_a_composite_key() -> Result<()> {
    #[derive(ActiveRecord)]
    struct Lyrics {
        #[orm(primary_key)]
        id: i64,
        #[orm(references(Track))]
        track: i64,
    }

    assert_invalid(&orm::schema![Artist, Track, Lyrics], "lyrics", &["tracks"])
}

#[test]
fn a_table_that_sqlite_refuses_leaves_none_of_the_others() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(check = "no_such_column > 0")]
    struct Mistaken {
        #[orm(primary_key)]
        id: i64,
    }

    #[derive(ActiveRecord)]
    #[orm(strict)]
    struct Untyped {
        #[orm(primary_key)]
        id: i64,
        #[orm(sql_type = "MONEY")]
        price: i64,
    }

    for schema in [
        orm::schema![Artist, Album, Mistaken],
        orm::schema![Artist, Untyped],
    ] {
        let db = memory()?;
        let refused = db.create_tables(schema);
        assert!(matches!(
            refused,
            Err(Error::UnknownColumn { .. } | Error::Database { .. })
        ));
        assert!(objects(&db)?.is_empty());
        db.create_tables(orm::schema![Artist])?;
    }
    Ok(())
}

#[test]
fn a_reference_to_a_table_that_is_not_there_is_noticed_by_the_first_row() -> Result<()> {
    let db = memory()?;
    db.create_tables(orm::schema![Album])?;
    let refused = Album {
        id: 0,
        title: "a".into(),
        artist_id: 1,
    }
    .insert(&db);
    assert!(matches!(
        refused,
        Err(Error::UnknownTable { table, .. }) if table.ends_with("artists")
    ));
    Ok(())
}

#[test]
fn an_index_is_not_made_twice() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "words", index(text), unique(length))]
    struct Word {
        #[orm(primary_key, index)]
        id: i64,
        #[orm(index)]
        text: String,
        #[orm(unique, index)]
        length: i64,
    }

    let db = memory()?;
    db.create_tables(orm::schema![Word])?;
    assert_eq!(objects(&db)?, ["words", "ix_words__text"]);
    Ok(())
}

#[derive(ActiveRecord)]
#[orm(table = "order", index(item_id), unique(item, id, where = "item > 0"))]
struct Order {
    #[orm(primary_key)]
    id: i64,
    item_id: i64,
    item: i64,
}

#[derive(ActiveRecord)]
#[orm(table = "order_item", index(id), unique(order_id, where = "id > 0"))]
struct OrderItem {
    #[orm(primary_key)]
    id: i64,
    order_id: i64,
}

/// An index that exists under its name already is not created, so the names must differ.
#[test]
fn indexes_whose_names_look_alike_are_all_created() -> Result<()> {
    #[expect(
        clippy::duplicated_attributes,
        reason = "a field may be in two lists, which the lint takes for one"
    )]
    #[derive(ActiveRecord)]
    #[orm(
        table = "boxes",
        index(a_b),
        index(a, b),
        unique(a_b, c, where = "c > 0"),
        unique(a, b, c, where = "c > 0")
    )]
    struct Crate {
        #[orm(primary_key)]
        id: i64,
        a_b: i64,
        a: i64,
        b: i64,
        c: i64,
    }

    for (schema, expected) in [
        (orm::schema![Crate], 5),
        (orm::schema![Order, OrderItem], 6),
    ] {
        let db = memory()?;
        db.create_tables(schema)?;
        let objects = objects(&db)?;
        assert_eq!(objects.len(), expected, "{objects:?}");
    }
    Ok(())
}

/// Which of the two would be left out depends on their order, so neither is created.
#[test]
fn different_indexes_of_one_name_are_refused() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "seats", index(hall, where = "hall > 1"))]
    struct Conditions {
        #[orm(primary_key)]
        id: i64,
        #[orm(index)]
        hall: i64,
    }

    #[expect(
        clippy::duplicated_attributes,
        reason = "a field may be in two lists, which the lint takes for one"
    )]
    #[derive(ActiveRecord)]
    #[orm(
        table = "seats",
        unique(hall, where = "id > 1"),
        unique(hall, where = "id > 2")
    )]
    struct Uniques {
        #[orm(primary_key)]
        id: i64,
        hall: i64,
    }

    #[expect(
        clippy::duplicated_attributes,
        reason = "a field may be in two lists, which the lint takes for one"
    )]
    #[derive(ActiveRecord)]
    #[orm(
        table = "rooms",
        index(id, name = "by_id"),
        index(hall, name = "by_id")
    )]
    struct Named {
        #[orm(primary_key)]
        id: i64,
        hall: i64,
    }

    assert_invalid(
        &orm::schema![Conditions],
        "seats",
        &["ix_seats__hall", "name"],
    )?;
    assert_invalid(&orm::schema![Uniques], "seats", &["ux_seats__hall", "name"])?;
    assert_invalid(&orm::schema![Named], "rooms", &["by_id", "name"])
}

/// SQLite's index names belong to the whole database.
#[test]
fn indexes_of_one_name_on_two_tables_are_refused() -> Result<()> {
    #[derive(ActiveRecord)]
    #[orm(table = "halls", index(size, name = "by_size"))]
    struct Hall {
        #[orm(primary_key)]
        id: i64,
        size: i64,
    }

    #[derive(ActiveRecord)]
    #[orm(table = "shoes", index(size, name = "BY_SIZE"))]
    struct Shoe {
        #[orm(primary_key)]
        id: i64,
        size: i64,
    }

    assert_invalid(&orm::schema![Hall, Shoe], "shoes", &["BY_SIZE", "name"])
}
