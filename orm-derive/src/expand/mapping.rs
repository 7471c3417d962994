//! `impl Mapping`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::tuple::one_or_tuple;
use super::{fields, owned, table};
use crate::attr::Strategy;
use crate::model::{Body, Column, Field, Record};

/// ```text
/// impl __orm::Mapping for User {
///     type Entity = Self;
///     type Key = i64;
///     const TABLE: &'static __orm::Table = &__orm::Table { … };
///     fn hydrate(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> { … }
///     fn value(it: &Self, column: usize) -> __orm::Param<'_> { … }
///     fn slot(it: &mut Self, column: usize) -> __orm::Slot<'_> { … }
///     fn key(it: &Self) -> i64 { … }
///     fn set_key(it: &mut Self, key: i64) { … }
///     fn generate_key(it: &mut Self) -> __orm::Result<bool> { … }
/// }
/// ```
pub(super) fn mapping(record: &Record<'_>) -> TokenStream {
    let Body { owner, entity, .. } = &record.body;
    let key = one_or_tuple(record.key().map(|(field, _)| field.ty.to_token_stream()));
    let table = table::table(record);
    let sql = table::built_sql(record);
    let hydrate = fields::reader("hydrate", &record.body);
    let values = fields::arms(&record.body, &quote!(it));
    let slots = fields::slots(&record.body);
    let key_functions = key_functions(record, &key);
    let generate_key = generate_key(record);
    let implied = owned::implied(record);
    quote! {
        #sql

        #[automatically_derived]
        impl __orm::Mapping for #owner {
            type Entity = #entity;
            type Key = #key;

            const TABLE: &'static __orm::Table = #table;

            #hydrate

            fn value(it: &#entity, column: usize) -> __orm::Param<'_> {
                match column { #values }
            }

            fn slot(it: &mut #entity, column: usize) -> __orm::Slot<'_> {
                match column { #slots }
            }

            #key_functions
            #generate_key
            #implied
        }
    }
}

/// ```text
/// fn key(it: &Self) -> i64 { __orm::Clone::clone(&it.id) }
/// fn set_key(it: &mut Self, key: i64) { it.id = key; }
/// ```
fn key_functions(record: &Record<'_>, key: &TokenStream) -> TokenStream {
    let entity = &record.body.entity;
    let values = record
        .key()
        .map(|(Field { ident, .. }, _)| quote!(__orm::Clone::clone(&it.#ident)));
    let values = one_or_tuple(values);
    let slots = one_or_tuple(
        record
            .key()
            .map(|(Field { ident, .. }, _)| quote!(it.#ident)),
    );
    quote! {
        fn key(it: &#entity) -> #key {
            #values
        }

        fn set_key(it: &mut #entity, key: #key) {
            #slots = key;
        }
    }
}

/// ```text
/// fn generate_key(it: &mut Self) -> __orm::Result<bool> {
///     __orm::key::fill::<Uuid>(&mut it.id, __orm::key::uuid_v7)
/// }
/// ```
fn generate_key(record: &Record<'_>) -> TokenStream {
    let fills: Vec<TokenStream> = record
        .key()
        .filter_map(|(field @ Field { ident, .. }, column)| {
            fill(&quote!(&mut it.#ident), field, column)
        })
        .collect();
    let Some(body) = filled(&fills) else {
        return TokenStream::new();
    };
    let entity = &record.body.entity;
    quote! {
        fn generate_key(it: &mut #entity) -> __orm::Result<bool> {
            #body
        }
    }
}

/// Whether any of several columns was filled.
pub(super) fn filled(fills: &[TokenStream]) -> Option<TokenStream> {
    match fills {
        [] => None,
        [fill] => Some(fill.clone()),
        fills => Some(quote!(__orm::Ok(#(#fills?)|*))),
    }
}

/// Fills one column of the key, if a generator makes it.
pub(super) fn fill(
    slot: &TokenStream,
    field: &Field<'_>,
    column: &Column<'_>,
) -> Option<TokenStream> {
    let ty = field.ty;
    match column.attrs.key.as_ref()? {
        Strategy::Generator(generator) => {
            Some(quote!(__orm::key::fill::<#ty>(#slot, __orm::key::#generator)))
        }
        Strategy::With(path) => Some(quote!(__orm::key::fill_with::<#ty>(#slot, #path))),
        Strategy::Unsaid | Strategy::Auto(_) | Strategy::Assigned => None,
    }
}
