//! Fields that functions reach, because the type is another crate's and does not show them.
//!
//! If a function is of another type than its field, the compiler points at it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::fields;
use crate::model::{Body, Column, Embed, Field};

/// The value of a column.
///
/// ```text
/// <i64 as __orm::ColumnType>::encode(&it.id)
/// __orm::Given::<i64>::param(domain::Order::id(it))
/// ```
pub(super) fn value(field: &Field<'_>, column: &Column<'_>, entity: &TokenStream) -> TokenStream {
    let Field { ident, ty, .. } = field;
    match field.getter {
        None => {
            let encode = fields::encode(field, column);
            quote!(#encode(&#entity.#ident))
        }
        Some(getter) if column.is_json() => {
            quote_spanned!(getter.span()=> __orm::GivenDocument::<#ty>::param(#getter(#entity)))
        }
        Some(getter) => {
            quote_spanned!(getter.span()=> __orm::Given::<#ty>::param(#getter(#entity)))
        }
    }
}

/// The value of one of the columns of an embedded value.
///
/// ```text
/// <Address as __orm::Embedded>::value(&it.home, column - 2)
/// __orm::GivenEmbedded::<Address>::param(domain::Order::home(it), column - 2)
/// ```
pub(super) fn embedded(
    field: &Field<'_>,
    embed: &Embed,
    entity: &TokenStream,
    column: &Ident,
) -> TokenStream {
    let Field { ident, ty, .. } = field;
    let start = &embed.start;
    let at = quote!(#column - #start);
    field.getter.map_or_else(
        || quote!(<#ty as __orm::Embedded>::value(&#entity.#ident, #at)),
        |getter| {
            quote_spanned!(getter.span()=> __orm::GivenEmbedded::<#ty>::param(#getter(#entity), #at))
        },
    )
}

/// A column of the key as a value of its own.
///
/// ```text
/// __orm::Clone::clone(&it.id)
/// __orm::Given::<i64>::owned(domain::Order::id(it))
/// ```
pub(super) fn key(field: &Field<'_>, entity: &Ident) -> TokenStream {
    let Field { ident, ty, .. } = field;
    field.getter.map_or_else(
        || quote!(__orm::Clone::clone(&#entity.#ident)),
        |getter| quote_spanned!(getter.span()=> __orm::Given::<#ty>::owned(#getter(#entity))),
    )
}

/// The field as a place to be filled, if there is a way to change it.
///
/// ```text
/// <i64 as __orm::ColumnType>::slot(&mut it.id)
/// __orm::Setter::<domain::Order, i64>(domain::Order::set_id).slot(it)
/// ```
pub(super) fn slot(
    body: &Body<'_>,
    field: &Field<'_>,
    column: &Column<'_>,
    entity: &Ident,
) -> Option<TokenStream> {
    let ident = field.ident;
    if let Some(setter) = setter(body, field) {
        let slot = if column.is_json() {
            quote!(document_slot)
        } else {
            quote!(slot)
        };
        return Some(quote!(#setter.#slot(#entity)));
    }
    if field.getter.is_some() {
        return None;
    }
    let slot = fields::slot(field, column);
    Some(quote!(#slot(&mut #entity.#ident)))
}

/// The function that changes a field.
///
/// ```text
/// __orm::Setter::<domain::Order, i64>(domain::Order::set_id)
/// ```
pub(super) fn setter(body: &Body<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let (entity, ty) = (&body.entity, field.ty);
    let setter = field.setter?;
    Some(quote!(__orm::Setter::<#entity, #ty>(#setter)))
}

/// The entity that a constructor makes of the values of all fields.
///
/// ```text
/// __orm::Constructed::<domain::Order>::entity(domain::Order::restore(…), at)
/// ```
pub(super) fn constructed(
    body: &Body<'_>,
    construct: &Path,
    values: &[TokenStream],
    at: &Ident,
) -> TokenStream {
    let entity = &body.entity;
    let call = quote_spanned!(construct.span()=> #construct(#(#values),*));
    quote_spanned!(construct.span()=> __orm::Constructed::<#entity>::entity(#call, #at))
}
