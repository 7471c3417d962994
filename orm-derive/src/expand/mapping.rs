//! `impl Mapping`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};

use super::tuple::one_or_tuple;
use super::{fields, table};
use crate::attr::Strategy;
use crate::model::{Column, Field, Position, Record};

/// ```text
/// impl __orm::Mapping for User {
///     type Entity = Self;
///     type Key = i64;
///     const TABLE: &'static __orm::Table = &__orm::Table { … };
///     fn hydrate(row: &dyn __orm::Row, at: usize) -> __orm::Result<Self> { … }
///     fn value(entity: &Self, column: usize) -> __orm::Param<'_> { … }
///     fn key(entity: &Self) -> i64 { … }
///     fn set_key(entity: &mut Self, key: i64) { … }
///     fn generate_key(entity: &mut Self) -> __orm::Result<bool> { … }
///     fn refresh(entity: &mut Self, row: &dyn __orm::Row, at: usize) -> __orm::Result<()> { … }
/// }
/// ```
pub(super) fn mapping(record: &Record<'_>) -> TokenStream {
    let ident = record.body.ident;
    let key = one_or_tuple(record.key().map(|(field, _)| field.ty.to_token_stream()));
    let table = table::table(record);
    let sql = table::built_sql(record);
    let hydrate = fields::reader("hydrate", &record.body);
    let arms = fields::arms(&record.body, &quote!(entity));
    let key_functions = key_functions(record, &key);
    let generate_key = generate_key(record);
    let refresh = refresh(record);
    quote! {
        #sql

        #[automatically_derived]
        impl __orm::Mapping for #ident {
            type Entity = Self;
            type Key = #key;

            const TABLE: &'static __orm::Table = #table;

            #hydrate

            fn value(entity: &Self, column: usize) -> __orm::Param<'_> {
                match column { #arms }
            }

            #key_functions
            #generate_key
            #refresh
        }
    }
}

/// ```text
/// fn key(entity: &Self) -> i64 { __orm::Clone::clone(&entity.id) }
/// fn set_key(entity: &mut Self, key: i64) { entity.id = key; }
/// ```
fn key_functions(record: &Record<'_>, key: &TokenStream) -> TokenStream {
    let values = record
        .key()
        .map(|(Field { ident, .. }, _)| quote!(__orm::Clone::clone(&entity.#ident)));
    let values = one_or_tuple(values);
    let slots = one_or_tuple(
        record
            .key()
            .map(|(Field { ident, .. }, _)| quote!(entity.#ident)),
    );
    quote! {
        fn key(entity: &Self) -> #key {
            #values
        }

        fn set_key(entity: &mut Self, key: #key) {
            #slots = key;
        }
    }
}

/// ```text
/// fn generate_key(entity: &mut Self) -> __orm::Result<bool> {
///     __orm::key::fill::<Uuid>(&mut entity.id, __orm::key::uuid_v7)
/// }
/// ```
fn generate_key(record: &Record<'_>) -> TokenStream {
    let fills: Vec<TokenStream> = record
        .key()
        .filter_map(|(field, column)| fill(field, column))
        .collect();
    let body = match fills.as_slice() {
        [] => return TokenStream::new(),
        [fill] => fill.clone(),
        fills => quote!(__orm::Ok(#(#fills?)|*)),
    };
    quote! {
        fn generate_key(entity: &mut Self) -> __orm::Result<bool> {
            #body
        }
    }
}

/// Fills one column of the key, if a generator makes it.
fn fill(field: &Field<'_>, column: &Column<'_>) -> Option<TokenStream> {
    let Field { ident, ty, .. } = field;
    match column.attrs.key.as_ref()? {
        Strategy::Generator(generator) => {
            Some(quote!(__orm::key::fill::<#ty>(&mut entity.#ident, __orm::key::#generator)))
        }
        Strategy::With(path) => {
            Some(quote!(__orm::key::fill_with::<#ty>(&mut entity.#ident, #path)))
        }
        Strategy::Unsaid | Strategy::Auto(_) | Strategy::Assigned => None,
    }
}

/// ```text
/// fn refresh(entity: &mut Self, row: &dyn __orm::Row, at: usize) -> __orm::Result<()> {
///     entity.id = <i64 as __orm::ColumnType>::read(row, at)?;
///     __orm::Ok(())
/// }
/// ```
fn refresh(record: &Record<'_>) -> TokenStream {
    let row = Ident::new("row", Span::call_site());
    let at = Ident::new("at", Span::call_site());
    let reads: Vec<TokenStream> = record
        .returning()
        .enumerate()
        .map(|(number, (field, column))| {
            let ident = field.ident;
            let place = fields::place(&at, &Position::Number(number));
            let read = fields::read(field, column, &row, &place);
            quote!(entity.#ident = #read;)
        })
        .collect();
    if reads.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn refresh(entity: &mut Self, row: &dyn __orm::Row, at: usize) -> __orm::Result<()> {
            #(#reads)*
            __orm::Ok(())
        }
    }
}
