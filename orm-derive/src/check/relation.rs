//! Rules about relations.

use syn::Ident;
use syn::ext::IdentExt as _;

use super::column::only;
use crate::ast::{Field, Struct};
use crate::attr::{RelationAttr, RelationKind};
use crate::ctxt::Ctxt;
use crate::model::JoinColumns;
use crate::symbol::{
    AS, BELONGS_TO, BY, DEFERRABLE, DEPENDENT, FUNCTIONS, INVERSE, JOIN_ENTITY, JOIN_TABLE, JSON,
    KEY, ON_DELETE, ON_UPDATE, ORDER, OWNED, REFERRED, SOURCE, Symbol, TARGET_KEY, THROUGH,
    TRACKED_FUNCTIONS, UNCONSTRAINED,
};
use crate::{error, model};

/// Options that cannot both be meant: the first makes the others meaningless.
const CONTRADICTIONS: [(Symbol, &[Symbol]); 6] = [
    (BY, &[ORDER]),
    (AS, &[KEY, REFERRED, THROUGH]),
    (UNCONSTRAINED, &[ON_DELETE, ON_UPDATE, DEFERRABLE]),
    (THROUGH, &[KEY, REFERRED, DEPENDENT]),
    (JOIN_ENTITY, &[JOIN_TABLE, INVERSE]),
    (JOIN_TABLE, &[INVERSE]),
];

pub(super) fn field_is_no_column(cx: &Ctxt, record: &Struct<'_>) {
    for field in record.fields.iter().filter(|field| field.is_relation()) {
        if let Some((main, _)) = field.relation_word() {
            only(cx, field, main, &[main]);
        }
    }
}

/// `albums` has the methods `albums` and `albums_query`; what leads to one of several tables has no query.
pub(super) fn methods_have_different_names(cx: &Ctxt, record: &Struct<'_>) {
    for (field, _) in record.relations() {
        let name = field.ident.unraw().to_string();
        let Some(name) = name.strip_suffix("_query") else {
            continue;
        };
        let other = record.relations().find(|(other, relation)| {
            relation.kind != RelationKind::BelongsToAny && other.ident.unraw() == name
        });
        if let Some((other, _)) = other {
            cx.push(error::same_method(field.ident, other.ident));
        }
    }
}

/// Records save themselves, and so do the records that they are related to.
pub(super) fn children_are_of_an_aggregate(cx: &Ctxt, record: &Struct<'_>) {
    for (field, _) in of_kind(record, &[RelationKind::Owned]) {
        if let Some(word) = field.attrs.words.get(OWNED) {
            cx.push(error::owned_by_record(word));
        }
    }
}

pub(super) fn method_hides_no_function(cx: &Ctxt, record: &Struct<'_>) {
    for (field, _) in record.relations() {
        if is_function(record, field.ident) {
            cx.push(error::hidden_function(field.ident));
        }
    }
}

/// Whether every record of this kind has a function of this name.
pub(crate) fn is_function(record: &Struct<'_>, name: &Ident) -> bool {
    let of_tracked = record.tracked().map_or(&[][..], |_| &TRACKED_FUNCTIONS);
    let mut functions = FUNCTIONS.iter().chain(of_tracked);
    functions.any(|function| name.unraw() == function)
}

pub(super) fn options_agree(cx: &Ctxt, record: &Struct<'_>) {
    for (_, relation) in record.relations() {
        for (main, others) in CONTRADICTIONS {
            if !relation.has(main) {
                continue;
            }
            for word in others
                .iter()
                .filter_map(|other| relation.options.get(*other))
            {
                cx.push(error::contradiction(word, main));
            }
        }
    }
}

pub(super) fn options_are_complete(cx: &Ctxt, record: &Struct<'_>) {
    for (_, relation) in record.relations() {
        let needs: &[(Symbol, Symbol)] = match relation.kind {
            // Beside `through` the error is that the two contradict each other.
            RelationKind::HasOne | RelationKind::HasMany if relation.has(THROUGH) => &[],
            RelationKind::HasOne | RelationKind::HasMany if relation.has(AS) => {
                &[(SOURCE, THROUGH)]
            }
            RelationKind::HasOne | RelationKind::HasMany => &[(REFERRED, KEY), (SOURCE, THROUGH)],
            RelationKind::ManyToMany if relation.has(JOIN_ENTITY) => {
                &[(KEY, TARGET_KEY), (TARGET_KEY, KEY)]
            }
            RelationKind::BelongsTo
            | RelationKind::BelongsToAny
            | RelationKind::ManyToMany
            | RelationKind::Owned => &[],
        };
        for (option, needed) in needs.iter().filter(|(_, needed)| !relation.has(*needed)) {
            if let Some(word) = relation.options.get(*option) {
                cx.push(error::lonely_option(word, *needed));
            }
        }
    }
}

pub(super) fn lists_are_of_one_length(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in record.relations().filter(|(_, it)| it.has(REFERRED)) {
        let key = match relation.kind {
            RelationKind::BelongsTo => relation.key_of(field.ident).len(),
            _ => relation.key.len(),
        };
        // Without a key, that is what is wrong.
        if key > 0 && key != relation.references.len() {
            let error = error::unequal_lists(&relation.references, REFERRED, key, KEY);
            cx.push(error);
        }
    }
}

pub(super) fn fields_differ(cx: &Ctxt, record: &Struct<'_>) {
    for (_, relation) in record.relations() {
        for list in [&relation.key, &relation.references, &relation.target_key] {
            for (at, name) in list.iter().enumerate() {
                if list[..at].contains(name) {
                    cx.push(error::field_named_twice(name));
                }
            }
        }
    }
}

pub(super) fn key_of_the_target_is_there(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in of_kind(
        record,
        &[RelationKind::BelongsTo, RelationKind::BelongsToAny],
    ) {
        let key = relation.key_of(field.ident);
        match key.first() {
            Some(key) if relation.key.is_empty() && record.field(key).is_none() => {
                let word = field
                    .relation_word()
                    .map_or(BELONGS_TO.name, |(word, _)| word.name);
                cx.push(error::no_key_field(field.ident, key, word));
            }
            _ => are_columns(cx, record, &key),
        }
    }
}

pub(super) fn tag_is_there(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in of_kind(record, &[RelationKind::BelongsToAny]) {
        let tag = relation.tag_of(field.ident);
        if relation.tag.is_none() && record.field(&tag).is_none() {
            cx.push(error::no_tag_field(field.ident, &tag));
        } else {
            are_columns(cx, record, &[tag]);
        }
    }
}

pub(super) fn referred_fields_are_columns(cx: &Ctxt, record: &Struct<'_>) {
    for (_, relation) in of_kind(record, &[RelationKind::HasOne, RelationKind::HasMany]) {
        are_columns(cx, record, &relation.references);
    }
}

/// Refuses what rows cannot be found by.
fn are_columns(cx: &Ctxt, record: &Struct<'_>, names: &[Ident]) {
    for name in names {
        match record.field(name) {
            Some(field) if field.is_relation() => cx.push(error::relation_in_list(name)),
            Some(field) if !field.is_column() => cx.push(error::not_a_column(name)),
            Some(field) if field.has(JSON) => cx.push(error::key_is_document(name)),
            Some(_) => {}
            None => {
                let columns = record.columns().map(|field| field.ident);
                cx.push(error::unknown_field(name, columns));
            }
        }
    }
}

/// A key column with `references(…)` of its own is the foreign key already.
pub(super) fn foreign_key_is_said_once(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in of_kind(record, &[RelationKind::BelongsTo]) {
        let Some(key) = record.key_with_reference(field, relation) else {
            continue;
        };
        for option in [ON_DELETE, ON_UPDATE, DEFERRABLE, UNCONSTRAINED] {
            if let Some(word) = relation.options.get(option) {
                cx.push(error::foreign_key_twice(word, key.ident));
            }
        }
    }
}

pub(super) fn way_leads_over_relations(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in record.relations() {
        let Some(through) = &relation.through else {
            continue;
        };
        let way = record.field(through);
        if way.and_then(Field::relation_kind) == Some(RelationKind::BelongsToAny) {
            cx.push(error::through_several_tables(through));
            continue;
        }
        if through.unraw() == field.ident.unraw() {
            cx.push(error::through_itself(through));
        } else if !way.is_some_and(Field::is_relation) {
            let others = record.relations().map(|(other, _)| other.ident);
            let others = others.filter(|other| *other != field.ident);
            cx.push(error::not_a_relation(through, others));
        }
    }
}

pub(super) fn join_is_said(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in of_kind(record, &[RelationKind::ManyToMany]) {
        let word = field.relation_word().map(|(_, word)| word);
        let joins = [JOIN_ENTITY, JOIN_TABLE, INVERSE];
        if let Some(word) = word.filter(|_| !joins.iter().any(|join| relation.has(*join))) {
            cx.push(error::no_join(word));
        }
        if !relation.has(INVERSE) {
            continue;
        }
        for option in [KEY, TARGET_KEY] {
            if let Some(word) = relation.options.get(option) {
                cx.push(error::useless_option(word, INVERSE));
            }
        }
    }
}

pub(super) fn join_table_has_two_columns(cx: &Ctxt, record: &Struct<'_>) {
    for (field, relation) in of_kind(record, &[RelationKind::ManyToMany]) {
        let Some(word) = relation.options.get(JOIN_TABLE) else {
            continue;
        };
        for (list, option) in [(&relation.key, KEY), (&relation.target_key, TARGET_KEY)] {
            if let Some(second) = list.get(1) {
                cx.push(error::one_column(second, option));
            }
        }
        let JoinColumns { key, target_key } = model::join_columns(record, field, relation);
        match target_key {
            None => cx.push(error::unseen_target(word)),
            Some(target) if target.eq_ignore_ascii_case(&key) => {
                let last = relation.target_key.first().or(relation.key.first());
                cx.push(error::same_join_columns(last.unwrap_or(word), &key));
            }
            Some(_) => {}
        }
    }
}

fn of_kind<'s, 'a>(
    record: &'s Struct<'a>,
    kinds: &[RelationKind],
) -> impl Iterator<Item = (&'s Field<'a>, &'s RelationAttr)> {
    let relations = record.relations();
    relations.filter(|(_, relation)| kinds.contains(&relation.kind))
}
