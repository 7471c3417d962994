//! The tables of the Chinook database, which others made: a music shop with its customers.
//!
//! Nothing of it is created here, so only what differs from the names of the fields is said.

#![expect(
    clippy::struct_field_names,
    reason = "the columns are called so by others"
)]

use chrono::NaiveDateTime;
use orm::prelude::*;
use rust_decimal::Decimal;

#[derive(Debug, ActiveRecord)]
#[orm(table = "Artist", rename_all = "PascalCase")]
pub(crate) struct Artist {
    #[orm(primary_key)]
    pub(crate) artist_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Album", rename_all = "PascalCase")]
pub(crate) struct Album {
    #[orm(primary_key)]
    pub(crate) album_id: i64,
    pub(crate) title: String,
    pub(crate) artist_id: i64,
}

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
    pub(crate) unit_price: Decimal,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Genre", rename_all = "PascalCase")]
pub(crate) struct Genre {
    #[orm(primary_key)]
    pub(crate) genre_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "MediaType", rename_all = "PascalCase")]
pub(crate) struct MediaType {
    #[orm(primary_key)]
    pub(crate) media_type_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Playlist", rename_all = "PascalCase")]
pub(crate) struct Playlist {
    #[orm(primary_key)]
    pub(crate) playlist_id: i64,
    pub(crate) name: Option<String>,
}

/// Two keys, and nothing else: a row says that the track is in the list.
#[derive(Debug, ActiveRecord)]
#[orm(table = "PlaylistTrack", rename_all = "PascalCase")]
pub(crate) struct PlaylistTrack {
    #[orm(primary_key)]
    pub(crate) playlist_id: i64,
    #[orm(primary_key)]
    pub(crate) track_id: i64,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Employee", rename_all = "PascalCase")]
pub(crate) struct Employee {
    #[orm(primary_key)]
    pub(crate) employee_id: i64,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) title: Option<String>,
    pub(crate) reports_to: Option<i64>,
    pub(crate) birth_date: Option<NaiveDateTime>,
    pub(crate) hire_date: Option<NaiveDateTime>,
    #[orm(embed)]
    pub(crate) contact: Contact,
    pub(crate) email: Option<String>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Customer", rename_all = "PascalCase")]
pub(crate) struct Customer {
    #[orm(primary_key)]
    pub(crate) customer_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) company: Option<String>,
    #[orm(embed)]
    pub(crate) contact: Contact,
    pub(crate) email: String,
    pub(crate) support_rep_id: Option<i64>,
}

/// The columns that employees and customers have in common.
#[derive(Debug, Embedded)]
#[orm(rename_all = "PascalCase")]
pub(crate) struct Contact {
    #[orm(embed)]
    pub(crate) address: Address,
    pub(crate) phone: Option<String>,
    pub(crate) fax: Option<String>,
}

#[derive(Debug, Embedded)]
#[orm(rename_all = "PascalCase")]
pub(crate) struct Address {
    #[orm(column = "Address")]
    pub(crate) street: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) postal_code: Option<String>,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "Invoice", rename_all = "PascalCase")]
pub(crate) struct Invoice {
    #[orm(primary_key)]
    pub(crate) invoice_id: i64,
    pub(crate) customer_id: i64,
    pub(crate) invoice_date: NaiveDateTime,
    /// The same columns again, each with a prefix; the first is called `BillingAddress`.
    #[orm(embed, prefix = "Billing")]
    pub(crate) billing: Address,
    pub(crate) total: Decimal,
}

#[derive(Debug, ActiveRecord)]
#[orm(table = "InvoiceLine", rename_all = "PascalCase")]
pub(crate) struct InvoiceLine {
    #[orm(primary_key)]
    pub(crate) invoice_line_id: i64,
    pub(crate) invoice_id: i64,
    pub(crate) track_id: i64,
    pub(crate) unit_price: Decimal,
    pub(crate) quantity: i32,
}
