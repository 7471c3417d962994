//! What has to be true of an item beyond its grammar: a list of rules, one function each.

mod column;
mod index;
mod key;
mod row;
mod value;

use crate::ast::{Struct, Value};
use crate::ctxt::Ctxt;

type StructRule = fn(&Ctxt, &Struct<'_>);
type ValueRule = fn(&Ctxt, &Value<'_>);

/// The rules of every struct whose fields are stored. What says that something is missing stands last,
/// because it is only asked when nothing else was wrong.
const STRUCT: &[StructRule] = &[
    column::skipped_field_has_no_column,
    column::embedded_value_has_its_own_columns,
    column::prefix_needs_embed,
    column::length_is_positive,
    column::scale_needs_precision,
    column::scale_fits_precision,
    column::generated_column_is_not_written,
    column::columns_have_different_names,
    column::constants_have_different_names,
    column::there_is_one,
];

/// The rules of a struct with a table of its own.
const RECORD: &[StructRule] = &[
    key::at_most_eight_columns,
    key::auto_stands_alone,
    key::without_rowid_is_not_auto,
    key::column_can_be_compared,
    key::column_is_written,
    index::fields_are_columns,
    index::fields_differ,
    key::there_is_one,
];

/// The rules of a struct that holds a row of a selection.
const ROW: &[StructRule] = &[
    row::expr_needs_from,
    column::columns_have_different_names,
    column::constants_have_different_names,
    row::there_is_a_field,
];

/// The rules of types that one column holds.
const VALUE: &[ValueRule] = &[
    value::enum_has_variants,
    value::variants_hold_nothing,
    value::integer_has_discriminants,
    value::integer_has_no_names,
    value::names_differ,
];

pub(crate) fn record(cx: &Ctxt, record: &Struct<'_>) {
    for rule in STRUCT.iter().chain(RECORD) {
        rule(cx, record);
    }
}

pub(crate) fn embedded(cx: &Ctxt, embedded: &Struct<'_>) {
    for rule in STRUCT {
        rule(cx, embedded);
    }
}

pub(crate) fn row(cx: &Ctxt, row: &Struct<'_>) {
    for rule in ROW {
        rule(cx, row);
    }
}

pub(crate) fn value(cx: &Ctxt, value: &Value<'_>) {
    for rule in VALUE {
        rule(cx, value);
    }
}
