//! What is stored: orders that own all kinds of children, and customers to whom they refer.

use std::collections::BTreeMap;

use orm::Ref;
use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "customers")]
pub(super) struct Customer {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) number: i64,
}

#[derive(Debug, Clone, PartialEq, Mapper)]
#[orm(table = "orders")]
pub(super) struct Order {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) number: i64,
    #[orm(index, references(CustomerMapper))]
    pub(super) customer: Ref<CustomerMapper>,
    #[orm(version)]
    pub(super) version: i64,
    #[orm(owned(order = place))]
    pub(super) lines: Vec<Line>,
    #[orm(owned)]
    pub(super) invoice: Option<Invoice>,
    #[orm(owned(by = name))]
    pub(super) labels: BTreeMap<String, Label>,
    #[orm(owned(by = name))]
    pub(super) marks: BTreeMap<String, Mark>,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "lines")]
pub(super) struct Line {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(index, references(OrderMapper))]
    pub(super) order_id: i64,
    pub(super) place: i64,
    pub(super) number: i64,
    #[orm(references(CustomerMapper))]
    pub(super) payer: Option<Ref<CustomerMapper>>,
    #[orm(version)]
    pub(super) version: i64,
    #[orm(owned(order = place))]
    pub(super) notes: Vec<Note>,
}

/// A child of a child, which the database may refuse.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "notes")]
pub(super) struct Note {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(index, references(LineMapper))]
    pub(super) line_id: i64,
    pub(super) place: i64,
    #[orm(check = "number >= 0")]
    pub(super) number: i64,
    #[orm(version)]
    pub(super) version: i64,
}

#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "invoices")]
pub(super) struct Invoice {
    #[orm(primary_key(assigned))]
    pub(super) name: String,
    #[orm(unique, references(OrderMapper))]
    pub(super) order_id: i64,
    pub(super) number: i64,
}

/// Under another name it is another row.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "labels")]
pub(super) struct Label {
    #[orm(primary_key, references(OrderMapper))]
    pub(super) order_id: i64,
    #[orm(primary_key)]
    pub(super) name: String,
    pub(super) number: i64,
}

/// Under another name it is the same row.
#[derive(Debug, Clone, PartialEq, Default, Mapper)]
#[orm(table = "marks")]
pub(super) struct Mark {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(index, references(OrderMapper))]
    pub(super) order_id: i64,
    pub(super) name: String,
    pub(super) number: i64,
}

/// A reference to a customer, as the model knows it: its key, or, below zero, a customer that has none yet.
pub(super) type To = i64;

pub(super) fn to_new(at: usize) -> To {
    -1 - i64::try_from(at).expect("a place")
}

pub(super) fn new_of(to: To) -> Option<usize> {
    usize::try_from(-1 - to).ok()
}
