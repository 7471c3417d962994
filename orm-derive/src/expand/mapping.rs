//! `impl Mapping`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};

use super::tuple::one_or_tuple;
use super::{access, fields, literal, owned, table};
use crate::attr::Strategy;
use crate::model::{Body, Column, Field, Record};

/// ```text
/// impl __orm::Mapping for User {
///     type Entity = Self;
///     type Key = i64;
///     const TABLE: &'static __orm::Table = &__orm::Table { … };
///     fn hydrate(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> { … }
///     #[inline]
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
    let [it, column] = ["it", "column"].map(local);
    let values = fields::arms(&record.body, &quote!(#it), &column);
    let slots = fields::slots(&record.body, &it);
    let key_functions = key_functions(record, &key);
    let generate_key = generate_key(record);
    let implied = owned::implied(record);
    let take_embedded = take_embedded(&record.body);
    let remembered = remembered(&record.body);
    quote! {
        #sql

        #[automatically_derived]
        impl __orm::Mapping for #owner {
            type Entity = #entity;
            type Key = #key;

            const TABLE: &'static __orm::Table = #table;

            #hydrate

            #[inline]
            fn value(#it: &#entity, #column: usize) -> __orm::Param<'_> {
                match #column { #values }
            }

            fn slot(#it: &mut #entity, #column: usize) -> __orm::Slot<'_> {
                match #column { #slots }
            }

            #key_functions
            #generate_key
            #implied
            #take_embedded
            #remembered
        }
    }
}

/// ```text
/// fn key(it: &Self) -> i64 { __orm::Clone::clone(&it.id) }
/// fn set_key(it: &mut Self, key: i64) { it.id = key; }
/// ```
fn key_functions(record: &Record<'_>, key: &TokenStream) -> TokenStream {
    let entity = &record.body.entity;
    let it = local("it");
    let values = record.key().map(|(field, _)| access::key(field, &it));
    let values = one_or_tuple(values);
    let set_key = set_key(record, key);
    quote! {
        fn key(#it: &#entity) -> #key {
            #values
        }

        #set_key
    }
}

fn set_key(record: &Record<'_>, key_type: &TokenStream) -> TokenStream {
    let entity = &record.body.entity;
    let [it, key] = ["it", "key"].map(local);
    let fields: Vec<&Field<'_>> = record.key().map(|(field, _)| field).collect();
    let is_plain = |field: &&Field<'_>| field.getter.is_none() && field.setter.is_none();
    let body = if fields.iter().all(is_plain) {
        let slots = one_or_tuple(fields.iter().map(|Field { ident, .. }| quote!(#it.#ident)));
        quote!(#slots = #key;)
    } else {
        set_by_functions(record, &fields, &it, &key)
    };
    quote! {
        fn set_key(#it: &mut #entity, #key: #key_type) {
            #body
        }
    }
}

/// ```text
/// __orm::Setter::<domain::Line, i64>(domain::Line::set_order).set(it, key.0);
/// __orm::Setter::<domain::Line, i64>(domain::Line::set_number).set(it, key.1);
/// ```
///
/// Without a function for each of the columns, the entity is built anew.
///
/// ```text
/// __orm::assign_key::<Self>(it, &key);
/// ```
fn set_by_functions(
    record: &Record<'_>,
    fields: &[&Field<'_>],
    it: &Ident,
    key: &Ident,
) -> TokenStream {
    let is_single = fields.len() == 1;
    let sets = fields.iter().enumerate().map(|(at, field)| {
        let (ident, at) = (field.ident, literal::number(at));
        let part = if is_single {
            quote!(#key)
        } else {
            quote!(#key.#at)
        };
        match (access::setter(&record.body, field), field.getter) {
            (Some(setter), _) => Some(quote!(#setter.set(#it, #part);)),
            (None, None) => Some(quote!(#it.#ident = #part;)),
            (None, Some(_)) => None,
        }
    });
    let sets: Option<TokenStream> = sets.collect();
    sets.unwrap_or_else(|| quote!(__orm::assign_key::<Self>(#it, &#key);))
}

/// ```text
/// fn generate_key(it: &mut Self) -> __orm::Result<bool> {
///     __orm::key::fill::<Uuid>(&mut it.id, __orm::key::uuid_v7)
/// }
/// ```
fn generate_key(record: &Record<'_>) -> TokenStream {
    let it = local("it");
    let fills = record.key().filter_map(|(field, column)| {
        let ident = field.ident;
        match access::setter(&record.body, field) {
            Some(setter) => fill_by(&setter, &access::key(field, &it), &it, column),
            None => fill(&quote!(&mut #it.#ident), field, column),
        }
    });
    let fills: Vec<TokenStream> = fills.collect();
    let Some(body) = filled(&fills) else {
        return TokenStream::new();
    };
    let entity = &record.body.entity;
    quote! {
        fn generate_key(#it: &mut #entity) -> __orm::Result<bool> {
            #body
        }
    }
}

/// Hygienic, so that a function of the user's can have any name.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// ```text
/// fn take_embedded(it: &mut Self, mut from: Self) {
///     __orm::swap(&mut it.home, &mut from.home);
/// }
/// ```
fn take_embedded(body: &Body<'_>) -> Option<TokenStream> {
    let entity = &body.entity;
    let (it, from) = (local("it"), local("from"));
    let swaps = body
        .embeds()
        .map(|(Field { ident, .. }, _)| quote!(__orm::swap(&mut #it.#ident, &mut #from.#ident);));
    (body.has_embeds() && body.construct.is_none()).then(|| {
        quote! {
            fn take_embedded(#it: &mut #entity, mut #from: #entity) {
                #(#swaps)*
            }
        }
    })
}

/// ```text
/// fn remembered(it: &Self) -> __orm::Option<&__orm::Record<Self>> {
///     __orm::Some(<Record<Self> as __orm::RecordField<Self>>::get(&it.record))
/// }
/// fn remembered_mut(it: &mut Self) -> __orm::Option<&mut __orm::Record<Self>> {
///     __orm::Some(<Record<Self> as __orm::RecordField<Self>>::get_mut(&mut it.record))
/// }
/// ```
fn remembered(body: &Body<'_>) -> Option<TokenStream> {
    let Field { ident, ty, .. } = body.tracked()?;
    let it = local("it");
    Some(quote! {
        fn remembered(#it: &Self) -> __orm::Option<&__orm::Record<Self>> {
            __orm::Some(<#ty as __orm::RecordField<Self>>::get(&#it.#ident))
        }

        fn remembered_mut(#it: &mut Self) -> __orm::Option<&mut __orm::Record<Self>> {
            __orm::Some(<#ty as __orm::RecordField<Self>>::get_mut(&mut #it.#ident))
        }
    })
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

/// The same for a column that a function changes.
///
/// ```text
/// __orm::Setter::<domain::Order, Uuid>(domain::Order::set_id).fill(
///     __orm::Given::<Uuid>::owned(domain::Order::id(it)),
///     it,
///     __orm::key::uuid_v7,
/// )
/// ```
fn fill_by(
    setter: &TokenStream,
    key: &TokenStream,
    it: &Ident,
    column: &Column<'_>,
) -> Option<TokenStream> {
    match column.attrs.key.as_ref()? {
        Strategy::Generator(generator) => {
            Some(quote!(#setter.fill(#key, #it, __orm::key::#generator)))
        }
        Strategy::With(path) => Some(quote!(#setter.fill_with(#key, #it, #path))),
        Strategy::Unsaid | Strategy::Auto(_) | Strategy::Assigned => None,
    }
}
