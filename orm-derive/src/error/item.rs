//! Messages about structs, enums and their fields.

use proc_macro2::Span;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Fields, FieldsUnnamed, GenericParam, Ident, LitStr, Token};

use super::spelling::nearest_first;
use super::{at, at_span};
use crate::place::StructKind;
use crate::symbol::Symbol;

pub(crate) fn tuple_struct(fields: &FieldsUnnamed, kind: StructKind) -> syn::Error {
    at(
        fields,
        format_args!(
            "`{}` needs fields with names, which become columns",
            kind.derive()
        ),
        "name the fields: `struct … { name: String }`",
    )
}

pub(crate) fn unit_struct(ident: &Ident, kind: StructKind) -> syn::Error {
    at(
        ident,
        format_args!("`{}` needs fields, which become columns", kind.derive()),
        format_args!("write `struct {ident} {{ … }}`"),
    )
}

pub(crate) fn enumeration(token: Token![enum], kind: StructKind) -> syn::Error {
    at(
        token,
        format_args!("`{}` is for structs: an enum is one value", kind.derive()),
        "derive `Value`, which stores an enum in one column",
    )
}

pub(crate) fn union(token: Token![union]) -> syn::Error {
    at(
        token,
        "a union does not say which of its fields is there",
        "write a struct",
    )
}

pub(crate) fn generics(params: &Punctuated<GenericParam, Token![,]>) -> syn::Error {
    at(
        params,
        "a stored type has no parameters: its columns are fixed when the program is compiled",
        "write out the types, or derive for a struct of each",
    )
}

pub(crate) fn no_columns(ident: &Ident) -> syn::Error {
    at(
        ident,
        format_args!("`{ident}` has no field that is stored"),
        "add a field without `#[orm(skip)]`",
    )
}

pub(crate) fn no_fields(ident: &Ident) -> syn::Error {
    at(
        ident,
        format_args!("`{ident}` has no field that a row could be read into"),
        "add a field for each column that is selected",
    )
}

pub(crate) fn expr_without_from(word: &Ident) -> syn::Error {
    at(
        word,
        "`expr` says what is selected, and the struct does not say from what",
        "write `#[orm(from = …)]` above the struct, or remove `expr`",
    )
}

pub(crate) fn no_key(ident: &Ident) -> syn::Error {
    at(
        ident,
        format_args!("`{ident}` has no primary key"),
        "write `#[orm(primary_key)]` above the field that tells one row from all others",
    )
}

pub(crate) fn long_key(word: &Ident) -> syn::Error {
    at(
        word,
        "a primary key has at most eight columns",
        "let one column be the key, and make these `unique(…)` together",
    )
}

pub(crate) fn auto_in_composite(word: &Ident) -> syn::Error {
    at(
        word,
        "the database numbers only keys of one column",
        "write `primary_key` alone, or name a generator such as `primary_key(uuid_v7)`",
    )
}

pub(crate) fn auto_without_rowid(word: &Ident, key: &Ident) -> syn::Error {
    at(
        word,
        format_args!("a table without row ids cannot number its rows, and `{key}` is numbered"),
        format_args!("remove `{word}`, or write `#[orm(primary_key(assigned))]` above `{key}`"),
    )
}

/// Two words that cannot both be meant. The error stands at the first.
pub(crate) fn contradiction(word: &Ident, other: Symbol) -> syn::Error {
    at(
        word,
        format_args!(
            "`{word}` and `{}` contradict each other: {}",
            other.name,
            reason(other)
        ),
        format_args!("remove `{word}` or `{}`", other.name),
    )
}

fn reason(symbol: Symbol) -> &'static str {
    use crate::symbol::{
        AS, BY, CONSTRUCT, EMBED, GENERATED, INTEGER, INVERSE, JOIN_ENTITY, JOIN_TABLE,
        PRIMARY_KEY, RELATIONS, SKIP, THROUGH, TRACKED, UNCONSTRAINED, VERSION,
    };
    match symbol {
        AS => "the relation at the other end says which fields hold the key",
        BY => "a map has no order",
        CONSTRUCT => "a constructor is called with what is stored in the row",
        EMBED => "an embedded value is stored in columns that its own struct describes",
        GENERATED => "the database computes the column, and nobody writes it",
        INTEGER => "the variants are stored as numbers, and have no names",
        PRIMARY_KEY => "a key is a plain value that is written with its row",
        INVERSE => "the relation at the other end says it",
        JOIN_ENTITY | JOIN_TABLE => "the pairs are stored in one place",
        SKIP => "a skipped field is not stored",
        THROUGH => "the relations on the way say it",
        TRACKED => "the field remembers what was loaded, and has no column",
        UNCONSTRAINED => "the database has no foreign key",
        VERSION => "the library writes a version with every change of its row",
        symbol if RELATIONS.contains(&symbol) => "the field is one relation, and no column",
        _ => "only one of them can be meant",
    }
}

pub(crate) fn tracked_by_mapper(word: &Ident) -> syn::Error {
    at(
        word,
        "a struct with a mapper knows nothing of its row, and cannot remember it",
        "remove the field: a `Session` remembers what it has loaded, and writes what has changed",
    )
}

pub(crate) fn tracked_enum(word: &Ident) -> syn::Error {
    at(
        word,
        "an enum of records does not remember what was loaded",
        "remove the field: `update_with` writes only what it changes",
    )
}

pub(crate) fn tracked_twice(word: &Ident, first: &Ident) -> syn::Error {
    at(
        word,
        format_args!("`{first}` remembers already what was loaded"),
        "remove one of the two fields",
    )
}

pub(crate) fn prefix_without_embed(word: &Ident) -> syn::Error {
    at(
        word,
        "`prefix` is for the columns of an embedded value",
        "write `embed` beside it, or name the one column with `column = \"…\"`",
    )
}

pub(crate) fn no_length(span: Span) -> syn::Error {
    at_span(
        span,
        "a column of length 0 holds nothing",
        "write the most characters it may hold",
    )
}

pub(crate) fn scale_without_precision(word: &Ident) -> syn::Error {
    at(
        word,
        "`scale` is how many of the digits follow the point, and their number is not said",
        "write `precision = 10, scale = 2`",
    )
}

pub(crate) fn second_version(word: &Ident, first: &Ident) -> syn::Error {
    at(
        word,
        format_args!("a row has one version, and `{first}` is it"),
        format_args!("remove `{word}` from one of the two"),
    )
}

pub(crate) fn scale_over_precision(span: Span, precision: u8) -> syn::Error {
    at_span(
        span,
        format_args!("more digits after the point than the {precision} there are"),
        format_args!("write a scale of at most {precision}"),
    )
}

pub(crate) fn same_column(tokens: impl ToTokens, name: &str, other: &Ident) -> syn::Error {
    at(
        tokens,
        format_args!("column `{name}` already holds `{other}`"),
        "write `#[orm(column = \"…\")]` with another name above one of the two fields",
    )
}

pub(crate) fn same_constant(field: &Ident, constant: &str, other: &Ident) -> syn::Error {
    at(
        field,
        format_args!("`{field}` and `{other}` would share the constant `{constant}`"),
        "rename one of the two fields; `#[orm(column = \"…\")]` keeps its column",
    )
}

pub(crate) fn unknown_field<'f>(
    name: &Ident,
    fields: impl Iterator<Item = &'f Ident>,
) -> syn::Error {
    let fields: Vec<String> = fields.map(ToString::to_string).collect();
    let known = nearest_first(&name.to_string(), fields.iter().map(String::as_str));
    at(
        name,
        format_args!("there is no field `{name}`"),
        format_args!("write one of {known}"),
    )
}

pub(crate) fn not_a_column(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` is not stored in a column of its own"),
        "name only fields without `skip` and `embed`",
    )
}

pub(crate) fn field_named_twice(name: &Ident) -> syn::Error {
    at(
        name,
        format_args!("`{name}` is already in this list"),
        "remove one of the two",
    )
}

pub(crate) fn not_a_newtype(ident: &Ident, fields: &Fields) -> syn::Error {
    let count = fields.len();
    let what = format!("a value is stored in one column, and `{ident}` has {count} fields");
    if fields.is_empty() {
        return at(ident, what, format_args!("write `struct {ident}(String)`"));
    }
    at(
        fields,
        what,
        "derive `Embedded`, which stores each field in a column",
    )
}

pub(crate) fn no_variants(ident: &Ident) -> syn::Error {
    at(
        ident,
        format_args!("`{ident}` has no variant that could be stored"),
        "add one",
    )
}

pub(crate) fn variant_with_fields(ident: &Ident, fields: &Fields) -> syn::Error {
    at(
        fields,
        format_args!("`{ident}` holds data, and only the variant is stored"),
        "remove the data, or do without `Value` and mark fields of this type `#[orm(json)]`",
    )
}

pub(crate) fn no_discriminant(variant: &Ident, number: usize) -> syn::Error {
    at(
        variant,
        format_args!("`{variant}` has no number to be stored as"),
        format_args!("write `{variant} = {number}`: numbers that are stored have to be said"),
    )
}

pub(crate) fn renamed_integer(name: &LitStr) -> syn::Error {
    at(
        name,
        "the variants of an `integer` enum are stored as numbers, and have no names",
        "remove `rename`, or remove `integer`",
    )
}

pub(crate) fn same_name(tokens: impl ToTokens, name: &str, other: &Ident) -> syn::Error {
    at(
        tokens,
        format_args!("`{other}` is already stored as `{name}`"),
        "write `#[orm(rename = \"…\")]` with another name above one of the two variants",
    )
}
