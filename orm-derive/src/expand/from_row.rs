//! `impl Source`, `impl FromRow` and `impl Projection`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::columns::ty;
use super::{fields, table, tuple};
use crate::model::{Body, Column, Field, Projection, Root, Row};

/// ```text
/// impl __orm::Source for Month {
///     type Entity = Self;
///     const TABLE: &'static __orm::Table = &__orm::Table { … };
///     fn read(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> { … }
/// }
/// ```
pub(super) fn source(row: &Row<'_>) -> TokenStream {
    let ident = row.body.ident;
    let table = table::selection(row);
    let read = fields::reader("read", &row.body);
    quote! {
        #[automatically_derived]
        impl __orm::Source for #ident {
            type Entity = Self;

            const TABLE: &'static __orm::Table = #table;

            #read
        }
    }
}

/// ```text
/// impl __orm::FromRow for Month {
///     type Values = (String, String, f64);
/// }
/// ```
pub(super) fn from_row(body: &Body<'_>) -> TokenStream {
    let ident = body.ident;
    let types: Vec<TokenStream> = body
        .columns()
        .map(|(field, column)| ty(field, column))
        .collect();
    let values = tuple::grouped(&types);
    quote! {
        #[automatically_derived]
        impl __orm::FromRow for #ident {
            type Values = #values;
        }
    }
}

/// Reads every field, since a struct that is only the name of a derived table, or describes the type of another
/// crate, has fields that nobody else reads, and the compiler would warn of them.
///
/// ```text
/// const _: fn(&Month) = |row| {
///     let _ = (&row.genre, &row.month);
/// };
/// ```
pub(super) fn used(body: &Body<'_>) -> TokenStream {
    let ident = body.ident;
    let fields = body.fields.iter().map(|field| field.ident);
    quote! {
        const _: fn(&#ident) = |row| {
            let _ = (#(&row.#fields,)*);
        };
    }
}

/// ```text
/// impl __orm::Projection for TrackName {
///     type Scope = Track;
///     fn columns() -> __orm::Columns<Track, <Self as __orm::FromRow>::Values> {
///         __orm::columns((<Track>::ID, <Track>::NAME))
///     }
/// }
/// ```
pub(super) fn projection(body: &Body<'_>, projection: &Projection<'_>) -> TokenStream {
    let ident = body.ident;
    let scope = projection.scope;
    let columns: Vec<TokenStream> = body
        .columns()
        .map(|(field, column)| selected(field, column, projection))
        .collect();
    let columns = tuple::grouped(&columns);
    // If the fields are of other types, the compiler points at `from`.
    let span = scope.span();
    let output = quote_spanned!(span=> __orm::Columns<#scope, <Self as __orm::FromRow>::Values>);
    let columns = quote_spanned!(span=> __orm::columns(#columns));
    quote! {
        #[automatically_derived]
        impl __orm::Projection for #ident {
            type Scope = #scope;

            fn columns() -> #output {
                #columns
            }
        }
    }
}

/// What a field is selected by: the user's expression, or the constant that a field of this name has.
/// In brackets, the type is no part of what the compiler points at when there is no such constant.
fn selected(field: &Field<'_>, column: &Column<'_>, projection: &Projection<'_>) -> TokenStream {
    if let Some(expr) = &column.attrs.expr {
        return expr.to_token_stream();
    }
    let Projection { scope, root } = projection;
    let constant = &column.constant;
    let span = field.ident.span();
    match root {
        Root::Named(path) => quote_spanned!(span=> <#path>::#constant),
        Root::OfScope => quote_spanned!(span=> <<#scope as __orm::Scope>::Root>::#constant),
    }
}
