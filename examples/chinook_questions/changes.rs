//! Changes, which return how many rows they were about, and what is there afterwards.

use orm::func::{count, exists};
use orm::prelude::*;
use orm::{Executor, Result};

use super::Rows;
use super::tables::{Genre, MediaType, Playlist, PlaylistTrack, Track};

/// Raise the unit price of every Classical track by 10 %, rounded to cents, in one statement.
pub(crate) fn ch14(db: &dyn Executor) -> Result<u64> {
    let classical = Genre::query()
        .filter(Genre::NAME.eq("Classical"))
        .select(Genre::GENRE_ID);
    Track::query()
        .filter(Track::GENRE_ID.eq(classical.scalar()))
        .update(
            db,
            Track::UNIT_PRICE.set((Track::UNIT_PRICE * 1.1).round(2)),
        )
}

/// Afterwards: how many tracks there are at each price.
pub(crate) fn ch14_prices(db: &dyn Executor) -> Rows<(f64, i64)> {
    Track::query()
        .group_by(Track::UNIT_PRICE)
        .select((Track::UNIT_PRICE, count()))
        .order_by(Track::UNIT_PRICE)
        .all(db)
}

/// Delete every playlist that has no tracks.
pub(crate) fn ch15(db: &dyn Executor) -> Result<u64> {
    let tracks =
        PlaylistTrack::query().filter(PlaylistTrack::PLAYLIST_ID.eq(Playlist::PLAYLIST_ID.outer()));
    Playlist::query().filter(!exists(tracks)).delete(db)
}

/// Afterwards: the playlists that are left.
pub(crate) fn ch15_playlists(db: &dyn Executor) -> Rows<(i64, Option<String>)> {
    Playlist::query()
        .order_by(Playlist::PLAYLIST_ID)
        .select((Playlist::PLAYLIST_ID, Playlist::NAME))
        .all(db)
}

/// Insert or update media types by their id: 1 = "MPEG layer 3", 5 = "AAC", 6 = "Ogg Vorbis", 7 = "FLAC";
/// one statement.
pub(crate) fn ch16(db: &dyn Executor) -> Result<u64> {
    let media_type = |(media_type_id, name): (i64, &str)| MediaType {
        media_type_id,
        name: Some(name.into()),
    };
    let named = [
        (1, "MPEG layer 3"),
        (5, "AAC"),
        (6, "Ogg Vorbis"),
        (7, "FLAC"),
    ];
    MediaType::inserting(&mut named.map(media_type))
        .on_conflict(MediaType::MEDIA_TYPE_ID)
        .update(MediaType::NAME)
        .run(db)
}

/// Afterwards: all media types, and how many tracks there are of each.
pub(crate) fn ch16_media_types(db: &dyn Executor) -> Rows<(i64, Option<String>, i64)> {
    MediaType::query()
        .left_join(MediaType::MEDIA_TYPE_ID.on(Track::MEDIA_TYPE_ID))
        .group_by(MediaType::MEDIA_TYPE_ID)
        .select((
            MediaType::MEDIA_TYPE_ID,
            MediaType::NAME,
            Track::TRACK_ID.count(),
        ))
        .order_by(MediaType::MEDIA_TYPE_ID)
        .all(db)
}
