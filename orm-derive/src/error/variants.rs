//! Messages about enums whose variants are rows.

use quote::ToTokens;
use syn::{FieldsUnnamed, Ident, LitStr, Token, Type};

use super::at;
use crate::symbol::{PRIMARY_KEY, Symbol};

pub(crate) fn no_tag(token: Token![enum]) -> syn::Error {
    at(
        token,
        "a table of an enum needs a column that says which variant a row is",
        "write `#[orm(tag = \"kind\")]` above it, or derive `Value`, which stores an enum without fields in one column",
    )
}

pub(crate) fn joined_without_tag(word: &Ident) -> syn::Error {
    at(
        word,
        "joined tables need a column that says which variant a row is",
        "write `tag = \"kind\", joined`",
    )
}

pub(crate) fn word_of_enum(word: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{word}` is for an enum of records, whose variants are rows"),
        format_args!(
            "remove `{word}`, or derive `ActiveRecord` for an enum whose variants have fields"
        ),
    )
}

pub(crate) fn embedded_in_variant(word: &Ident) -> syn::Error {
    at(
        word,
        "a field of a variant is one column, and holds no embedded value",
        "write out the fields, or mark this one `#[orm(json)]`",
    )
}

pub(crate) fn relation_in_variant(word: &Ident) -> syn::Error {
    at(
        word,
        "relations are fields of structs, and a variant has only columns",
        "keep the key as a column with `references(…)`, and write the relation in the other struct: `has_many(key = …)`",
    )
}

pub(crate) fn tag_without_constant(tag: &LitStr) -> syn::Error {
    at(
        tag,
        format_args!(
            "no constant can be named after the column `{}`",
            tag.value()
        ),
        "write a name that begins with a letter, as in `tag = \"kind\"`",
    )
}

pub(crate) fn tag_is_a_field(tag: &LitStr, field: &Ident) -> syn::Error {
    at(
        tag,
        format_args!("column `{}` already holds `{field}`", tag.value()),
        format_args!("write another name, or remove `{field}`: the variant says what it would"),
    )
}

pub(crate) fn unit_variant(variant: &Ident) -> syn::Error {
    at(
        variant,
        format_args!("`{variant}` has no fields, and so no primary key"),
        format_args!("write `{variant} {{ … }}` with the fields of the key"),
    )
}

pub(crate) fn tuple_variant(variant: &Ident, fields: &FieldsUnnamed) -> syn::Error {
    at(
        fields,
        "a variant needs fields with names, which become columns",
        format_args!("name the fields: `{variant} {{ name: String }}`"),
    )
}

pub(crate) fn other_type(ty: &Type, field: &Ident, first: &Ident, expected: &Type) -> syn::Error {
    let expected = expected.to_token_stream();
    at(
        ty,
        format_args!("`{field}` is one column, and of another type in `{first}`"),
        format_args!("write `{expected}`, or call one of the two fields something else"),
    )
}

pub(crate) fn attributes_elsewhere(word: &Ident, field: &Ident, first: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{field}` is one column, and has its attributes in `{first}`"),
        format_args!("move `{word}` to `{field}` of `{first}`, where the field stands first"),
    )
}

/// A variant without a part of the key, or without the version.
pub(crate) fn needed_in_all(variant: &Ident, field: &Ident, ty: &Type, word: Symbol) -> syn::Error {
    let what = if word == PRIMARY_KEY {
        "part of the primary key"
    } else {
        "the version"
    };
    let ty = ty.to_token_stream();
    at(
        variant,
        format_args!("`{variant}` lacks `{field}`, which is {what}"),
        format_args!("add `{field}: {ty}`"),
    )
}

pub(crate) fn same_variant_constant(variant: &Ident, constant: &str, other: &Ident) -> syn::Error {
    at(
        variant,
        format_args!("`{variant}` and `{other}` would share the constant `{constant}`"),
        "rename one of the two; `#[orm(rename = \"…\")]` keeps what is stored",
    )
}

pub(crate) fn table_without_joined(word: &Ident) -> syn::Error {
    at(
        word,
        "all variants are in the table of the enum",
        "write `joined` beside `tag` to give each variant a table, or remove `table`",
    )
}

pub(crate) fn same_table(tokens: impl ToTokens, name: &str, other: &Ident) -> syn::Error {
    at(
        tokens,
        format_args!("`{name}` is already the table of `{other}`"),
        "write `#[orm(table = \"…\")]` with another name above the variant",
    )
}

pub(crate) fn index_over_tables(field: &Ident) -> syn::Error {
    at(
        field,
        format_args!("`{field}` is in another table than the fields before it"),
        "name only fields that all variants have, or only those of one variant",
    )
}

pub(crate) fn made_in_variant(word: &Ident, symbol: Symbol) -> syn::Error {
    at(
        word,
        format_args!(
            "`{}` is for the base table, whose columns are read back after a write",
            symbol.name
        ),
        "give the field to all variants, or remove the word",
    )
}

pub(crate) fn default_of_enum(word: &Ident) -> syn::Error {
    at(
        word,
        "an enum has no default value of which this could be a part",
        "remove `default`, or write `skip` beside it, to say what the field is read as",
    )
}

pub(crate) fn word_of_struct(word: &Ident) -> syn::Error {
    at(
        word,
        format_args!(
            "`{word}` is for structs: the variants of an enum are matched and built by name"
        ),
        format_args!("remove `{word}`"),
    )
}
