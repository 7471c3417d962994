//! Rules about types that one column holds.

use std::collections::HashMap;

use syn::{Fields, Ident};

use crate::ast::{Enum, Shape, Value, Variant};
use crate::ctxt::Ctxt;
use crate::symbol::{INTEGER, RENAME_ALL};
use crate::{error, name};

pub(super) fn enum_has_variants(cx: &Ctxt, value: &Value<'_>) {
    if let Shape::Enum(item) = &value.shape
        && item.variants.is_empty()
    {
        cx.push(error::no_variants(value.ident));
    }
}

pub(super) fn variants_hold_nothing(cx: &Ctxt, value: &Value<'_>) {
    for variant in variants(value) {
        if !matches!(variant.fields, Fields::Unit) {
            cx.push(error::variant_with_fields(variant.ident, variant.fields));
        }
    }
}

pub(super) fn integer_has_discriminants(cx: &Ctxt, value: &Value<'_>) {
    if integer(value).is_none() {
        return;
    }
    for (at, variant) in variants(value).enumerate() {
        if variant.discriminant.is_none() {
            cx.push(error::no_discriminant(variant.ident, at));
        }
    }
}

pub(super) fn integer_has_no_names(cx: &Ctxt, value: &Value<'_>) {
    let Some(item) = integer(value) else {
        return;
    };
    if let Some(word) = item.attrs.words.get(RENAME_ALL) {
        cx.push(error::contradiction(word, INTEGER));
    }
    for name in item
        .variants
        .iter()
        .filter_map(|variant| variant.attrs.rename.as_ref())
    {
        cx.push(error::renamed_integer(name));
    }
}

pub(super) fn names_differ(cx: &Ctxt, value: &Value<'_>) {
    let Shape::Enum(item) = &value.shape else {
        return;
    };
    let mut seen = HashMap::<String, &Ident>::new();
    for variant in &item.variants {
        let rename = variant.attrs.rename.as_ref();
        let name = name::stored(variant.ident, rename, item.attrs.rename_all);
        if let Some(other) = seen.get(&name) {
            match rename {
                Some(given) => cx.push(error::same_name(given, &name, other)),
                None => cx.push(error::same_name(variant.ident, &name, other)),
            }
        } else {
            seen.insert(name, variant.ident);
        }
    }
}

fn variants<'v, 'a>(value: &'v Value<'a>) -> impl Iterator<Item = &'v Variant<'a>> {
    let variants = match &value.shape {
        Shape::Enum(item) => item.variants.as_slice(),
        Shape::Newtype(_) | Shape::Wrong => &[],
    };
    variants.iter()
}

/// The enum, if it is stored by its discriminants.
fn integer<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Enum<'a>> {
    match &value.shape {
        Shape::Enum(item) if item.attrs.words.has(INTEGER) => Some(item),
        _ => None,
    }
}
