//! Tables that are made by a query: one that leads from row to row, and one of groups with windows over it.

use orm::func::value;
use orm::prelude::*;
use orm::{Executor, Query, Window};

use super::Rows;
use super::tables::{Employee, Genre, Invoice, InvoiceLine, Track};

#[derive(FromRow)]
pub(crate) struct Report {
    pub(crate) id: i64,
    pub(crate) depth: i64,
    pub(crate) path: String,
}

/// Print the whole reports-to tree from the general manager down, with the depth and the path of last
/// names.
pub(crate) fn ch04(db: &dyn Executor) -> Rows<Report> {
    let top = Employee::query()
        .filter(Employee::REPORTS_TO.is_null())
        .select((Employee::EMPLOYEE_ID, value(0_i64), Employee::LAST_NAME))
        .rows_as();
    let path = Report::PATH
        .concat(" > ")
        .concat(Employee::LAST_NAME.joined());
    let below = Employee::query()
        .join(Employee::REPORTS_TO.on(Report::ID))
        .select((Employee::EMPLOYEE_ID, Report::DEPTH + 1, path))
        .rows_as();
    Query::<Report>::recursive(top, below)
        .order_by(Report::PATH)
        .all(db)
}

#[derive(FromRow)]
pub(crate) struct Sales {
    pub(crate) genre: Option<String>,
    pub(crate) month: String,
    pub(crate) revenue: f64,
}

/// For the genres Rock, Latin and Metal: revenue per month and its running total per genre.
pub(crate) fn ch08(db: &dyn Executor) -> Rows<(Sales, Option<f64>)> {
    let month = Invoice::INVOICE_DATE.format_date("%Y-%m");
    let price = InvoiceLine::UNIT_PRICE * InvoiceLine::QUANTITY.cast::<f64>();
    let sales = InvoiceLine::query()
        .join(InvoiceLine::INVOICE_ID.on(Invoice::INVOICE_ID))
        .join(InvoiceLine::TRACK_ID.on(Track::TRACK_ID))
        .join(Track::GENRE_ID.on(Genre::GENRE_ID))
        .filter(Genre::NAME.is_in(["Rock", "Latin", "Metal"]))
        .group_by((Genre::NAME, month.clone()))
        .select((Genre::NAME, month, price.total().round(2)))
        .rows_as::<Sales>();

    let so_far = Window::partition_by(Sales::GENRE).order_by(Sales::MONTH);
    sales
        .order_by((Sales::GENRE, Sales::MONTH))
        .annotate(Sales::REVENUE.sum().over(so_far).round(2))
        .all(db)
}
