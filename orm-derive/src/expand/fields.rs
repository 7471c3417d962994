//! Fields as the columns of a row: reading them, giving them out, and their first values.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::columns::ty;
use super::{access, relation};
use crate::model::{Body, Column, Embed, Field, Position, Storage};

/// The function of this name that makes the struct of a row.
///
/// ```text
/// fn hydrate(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> {
///     __orm::Ok(User {
///         id: <i64 as __orm::ColumnType>::read(row, at)?,
///         name: <String as __orm::ColumnType>::read(row, at + 1)?,
///     })
/// }
/// ```
pub(super) fn reader(name: &str, body: &Body<'_>) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    let Body { entity, .. } = body;
    // Hygienic, so that the user's `default = …` sees neither.
    let row = Ident::new("row", Span::mixed_site());
    let at = Ident::new("at", Span::mixed_site());
    let values = body.fields.iter().map(|field| match &field.storage {
        Storage::Column(column) => read(field, column, &row, &place(&at, &column.position)),
        Storage::Embed(Embed { start, .. }) => {
            let ty = field.ty;
            quote!(<#ty as __orm::Embedded>::hydrate(#row, #at + #start)?)
        }
        Storage::Relation(kind, constant) => relation::unloaded(*kind, field, constant, &row),
        Storage::Tracked | Storage::Skip => first_value(field),
    });
    let values: Vec<TokenStream> = values.collect();
    let built = body.construct.map_or_else(
        || literal(body, &values),
        |construct| access::constructed(body, construct, &values, &at),
    );
    quote! {
        fn #name(#row: &__orm::Row<'_>, #at: usize) -> __orm::Result<#entity> {
            #built
        }
    }
}

/// ```text
/// __orm::Ok(User { id: …, name: … })
/// ```
fn literal(body: &Body<'_>, values: &[TokenStream]) -> TokenStream {
    let idents = body.fields.iter().map(|field| field.ident);
    let name = body.name();
    let done = if body.tracked().is_some() {
        quote!(__orm::loaded::<Self>)
    } else {
        quote!(__orm::Ok)
    };
    quote!(#done(#name { #(#idents: #values),* }))
}

/// One column of a row.
pub(super) fn read(
    field: &Field<'_>,
    column: &Column<'_>,
    row: &Ident,
    at: &TokenStream,
) -> TokenStream {
    let ty = ty(field, column);
    if column.is_json() {
        quote!(<#ty as __orm::ColumnType>::read(#row, #at)?.0)
    } else {
        quote!(<#ty as __orm::ColumnType>::read(#row, #at)?)
    }
}

/// A position that is counted from where the row's part begins.
pub(super) fn place(at: &Ident, position: &Position) -> TokenStream {
    match position {
        Position::Number(0) => quote!(#at),
        position => quote!(#at + #position),
    }
}

/// The arms of `match column` that give out the value of each field.
///
/// ```text
/// 0 => <i64 as __orm::ColumnType>::encode(&it.id),
/// __AT_HOME..__AT_PHONE => <Address as __orm::Embedded>::value(&it.home, column - __AT_HOME),
/// _ => __orm::no_column(column),
/// ```
pub(super) fn arms(body: &Body<'_>, entity: &TokenStream, column: &Ident) -> TokenStream {
    let arms = body.fields.iter().filter_map(|field| match &field.storage {
        Storage::Column(stored) => {
            let position = &stored.position;
            let value = access::value(field, stored, entity);
            Some(quote!(#position => #value,))
        }
        Storage::Embed(embed) => {
            let Embed { start, end, .. } = embed;
            let value = access::embedded(field, embed, entity, column);
            Some(quote!(#start..#end => #value,))
        }
        Storage::Relation(..) | Storage::Tracked | Storage::Skip => None,
    });
    quote! {
        #(#arms)*
        _ => __orm::no_column(#column),
    }
}

/// The function that writes a field to its column.
pub(super) fn encode(field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let ty = field.ty;
    if column.is_json() {
        quote!(__orm::json::encode::<#ty>)
    } else {
        quote!(<#ty as __orm::ColumnType>::encode)
    }
}

/// The function that gives out a field as a place to be filled.
pub(super) fn slot(field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let ty = field.ty;
    if column.is_json() {
        quote!(__orm::json::slot::<#ty>)
    } else {
        quote!(<#ty as __orm::ColumnType>::slot)
    }
}

/// The arms of `match column` that give out the place of each field. The columns of an embedded value are
/// nobody's to fill one by one, and neither is a field that only a getter reaches.
///
/// ```text
/// 0 => <i64 as __orm::ColumnType>::slot(&mut it.id),
/// _ => __orm::Slot::none(),
/// ```
pub(super) fn slots(body: &Body<'_>, entity: &Ident) -> TokenStream {
    let arms = body.columns().filter_map(|(field, column)| {
        let position = &column.position;
        let slot = access::slot(body, field, column, entity)?;
        Some(quote!(#position => #slot,))
    });
    quote! {
        #(#arms)*
        _ => __orm::Slot::none(),
    }
}

/// `impl Default`, if the user gave a field another value than its type's.
pub(super) fn default(body: &Body<'_>) -> TokenStream {
    if !body.has_defaults() {
        return TokenStream::new();
    }
    let ident = body.ident;
    let fields = body.fields.iter().map(|field| {
        let ident = field.ident;
        let value = first_value(field);
        quote!(#ident: #value)
    });
    quote! {
        #[automatically_derived]
        impl __orm::Default for #ident {
            fn default() -> Self {
                #ident { #(#fields),* }
            }
        }
    }
}

/// What a field holds before anything is stored in it.
pub(super) fn first_value(field: &Field<'_>) -> TokenStream {
    let Field { ty, default, .. } = field;
    default.map_or_else(
        || quote!(<#ty as __orm::Default>::default()),
        ToTokens::to_token_stream,
    )
}
