//! Rules about enums whose variants are rows.

use std::collections::HashMap;

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Fields, Ident};

use crate::ast::{Field, Repeated, RowEnum, RowVariant};
use crate::ctxt::Ctxt;
use crate::symbol::{
    DEFAULT, GENERATED, JOINED, PRIMARY_KEY, READONLY, SKIP, Symbol, TABLE, TAG, VERSION,
};
use crate::{error, name};

/// Whether the enum has a tag. Without one, nothing else about it is worth an error.
pub(super) fn is_tagged(cx: &Ctxt, item: &RowEnum<'_>) -> bool {
    let words = &item.record.attrs.words;
    if words.has(TAG) {
        return true;
    }
    cx.push(
        words
            .get(JOINED)
            .map_or_else(|| error::no_tag(item.enum_token), error::joined_without_tag),
    );
    false
}

pub(super) fn there_is_one(cx: &Ctxt, item: &RowEnum<'_>) {
    if item.variants.is_empty() {
        cx.push(error::no_variants(item.record.ident));
    }
}

pub(super) fn fields_have_names(cx: &Ctxt, item: &RowEnum<'_>) {
    for RowVariant { ident, shape, .. } in &item.variants {
        match shape {
            Fields::Named(_) => {}
            Fields::Unnamed(fields) => cx.push(error::tuple_variant(ident, fields)),
            Fields::Unit => cx.push(error::unit_variant(ident)),
        }
    }
}

/// Types are compared as they are written: the derive cannot know that two names mean the same.
pub(super) fn types_agree(cx: &Ctxt, item: &RowEnum<'_>) {
    for (repeated, field, first) in repeated(item) {
        let types = [repeated.ty, field.ty].map(|ty| ty.to_token_stream().to_string());
        if types[0] != types[1] {
            cx.push(error::other_type(repeated.ty, field.ident, first, field.ty));
        }
    }
}

pub(super) fn attributes_stand_first(cx: &Ctxt, item: &RowEnum<'_>) {
    for (repeated, field, first) in repeated(item) {
        if let Some((_, word)) = repeated.attrs.words.iter().next() {
            cx.push(error::attributes_elsewhere(word, field.ident, first));
        }
    }
}

/// The fields that stand in several variants: each later one, the field that it is, and the variant in
/// which that stands first.
fn repeated<'v, 'a>(
    item: &'v RowEnum<'a>,
) -> impl Iterator<Item = (&'v Repeated<'a>, &'v Field<'a>, &'a Ident)> {
    let repeated = item.variants.iter().flat_map(|variant| &variant.repeated);
    repeated.filter_map(|repeated| {
        let field = item.record.fields.get(repeated.at)?;
        Some((repeated, field, item.first_with(repeated.at)?.ident))
    })
}

pub(super) fn key_is_in_all(cx: &Ctxt, item: &RowEnum<'_>) {
    is_in_all(cx, item, PRIMARY_KEY);
}

pub(super) fn version_is_in_all(cx: &Ctxt, item: &RowEnum<'_>) {
    is_in_all(cx, item, VERSION);
}

/// Asks for the fields with a word in every variant.
fn is_in_all(cx: &Ctxt, item: &RowEnum<'_>, word: Symbol) {
    for (at, needed) in item.record.fields.iter().enumerate() {
        if !needed.has(word) {
            continue;
        }
        for RowVariant {
            ident,
            shape,
            fields,
            ..
        } in &item.variants
        {
            if matches!(shape, Fields::Named(_)) && !fields.contains(&at) {
                cx.push(error::needed_in_all(ident, needed.ident, needed.ty, word));
            }
        }
    }
}

pub(super) fn tag_has_its_own_column(cx: &Ctxt, item: &RowEnum<'_>) {
    if let (Some(tag), Some(field)) = (&item.record.attrs.tag, item.in_place_of_tag) {
        cx.push(error::tag_is_a_field(tag, field));
    }
}

pub(super) fn tags_differ(cx: &Ctxt, item: &RowEnum<'_>) {
    let mut seen = HashMap::<String, &Ident>::new();
    for variant in &item.variants {
        let tag = item.tag_of(variant);
        if let Some(other) = seen.get(&tag) {
            cx.push(match &variant.attrs.rename {
                Some(given) => error::same_name(given, &tag, other),
                None => error::same_name(variant.ident, &tag, other),
            });
        } else {
            seen.insert(tag, variant.ident);
        }
    }
}

pub(super) fn constants_differ(cx: &Ctxt, item: &RowEnum<'_>) {
    let stored = item.record.fields.iter().filter(|field| !field.has(SKIP));
    let fields = stored.map(|field| (name::constant(field.ident), field.ident));
    let mut seen: HashMap<String, &Ident> = fields.collect();
    for variant in &item.variants {
        let constant = name::constant(variant.ident);
        if let Some(other) = seen.get(&constant) {
            cx.push(error::same_variant_constant(
                variant.ident,
                &constant,
                other,
            ));
        } else {
            seen.insert(constant, variant.ident);
        }
    }
}

pub(super) fn tables_are_joined(cx: &Ctxt, item: &RowEnum<'_>) {
    if item.is_joined() {
        return;
    }
    for variant in &item.variants {
        if let Some(word) = variant.attrs.words.get(TABLE) {
            cx.push(error::table_without_joined(word));
        }
    }
}

/// No database tells names apart by the case of ASCII letters alone everywhere.
pub(super) fn tables_differ(cx: &Ctxt, item: &RowEnum<'_>) {
    if !item.is_joined() {
        return;
    }
    let base = item.record.table_name().to_ascii_lowercase();
    let mut seen = HashMap::from([(base, item.record.ident)]);
    for variant in &item.variants {
        let table = item.table_of(variant);
        if let Some(other) = seen.insert(table.to_ascii_lowercase(), variant.ident) {
            cx.push(match &variant.attrs.table {
                Some(given) => error::same_table(given, &table, other),
                None => error::same_table(variant.ident, &table, other),
            });
        }
    }
}

pub(super) fn indexes_are_of_one_table(cx: &Ctxt, item: &RowEnum<'_>) {
    if !item.is_joined() {
        return;
    }
    for index in &item.record.attrs.indexes {
        let known: Vec<(&Ident, usize)> = index
            .fields
            .iter()
            .filter_map(|name| {
                let mut fields = item.record.fields.iter();
                let at = fields.position(|field| field.ident.unraw() == name.unraw())?;
                Some((name, at))
            })
            .collect();
        let stray = (1..=known.len()).find(|&first| !are_together(item, &known[..first]));
        if let Some(first) = stray {
            cx.push(error::index_over_tables(known[first - 1].0));
        }
    }
}

/// Whether one table has all these fields.
fn are_together(item: &RowEnum<'_>, fields: &[(&Ident, usize)]) -> bool {
    let is_in_base = |at: usize| !item.record.fields[at].partial;
    let is_in = |variant: &RowVariant<'_>, at: usize| {
        let field = &item.record.fields[at];
        field.has(PRIMARY_KEY) || field.partial && variant.fields.contains(&at)
    };
    let all = |is_in: &dyn Fn(usize) -> bool| fields.iter().all(|(_, at)| is_in(*at));
    let mut variants = item.variants.iter();
    all(&is_in_base) || variants.any(|variant| all(&|at| is_in(variant, at)))
}

pub(super) fn database_makes_columns_of_the_base(cx: &Ctxt, item: &RowEnum<'_>) {
    if !item.is_joined() {
        return;
    }
    for field in item.record.columns().filter(|field| field.partial) {
        for symbol in [GENERATED, READONLY] {
            if let Some(word) = field.attrs.words.get(symbol) {
                cx.push(error::made_in_variant(word, symbol));
            }
        }
    }
}

pub(super) fn default_is_of_skipped_fields(cx: &Ctxt, item: &RowEnum<'_>) {
    for field in item.record.columns() {
        if let Some(word) = field.attrs.words.get(DEFAULT) {
            cx.push(error::default_of_enum(word));
        }
    }
}
