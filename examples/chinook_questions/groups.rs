//! Many rows as one: groups, aggregates, and keys that are computed.

use orm::Executor;
use orm::func::{case, count};
use orm::prelude::*;

use super::Rows;
use super::tables::{Customer, Genre, MediaType, Track};

/// Which genres have more than 50 tracks and an average track length of over four minutes? With the
/// number of tracks and the average length in seconds.
pub(crate) fn ch06(db: &dyn Executor) -> Rows<(Option<String>, i64, Option<f64>)> {
    let average = Track::MILLISECONDS.avg();
    Genre::query()
        .join(Genre::GENRE_ID.on(Track::GENRE_ID))
        .group_by(Genre::GENRE_ID)
        .select((Genre::NAME, count(), (average.clone() / 1000.0).round(1)))
        .having(count().gt(50) & average.clone().gt(240_000.0))
        .order_by((average.desc(), Genre::NAME))
        .all(db)
}

/// Bucket all tracks by length (short: under 3 min, medium: 3 to under 6 min, long: 6 min and more) and
/// count them per media type. With their size in megabytes.
pub(crate) fn ch10(db: &dyn Executor) -> Rows<(Option<String>, String, i64, Option<f64>)> {
    let bucket = case()
        .when(Track::MILLISECONDS.lt(180_000), "short")
        .when(Track::MILLISECONDS.lt(360_000), "medium")
        .otherwise("long");
    let megabytes = Track::BYTES.sum().cast::<f64>() / 1e6;
    Track::query()
        .join(Track::MEDIA_TYPE_ID.on(MediaType::MEDIA_TYPE_ID))
        .group_by((MediaType::NAME, bucket.clone()))
        .select((MediaType::NAME, bucket.clone(), count(), megabytes.round(1)))
        .order_by((MediaType::NAME, bucket))
        .all(db)
}

/// Customers per e-mail domain, with how many of them are companies; only domains used by at least two
/// customers.
pub(crate) fn ch21(db: &dyn Executor) -> Rows<(String, i64, i64)> {
    let domain = Customer::EMAIL.substr_from(Customer::EMAIL.instr("@") + 1);
    Customer::query()
        .group_by(domain.clone())
        .select((domain.clone(), count(), Customer::COMPANY.count()))
        .having(count().ge(2))
        .order_by((count().desc(), domain))
        .all(db)
}
