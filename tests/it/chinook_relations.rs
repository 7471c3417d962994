//! The tour of relations, and what it loads compared with SQL written by hand.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::testing::assert_queries;
use orm::{Database, Result, Value};

use crate::chinook::chinook;

#[expect(dead_code, reason = "the test calls what `main` calls")]
#[path = "../../examples/relations/main.rs"]
mod example;

use example::tables::{Album, Artist, Employee, Playlist, Track};

/// Pairs of a key and a number, as SQL of the test's own finds them.
fn counts(db: &Database, sql: &'static str) -> Result<BTreeMap<i64, usize>> {
    let number = |value: &Value| match value {
        Value::Int(number) => *number,
        other => panic!("no number: {other:?}"),
    };
    let rows = db.query(sql, &[])?;
    let count = |row: &Vec<Value>| usize::try_from(number(&row[1])).expect("a count");
    Ok(rows
        .iter()
        .map(|row| (number(&row[0]), count(row)))
        .collect())
}

/// The same of what was loaded, but for those without any.
fn loaded<E>(
    entities: &[E],
    count: impl Fn(&E) -> Result<(i64, usize)>,
) -> Result<BTreeMap<i64, usize>> {
    let counts: Vec<(i64, usize)> = entities.iter().map(count).collect::<Result<_>>()?;
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
}

#[test]
fn the_tour_shows_trees() {
    let Some(path) = chinook() else { return };
    let shown = example::run(&path).expect("the tour can be made");
    let tree = "  Andrew Adams, General Manager
    Nancy Edwards, Sales Manager
      Steve Johnson, Sales Support Agent
      Margaret Park, Sales Support Agent
      Jane Peacock, Sales Support Agent
    Michael Mitchell, IT Manager
      Laura Callahan, IT Staff
      Robert King, IT Staff
(4 statements)
";
    assert!(shown.contains(tree), "{shown}");
    assert!(
        shown.contains("  < Nancy Edwards < Andrew Adams\n"),
        "{shown}"
    );
    assert!(shown.ends_with("  75 classics, and then 76\n"), "{shown}");
}

#[test]
fn every_album_and_track_is_found_at_its_artist() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let query = Artist::query()
        .with(Artist::ALBUMS.with(Album::TRACKS))
        .with(Artist::TRACKS);
    let artists = assert_queries(&db, 4, || query.all(&db))?;
    let albums = "SELECT ArtistId, count(*) FROM Album GROUP BY ArtistId";
    let found = loaded(&artists, |artist| {
        Ok((artist.artist_id, artist.albums.get()?.len()))
    })?;
    assert_eq!(found, counts(&db, albums)?);
    let tracks =
        "SELECT ArtistId, count(*) FROM Album JOIN Track USING (AlbumId) GROUP BY ArtistId";
    let found = loaded(&artists, |artist| {
        Ok((artist.artist_id, artist.tracks.get()?.len()))
    })?;
    assert_eq!(found, counts(&db, tracks)?);
    let through_albums = loaded(&artists, |artist| {
        let albums = artist.albums.get()?.iter();
        let tracks = albums.map(|album| Ok(album.tracks.get()?.len()));
        Ok((artist.artist_id, tracks.sum::<Result<usize>>()?))
    })?;
    assert_eq!(through_albums, found);
    Ok(())
}

#[test]
fn every_track_is_found_in_its_playlists_and_on_its_album() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let lists = Playlist::query().with(Playlist::TRACKS).all(&db)?;
    let sql = "SELECT PlaylistId, count(*) FROM PlaylistTrack GROUP BY PlaylistId";
    let found = loaded(&lists, |list| {
        Ok((list.playlist_id, list.tracks.get()?.len()))
    })?;
    assert_eq!(found, counts(&db, sql)?);

    let joined = Track::ALBUM.joined().with(Album::ARTIST.joined());
    let query = Track::query().with(joined).with(Track::PLAYLISTS);
    let tracks = assert_queries(&db, 2, || query.all(&db))?;
    let sql = "SELECT TrackId, count(*) FROM PlaylistTrack GROUP BY TrackId";
    let found = loaded(&tracks, |track| {
        Ok((track.track_id, track.playlists.get()?.len()))
    })?;
    assert_eq!(found, counts(&db, sql)?);
    for track in &tracks {
        let album = track.album.get()?;
        assert_eq!(album.map(|album| album.album_id), track.album_id);
        if let Some(album) = album {
            assert_eq!(album.artist.get()?.artist_id, album.artist_id);
        }
    }
    Ok(())
}

#[test]
fn numbers_over_several_relations_are_those_of_separate_queries() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let rows = Artist::query()
        .select((
            Artist::ARTIST_ID,
            Artist::ALBUMS.count(),
            Artist::TRACKS.count(),
        ))
        .all(&db)?;
    let artists = Artist::query()
        .with(Artist::ALBUMS)
        .with(Artist::TRACKS)
        .all(&db)?;
    assert_eq!(rows.len(), artists.len());
    for (artist, (id, albums, tracks)) in artists.iter().zip(rows) {
        let found = (artist.albums.get()?.len(), artist.tracks.get()?.len());
        assert_eq!(
            (artist.artist_id, found),
            (
                id,
                (
                    usize::try_from(albums).expect("a count"),
                    usize::try_from(tracks).expect("a count")
                )
            )
        );
    }
    Ok(())
}

#[test]
fn employees_are_a_tree_from_either_end() -> Result<()> {
    let Some(path) = chinook() else { return Ok(()) };
    let db = Database::sqlite(path).read_only().open()?;
    let all = Employee::query()
        .with(Employee::MANAGER.recursive())
        .all(&db)?;
    let depths: Vec<usize> = all
        .iter()
        .map(|employee| {
            let (mut depth, mut next) = (0, employee.manager.get()?);
            while let Some(manager) = next {
                depth += 1;
                next = manager.manager.get()?;
            }
            Ok(depth)
        })
        .collect::<Result<_>>()?;
    assert_eq!(depths, [0, 1, 2, 2, 2, 1, 2, 2]);
    Ok(())
}
