//! Rules about columns.

use std::collections::HashMap;

use crate::ast::{Field, Struct};
use crate::ctxt::Ctxt;
use crate::symbol::{
    DB_DEFAULT, DEFAULT, EMBED, GENERATED, GETTER, JSON, PRECISION, PREFIX, PRIMARY_KEY, READONLY,
    SCALE, SKIP, Symbol, VERSION,
};
use crate::{error, name};

pub(super) fn there_is_one(cx: &Ctxt, item: &Struct<'_>) {
    let is_stored =
        |field: &Field<'_>| !field.has(SKIP) && !field.is_relation() && !field.is_tracked();
    if cx.is_clean() && !item.fields.iter().any(is_stored) {
        cx.push(error::no_columns(item.ident));
    }
}

pub(super) fn skipped_field_has_no_column(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.fields.iter().filter(|field| field.has(SKIP)) {
        only(cx, field, SKIP, &[SKIP, DEFAULT]);
    }
}

pub(super) fn embedded_value_has_its_own_columns(cx: &Ctxt, item: &Struct<'_>) {
    let embeds = item
        .fields
        .iter()
        .filter(|field| field.has(EMBED) && !field.has(SKIP));
    for field in embeds {
        only(cx, field, EMBED, &[EMBED, PREFIX, DEFAULT, GETTER]);
    }
}

/// Refuses every word beside `main` but the allowed ones.
pub(super) fn only(cx: &Ctxt, field: &Field<'_>, main: Symbol, allowed: &[Symbol]) {
    for (symbol, word) in field.attrs.words.iter() {
        if !allowed.contains(&symbol) {
            cx.push(error::contradiction(word, main));
        }
    }
}

pub(super) fn prefix_needs_embed(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.columns() {
        if let Some(word) = field.attrs.words.get(PREFIX) {
            cx.push(error::prefix_without_embed(word));
        }
    }
}

pub(super) fn length_is_positive(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.columns() {
        if let Some(length) = field.attrs.length.filter(|length| length.value == 0) {
            cx.push(error::no_length(length.span));
        }
    }
}

pub(super) fn scale_needs_precision(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.columns().filter(|field| !field.has(PRECISION)) {
        if let Some(word) = field.attrs.words.get(SCALE) {
            cx.push(error::scale_without_precision(word));
        }
    }
}

pub(super) fn scale_fits_precision(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.columns() {
        let (Some(precision), Some(scale)) = (field.attrs.precision, field.attrs.scale) else {
            continue;
        };
        if scale.value > precision.value {
            cx.push(error::scale_over_precision(scale.span, precision.value));
        }
    }
}

pub(super) fn generated_column_is_not_written(cx: &Ctxt, item: &Struct<'_>) {
    for field in item.columns().filter(|field| field.has(GENERATED)) {
        for symbol in [PRIMARY_KEY, DB_DEFAULT, DEFAULT, READONLY] {
            if let Some(word) = field.attrs.words.get(symbol) {
                cx.push(error::contradiction(word, GENERATED));
            }
        }
    }
}

pub(super) fn version_is_of_its_own(cx: &Ctxt, item: &Struct<'_>) {
    let mut first: Option<&Field<'_>> = None;
    for field in item.columns() {
        let Some(word) = field.attrs.words.get(VERSION) else {
            continue;
        };
        for symbol in [PRIMARY_KEY, GENERATED, READONLY, JSON] {
            if let Some(other) = field.attrs.words.get(symbol) {
                cx.push(error::contradiction(other, VERSION));
            }
        }
        match first {
            Some(first) => cx.push(error::second_version(word, first.ident)),
            None => first = Some(field),
        }
    }
}

/// No database tells names apart by the case of ASCII letters alone everywhere.
pub(super) fn columns_have_different_names(cx: &Ctxt, item: &Struct<'_>) {
    let mut seen = HashMap::new();
    for field in item.columns() {
        let name = item.column_name(field);
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), field.ident) {
            match &field.attrs.column {
                Some(given) => cx.push(error::same_column(given, &name, other)),
                None => cx.push(error::same_column(field.ident, &name, other)),
            }
        }
    }
}

/// Of two fields whose columns are the same already, nothing is said here.
pub(super) fn constants_have_different_names(cx: &Ctxt, item: &Struct<'_>) {
    let mut seen = HashMap::<String, &Field<'_>>::new();
    let fields = item.fields.iter();
    for field in fields.filter(|field| !field.has(SKIP) && !field.is_tracked()) {
        let constant = name::constant(field.ident);
        let Some(other) = seen.get(&constant) else {
            seen.insert(constant, field);
            continue;
        };
        let are_columns = field.is_column() && other.is_column();
        let columns = [item.column_name(field), item.column_name(other)];
        if !are_columns || !columns[0].eq_ignore_ascii_case(&columns[1]) {
            cx.push(error::same_constant(field.ident, &constant, other.ident));
        }
    }
}
