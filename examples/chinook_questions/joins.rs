//! Tables beside each other: joins, a table joined to itself, a query inside a query, pages.

use orm::Executor;
use orm::func::count;
use orm::prelude::*;

use super::Rows;
use super::tables::{Album, Artist, Employee, Genre, MediaType, Playlist, PlaylistTrack, Track};

#[derive(FromRow)]
pub(crate) struct Song {
    pub(crate) name: String,
    pub(crate) artist: Option<String>,
    pub(crate) genre: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) seconds: i64,
}

/// List every track of the album "Let There Be Rock" with its artist, genre, media type and length in
/// whole seconds.
pub(crate) fn ch01(db: &dyn Executor) -> Rows<Song> {
    Track::query()
        .join(Track::ALBUM_ID.on(Album::ALBUM_ID))
        .join(Album::ARTIST_ID.on(Artist::ARTIST_ID))
        .join(Track::MEDIA_TYPE_ID.on(MediaType::MEDIA_TYPE_ID))
        .left_join(Track::GENRE_ID.on(Genre::GENRE_ID))
        .filter(Album::TITLE.eq("Let There Be Rock"))
        .order_by(Track::TRACK_ID)
        .select((
            Track::NAME,
            Artist::NAME,
            Genre::NAME,
            MediaType::NAME,
            Track::MILLISECONDS / 1000,
        ))
        .rows_as()
        .all(db)
}

/// Show every employee with their title and the full name of the person they report to; people with no
/// manager must be listed too.
pub(crate) fn ch03(db: &dyn Executor) -> Rows<(i64, String, Option<String>, Option<String>)> {
    let manager = Employee::alias("manager").left();
    let manager_first_name = manager.column(Employee::FIRST_NAME);
    let manager_last_name = manager.column(Employee::LAST_NAME);
    Employee::query()
        .left_join(Employee::REPORTS_TO.on(manager.column(Employee::EMPLOYEE_ID)))
        .order_by(Employee::EMPLOYEE_ID)
        .select((
            Employee::EMPLOYEE_ID,
            Employee::FIRST_NAME.concat(" ").concat(Employee::LAST_NAME),
            Employee::TITLE,
            manager_first_name.concat(" ").concat(manager_last_name),
        ))
        .all(db)
}

/// Which playlists contain the track "Intoitus: Adorate Deum"? With the number of their tracks.
pub(crate) fn ch05(db: &dyn Executor) -> Rows<(i64, Option<String>, i64)> {
    let size = PlaylistTrack::query()
        .filter(PlaylistTrack::PLAYLIST_ID.eq(Playlist::PLAYLIST_ID.outer()))
        .aggregated(count());
    Playlist::query()
        .join(Playlist::PLAYLIST_ID.on(PlaylistTrack::PLAYLIST_ID))
        .join(PlaylistTrack::TRACK_ID.on(Track::TRACK_ID))
        .filter(Track::NAME.eq("Intoitus: Adorate Deum"))
        .order_by(Playlist::PLAYLIST_ID)
        .select((Playlist::PLAYLIST_ID, Playlist::NAME, size.scalar()))
        .all(db)
}

/// Page 3 (10 per page) of the Jazz tracks in alphabetical order.
pub(crate) fn ch12(db: &dyn Executor) -> Rows<(i64, String, Option<String>)> {
    let jazz = Track::query()
        .join(Track::GENRE_ID.on(Genre::GENRE_ID))
        .filter(Genre::NAME.eq("Jazz"))
        .order_by((Track::NAME, Track::TRACK_ID))
        .select((Track::TRACK_ID, Track::NAME, Track::COMPOSER));
    Ok(jazz.page(db, 3, 10)?.items)
}
