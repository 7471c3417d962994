//! Generated code is meant to be read, so there must not be much of it.

use super::{Derive, expand};
use crate::derive::{active_record, from_row};

pub(super) fn lines(derive: Derive, item: &str) -> usize {
    let expansion = expand(derive, item);
    expansion
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count()
}

#[test]
fn six_fields_take_at_most_ninety_lines() {
    let lines = lines(
        active_record,
        r#"
        #[orm(table = "users")]
        pub struct User {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(unique)]
            email: String,
            age: Option<i32>,
            active: bool,
            score: f64,
        }
        "#,
    );
    assert!(lines <= 90, "{lines} lines");
}

#[test]
fn eight_fields_take_at_most_a_hundred_and_ten_lines() {
    let lines = lines(
        active_record,
        r#"
        #[orm(table = "invoices")]
        pub struct Invoice {
            #[orm(primary_key)]
            id: i64,
            #[orm(references(Customer, on_delete = cascade))]
            customer_id: i64,
            #[orm(length = 40)]
            number: String,
            #[orm(precision = 12, scale = 2)]
            total: Decimal,
            status: Status,
            note: Option<String>,
            #[orm(readonly, db_default = "CURRENT_TIMESTAMP")]
            created_at: DateTime<Utc>,
            paid_at: Option<DateTime<Utc>>,
        }
        "#,
    );
    assert!(lines <= 110, "{lines} lines");
}

#[test]
fn a_row_of_eight_fields_takes_at_most_seventy_lines() {
    let lines = lines(
        from_row,
        "
        pub struct Month {
            genre: String,
            month: String,
            country: String,
            tracks: i64,
            customers: i64,
            revenue: f64,
            average: f64,
            best: String,
        }
        ",
    );
    assert!(lines <= 70, "{lines} lines");
}

/// How many lines an album takes with these relations beyond one without any.
fn lines_of_relations(relations: &str) -> usize {
    let lines = |relations: &str| {
        let columns = "#[orm(primary_key)] id: i64, title: String, artist_id: i64,";
        lines(
            active_record,
            &format!("pub struct Album {{ {columns} {relations} }}"),
        )
    };
    lines(relations) - lines("")
}

#[test]
fn one_relation_more_takes_at_most_twenty_two_lines() {
    let tracks = "#[orm(has_many(dependent = cascade))] tracks: HasMany<Track>,";
    let reviews = "#[orm(has_many)] reviews: HasMany<Review>,";
    let one = lines_of_relations(tracks);
    let two = lines_of_relations(&format!("{tracks} {reviews}"));
    assert!(two - one <= 22, "{} lines", two - one);
}

/// A foreign key costs what says so in the table and to other structs.
#[test]
fn two_relations_take_at_most_seventy_lines() {
    let lines = lines_of_relations(
        "#[orm(belongs_to(on_delete = cascade))] artist: BelongsTo<Artist>,
         #[orm(has_many(dependent = cascade))] tracks: HasMany<Track>,",
    );
    assert!(lines <= 70, "{lines} lines");
}
