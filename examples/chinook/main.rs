//! A database that other people made: the Chinook music shop, mapped in `tables.rs`.
//!
//! Run it with `cargo run --example chinook -- FILE`. The file is only read; what is changed is a copy.

pub(crate) mod tables;

use std::error::Error as StdError;
use std::path::Path;
use std::process::ExitCode;

use orm::prelude::*;
use orm::{Database, Error};
use rust_decimal::Decimal;

use self::tables::{
    Address, Album, Artist, Contact, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType,
    Playlist, PlaylistTrack, Track,
};

const USAGE: &str = "\
usage: cargo run --example chinook -- FILE

FILE is the Chinook database for SQLite. It is only read.";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [file] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(Path::new(file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(source) = error.source() {
                eprintln!("       {source}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Looks around in a Chinook database, and then works on a copy of it.
pub(crate) fn run(file: &Path) -> Result<(), Box<dyn StdError>> {
    let db = Database::sqlite(file).read_only().open()?;
    print_counts(&db)?;
    print_tracks(&db)?;
    print_artist(&db, "Led Zeppelin")?;
    print_sales(&db)?;

    // The bytes and not the file, which nobody may be allowed to write.
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("chinook.sqlite");
    std::fs::write(&copy, std::fs::read(file)?)?;
    change(&Database::sqlite(copy).open()?)?;
    Ok(())
}

fn print_counts(db: &Database) -> orm::Result<()> {
    println!("Rows");
    let counts = [
        ("artists", Artist::count(db)?),
        ("albums", Album::count(db)?),
        ("tracks", Track::count(db)?),
        ("genres", Genre::count(db)?),
        ("media types", MediaType::count(db)?),
        ("playlists", Playlist::count(db)?),
        ("tracks in playlists", PlaylistTrack::count(db)?),
        ("customers", Customer::count(db)?),
        ("employees", Employee::count(db)?),
        ("invoices", Invoice::count(db)?),
        ("lines of invoices", InvoiceLine::count(db)?),
    ];
    for (what, count) in counts {
        println!("  {count:>5} {what}");
    }
    Ok(())
}

/// The second page of the long jazz tracks.
fn print_tracks(db: &Database) -> orm::Result<()> {
    println!("\nLong jazz, page 2");
    let jazz = Genre::query().filter(Genre::NAME.eq("Jazz")).one(db)?;
    let page = Track::query()
        .filter(Track::GENRE_ID.eq(jazz.genre_id) & Track::MILLISECONDS.gt(300_000))
        .order_by((Track::MILLISECONDS.desc(), Track::NAME))
        .offset(5)
        .limit(5)
        .all(db)?;
    for track in page {
        let seconds = track.milliseconds / 1000;
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        println!(
            "  {minutes:>2}:{seconds:02} {:<40} {}",
            track.name, track.unit_price
        );
    }
    Ok(())
}

fn print_artist(db: &Database, name: &str) -> orm::Result<()> {
    println!("\n{name}");
    let Some(artist) = Artist::find_by(db, Artist::NAME.eq(name))? else {
        println!("  nobody of that name");
        return Ok(());
    };
    let albums = Album::query()
        .filter(Album::ARTIST_ID.eq(artist.artist_id))
        .order_by(Album::TITLE)
        .all(db)?;
    for album in albums {
        let tracks = Track::query().filter(Track::ALBUM_ID.eq(album.album_id));
        println!("  {:<45} {:>2} tracks", album.title, tracks.count(db)?);
    }
    Ok(())
}

/// Decimal numbers, exactly, one row in memory at a time; and a column of an embedded value.
fn print_sales(db: &Database) -> orm::Result<()> {
    let mut total = Decimal::ZERO;
    Invoice::query().for_each(db, |invoice| {
        total += invoice.total;
        Ok(())
    })?;
    let country = Customer::CONTACT
        .embedded(Contact::ADDRESS)
        .field(Address::COUNTRY);
    let brazilians = Customer::query().filter(country.eq("Brazil")).count(db)?;
    println!("\nSold for {total}; {brazilians} customers live in Brazil");
    Ok(())
}

fn change(db: &Database) -> orm::Result<()> {
    println!("\nOn a copy");

    // All of it or nothing: an artist, an album and its tracks.
    let (mut artist, album) = db.transaction(|tx| {
        let mut artist = Artist {
            artist_id: 0,
            name: Some("Nina Simone".into()),
        };
        artist.save(tx)?;
        let mut album = Album {
            album_id: 0,
            title: "Pastel Blues".into(),
            artist_id: artist.artist_id,
        };
        album.save(tx)?;
        let mut tracks = ["Be My Husband", "Sinnerman"].map(|name| track(name, &album));
        Track::insert_many(tx, &mut tracks)?;
        Ok((artist, album))
    })?;
    println!(
        "  inserted  artist {}, album {}",
        artist.artist_id, album.album_id
    );

    // One record, and several in one statement.
    artist.name = Some("Eunice Waymon".into());
    artist.save(db)?;
    let tracks = Track::query().filter(Track::ALBUM_ID.eq(album.album_id));
    let cheaper = tracks.update(db, Track::UNIT_PRICE.set(Decimal::new(79, 2)))?;
    let name = Artist::get(db, artist.artist_id)?.name.unwrap_or_default();
    println!("  changed   the artist to {name}, the price of {cheaper} tracks");

    // A violated constraint says which one it was.
    match artist.delete(db) {
        Err(Error::ForeignKeyViolation { table, columns, .. }) => {
            println!(
                "  refused   {table} still refers to the artist by {}",
                columns.join(", ")
            );
        }
        other => other?,
    }

    let deleted = tracks.delete(db)?;
    album.delete(db)?;
    artist.delete(db)?;
    println!("  deleted   {deleted} tracks, the album and the artist");
    Ok(())
}

fn track(name: &str, album: &Album) -> Track {
    Track {
        track_id: 0,
        name: name.into(),
        album_id: Some(album.album_id),
        media_type_id: 1,
        genre_id: None,
        composer: None,
        milliseconds: 240_000,
        bytes: None,
        unit_price: Decimal::new(99, 2),
    }
}
