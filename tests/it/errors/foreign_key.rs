//! FOREIGN KEY, which SQLite reports without a name.

use orm::prelude::*;
use orm::{Database, Error, Result};

use super::{assert_violation, database, foreign};

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "artists")]
struct Artist {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key(assigned))]
    code: String,
}

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "albums")]
struct Album {
    #[orm(primary_key)]
    id: i64,
    #[orm(references(Artist))]
    artist: i64,
    #[orm(references(Label))]
    label: Option<String>,
}

/// The same tables as others would make them, so that nothing of the references is in the mapping.
#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "albums")]
struct Plain {
    #[orm(primary_key)]
    id: i64,
    artist: i64,
    label: Option<String>,
}

/// Two artists, of which the first has an album.
fn music() -> Result<Database> {
    let db = database(&orm::schema![Artist, Label, Album])?;
    Artist::insert_many(&db, &mut [Artist { id: 0 }, Artist { id: 0 }])?;
    Label { code: "PHI".into() }.insert(&db)?;
    album(1, Some("PHI")).insert(&db)?;
    Ok(db)
}

fn album(artist: i64, label: Option<&str>) -> Album {
    Album {
        id: 0,
        artist,
        label: label.map(str::to_owned),
    }
}

fn plain(artist: i64, label: Option<&str>) -> Plain {
    Plain {
        id: 0,
        artist,
        label: label.map(str::to_owned),
    }
}

#[test]
fn a_new_row_names_the_reference_that_points_nowhere() -> Result<()> {
    let db = music()?;
    for (artist, label, columns) in [
        (9, None, &["artist"]),
        (9, Some("PHI"), &["artist"]),
        (1, Some("XXX"), &["label"]),
    ] {
        let refused = album(artist, label).insert(&db);
        assert_violation(&db, refused, "foreign key", "albums", columns)?;
        let refused = album(artist, label).upsert(&db);
        assert_violation(&db, refused, "foreign key", "albums", columns)?;
        let refused = plain(artist, label).insert(&db);
        assert_violation(&db, refused, "foreign key", "albums", columns)?;
    }
    assert_eq!(Album::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_changed_row_names_the_reference_that_points_nowhere() -> Result<()> {
    let db = music()?;
    let mut mapped = Album::get(&db, 1)?;
    mapped.artist = 9;
    assert_violation(&db, mapped.save(&db), "foreign key", "albums", &["artist"])?;
    let only = mapped.save_only(&db, Album::ARTIST);
    assert_violation(&db, only, "foreign key", "albums", &["artist"])?;
    let mut plain = Plain::get(&db, 1)?;
    plain.label = Some("XXX".into());
    assert_violation(&db, plain.update(&db), "foreign key", "albums", &["label"])?;
    assert_eq!(Album::get(&db, 1)?.artist, 1);
    Ok(())
}

/// What was changed in memory and not written cannot be the culprit.
#[test]
fn save_only_names_a_column_that_it_wrote() -> Result<()> {
    let db = music()?;
    let mut album = Album::get(&db, 1)?;
    album.artist = 9;
    album.label = Some("XXX".into());
    let only = album.save_only(&db, Album::LABEL);
    assert_violation(&db, only, "foreign key", "albums", &["label"])?;
    let only = album.save_only(&db, Album::ARTIST);
    assert_violation(&db, only, "foreign key", "albums", &["artist"])
}

#[test]
fn a_row_in_the_middle_of_a_batch_names_its_reference() -> Result<()> {
    let db = music()?;
    let mut albums = [album(1, None), album(2, Some("XXX")), album(1, None)];
    let many = Album::insert_many(&db, &mut albums);
    assert_violation(&db, many, "foreign key", "albums", &["label"])?;
    let many = Plain::insert_many(&db, &mut [plain(1, None), plain(9, None)]);
    assert_violation(&db, many, "foreign key", "albums", &["artist"])?;
    assert!(albums.iter().all(|album| album.id == 0));
    assert_eq!(Album::count(&db)?, 1);
    Ok(())
}

#[test]
fn a_row_that_others_refer_to_names_their_reference() -> Result<()> {
    let db = music()?;
    let artist = Artist::get(&db, 1)?;
    assert_violation(
        &db,
        artist.delete(&db),
        "foreign key",
        "albums",
        &["artist"],
    )?;
    let by_key = Artist::delete_by_key(&db, 1);
    assert_violation(&db, by_key, "foreign key", "albums", &["artist"])?;
    let label = Label { code: "PHI".into() }.delete(&db);
    assert_violation(&db, label, "foreign key", "albums", &["label"])?;
    assert!(Artist::delete_by_key(&db, 2)?);
    Ok(())
}

#[test]
fn violations_in_a_transaction_are_named_too() -> Result<()> {
    let db = music()?;
    db.transaction(|tx| {
        let mut third = Artist { id: 0 };
        third.insert(tx)?;
        album(third.id, None).insert(tx)?;
        for (refused, columns) in [
            (album(third.id, Some("XXX")).insert(tx), ["label"]),
            (third.delete(tx), ["artist"]),
        ] {
            match refused {
                Err(Error::ForeignKeyViolation { columns: found, .. }) => {
                    assert_eq!(found, columns);
                }
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    })?;
    assert_eq!(Album::count(&db)?, 2);
    Ok(())
}

#[test]
fn changes_of_many_rows_are_refused() -> Result<()> {
    let db = music()?;
    let deleted = Artist::query().all_rows().delete(&db);
    assert!(matches!(deleted, Err(Error::ForeignKeyViolation { .. })));
    let moved = Artist::query()
        .filter(Artist::ID.eq(1))
        .update(&db, Artist::ID.set(7));
    assert!(matches!(moved, Err(Error::ForeignKeyViolation { .. })));
    let dangling = Album::query().all_rows().update(&db, Album::ARTIST.set(9));
    assert!(matches!(
        dangling,
        Err(Error::ForeignKeyViolation { table, .. }) if table == "albums"
    ));
    let raw = db.execute("DELETE FROM artists", &[]);
    assert!(matches!(raw, Err(Error::ForeignKeyViolation { .. })));
    assert_eq!((Artist::count(&db)?, Album::count(&db)?), (2, 1));
    Ok(())
}

#[test]
fn a_deferred_reference_is_noticed_by_the_commit() -> Result<()> {
    let db = foreign(
        "CREATE TABLE artists (id INTEGER PRIMARY KEY);
         CREATE TABLE albums (id INTEGER PRIMARY KEY, label TEXT,
             artist INT REFERENCES artists DEFERRABLE INITIALLY DEFERRED)",
    )?;
    let committed = db.transaction(|tx| plain(1, None).insert(tx));
    assert!(matches!(committed, Err(Error::ForeignKeyViolation { .. })));
    assert_eq!(Plain::count(&db)?, 0);
    db.transaction(|tx| {
        plain(1, None).insert(tx)?;
        Artist { id: 0 }.insert(tx)
    })?;
    assert_eq!(Plain::count(&db)?, 1);
    Ok(())
}

/// Declares a tree whose nodes refer to artists too, the references in the order that is given.
macro_rules! nodes {
    ($($test:ident: $first:ident, $second:ident;)*) => {$(
        #[test]
        fn $test() -> Result<()> {
            #[derive(Debug, Clone, ActiveRecord)]
            #[orm(table = "nodes")]
            struct Node {
                #[orm(primary_key(assigned))]
                id: i64,
                #[orm(references($first))]
                one: Option<i64>,
                #[orm(references($second))]
                other: Option<i64>,
            }

            let swapped = stringify!($second) == "Node";
            let (parent_column, artist_column) = if swapped { ("other", "one") } else { ("one", "other") };
            let node = |id, parent, artist| {
                let (one, other) = if swapped { (artist, parent) } else { (parent, artist) };
                Node { id, one, other }
            };
            let db = database(&orm::schema![Node, Artist])?;
            let mut nodes = [node(1, None, None), node(2, Some(1), None), node(3, Some(2), Some(9))];
            let many = Node::insert_many(&db, &mut nodes);
            assert_violation(&db, many, "foreign key", "nodes", &[artist_column])?;
            let itself = node(5, Some(5), Some(9)).insert(&db);
            assert_violation(&db, itself, "foreign key", "nodes", &[artist_column])?;
            let orphan = node(4, Some(9), None).insert(&db);
            assert_violation(&db, orphan, "foreign key", "nodes", &[parent_column])?;
            nodes[2] = node(3, Some(2), None);
            Node::insert_many(&db, &mut nodes)?;
            let parent = Node::delete_by_key(&db, 1);
            assert_violation(&db, parent, "foreign key", "nodes", &[parent_column])
        }
    )*};
}

// The parents of a batch are there while it is inserted, and gone when the error is looked into.
nodes! {
    a_reference_within_a_batch_is_not_blamed_for_another: Node, Artist;
    nor_is_it_the_other_way_round: Artist, Node;
}

/// Only the second of the two references keeps the row.
#[test]
fn a_reference_that_would_follow_is_not_blamed_for_one_that_would_not() -> Result<()> {
    let db = foreign(
        "CREATE TABLE artists (id INTEGER PRIMARY KEY);
         CREATE TABLE a_cascade (artist INT REFERENCES artists ON DELETE CASCADE);
         CREATE TABLE b_set_null (artist INT REFERENCES artists ON DELETE SET NULL);
         CREATE TABLE c_restrict (\"the artist\" INT REFERENCES artists (id) ON DELETE RESTRICT);
         INSERT INTO artists VALUES (1);
         INSERT INTO a_cascade VALUES (1);
         INSERT INTO b_set_null VALUES (1);
         INSERT INTO c_restrict VALUES (1)",
    )?;
    let refused = Artist { id: 1 }.delete(&db);
    assert_violation(&db, refused, "foreign key", "c_restrict", &["the artist"])
}

/// Messages that repeat a bound value are kept from the user, and this one only seems to.
#[test]
fn a_key_that_is_a_word_of_the_message_does_not_hide_it() -> Result<()> {
    for action in ["", "ON DELETE RESTRICT"] {
        let db = Database::open("sqlite::memory:")?;
        let ddl = format!(
            "CREATE TABLE albums (id INTEGER PRIMARY KEY, artist INT, label TEXT REFERENCES labels {action})"
        );
        db.execute("CREATE TABLE labels (code TEXT PRIMARY KEY)", &[])?;
        db.execute(orm::Sql::trusted(ddl), &[])?;
        let label = Label {
            code: "Foreign Key".into(),
        };
        label.clone().insert(&db)?;
        plain(1, Some("Foreign Key")).insert(&db)?;
        assert_violation(&db, label.delete(&db), "foreign key", "albums", &["label"])?;
    }
    Ok(())
}

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "tracks")]
struct Track {
    #[orm(primary_key)]
    album: i64,
    #[orm(primary_key)]
    number: i64,
    #[orm(column = "the isrc")]
    isrc: Option<String>,
}

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "the lyrics")]
struct Lyrics {
    #[orm(primary_key)]
    id: i64,
    #[orm(column = "track \"album\"")]
    album: Option<i64>,
    #[orm(column = "track.number")]
    number: Option<i64>,
    isrc: Option<String>,
}

fn tracks() -> Result<Database> {
    let db = foreign(
        "CREATE TABLE tracks (album INT, number INT, \"the isrc\" TEXT UNIQUE, PRIMARY KEY (number, album));
         CREATE TABLE \"the lyrics\" (
             id INTEGER PRIMARY KEY, \"track \"\"album\"\"\" INT, \"track.number\" INT,
             isrc TEXT REFERENCES tracks (\"the isrc\"),
             FOREIGN KEY (\"track.number\", \"track \"\"album\"\"\") REFERENCES Tracks);
         INSERT INTO tracks VALUES (1, 2, 'DE-1'), (1, 3, 'DE-2')",
    )?;
    Ok(db)
}

fn lyrics(album: i64, number: Option<i64>, isrc: Option<&str>) -> Lyrics {
    Lyrics {
        id: 0,
        album: Some(album),
        number,
        isrc: isrc.map(str::to_owned),
    }
}

#[test]
fn a_reference_of_several_columns_with_awkward_names_is_named() -> Result<()> {
    let db = tracks()?;
    lyrics(1, Some(2), None).insert(&db)?;
    lyrics(9, None, None).insert(&db)?;
    let columns = &["track.number", "track \"album\""];
    let refused = lyrics(2, Some(1), None).insert(&db);
    assert_violation(&db, refused, "foreign key", "the lyrics", columns)?;
    let refused = Track::delete_by_key(&db, (1, 2));
    assert_violation(&db, refused, "foreign key", "the lyrics", columns)?;
    assert!(Track::delete_by_key(&db, (1, 3))?);
    Ok(())
}

#[test]
fn a_reference_to_a_column_that_is_not_the_key_is_named() -> Result<()> {
    let db = tracks()?;
    let refused = lyrics(1, None, Some("DE-9")).insert(&db);
    assert_violation(&db, refused, "foreign key", "the lyrics", &["isrc"])?;
    lyrics(1, None, Some("DE-2")).insert(&db)?;
    let refused = Track::delete_by_key(&db, (1, 3));
    assert_violation(&db, refused, "foreign key", "the lyrics", &["isrc"])?;
    let mut track = Track::get(&db, (1, 3))?;
    track.isrc = Some("changed".into());
    assert_violation(
        &db,
        track.update(&db),
        "foreign key",
        "the lyrics",
        &["isrc"],
    )
}
