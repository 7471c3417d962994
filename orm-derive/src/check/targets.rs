//! Rules about enums of entities.

use std::collections::HashMap;

use quote::ToTokens as _;
use syn::Ident;

use crate::ast::Targets;
use crate::ctxt::Ctxt;
use crate::error;

pub(super) fn variants_hold_one_entity(cx: &Ctxt, targets: &Targets<'_>) {
    for variant in &targets.variants {
        if variant.entity().is_none() {
            cx.push(error::not_one_entity(variant.ident, variant.fields));
        }
    }
}

pub(super) fn names_differ(cx: &Ctxt, targets: &Targets<'_>) {
    let mut seen = HashMap::<String, &Ident>::new();
    for variant in &targets.variants {
        let tag = targets.tag(variant);
        let Some(other) = seen.get(&tag) else {
            seen.insert(tag, variant.ident);
            continue;
        };
        match &variant.attrs.rename {
            Some(given) => cx.push(error::same_name(given, &tag, other)),
            None => cx.push(error::same_name(variant.ident, &tag, other)),
        }
    }
}

/// A row's table says which variant it is.
pub(super) fn entities_differ(cx: &Ctxt, targets: &Targets<'_>) {
    let mut seen = HashMap::<String, &Ident>::new();
    for variant in &targets.variants {
        let Some(entity) = variant.entity() else {
            continue;
        };
        let written = entity.to_token_stream().to_string();
        if let Some(other) = seen.insert(written, variant.ident) {
            cx.push(error::same_entity(entity, other));
        }
    }
}
