//! The tables of the Chinook database that the tour visits, with the relations between them.
//!
//! Others made the tables, so what is called differently here is said.

#![expect(
    clippy::struct_field_names,
    reason = "the columns are called so by others"
)]

use orm::prelude::*;
use orm::{BelongsTo, HasMany, ManyToMany};
use rust_decimal::Decimal;

#[derive(Debug, ActiveRecord)]
#[orm(table = "Artist", rename_all = "PascalCase")]
pub(crate) struct Artist {
    #[orm(primary_key)]
    pub(crate) artist_id: i64,
    pub(crate) name: Option<String>,
    #[orm(has_many)]
    pub(crate) albums: HasMany<Album>,
    #[orm(has_many(through = albums))]
    pub(crate) tracks: HasMany<Track>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Album", rename_all = "PascalCase")]
pub(crate) struct Album {
    #[orm(primary_key)]
    pub(crate) album_id: i64,
    pub(crate) title: String,
    pub(crate) artist_id: i64,
    #[orm(belongs_to)]
    pub(crate) artist: BelongsTo<Artist>,
    #[orm(has_many)]
    pub(crate) tracks: HasMany<Track>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Track", rename_all = "PascalCase")]
pub(crate) struct Track {
    #[orm(primary_key)]
    pub(crate) track_id: i64,
    pub(crate) name: String,
    pub(crate) milliseconds: i64,
    pub(crate) media_type_id: i64,
    pub(crate) unit_price: Decimal,
    pub(crate) album_id: Option<i64>,
    #[orm(belongs_to)]
    pub(crate) album: BelongsTo<Option<Album>>,
    #[orm(many_to_many(inverse = tracks))]
    pub(crate) playlists: ManyToMany<Playlist>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Playlist", rename_all = "PascalCase")]
pub(crate) struct Playlist {
    #[orm(primary_key)]
    pub(crate) playlist_id: i64,
    pub(crate) name: Option<String>,
    #[orm(many_to_many(through = PlaylistTrack))]
    pub(crate) tracks: ManyToMany<Track>,
}

/// A row says that the track is in the list.
#[derive(Debug, ActiveRecord)]
#[orm(table = "PlaylistTrack", rename_all = "PascalCase")]
pub(crate) struct PlaylistTrack {
    #[orm(primary_key, references(Playlist))]
    pub(crate) playlist_id: i64,
    #[orm(primary_key, references(Track))]
    pub(crate) track_id: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Employee", rename_all = "PascalCase")]
pub(crate) struct Employee {
    #[orm(primary_key)]
    pub(crate) employee_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) title: Option<String>,
    pub(crate) reports_to: Option<i64>,
    #[orm(belongs_to(key = reports_to))]
    pub(crate) manager: BelongsTo<Option<Employee>>,
    #[orm(has_many)]
    pub(crate) reports: HasMany<Employee>,
}
