//! Rules about the field that remembers what was loaded.

use super::column::only;
use crate::ast::{Field, Struct};
use crate::ctxt::Ctxt;
use crate::error;
use crate::place::{Pattern, StructKind};
use crate::symbol::TRACKED;

pub(super) fn entity_saves_itself(cx: &Ctxt, record: &Struct<'_>) {
    let refuse = match record.kind {
        StructKind::Record(Pattern::DataMapper) => error::tracked_by_mapper,
        StructKind::Variants(_) => error::tracked_enum,
        _ => return,
    };
    let words = tracked(record).filter_map(|field| field.attrs.words.get(TRACKED));
    words.for_each(|word| cx.push(refuse(word)));
}

pub(super) fn field_is_no_column(cx: &Ctxt, record: &Struct<'_>) {
    for field in tracked(record) {
        only(cx, field, TRACKED, &[TRACKED]);
    }
}

pub(super) fn there_is_one(cx: &Ctxt, record: &Struct<'_>) {
    let Some(first) = record.tracked() else {
        return;
    };
    for field in tracked(record).skip(1) {
        if let Some(word) = field.attrs.words.get(TRACKED) {
            cx.push(error::tracked_twice(word, first.ident));
        }
    }
}

fn tracked<'r, 'a>(record: &'r Struct<'a>) -> impl Iterator<Item = &'r Field<'a>> {
    record.fields.iter().filter(|field| field.is_tracked())
}
