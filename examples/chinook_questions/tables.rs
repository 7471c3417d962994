//! The tables of the example `chinook`, but for prices, which are real numbers here: the database computes
//! with them.

#![expect(
    clippy::struct_field_names,
    reason = "the columns are called so by others"
)]

#[allow(
    dead_code,
    clippy::duplicate_mod,
    reason = "two of its tables stand below in another form, and the tests load both examples"
)]
#[path = "../chinook/tables.rs"]
mod shared;

use orm::prelude::*;

pub(crate) use self::shared::{
    Album, Artist, Customer, Employee, Genre, Invoice, MediaType, Playlist, PlaylistTrack,
};

#[derive(Debug, ActiveRecord)]
#[orm(table = "Track", rename_all = "PascalCase")]
pub(crate) struct Track {
    #[orm(primary_key)]
    pub(crate) track_id: i64,
    pub(crate) name: String,
    pub(crate) album_id: Option<i64>,
    pub(crate) media_type_id: i64,
    pub(crate) genre_id: Option<i64>,
    pub(crate) composer: Option<String>,
    pub(crate) milliseconds: i64,
    pub(crate) bytes: Option<i64>,
    pub(crate) unit_price: f64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "InvoiceLine", rename_all = "PascalCase")]
pub(crate) struct InvoiceLine {
    #[orm(primary_key)]
    pub(crate) invoice_line_id: i64,
    pub(crate) invoice_id: i64,
    pub(crate) track_id: i64,
    pub(crate) unit_price: f64,
    pub(crate) quantity: i64,
}
