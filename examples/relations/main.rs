//! A tour of relations, on the database of the Chinook music shop: artists with their albums and tracks,
//! playlists and the tracks in them, and employees as a tree.
//!
//! Run it with `cargo run --example relations -- FILE`. The file is only read; what is changed is a copy.

pub(crate) mod tables;

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use orm::prelude::*;
use orm::testing::count_queries;
use orm::{BelongsTo, Database, HasMany, ManyToMany};
use rust_decimal::Decimal;

use self::tables::{Album, Artist, Employee, Playlist, Track};

const USAGE: &str = "\
usage: cargo run --example relations -- FILE

FILE is the Chinook database for SQLite. It is only read.";

/// What the tour shows, as text.
pub(crate) type Shown = Result<String, Box<dyn StdError>>;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [file] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(Path::new(file)) {
        Ok(shown) => {
            print!("{shown}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The whole tour.
pub(crate) fn run(file: &Path) -> Shown {
    let db = Database::sqlite(file).read_only().open()?;
    let stations = [
        discography,
        longest_tracks,
        playlists,
        staff,
        chain_of_command,
    ];
    let mut shown = String::new();
    for station in stations {
        let (text, statements) = count_queries(&db, || station(&db));
        writeln!(shown, "{}({statements} statements)\n", text?)?;
    }

    // The bytes and not the file, which nobody may be allowed to write.
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("chinook.sqlite");
    std::fs::write(&copy, std::fs::read(file)?)?;
    shown += &change(&Database::sqlite(copy).open()?)?;
    Ok(shown)
}

/// Artists, their albums, and the tracks of these: one statement for each of the three, however many rows.
fn discography(db: &Database) -> Shown {
    let albums = Artist::ALBUMS
        .order_by(Album::TITLE)
        .with(Album::TRACKS.order_by(Track::MILLISECONDS.desc()).limit(2));
    let artists = Artist::query()
        .filter(Artist::NAME.starts_with("Black"))
        .with(albums)
        .order_by(Artist::NAME)
        .all(db)?;
    let mut text = String::from("Artists, albums, and the two longest tracks of each\n");
    for artist in &artists {
        writeln!(text, "  {}", artist.name.as_deref().unwrap_or("?"))?;
        for album in artist.albums.get()? {
            writeln!(text, "    {}", album.title)?;
            for track in album.tracks.get()? {
                writeln!(
                    text,
                    "      {} ({} s)",
                    track.name,
                    track.milliseconds / 1000
                )?;
            }
        }
    }
    Ok(text)
}

/// Conditions and orders across relations: the tables are joined, or asked, where they are needed.
fn longest_tracks(db: &Database) -> Shown {
    let artist = Track::ALBUM.then(Album::ARTIST).field(Artist::NAME);
    let in_many_lists = Track::PLAYLISTS.count().ge(3);
    let tracks = Track::query()
        .filter(artist.starts_with("I") & in_many_lists)
        .with(Track::ALBUM.joined().with(Album::ARTIST.joined()))
        .order_by(Track::MILLISECONDS.desc())
        .limit(3)
        .all(db)?;
    let mut text =
        String::from("The longest tracks by artists with I that are in three playlists or more\n");
    for track in &tracks {
        let album = track.album.get()?.ok_or("it is on no album")?;
        let artist = album.artist.get()?.name.as_deref().unwrap_or("?");
        writeln!(text, "  {} ({}, {artist})", track.name, album.title)?;
    }
    Ok(text)
}

/// Many to many: playlists with how many tracks they have, and with the first two of them.
fn playlists(db: &Database) -> Shown {
    let lists = Playlist::query()
        .filter(Playlist::TRACKS.count().between(10, 100))
        .with(Playlist::TRACKS.order_by(Track::TRACK_ID).limit(2))
        .order_by(Playlist::PLAYLIST_ID)
        .annotate(Playlist::TRACKS.count())
        .all(db)?;
    let mut text = String::from("Playlists of 10 to 100 tracks, and the first two\n");
    for (list, tracks) in &lists {
        writeln!(text, "  {} ({tracks})", list.name.as_deref().unwrap_or("?"))?;
        for track in list.tracks.get()? {
            writeln!(text, "    {}", track.name)?;
        }
    }
    Ok(text)
}

/// A tree, level by level.
fn staff(db: &Database) -> Shown {
    let everybody = Employee::REPORTS.order_by(Employee::LAST_NAME).recursive();
    let chief = Employee::query()
        .filter(Employee::REPORTS_TO.is_null())
        .with(everybody)
        .one(db)?;
    let mut text = String::from("Who reports to whom\n");
    // A list of what is still to be shown, instead of a function that calls itself.
    let mut open = vec![(&chief, 1)];
    while let Some((employee, depth)) = open.pop() {
        let Employee {
            first_name,
            last_name,
            title,
            ..
        } = employee;
        let (indent, title) = ("  ".repeat(depth), title.as_deref().unwrap_or("?"));
        writeln!(text, "{indent}{first_name} {last_name}, {title}")?;
        let reports = employee.reports.get()?.iter().rev();
        open.extend(reports.map(|report| (report, depth + 1)));
    }
    Ok(text)
}

/// The same tree from the other end.
fn chain_of_command(db: &Database) -> Shown {
    let steve = Employee::query()
        .filter(Employee::FIRST_NAME.eq("Steve"))
        .with(Employee::MANAGER.recursive())
        .one(db)?;
    let mut text = String::from("Above Steve\n ");
    let mut next = steve.manager.get()?;
    while let Some(manager) = next {
        write!(text, " < {} {}", manager.first_name, manager.last_name)?;
        next = manager.manager.get()?;
    }
    Ok(text + "\n")
}

/// A new artist with an album and its tracks, one of which is put into a playlist.
fn change(db: &Database) -> Shown {
    let track = |name: &str| Track {
        track_id: 0,
        name: name.into(),
        milliseconds: 200_000,
        media_type_id: 1,
        unit_price: Decimal::ONE,
        album_id: None,
        album: BelongsTo::default(),
        playlists: ManyToMany::default(),
    };
    let album = Album {
        album_id: 0,
        title: "Pastel Blues".into(),
        artist_id: 0,
        artist: BelongsTo::default(),
        tracks: HasMany::new(vec![track("Be My Husband"), track("Sinnerman")]),
    };
    let mut nina = Artist {
        artist_id: 0,
        name: Some("Nina Simone".into()),
        albums: HasMany::new(vec![album]),
        tracks: HasMany::default(),
    };
    nina.save_graph(db)?; // three statements, in one transaction

    let mut classics =
        Playlist::find_by(db, Playlist::NAME.eq("Classical"))?.ok_or("no such list")?;
    let before = classics.tracks_query().count(db)?;
    let longest = nina.tracks(db)?.last().ok_or("no track")?.track_id;
    Playlist::TRACKS.add_keys(db, &mut classics, [longest])?;
    let after = classics.tracks_query().count(db)?;

    let mut text = String::from("A new artist, whose tracks are in the list of classics\n");
    writeln!(
        text,
        "  {} tracks of Nina Simone",
        nina.tracks_query().count(db)?
    )?;
    writeln!(text, "  {before} classics, and then {after}")?;
    Ok(text)
}
