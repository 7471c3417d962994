//! Generated code is meant to be read, so there must not be much of it.

use super::expand;
use crate::derive;

fn lines(item: &str) -> usize {
    let expansion = expand(derive::active_record, item);
    expansion
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count()
}

#[test]
fn six_fields_take_at_most_ninety_lines() {
    let lines = lines(
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
