//! What is written for an item that was refused: the same names, without meaning, so that the rest of
//! the program is not wrong as well.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Generics, Ident};

use super::{block, tuple};
use crate::ast::{Field, Struct, Value};
use crate::model::krate;
use crate::name;
use crate::symbol::{DEFAULT, EMBED, JSON, SKIP};

pub(crate) fn record(record: &Struct<'_>) -> TokenStream {
    let key = tuple::one_or_tuple(key(record).into_iter());
    let source = source("hydrate");
    let mapping = quote! {
        type Key = #key;

        #source

        fn value(_: &Self, _: usize) -> __orm::Param<'_> {
            __orm::stub()
        }

        fn key(_: &Self) -> Self::Key {
            __orm::stub()
        }

        fn set_key(_: &mut Self, _: Self::Key) {}
    };
    let mapping = implement(&quote!(Mapping), record.ident, record.generics, &mapping);
    let active = implement(
        &quote!(ActiveRecord),
        record.ident,
        record.generics,
        &TokenStream::new(),
    );
    let constants = constants(record);
    let default = default(record);
    block(
        &krate(record.attrs.krate.as_ref()),
        &quote!(#constants #mapping #active #default),
    )
}

pub(crate) fn embedded(embedded: &Struct<'_>) -> TokenStream {
    let hydrate = reader("hydrate");
    let body = quote! {
        type Value = Self;

        const COLUMNS: &'static [__orm::ColumnDef] = &[];

        #hydrate

        fn value(&self, _: usize) -> __orm::Param<'_> {
            __orm::stub()
        }
    };
    let body = implement(&quote!(Embedded), embedded.ident, embedded.generics, &body);
    let constants = constants(embedded);
    let default = default(embedded);
    block(
        &krate(embedded.attrs.krate.as_ref()),
        &quote!(#constants #body #default),
    )
}

pub(crate) fn row(row: &Struct<'_>) -> TokenStream {
    let (ident, generics) = (row.ident, row.generics);
    let source = implement(&quote!(Source), ident, generics, &source("read"));
    let types = row.fields.iter().map(|field| constant_type(field).1);
    let values = tuple::grouped(&types.collect::<Vec<_>>());
    let from_row = quote!(type Values = #values;);
    let from_row = implement(&quote!(FromRow), ident, generics, &from_row);
    let projection = row.attrs.from.as_ref().map(|scope| {
        let projection = quote! {
            type Scope = #scope;

            fn columns() -> __orm::Columns<#scope, <Self as __orm::FromRow>::Values> {
                __orm::stub()
            }
        };
        implement(&quote!(Projection), ident, generics, &projection)
    });
    let constants = constants(row);
    block(
        &krate(row.attrs.krate.as_ref()),
        &quote!(#constants #source #from_row #projection),
    )
}

pub(crate) fn value(value: &Value<'_>) -> TokenStream {
    let types = super::value::types();
    let body = quote! {
        #types

        const SQL_TYPE: __orm::SqlType = __orm::SqlType::Text;

        fn encode(&self) -> __orm::Param<'_> {
            __orm::stub()
        }

        fn decode(_: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
            __orm::stub()
        }
    };
    let body = implement(&quote!(ColumnType), value.ident, value.generics, &body);
    block(&krate(value.krate()), &body)
}

/// What a mapping and the rows of a selection have in common.
fn source(read: &str) -> TokenStream {
    let reader = reader(read);
    quote! {
        type Entity = Self;

        const TABLE: &'static __orm::Table = &__orm::Table::EMPTY;

        #reader
    }
}

fn reader(name: &str) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote! {
        fn #name(_: &dyn __orm::Row, _: usize) -> __orm::Result<Self> {
            __orm::stub()
        }
    }
}

/// An impl that parameters of the type, which are a mistake, do not make wrong once more.
fn implement(
    name: &TokenStream,
    ident: &Ident,
    generics: &Generics,
    body: &TokenStream,
) -> TokenStream {
    let (parameters, arguments, condition) = generics.split_for_impl();
    let bounds = condition.map(|condition| &condition.predicates);
    quote! {
        #[automatically_derived]
        impl #parameters __orm::#name for #ident #arguments
        where
            Self: 'static,
            #bounds
        {
            #body
        }
    }
}

/// The types of the fields that can be a key, or that of the usual one.
fn key(record: &Struct<'_>) -> Vec<TokenStream> {
    let fields = record
        .key()
        .filter(|field| field.is_column() && !field.has(JSON));
    let mut types: Vec<TokenStream> = fields.map(|Field { ty, .. }| quote!(#ty)).take(8).collect();
    if types.is_empty() {
        types.push(quote!(i64));
    }
    types
}

fn constants(item: &Struct<'_>) -> TokenStream {
    let (ident, vis) = (item.ident, item.vis);
    let (parameters, arguments, condition) = item.generics.split_for_impl();
    let mut seen = Vec::new();
    let constants = item
        .fields
        .iter()
        .filter(|field| !field.has(SKIP))
        .filter_map(|field| {
            let name = name::constant(field.ident);
            if seen.contains(&name) {
                return None;
            }
            let constant = Ident::new(&name, field.ident.span());
            seen.push(name);
            let (kind, ty) = constant_type(field);
            Some(quote!(#vis const #constant: __orm::#kind<Self, #ty> = __orm::#kind::new(0);))
        });
    quote! {
        #[allow(dead_code, missing_docs, private_interfaces)]
        impl #parameters #ident #arguments #condition {
            #(#constants)*
        }
    }
}

/// The constant's own type, and that of the field as it is stored.
fn constant_type(field: &Field<'_>) -> (TokenStream, TokenStream) {
    let ty = field.ty;
    if field.has(EMBED) {
        (quote!(EmbeddedField), quote!(#ty))
    } else if field.has(JSON) {
        (quote!(Column), quote!(__orm::Json<#ty>))
    } else {
        (quote!(Column), quote!(#ty))
    }
}

fn default(item: &Struct<'_>) -> TokenStream {
    if !item.fields.iter().any(|field| field.has(DEFAULT)) {
        return TokenStream::new();
    }
    let body = quote! {
        fn default() -> Self {
            __orm::stub()
        }
    };
    implement(&quote!(Default), item.ident, item.generics, &body)
}
