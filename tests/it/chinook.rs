//! A database that other people made, and the example that maps it.

use std::path::PathBuf;

use orm::prelude::*;
use orm::{Database, Error, Result};
use rust_decimal::Decimal;

#[expect(dead_code, reason = "the test calls what `main` calls")]
#[path = "../../examples/chinook/main.rs"]
mod example;

use example::tables::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist,
    PlaylistTrack, Track,
};

/// The database, if it lies beside the repository.
pub(crate) fn chinook() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/chinook.sqlite");
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "skipped, because there is no Chinook database at {}",
        path.display()
    );
    None
}

/// A copy that may be changed, in a folder that goes away with the test.
fn copy(path: PathBuf) -> Result<(tempfile::TempDir, Database)> {
    let (folder, copy) = crate::database_file();
    let bytes = std::fs::read(path).expect("the database can be read");
    std::fs::write(&copy, bytes).expect("a temporary file can be written");
    Ok((folder, Database::sqlite(copy).open()?))
}

/// The number that a query of one row and column yields.
fn number(db: &Database, sql: &'static str) -> Result<orm::Value> {
    Ok(db.query(sql, &[])?.remove(0).remove(0))
}

#[test]
fn every_row_of_every_table_can_be_read() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let rows = [
        ("SELECT count(*) FROM Artist", Artist::all(&db)?.len()),
        ("SELECT count(*) FROM Album", Album::all(&db)?.len()),
        ("SELECT count(*) FROM Track", Track::all(&db)?.len()),
        ("SELECT count(*) FROM Genre", Genre::all(&db)?.len()),
        ("SELECT count(*) FROM MediaType", MediaType::all(&db)?.len()),
        ("SELECT count(*) FROM Playlist", Playlist::all(&db)?.len()),
        (
            "SELECT count(*) FROM PlaylistTrack",
            PlaylistTrack::all(&db)?.len(),
        ),
        ("SELECT count(*) FROM Employee", Employee::all(&db)?.len()),
        ("SELECT count(*) FROM Customer", Customer::all(&db)?.len()),
        ("SELECT count(*) FROM Invoice", Invoice::all(&db)?.len()),
        (
            "SELECT count(*) FROM InvoiceLine",
            InvoiceLine::all(&db)?.len(),
        ),
    ];
    for (sql, loaded) in rows {
        let stored = number(&db, sql)?;
        assert!(
            stored == orm::Value::Int(i64::try_from(loaded).unwrap_or(-1)),
            "{sql}: {loaded}"
        );
    }
    assert_eq!(
        rows.map(|(_, loaded)| loaded),
        [275, 347, 3503, 25, 5, 18, 8715, 8, 59, 412, 2240]
    );
    Ok(())
}

#[test]
fn the_sums_are_right_to_the_cent() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let total: Decimal = Invoice::all(&db)?.iter().map(|invoice| invoice.total).sum();
    assert_eq!(total, Decimal::new(232_860, 2));
    let lines = InvoiceLine::all(&db)?;
    let sold = lines
        .iter()
        .map(|line| line.unit_price * Decimal::from(line.quantity));
    assert_eq!(sold.sum::<Decimal>(), total);
    assert_eq!(lines.iter().map(|line| line.quantity).sum::<i32>(), 2240);
    let tracks = Track::all(&db)?;
    let milliseconds = tracks.iter().map(|track| track.milliseconds).sum::<i64>();
    assert!(number(&db, "SELECT sum(Milliseconds) FROM Track")? == milliseconds.into());
    let bytes = tracks.iter().filter_map(|track| track.bytes).sum::<i64>();
    assert!(number(&db, "SELECT sum(Bytes) FROM Track")? == bytes.into());
    Ok(())
}

#[test]
fn single_rows_are_what_is_known_of_them() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    assert_eq!(Artist::get(&db, 1)?.name.as_deref(), Some("AC/DC"));
    let boss = Employee::query()
        .filter(Employee::REPORTS_TO.eq(None))
        .one(&db)?;
    assert_eq!(
        (
            boss.last_name.as_str(),
            boss.contact.address.city.as_deref()
        ),
        ("Adams", Some("Edmonton"))
    );
    let born = boss.birth_date.map(|date| date.to_string());
    assert_eq!(born.as_deref(), Some("1962-02-18 00:00:00"));
    let first = Invoice::first(&db)?.map(|invoice| (invoice.billing.street, invoice.total));
    assert_eq!(
        first,
        Some((Some("Theodor-Heuss-Straße 34".into()), Decimal::new(198, 2)))
    );
    assert!(PlaylistTrack::exists(&db, (1, 3402))?);
    assert!(!PlaylistTrack::exists(&db, (3402, 1))?);
    let cheap = Track::query().filter(Track::UNIT_PRICE.eq(Decimal::new(99, 2)));
    assert!(
        number(&db, "SELECT count(*) FROM Track WHERE UnitPrice = 0.99")? == count(&cheap, &db)?
    );
    Ok(())
}

fn count(query: &orm::Query<Track>, db: &Database) -> Result<orm::Value> {
    Ok(i64::try_from(query.count(db)?).unwrap_or(-1).into())
}

#[test]
fn rows_of_a_copy_can_be_changed() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let (_folder, db) = copy(path)?;
    let mut artist = Artist {
        artist_id: 0,
        name: Some("Nina Simone".into()),
    };
    artist.save(&db)?;
    assert_eq!(artist.artist_id, 276);
    let mut album = Album {
        album_id: 0,
        title: "Pastel Blues".into(),
        artist_id: artist.artist_id,
    };
    album.save(&db)?;
    let refused = artist.delete(&db);
    assert!(matches!(
        refused,
        Err(Error::ForeignKeyViolation { table, columns, .. }) if table == "Album" && columns == ["ArtistId"]
    ));
    album.artist_id = 9999;
    let refused = album.save(&db);
    assert!(matches!(
        refused,
        Err(Error::ForeignKeyViolation { table, columns, .. }) if table == "Album" && columns == ["ArtistId"]
    ));
    let twice = PlaylistTrack {
        playlist_id: 1,
        track_id: 3402,
    }
    .insert(&db);
    assert!(matches!(
        twice,
        Err(Error::UniqueViolation { table, columns, .. })
            if table == "PlaylistTrack" && columns == ["PlaylistId", "TrackId"]
    ));
    album.delete(&db)?;
    artist.delete(&db)?;
    assert_eq!(Artist::count(&db)?, 275);
    Ok(())
}

#[test]
fn every_row_survives_being_saved() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let (_folder, db) = copy(path)?;
    let sums =
        "SELECT (SELECT sum(Total) FROM Invoice), (SELECT group_concat(Email) FROM Customer),
                       (SELECT count(*) FROM Track WHERE typeof(UnitPrice) = 'real')";
    let before = db.query(sums, &[])?;
    db.transaction(|tx| {
        for mut invoice in Invoice::all(tx)? {
            invoice.save(tx)?;
        }
        for mut customer in Customer::all(tx)? {
            customer.save(tx)?;
        }
        for mut track in Track::all(tx)? {
            track.save(tx)?;
        }
        Ok(())
    })?;
    assert!(db.query(sums, &[])? == before);
    Ok(())
}

#[test]
fn the_example_runs_and_leaves_the_file_as_it_is() {
    let Some(path) = chinook() else { return };
    let before = std::fs::read(&path).expect("the database can be read");
    example::run(&path).expect("the example runs");
    let after = std::fs::read(&path).expect("the database can be read");
    assert!(before == after, "the example changed the file");
    let log = path.with_extension("sqlite-wal");
    assert!(!log.exists(), "the example left a log behind");
}

#[test]
fn the_example_says_what_is_wrong_with_a_file() {
    let (_folder, path) = crate::database_file();
    let missing = example::run(&path).expect_err("there is no file");
    assert_eq!(missing.to_string(), "the database cannot be used");
    assert!(!path.exists());
    std::fs::write(&path, "no database, but a text of some length").expect("a file");
    assert!(example::run(&path).is_err());
}
