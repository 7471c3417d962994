//! Rules about types of other crates, and about constructors.

use crate::ast::{Field, Struct};
use crate::attr::Strategy;
use crate::ctxt::Ctxt;
use crate::error;
use crate::symbol::{CONSTRUCT, GETTER, REMOTE, SETTER, SKIP, TRACKED};

/// An Active Record is a type of the user's own.
pub(super) fn record_is_your_own(cx: &Ctxt, record: &Struct<'_>) {
    if let Some(word) = record.attrs.words.get(REMOTE) {
        cx.push(error::remote_record(word));
    }
}

pub(super) fn functions_are_of_a_remote_type(cx: &Ctxt, record: &Struct<'_>) {
    if record.attrs.words.has(REMOTE) {
        return;
    }
    for field in &record.fields {
        for symbol in [GETTER, SETTER] {
            if let Some(word) = field.attrs.words.get(symbol) {
                cx.push(error::function_of_your_own(word));
            }
        }
    }
}

/// Where a field is private, the entity cannot be built by naming it.
pub(super) fn getter_needs_construct(cx: &Ctxt, record: &Struct<'_>) {
    let has_construct = record.attrs.words.has(CONSTRUCT);
    if has_construct || record.remote().is_none() {
        return;
    }
    let mut fields = record.fields.iter();
    if let Some(word) = fields.find_map(|field| field.attrs.words.get(GETTER)) {
        cx.push(error::getter_without_construct(word));
    }
}

pub(super) fn constructor_takes_what_is_stored(cx: &Ctxt, record: &Struct<'_>) {
    if !record.attrs.words.has(CONSTRUCT) {
        return;
    }
    for field in &record.fields {
        let words = &field.attrs.words;
        if let Some(word) = words.get(SKIP).or(words.get(TRACKED)) {
            cx.push(error::contradiction(word, CONSTRUCT));
        } else if let Some((_, word)) = field.relation_word() {
            cx.push(error::contradiction(word, CONSTRUCT));
        }
    }
}

/// A key that is made when its row is inserted is put into the entity.
pub(super) fn made_key_has_a_setter(cx: &Ctxt, record: &Struct<'_>) {
    let numbered = record.numbered_key().map(|field| field.ident);
    let is_made = |field: &Field<'_>| {
        let strategy = field.attrs.key.as_ref();
        numbered == Some(field.ident)
            || matches!(strategy, Some(Strategy::Generator(_) | Strategy::With(_)))
    };
    for field in record.key().filter(|field| is_made(field)) {
        if let Some(word) = field.attrs.words.get(GETTER)
            && !field.has(SETTER)
        {
            cx.push(error::made_key_without_setter(word, field.ident));
        }
    }
}
