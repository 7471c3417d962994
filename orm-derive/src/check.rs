//! What has to be true of an item beyond its grammar: a list of rules, one function each.

mod column;
mod index;
mod key;
mod relation;
mod remote;
mod row;
mod targets;
mod tracked;
mod value;
mod variants;

pub(crate) use self::relation::is_function;

use crate::ast::{RowEnum, Struct, Targets, Value};
use crate::ctxt::Ctxt;

type StructRule = fn(&Ctxt, &Struct<'_>);
type RowEnumRule = fn(&Ctxt, &RowEnum<'_>);
type ValueRule = fn(&Ctxt, &Value<'_>);
type TargetsRule = fn(&Ctxt, &Targets<'_>);

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
    column::version_is_of_its_own,
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
    relation::field_is_no_column,
    relation::options_agree,
    relation::options_are_complete,
    relation::lists_are_of_one_length,
    relation::fields_differ,
    relation::key_of_the_target_is_there,
    relation::tag_is_there,
    relation::referred_fields_are_columns,
    relation::foreign_key_is_said_once,
    relation::way_leads_over_relations,
    relation::join_is_said,
    relation::join_table_has_two_columns,
    remote::functions_are_of_a_remote_type,
    remote::getter_needs_construct,
    remote::constructor_takes_what_is_stored,
    remote::made_key_has_a_setter,
    tracked::entity_saves_itself,
    tracked::field_is_no_column,
    tracked::there_is_one,
    key::there_is_one,
];

/// The rules of a struct that saves itself: its relations are methods too.
const ACTIVE: &[StructRule] = &[
    relation::children_are_of_an_aggregate,
    relation::methods_have_different_names,
    relation::method_hides_no_function,
    remote::record_is_your_own,
];

/// The rules of an enum whose variants are rows, beside those of a struct with all their fields.
const VARIANTS: &[RowEnumRule] = &[
    variants::there_is_one,
    variants::fields_have_names,
    variants::types_agree,
    variants::attributes_stand_first,
    variants::key_is_in_all,
    variants::version_is_in_all,
    variants::tag_has_its_own_column,
    variants::tags_differ,
    variants::constants_differ,
    variants::tables_are_joined,
    variants::tables_differ,
    variants::indexes_are_of_one_table,
    variants::database_makes_columns_of_the_base,
    variants::default_is_of_skipped_fields,
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

/// The rules of enums of entities.
const TARGETS: &[TargetsRule] = &[
    targets::variants_hold_one_entity,
    targets::names_differ,
    targets::entities_differ,
];

pub(crate) fn record(cx: &Ctxt, record: &Struct<'_>) {
    let active = if record.kind.has_mapper() {
        &[]
    } else {
        ACTIVE
    };
    for rule in STRUCT.iter().chain(active).chain(RECORD) {
        rule(cx, record);
    }
}

pub(crate) fn variants(cx: &Ctxt, item: &RowEnum<'_>) {
    if !variants::is_tagged(cx, item) {
        return;
    }
    for rule in VARIANTS {
        rule(cx, item);
    }
    record(cx, &item.record);
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

pub(crate) fn targets(cx: &Ctxt, targets: &Targets<'_>) {
    for rule in TARGETS {
        rule(cx, targets);
    }
}
