//! Rules about rows of a selection.

use crate::ast::Struct;
use crate::ctxt::Ctxt;
use crate::error;
use crate::symbol::{EXPR, FROM};

pub(super) fn expr_needs_from(cx: &Ctxt, row: &Struct<'_>) {
    if row.attrs.words.has(FROM) {
        return;
    }
    for field in &row.fields {
        if let Some(word) = field.attrs.words.get(EXPR) {
            cx.push(error::expr_without_from(word));
        }
    }
}

pub(super) fn there_is_a_field(cx: &Ctxt, row: &Struct<'_>) {
    if cx.is_clean() && row.fields.is_empty() {
        cx.push(error::no_fields(row.ident));
    }
}
