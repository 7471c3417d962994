//! What is written for an item that was refused: the same names, without meaning, so that the rest of
//! the program is not wrong as well.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::{Generics, Ident, Path, Type};

use super::{block, relation, tuple};
use crate::ast::{Field, RowEnum, Struct, Targets, Value, Variant};
use crate::attr::{RelationAttr, RelationKind};
use crate::check::is_function;
use crate::model::{self, krate};
use crate::name;
use crate::symbol::{DEFAULT, EMBED, JSON, SKIP};

pub(crate) fn record(record: &Struct<'_>) -> TokenStream {
    let owner = Owner::of(record);
    // Parameters are a mistake, and a mapper has none with which it could name the struct.
    if record.kind.has_mapper() && !record.generics.params.is_empty() {
        return owner.declaration();
    }
    let entity = &owner.entity;
    let key = tuple::one_or_tuple(key(record).into_iter());
    let source = source("hydrate", entity);
    let mapping = quote! {
        type Key = #key;

        #source

        fn value(_: &#entity, _: usize) -> __orm::Param<'_> {
            __orm::stub()
        }

        fn key(_: &#entity) -> Self::Key {
            __orm::stub()
        }

        fn set_key(_: &mut #entity, _: Self::Key) {}

        fn slot(_: &mut #entity, _: usize) -> __orm::Slot<'_> {
            __orm::stub()
        }
    };
    let mapping = owner.implement(&quote!(Mapping), &mapping);
    let related = owner.implement(&quote!(Related), &TokenStream::new());
    let pattern = pattern(record, &owner);
    let refers_to = refers_to(record, &owner);
    let constants = constants(record, &owner);
    let default = if record.kind.has_mapper() {
        TokenStream::new()
    } else {
        default(record)
    };
    let block = block(
        &krate(record.attrs.krate.as_ref()),
        &quote!(#constants #mapping #pattern #related #refers_to #default),
    );
    let declaration = owner.declaration();
    quote!(#declaration #block)
}

fn pattern(record: &Struct<'_>, owner: &Owner<'_>) -> TokenStream {
    let nothing = TokenStream::new();
    if !record.kind.has_mapper() {
        let record = owner.implement(&quote!(ActiveRecord), &nothing);
        let tracked = owner.item.tracked();
        let tracked = tracked.map(|_| owner.implement(&quote!(HasTrackedField), &nothing));
        return quote!(#record #tracked);
    }
    let mapper = owner.implement(&quote!(DataMapper), &nothing);
    if record.remote().is_some() {
        return mapper;
    }
    let name = &owner.name;
    let stored_by = quote!(type Mapper = #name;);
    let stored_by = implement(&quote!(Mapped), record.ident, record.generics, &stored_by);
    quote!(#mapper #stored_by)
}

/// Who has the constants and the mapping of a struct.
struct Owner<'a> {
    item: &'a Struct<'a>,
    name: Ident,
    generics: Generics,
    /// The type of the entities, as it is called in the impls.
    entity: Path,
}

impl<'a> Owner<'a> {
    fn of(item: &'a Struct<'a>) -> Self {
        let (name, generics, entity) = if item.kind.has_mapper() {
            let name = name::mapper(item.entity_name());
            let itself = || item.ident.clone().into();
            let entity = item.remote().cloned().unwrap_or_else(itself);
            (name, Generics::default(), entity)
        } else {
            (item.ident.clone(), item.generics.clone(), itself())
        };
        Self {
            item,
            name,
            generics,
            entity,
        }
    }

    fn implement(&self, name: &TokenStream, body: &TokenStream) -> TokenStream {
        implement(name, &self.name, &self.generics, body)
    }

    /// The mapper, if that is what it is.
    fn declaration(&self) -> TokenStream {
        if !self.item.kind.has_mapper() {
            return TokenStream::new();
        }
        let (vis, name) = (self.item.vis, &self.name);
        quote! {
            #[allow(dead_code, missing_docs)]
            #vis enum #name {}
        }
    }
}

pub(crate) fn variants(item: &RowEnum<'_>) -> TokenStream {
    let record_stub = record(&item.record);
    let Struct { vis, attrs, .. } = &item.record;
    let owner = Owner::of(&item.record);
    let name = &owner.name;
    let (parameters, arguments, condition) = owner.generics.split_for_impl();
    let mut seen: Vec<String> = item.record.fields.iter().map(constant_name).collect();
    let constants = item.variants.iter().filter_map(|variant| {
        let name = name::constant(variant.ident);
        if seen.contains(&name) {
            return None;
        }
        let constant = Ident::new(&name, variant.ident.span());
        seen.push(name);
        Some(quote!(#vis const #constant: __orm::Variant<Self> = __orm::Variant::new(0, "");))
    });
    let constants = quote! {
        #[allow(dead_code, missing_docs)]
        impl #parameters #name #arguments #condition {
            #(#constants)*
        }
    };
    let constants = block(&krate(attrs.krate.as_ref()), &constants);
    quote!(#record_stub #constants)
}

fn constant_name(field: &Field<'_>) -> String {
    name::constant(field.ident)
}

pub(crate) fn embedded(embedded: &Struct<'_>) -> TokenStream {
    let hydrate = reader("hydrate", &itself());
    let body = quote! {
        type Value = Self;

        const COLUMNS: &'static [__orm::ColumnDef] = &[];

        #hydrate

        fn value(&self, _: usize) -> __orm::Param<'_> {
            __orm::stub()
        }
    };
    let body = implement(&quote!(Embedded), embedded.ident, embedded.generics, &body);
    let constants = constants(embedded, &Owner::of(embedded));
    let default = default(embedded);
    block(
        &krate(embedded.attrs.krate.as_ref()),
        &quote!(#constants #body #default),
    )
}

pub(crate) fn row(row: &Struct<'_>) -> TokenStream {
    let (ident, generics) = (row.ident, row.generics);
    let source = implement(&quote!(Source), ident, generics, &source("read", &itself()));
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
    let constants = constants(row, &Owner::of(row));
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

/// The entities, but of two of one type only the first.
pub(crate) fn targets(targets: &Targets<'_>) -> TokenStream {
    let mut seen = Vec::new();
    let entities = targets.variants.iter().filter_map(Variant::entity);
    let entities = entities.filter(|entity| {
        let written = entity.to_token_stream().to_string();
        let is_new = !seen.contains(&written);
        seen.push(written);
        is_new
    });
    let entities: Vec<&Type> = entities.collect();
    let key = entities.first().map_or_else(
        || quote!(i64),
        |first| quote!(<#first as __orm::Mapping>::Key),
    );
    let (ident, generics) = (targets.ident, targets.generics);
    let body = quote! {
        type Key = #key;

        fn key(&self) -> (&'static str, Self::Key) {
            __orm::stub()
        }

        fn targets<V: __orm::TargetVisitor<Self>>(_: &mut V) -> __orm::Result<()> {
            __orm::stub()
        }
    };
    let implementation = implement(&quote!(Targets), ident, generics, &body);
    let (parameters, arguments, condition) = generics.split_for_impl();
    let target_in = entities.iter().map(|ty| {
        quote! {
            impl #parameters __orm::TargetIn<#ident #arguments> for #ty #condition {
                const TAG: &'static str = "";
            }
        }
    });
    block(
        &krate(targets.attrs.krate.as_ref()),
        &quote!(#implementation #(#target_in)*),
    )
}

/// What a mapping and the rows of a selection have in common.
fn source(read: &str, entity: &Path) -> TokenStream {
    let reader = reader(read, entity);
    quote! {
        type Entity = #entity;

        const TABLE: &'static __orm::Table = &__orm::Table::EMPTY;

        #reader
    }
}

fn itself() -> Path {
    Ident::new("Self", Span::call_site()).into()
}

fn reader(name: &str, entity: &Path) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote! {
        fn #name(_: &__orm::Row<'_>, _: usize) -> __orm::Result<#entity> {
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
            Self: Send + Sync + 'static,
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

fn constants(item: &Struct<'_>, owner: &Owner<'_>) -> TokenStream {
    let (name, vis) = (&owner.name, item.vis);
    let (parameters, arguments, condition) = owner.generics.split_for_impl();
    let mut seen = Vec::new();
    let constants = item
        .fields
        .iter()
        .filter(|field| !field.has(SKIP) && !field.is_tracked())
        .filter_map(|field| {
            let name = name::constant(field.ident);
            if seen.contains(&name) {
                return None;
            }
            let constant = Ident::new(&name, field.ident.span());
            seen.push(name);
            let relation = field.attrs.relation.as_ref();
            if let Some(attrs) = relation.filter(|_| field.is_relation()) {
                let is_mistaken = attrs.kind == RelationKind::Owned && !item.kind.has_mapper();
                let constant = || relation_constant(owner, attrs, field, &constant);
                return (!is_mistaken).then(constant);
            }
            let (kind, ty) = constant_type(field);
            Some(quote!(#vis const #constant: __orm::#kind<Self, #ty> = __orm::#kind::new(0);))
        });
    let methods = if item.kind.has_mapper() {
        Vec::new()
    } else {
        methods(item)
    };
    quote! {
        #[allow(dead_code, missing_docs, private_interfaces)]
        impl #parameters #name #arguments #condition {
            #(#constants)*
            #(#methods)*
        }
    }
}

fn relation_constant(
    owner: &Owner<'_>,
    attrs: &RelationAttr,
    field: &Field<'_>,
    constant: &Ident,
) -> TokenStream {
    let (ty, vis) = (field.ty, owner.item.vis);
    let (relation, new) = (
        relation::constant_type(attrs, ty),
        relation::new(attrs, field.ident, ty, 0, &owner.entity),
    );
    quote!(#vis const #constant: #relation = #new;)
}

/// The methods of the relations, but of two with the same name only the first, and none that would hide a
/// function of the record.
fn methods(item: &Struct<'_>) -> Vec<TokenStream> {
    let mut seen = Vec::new();
    let relations = item.fields.iter().filter(|field| field.is_relation());
    let methods = relations.filter_map(|field| {
        let kind = field
            .relation_kind()
            .filter(|kind| *kind != RelationKind::Owned)?;
        let names = [field.ident.unraw(), relation::query_name(field.ident)];
        if is_function(item, field.ident) || names.iter().any(|name| seen.contains(name)) {
            return None;
        }
        seen.extend(names);
        let calls = [quote!(__orm::stub()), quote!(__orm::stub())];
        Some(relation::methods(
            item.vis,
            kind,
            field.ident,
            field.ty,
            &calls,
        ))
    });
    methods.collect()
}

fn refers_to(record: &Struct<'_>, owner: &Owner<'_>) -> TokenStream {
    let body = quote!(
        const COLUMNS: &'static [usize] = &[];
    );
    let targets = model::targets(record)
        .into_iter()
        .filter(|(_, _, is_only)| *is_only);
    let impls = targets.map(|(_, target, _)| {
        let target = target.shown();
        let name = quote!(RefersTo<#target>);
        owner.implement(&name, &body)
    });
    impls.collect()
}

/// The constant's own type, and that of the field as it is stored.
fn constant_type(field: &Field<'_>) -> (TokenStream, TokenStream) {
    let ty = field.ty;
    if field.partial && !field.has(JSON) {
        (quote!(Column), quote!(<#ty as __orm::ColumnType>::Nullable))
    } else if field.has(EMBED) {
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
