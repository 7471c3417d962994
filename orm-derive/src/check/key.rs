//! Rules about the primary key.

use crate::ast::Struct;
use crate::attr::Strategy;
use crate::ctxt::Ctxt;
use crate::error;
use crate::symbol::{JSON, PRIMARY_KEY, READONLY, WITHOUT_ROWID};

/// The longest tuple that implements `Key`.
const LONGEST: usize = 8;

pub(super) fn there_is_one(cx: &Ctxt, record: &Struct<'_>) {
    if cx.is_clean() && record.key().next().is_none() {
        cx.push(error::no_key(record.ident));
    }
}

pub(super) fn at_most_eight_columns(cx: &Ctxt, record: &Struct<'_>) {
    if let Some(word) = record
        .key()
        .nth(LONGEST)
        .and_then(|field| field.attrs.words.get(PRIMARY_KEY))
    {
        cx.push(error::long_key(word));
    }
}

pub(super) fn auto_stands_alone(cx: &Ctxt, record: &Struct<'_>) {
    if record.key().count() < 2 {
        return;
    }
    for field in record.key() {
        if let Some(Strategy::Auto(word)) = &field.attrs.key {
            cx.push(error::auto_in_composite(word));
        }
    }
}

pub(super) fn without_rowid_is_not_auto(cx: &Ctxt, record: &Struct<'_>) {
    let word = record.attrs.words.get(WITHOUT_ROWID);
    if let (Some(word), Some(key)) = (word, record.numbered_key()) {
        cx.push(error::auto_without_rowid(word, key.ident));
    }
}

/// A document is not a value that other rows could refer to.
pub(super) fn column_can_be_compared(cx: &Ctxt, record: &Struct<'_>) {
    for field in record.key() {
        if let Some(word) = field.attrs.words.get(JSON).filter(|_| field.is_column()) {
            cx.push(error::contradiction(word, PRIMARY_KEY));
        }
    }
}

pub(super) fn column_is_written(cx: &Ctxt, record: &Struct<'_>) {
    for field in record.key().filter(|field| field.is_column()) {
        if let Some(word) = field.attrs.words.get(READONLY) {
            cx.push(error::contradiction(word, PRIMARY_KEY));
        }
    }
}
