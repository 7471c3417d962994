//! Rules about indexes over several fields.

use crate::ast::Struct;
use crate::ctxt::Ctxt;
use crate::error;

pub(super) fn fields_are_columns(cx: &Ctxt, record: &Struct<'_>) {
    for name in record.attrs.indexes.iter().flat_map(|index| &index.fields) {
        match record.field(name) {
            Some(field) if field.is_column() => {}
            Some(field) if field.is_relation() => cx.push(error::relation_in_list(name)),
            Some(_) => cx.push(error::not_a_column(name)),
            None => cx.push(error::unknown_field(
                name,
                record.columns().map(|field| field.ident),
            )),
        }
    }
}

pub(super) fn fields_differ(cx: &Ctxt, record: &Struct<'_>) {
    for index in &record.attrs.indexes {
        for (at, name) in index.fields.iter().enumerate() {
            if index.fields[..at].contains(name) {
                cx.push(error::field_named_twice(name));
            }
        }
    }
}
