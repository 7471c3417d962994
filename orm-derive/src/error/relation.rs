//! Messages about relations.

use quote::ToTokens;
use syn::{Fields, Ident, Type};

use super::at;
use super::spelling::nearest_first;
use crate::symbol::{INVERSE, JOIN_ENTITY, JOIN_TABLE, Symbol};

pub(crate) fn no_key_field(field: &Ident, key: &Ident, word: &str) -> syn::Error {
    at(
        field,
        format_args!("`{field}` has no field that holds its key"),
        format_args!("add `{key}: …`, or write `#[orm({word}(key = …))]`"),
    )
}

pub(crate) fn no_tag_field(field: &Ident, tag: &Ident) -> syn::Error {
    at(
        field,
        format_args!("`{field}` has no field that says to which table it leads"),
        format_args!("add `{tag}: String`, or write `#[orm(belongs_to_any(tag = …))]`"),
    )
}

pub(crate) fn key_is_document(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` is stored as a document, and no row is found by one"),
        "name a field without `json`",
    )
}

pub(crate) fn relation_in_list(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` is a relation, and no column"),
        "name the field that holds its key",
    )
}

/// Two lists whose fields belong together one by one. The error stands at the second.
pub(crate) fn unequal_lists(
    fields: &[Ident],
    symbol: Symbol,
    other_length: usize,
    other: Symbol,
) -> syn::Error {
    let (length, name) = (fields.len(), symbol.name);
    at(
        Listed(fields),
        format_args!(
            "`{name}` names {}, and `{}` {other_length}",
            counted(length),
            other.name
        ),
        format_args!(
            "name {} here, in the order of `{}`",
            counted(other_length),
            other.name
        ),
    )
}

fn counted(length: usize) -> String {
    match length {
        1 => "1 field".to_owned(),
        length => format!("{length} fields"),
    }
}

struct Listed<'a>(&'a [Ident]);

impl ToTokens for Listed<'_> {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        for field in self.0 {
            field.to_tokens(tokens);
        }
    }
}

pub(crate) fn one_column(name: &Ident, option: Symbol) -> syn::Error {
    at(
        name,
        format_args!("`{}` is one column of the join table", option.name),
        format_args!("write `{}`", option.usage),
    )
}

/// An option that only means something beside another one.
pub(crate) fn owned_by_record(word: &Ident) -> syn::Error {
    at(
        word,
        "an Active Record saves itself alone, and its children are records too",
        "write `#[orm(has_many)]` and `HasMany<…>`, or derive `Mapper`, whose session and repository store aggregates",
    )
}

pub(crate) fn lonely_option(word: &Ident, needed: Symbol) -> syn::Error {
    at(
        word,
        format_args!("`{word}` says nothing without `{}`", needed.name),
        format_args!("write `{}` beside it, or remove `{word}`", needed.usage),
    )
}

/// An option for another kind of join.
pub(crate) fn useless_option(word: &Ident, join: Symbol) -> syn::Error {
    at(
        word,
        format_args!(
            "`{word}` is said by the relation that `{}` names",
            join.name
        ),
        format_args!("remove `{word}`"),
    )
}

pub(crate) fn foreign_key_twice(word: &Ident, key: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{key}` has `references(…)` of its own, which is the foreign key"),
        format_args!("write `{word}` there, or remove `references(…)`"),
    )
}

pub(crate) fn not_a_relation<'f>(
    name: &Ident,
    relations: impl Iterator<Item = &'f Ident>,
) -> syn::Error {
    let relations: Vec<String> = relations.map(ToString::to_string).collect();
    let known = nearest_first(&name.to_string(), relations.iter().map(String::as_str));
    let help = if known.is_empty() {
        "add a relation that leads to the rows in between".to_owned()
    } else {
        format!("write one of {known}")
    };
    at(
        name,
        format_args!("there is no relation `{name}` in this struct"),
        help,
    )
}

pub(crate) fn through_itself(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` leads through itself"),
        "name the relation that leads to the rows in between",
    )
}

pub(crate) fn through_several_tables(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` leads to rows of several tables, which have no relation in common"),
        "name a relation to rows of one table",
    )
}

pub(crate) fn no_join(word: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{word}` does not say where the pairs are stored"),
        format_args!(
            "write `{word}({})`, or `{word}({})` if the join table has no struct, or `{word}({})` \
             if the other end says it",
            JOIN_ENTITY.usage, JOIN_TABLE.usage, INVERSE.usage
        ),
    )
}

pub(crate) fn same_join_columns(tokens: impl ToTokens, column: &str) -> syn::Error {
    at(
        tokens,
        format_args!("both columns of the join table would be `{column}`"),
        "write `target_key = …` with another name",
    )
}

pub(crate) fn unseen_target(word: &Ident) -> syn::Error {
    at(
        word,
        "the type of the field does not show what the other column of the join table is called",
        "write `target_key = …`",
    )
}

pub(crate) fn hidden_function(field: &Ident) -> syn::Error {
    at(
        field,
        format_args!(
            "every record has a function `{field}`, which the method of this relation would hide"
        ),
        "rename the field",
    )
}

pub(crate) fn same_method(field: &Ident, other: &Ident) -> syn::Error {
    at(
        field,
        format_args!("`{field}` and the query of `{other}` would share the method `{field}`"),
        "rename one of the two fields",
    )
}

pub(crate) fn not_an_enum(token: impl ToTokens) -> syn::Error {
    at(
        token,
        "`Polymorphic` is for enums, whose variants are what a reference can lead to",
        "write `enum … { Post(Post), Photo(Photo) }`",
    )
}

pub(crate) fn no_targets(ident: &Ident) -> syn::Error {
    at(
        ident,
        format_args!("`{ident}` has no variant that a reference could lead to"),
        "add one that holds an entity: `Post(Post)`",
    )
}

pub(crate) fn not_one_entity(variant: &Ident, fields: &Fields) -> syn::Error {
    let help = format!("write `{variant}({variant})`, with the type that is mapped to the table");
    match fields {
        Fields::Unit => at(
            variant,
            format_args!("`{variant}` holds no entity that a reference could lead to"),
            help,
        ),
        Fields::Named(_) => at(
            fields,
            format_args!("`{variant}` has fields with names, and holds no entity alone"),
            help,
        ),
        Fields::Unnamed(_) => at(
            fields,
            format_args!(
                "`{variant}` holds {}, and not one entity",
                counted(fields.len())
            ),
            help,
        ),
    }
}

pub(crate) fn same_entity(entity: &Type, other: &Ident) -> syn::Error {
    at(
        entity,
        format_args!("`{other}` already holds entities of this type"),
        "remove one of the two variants",
    )
}
