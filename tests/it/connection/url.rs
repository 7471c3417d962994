//! Database URLs, and paths.

use orm::driver::sqlite::Mode;
use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{Note, database_with_a_note};
use crate::{database_file, said};

#[test]
fn the_forms_of_a_url_name_the_same_file() -> Result<()> {
    let (_folder, path) = database_with_a_note()?;
    let absolute = path.display();
    let up = std::env::current_dir().unwrap().components().count() - 1;
    let relative = "../".repeat(up) + path.strip_prefix("/").unwrap().to_str().unwrap();
    for url in [
        format!("sqlite://{absolute}"),
        format!("sqlite:{absolute}"),
        format!("sqlite://{relative}"),
        format!("sqlite:{relative}"),
        format!("sqlite://{relative}?"),
        format!("sqlite://{relative}?&mode=rw&&"),
    ] {
        let db = Database::open(&url)?;
        assert_eq!(Note::count(&db)?, 1, "{url}");
    }
    Ok(())
}

#[test]
fn the_forms_of_a_url_for_memory_open_an_empty_database() -> Result<()> {
    for url in [
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite::memory:?busy_timeout=10",
    ] {
        let db = Database::open(url)?;
        db.create_tables(orm::schema![Note])?;
        assert_eq!(Note::count(&db)?, 0, "{url}");
    }
    Ok(())
}

#[test]
fn databases_in_memory_are_apart_and_clones_are_one() -> Result<()> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Note])?;
    Note::new("here").insert(&db.clone())?;
    assert_eq!(Note::count(&db)?, 1);

    let other = Database::open("sqlite::memory:")?;
    assert!(matches!(
        Note::count(&other),
        Err(Error::UnknownTable { .. })
    ));
    Ok(())
}

#[test]
fn percent_signs_in_a_url_stand_for_bytes() -> Result<()> {
    let (folder, path) = database_with_a_note()?;
    let strange = folder.path().join("a b?c%d&ä=#.db");
    std::fs::rename(&path, &strange).unwrap();
    let base = folder.path().display();
    for name in [
        "a%20b%3Fc%25d%26%C3%A4%3D%23.db",
        "a b%3fc%25d&%c3%a4=#.db",
        "%61 b%3fc%25d&ä=#.db",
    ] {
        let db = Database::open(&format!("sqlite://{base}/{name}?mode=rw"))?;
        assert_eq!(Note::count(&db)?, 1, "{name}");
    }
    Ok(())
}

#[test]
fn a_path_is_taken_as_it_is() -> Result<()> {
    let (folder, path) = database_with_a_note()?;
    for name in [
        "a%20b.db",
        "a?mode=ro",
        "ä\"'.db",
        "file:x.db",
        ":memory:",
        "newline\n.db",
    ] {
        let renamed = folder.path().join(name);
        std::fs::copy(&path, &renamed).unwrap();
        let db = Database::sqlite(&renamed).mode(Mode::ReadWrite).open()?;
        assert_eq!(Note::count(&db)?, 1, "{name}");
    }
    Ok(())
}

/// SQLite gives paths like these a meaning of its own: every connection would get a database for itself.
#[test]
fn a_path_with_a_meaning_to_sqlite_never_splits_the_database() -> Result<()> {
    let (folder, _) = database_file();
    let base = folder.path().display();
    for path in [
        String::new(),
        ":memory:1".into(),
        "file::memory:".into(),
        format!("file:{base}/x.db?mode=memory"),
    ] {
        let opened = Database::sqlite(&path).mode(Mode::ReadWrite).open();
        assert!(matches!(opened, Err(Error::Connection { .. })), "{path:?}");
    }
    let opened = Database::open("sqlite:%3Amemory%3A?mode=rw");
    assert!(matches!(opened, Err(Error::Connection { .. })));

    let db = Database::sqlite(":memory:").open()?;
    db.create_tables(orm::schema![Note])?;
    assert_eq!(Note::count(&db)?, 0);
    Ok(())
}

#[test]
fn a_malformed_url_is_refused_and_not_repeated() {
    for url in [
        "",
        "hunter2",
        "/hunter2/music.db",
        ":hunter2",
        "postgers://admin:hunter2@localhost/music",
        "postgres://admin:hunter2@localhost/music",
        "mysql://admin:hunter2@localhost/music",
        "SQLite://hunter2",
        "sqlite:",
        "sqlite://",
        "sqlite://?mode=hunter2",
        "sqlite://hunter2?mode=hunter2",
        "sqlite://hunter2?mode",
        "sqlite://hunter2?hunter2=1",
        "sqlite://hunter2?=hunter2",
        "sqlite://hunter2?MODE=ro",
        "sqlite://hunter2?mode=ro?mode=rw",
        "sqlite://hunter2?readers=hunter2",
        "sqlite://hunter2?readers=-1",
        "sqlite://hunter2?readers=99999999999999999999",
        "sqlite://hunter2?statement_cache=1.5",
        "sqlite://hunter2?busy_timeout=",
        "sqlite://hunter2?busy_timeout=5s",
        "sqlite://hunter2?pool_timeout=-hunter2",
        "sqlite://hunter2?autocommit=hunter2",
        "sqlite://hunter2?lazy_loading=hunter2",
        "sqlite://hunter2?password=hunter2",
        "sqlite://hunter2%",
        "sqlite://hunter2%4",
        "sqlite://hunter2%zz",
        "sqlite://hunter2%+1",
        "sqlite://hunter2%-1",
        "sqlite://hunter2%FF",
        "sqlite://hunter2%ä",
        "sqlite://hunter2%00.db",
        "sqlite://hunter2\0.db",
    ] {
        let Err(error) = Database::open(url) else {
            panic!("{url:?} was opened");
        };
        assert!(
            matches!(error, Error::InvalidUrl { .. }),
            "{url:?}: {error:?}"
        );
        assert!(!said(&error).contains("hunter2"), "{url:?}: {error:?}");
    }
}

/// A URL of another database with the wrong scheme must not put its password into a message.
#[test]
fn a_password_in_a_sqlite_url_is_not_repeated() {
    for url in [
        "sqlite://admin:hunter2@localhost/music",
        "sqlite://admin:hunter2@localhost/music?mode=rw",
        "sqlite:admin:hunter2@localhost/music",
        "sqlite://:hunter2@localhost/music",
        "sqlite://admin:hunter2@localhost:5432/music?mode=ro",
    ] {
        let error = Database::open(url).unwrap_err();
        assert!(!said(&error).contains("hunter2"), "{url:?}: {error:?}");
    }
}

#[test]
fn an_unknown_option_is_answered_with_the_known_ones() {
    let error = Database::open("sqlite::memory:?modus=ro").unwrap_err();
    for option in [
        "mode",
        "busy_timeout",
        "pool_timeout",
        "readers",
        "statement_cache",
        "autocommit",
        "lazy_loading",
    ] {
        assert!(error.to_string().contains(option), "{error}");
    }
}
