//! The difference between the two patterns: who carries the mapping, and what the entities know of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{fields, from_row, relation};
use crate::model::{Body, Record};
use crate::name;

/// The type that stores a struct which knows nothing of it.
///
/// ```text
/// /// How an [`Order`] is stored.
/// pub enum OrderMapper {}
/// ```
pub(super) fn mapper(body: &Body<'_>) -> Option<TokenStream> {
    let Body { owner, vis, .. } = body;
    let entity = name::written(&body.name());
    let doc = format!(" How [`{entity}`] is stored.");
    body.has_mapper().then(|| {
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #vis enum #owner {}
        }
    })
}

/// The traits by which the patterns are known.
///
/// ```text
/// impl __orm::ActiveRecord for Order {}
///
/// impl __orm::HasTrackedField for Order {}
/// ```
///
/// ```text
/// impl __orm::DataMapper for OrderMapper {}
///
/// impl __orm::Mapped for Order {
///     type Mapper = OrderMapper;
/// }
/// ```
pub(super) fn pattern(body: &Body<'_>) -> TokenStream {
    let Body { ident, owner, .. } = body;
    if !body.has_mapper() {
        let tracked = body.tracked();
        let tracked = tracked.map(|_| quote!(impl __orm::HasTrackedField for #ident {}));
        return quote! {
            impl __orm::ActiveRecord for #ident {}

            #tracked
        };
    }
    if body.remote.is_some() {
        // Only its own crate could say who stores it.
        return quote!(impl __orm::DataMapper for #owner {});
    }
    quote! {
        impl __orm::DataMapper for #owner {}

        impl __orm::Mapped for #ident {
            type Mapper = #owner;
        }
    }
}

/// What relations add to the constants of the columns.
pub(super) fn members(record: &Record<'_>) -> TokenStream {
    if record.body.has_mapper() {
        relation::constants(record)
    } else {
        relation::members(record)
    }
}

/// `impl Default`, which a plain struct writes itself if it wants it.
pub(super) fn default(body: &Body<'_>) -> TokenStream {
    if body.has_mapper() {
        TokenStream::new()
    } else {
        fields::default(body)
    }
}

/// The use of a struct that only describes another one.
pub(super) fn described(body: &Body<'_>) -> Option<TokenStream> {
    body.remote.map(|_| from_row::used(body))
}
