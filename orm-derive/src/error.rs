//! Every message of the derives: what is wrong, in the user's words, and what to write instead.

mod attr;
mod item;
mod relation;
mod remote;
mod spelling;
mod variants;

pub(crate) use self::attr::{
    argument_missing, comma_expected, duplicate, empty, empty_list, function_expected,
    generator_expected, list_expected, no_argument, not_a_field, not_a_list, not_a_path,
    not_a_value, not_a_word, nul, number_too_large, one_strategy, option_expected, type_expected,
    unknown_option, unknown_rename_rule, unknown_rule, unknown_strategy, unknown_word,
    word_expected, wrong_kind,
};
pub(crate) use self::item::{
    auto_in_composite, auto_without_rowid, contradiction, enumeration, expr_without_from,
    field_named_twice, generics, long_key, no_columns, no_discriminant, no_fields, no_key,
    no_length, no_variants, not_a_column, not_a_newtype, prefix_without_embed, renamed_integer,
    same_column, same_constant, same_name, scale_over_precision, scale_without_precision,
    second_version, tracked_by_mapper, tracked_enum, tracked_twice, tuple_struct, union,
    unit_struct, unknown_field, variant_with_fields,
};
pub(crate) use self::relation::{
    foreign_key_twice, hidden_function, key_is_document, lonely_option, no_join, no_key_field,
    no_tag_field, no_targets, not_a_relation, not_an_enum, not_one_entity, one_column,
    owned_by_record, relation_in_list, same_entity, same_join_columns, same_method, through_itself,
    through_several_tables, unequal_lists, unseen_target, useless_option,
};
pub(crate) use self::remote::{
    function_of_your_own, getter_without_construct, made_key_without_setter, remote_record,
};
pub(crate) use self::variants::{
    attributes_elsewhere, default_of_enum, index_over_tables, joined_without_tag, made_in_variant,
    needed_in_all, no_tag, other_type, same_table, same_variant_constant, table_without_joined,
    tag_is_a_field, tag_without_constant, tuple_variant, unit_variant,
};

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

/// An error at some tokens.
fn at(tokens: impl ToTokens, what: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message(what, help))
}

/// An error at one token.
fn at_span(span: Span, what: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new(span, message(what, help))
}

fn message(what: impl Display, help: impl Display) -> String {
    format!("{what}\nhelp: {help}")
}
