//! Keys in tables that other people made.

use orm::prelude::*;
use orm::{Database, Error, Result};

#[derive(Debug, Clone, PartialEq, ActiveRecord)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    text: String,
}

fn note(text: &str) -> Note {
    Note {
        id: 0,
        text: text.into(),
    }
}

fn foreign(ddl: &'static str) -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.transaction(|tx| {
        orm::Executor::run(tx, orm::Access::Write, &mut |connection| {
            connection.batch(ddl)
        })
    })?;
    Ok(db)
}

/// Saves notes in the ways that ask for the key, and finds them by the key that came back.
#[track_caller]
fn assert_keys_come_back(db: &Database) -> Result<()> {
    let mut notes = [note("a"), note("b"), note("c"), note("d")];
    let [first, second, rest @ ..] = &mut notes;
    first.insert(db)?;
    second.save(db)?;
    Note::insert_many(db, rest)?;
    for note in &notes {
        assert_ne!(note.id, 0);
        assert_eq!(&Note::get(db, note.id)?, note);
    }
    assert_eq!(Note::count(db)?, 4);
    Ok(())
}

#[test]
fn an_int_primary_key_is_not_the_rowid() -> Result<()> {
    let db = foreign("CREATE TABLE notes (id INT PRIMARY KEY DEFAULT (abs(random())), text TEXT)")?;
    assert_keys_come_back(&db)
}

#[test]
fn a_key_of_another_type_is_not_the_rowid() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id BIGINT NOT NULL DEFAULT (abs(random())), text TEXT, PRIMARY KEY (id))",
    )?;
    assert_keys_come_back(&db)
}

#[test]
fn a_table_without_rowid_has_none() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY DEFAULT (abs(random())), text TEXT) WITHOUT ROWID",
    )?;
    assert_keys_come_back(&db)
}

#[test]
fn a_descending_integer_key_is_not_the_rowid() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY DESC DEFAULT (abs(random())), text TEXT)",
    )?;
    assert_keys_come_back(&db)
}

#[test]
fn the_rowid_may_be_another_column() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (row INTEGER PRIMARY KEY, id INTEGER UNIQUE DEFAULT (abs(random())), text TEXT)",
    )?;
    assert_keys_come_back(&db)
}

#[test]
fn an_integer_key_may_be_declared_after_the_columns_and_in_another_case() -> Result<()> {
    let db = foreign(
        "CREATE TABLE [Notes] ([Text] NVARCHAR(9), [Id] INTEGER NOT NULL, CONSTRAINT [PK_Notes] PRIMARY KEY ([Id]))",
    )?;
    assert_keys_come_back(&db)
}

/// SQLite forgets the row id of what a trigger inserted when the trigger ends.
#[test]
fn triggers_that_insert_elsewhere_do_not_disturb_the_key() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
         CREATE TABLE history (id INTEGER PRIMARY KEY, text TEXT);
         INSERT INTO history VALUES (1000, 'old');
         CREATE TRIGGER before_note BEFORE INSERT ON notes BEGIN
             INSERT INTO history (text) VALUES (NEW.text);
         END;
         CREATE TRIGGER after_note AFTER INSERT ON notes BEGIN
             INSERT INTO history (text) VALUES (NEW.text);
         END",
    )?;
    assert_keys_come_back(&db)
}

#[test]
fn a_key_that_a_trigger_fills_in_too_late_is_refused_and_nothing_is_stored() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id INT PRIMARY KEY, text TEXT);
         CREATE TRIGGER number AFTER INSERT ON notes BEGIN
             UPDATE notes SET id = 1 + (SELECT count(*) FROM notes) WHERE rowid = NEW.rowid;
         END",
    )?;
    let (mut one, mut two) = (note("a"), [note("b"), note("c")]);
    for refused in [one.insert(&db), Note::insert_many(&db, &mut two)] {
        assert!(
            matches!(
                refused,
                Err(Error::Decode {
                    table: "notes",
                    column: "id",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    assert_eq!((one, two), (note("a"), [note("b"), note("c")]));
    assert_eq!(Note::count(&db)?, 0);
    Ok(())
}

/// The constraint leaves the second row out, and the last row id is that of the first.
#[test]
fn a_row_that_the_table_ignores_does_not_get_the_key_of_another() -> Result<()> {
    let db = foreign(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE ON CONFLICT IGNORE)",
    )?;
    note("alike").insert(&db)?;
    let mut second = note("alike");
    let inserted = second.insert(&db);
    assert!(inserted.is_err(), "nothing was inserted");
    assert_eq!((second.id, Note::count(&db)?), (0, 1));
    Ok(())
}

#[test]
fn a_row_that_the_table_ignores_does_not_shift_the_keys_of_a_batch() -> Result<()> {
    for ddl in [
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE ON CONFLICT IGNORE)",
        "CREATE TABLE notes (id INT PRIMARY KEY DEFAULT (abs(random())), text TEXT UNIQUE ON CONFLICT IGNORE)",
    ] {
        let db = foreign(ddl)?;
        let mut notes = [note("a"), note("a"), note("b")];
        let inserted = Note::insert_many(&db, &mut notes);
        assert!(inserted.is_err(), "one row was not inserted");
        assert!(notes.iter().all(|note| note.id == 0));
        assert_eq!(Note::count(&db)?, 0);
    }
    Ok(())
}

#[test]
fn a_table_that_is_made_anew_with_another_key_gives_the_right_one() -> Result<()> {
    let db = foreign("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")?;
    note("a").insert(&db)?;
    db.execute("DROP TABLE notes", &[])?;
    db.execute(
        "CREATE TABLE notes (id INT PRIMARY KEY DEFAULT (abs(random())), text TEXT)",
        &[],
    )?;
    assert_keys_come_back(&db)
}
