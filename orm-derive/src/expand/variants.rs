//! An enum whose variants are rows: its constants, and how it is read and written by variant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

use super::fields::{first_value, place, read};
use super::tuple::one_or_tuple;
use super::{fields, literal, mapping, table};
use crate::model::{
    Body, Column, Field, Part, Position, Record, RowEnum, RowVariant, Storage, expected,
};
use crate::name;

/// ```text
/// impl Vehicle {
///     #[doc = " The rows that are a `Car`."]
///     pub const CAR: __orm::Variant<Self> = __orm::Variant::new(1, "car");
/// }
/// ```
pub(super) fn constants(item: &RowEnum<'_>) -> TokenStream {
    let ident = &item.record.body.owner;
    let vis = item.record.body.vis;
    let tag = literal::number(item.tag);
    let constants = item.variants.iter().map(|variant| {
        let RowVariant {
            constant,
            tag: text,
            ..
        } = variant;
        let doc = format!(" The rows that are a `{}`.", variant.ident);
        quote! {
            #[doc = #doc]
            #vis const #constant: __orm::Variant<Self> = __orm::Variant::new(#tag, #text);
        }
    });
    quote! {
        #[allow(dead_code)]
        impl #ident {
            #(#constants)*
        }
    }
}

/// What the table of an enum has beyond that of a struct.
///
/// ```text
/// tag: __orm::Some(1),
/// variants: &[__orm::VariantTable { tag: "car", table: &__orm::Table { … }, columns: &[0, 3] }],
/// ```
pub(super) fn inheritance(record: &Record<'_>) -> TokenStream {
    let tag = record.tag.map(|tag| {
        let tag = literal::number(tag);
        quote!(tag: __orm::Some(#tag),)
    });
    if record.parts.is_empty() {
        return tag.unwrap_or_default();
    }
    let parts = record.parts.iter().map(
        |Part {
             tag,
             record,
             columns,
         }| {
            let table = table::table(record);
            let columns = columns.iter().map(|at| literal::number(*at));
            quote!(__orm::VariantTable { tag: #tag, table: #table, columns: &[#(#columns),*] })
        },
    );
    quote! {
        #tag
        variants: &[#(#parts),*],
    }
}

/// The mapping of an enum: that of a struct, with a choice of the variant in each function.
pub(super) fn mapping(item: &RowEnum<'_>) -> TokenStream {
    let Body { owner, entity, .. } = &item.record.body;
    let key = one_or_tuple(
        item.record
            .key()
            .map(|(field, _)| field.ty.to_token_stream()),
    );
    let table = table::table(&item.record);
    let hydrate = hydrate(item);
    let value = value(item);
    let key_functions = key_functions(item, &key);
    let generate_key = generate_key(item);
    let slot = slot(item);
    quote! {
        #[automatically_derived]
        impl __orm::Mapping for #owner {
            type Entity = #entity;
            type Key = #key;

            const TABLE: &'static __orm::Table = #table;

            #hydrate
            #value
            #key_functions
            #generate_key
            #slot
        }
    }
}

/// ```text
/// fn hydrate(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> {
///     match row.value(at + 1) {
///         __orm::ValueRef::Text("car") => __orm::Ok(Self::Car { id: <i64 as …>::read(row, at)?, … }),
///         other => __orm::unknown_tag("`car`", other, at + 1),
///     }
/// }
/// ```
fn hydrate(item: &RowEnum<'_>) -> TokenStream {
    let entity = &item.record.body.entity;
    // Hygienic, so that the user's `default = …` sees neither.
    let row = Ident::new("row", Span::mixed_site());
    let at = Ident::new("at", Span::mixed_site());
    let tag = place(&at, &Position::Number(item.tag));
    let arms = item.variants.iter().map(|variant| {
        let RowVariant {
            ident, tag, fields, ..
        } = variant;
        let fields = fields
            .iter()
            .filter_map(|at| item.record.body.fields.get(*at));
        let fields = fields.map(|field| {
            let ident = field.ident;
            let value = match &field.storage {
                Storage::Column(column) => read(field, column, &row, &place(&at, &column.position)),
                Storage::Embed(_) | Storage::Relation(..) | Storage::Tracked | Storage::Skip => {
                    first_value(field)
                }
            };
            quote!(#ident: #value)
        });
        quote!(__orm::ValueRef::Text(#tag) => __orm::Ok(#entity::#ident { #(#fields),* }),)
    });
    let expected = expected(item.variants.iter().map(|variant| variant.tag.clone()));
    quote! {
        fn hydrate(#row: &__orm::Row<'_>, #at: usize) -> __orm::Result<#entity> {
            match #row.value(#tag) {
                #(#arms)*
                other => __orm::unknown_tag(#expected, other, #tag),
            }
        }
    }
}

/// ```text
/// fn value(it: &Self, column: usize) -> __orm::Param<'_> {
///     match (column, it) {
///         (0, Self::Car { id: __value, .. } | Self::Truck { id: __value, .. }) => <i64 as …>::encode(__value),
///         (1, Self::Car { .. }) => __orm::tag("car"),
///         …
///         (3 | 4, _) => __orm::Param::NULL,
///         _ => __orm::no_column(column),
///     }
/// }
/// ```
fn value(item: &RowEnum<'_>) -> TokenStream {
    let entity = &item.record.body.entity;
    let fields = item.record.body.fields.iter().enumerate();
    let arms = fields.filter_map(|(at, field)| match &field.storage {
        Storage::Column(_) if item.with(at).next().is_none() => Some(tags(item)),
        Storage::Column(column) => Some(value_arm(item, at, field, column)),
        Storage::Embed(_) | Storage::Relation(..) | Storage::Tracked | Storage::Skip => None,
    });
    let absent = absent(item).map(|columns| quote!((#columns, _) => __orm::Param::NULL,));
    quote! {
        fn value(it: &#entity, column: usize) -> __orm::Param<'_> {
            match (column, it) {
                #(#arms)*
                #absent
                _ => __orm::no_column(column),
            }
        }
    }
}

fn tags(item: &RowEnum<'_>) -> TokenStream {
    let entity = &item.record.body.entity;
    let position = literal::number(item.tag);
    let variants = item.variants.iter();
    let arms = variants.map(|RowVariant { ident, tag, .. }| {
        quote!((#position, #entity::#ident { .. }) => __orm::tag(#tag),)
    });
    quote!(#(#arms)*)
}

fn value_arm(item: &RowEnum<'_>, at: usize, field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let position = &column.position;
    let encode = fields::encode(field, column);
    let pattern = pattern(item, &[(at, field)]);
    let value = binding(field);
    quote!((#position, #pattern) => #encode(#value),)
}

/// ```text
/// fn key(it: &Self) -> i64 {
///     match it {
///         Self::Car { id: __id, .. } | Self::Truck { id: __id, .. } => __orm::Clone::clone(__id),
///     }
/// }
/// fn set_key(it: &mut Self, key: i64) {
///     match it {
///         Self::Car { id: __id, .. } | Self::Truck { id: __id, .. } => *__id = key,
///     }
/// }
/// ```
fn key_functions(item: &RowEnum<'_>, key: &TokenStream) -> TokenStream {
    let entity = &item.record.body.entity;
    let fields: Vec<(usize, &Field<'_>)> =
        key_fields(item).map(|(at, field, _)| (at, field)).collect();
    let pattern = pattern(item, &fields);
    let bindings: Vec<Ident> = fields.iter().map(|(_, field)| binding(field)).collect();
    let values = one_or_tuple(
        bindings
            .iter()
            .map(|value| quote!(__orm::Clone::clone(#value))),
    );
    let slots = one_or_tuple(bindings.iter().map(|slot| quote!(*#slot)));
    quote! {
        fn key(it: &#entity) -> #key {
            match it {
                #pattern => #values,
            }
        }

        fn set_key(it: &mut #entity, key: #key) {
            match it {
                #pattern => #slots = key,
            }
        }
    }
}

/// ```text
/// fn generate_key(it: &mut Self) -> __orm::Result<bool> {
///     match it {
///         Self::Car { id: __id, .. } => __orm::key::fill::<Uuid>(__id, __orm::key::uuid_v7),
///     }
/// }
/// ```
fn generate_key(item: &RowEnum<'_>) -> TokenStream {
    let entity = &item.record.body.entity;
    let mut generated = Vec::new();
    let mut fills = Vec::new();
    for (at, field, column) in key_fields(item) {
        let slot = binding(field);
        if let Some(fill) = mapping::fill(&quote!(#slot), field, column) {
            generated.push((at, field));
            fills.push(fill);
        }
    }
    let Some(body) = mapping::filled(&fills) else {
        return TokenStream::new();
    };
    let pattern = pattern(item, &generated);
    quote! {
        fn generate_key(it: &mut #entity) -> __orm::Result<bool> {
            match it {
                #pattern => #body,
            }
        }
    }
}

/// ```text
/// fn slot(it: &mut Self, column: usize) -> __orm::Slot<'_> {
///     match (column, it) {
///         (0, Self::Car { id: __id, .. } | Self::Truck { id: __id, .. }) => <i64 as …>::slot(__id),
///         (3, _) => __orm::Slot::ignored(),
///         _ => __orm::Slot::none(),
///     }
/// }
/// ```
fn slot(item: &RowEnum<'_>) -> TokenStream {
    let entity = &item.record.body.entity;
    let arms = columns(item).map(|(at, field, column)| {
        let position = &column.position;
        let (pattern, binding) = (pattern(item, &[(at, field)]), binding(field));
        let slot = fields::slot(field, column);
        quote!((#position, #pattern) => #slot(#binding),)
    });
    // What a variant does not have, nothing is put into.
    let absent = absent(item).map(|columns| quote!((#columns, _) => __orm::Slot::ignored(),));
    quote! {
        fn slot(it: &mut #entity, column: usize) -> __orm::Slot<'_> {
            match (column, it) {
                #(#arms)*
                #absent
                _ => __orm::Slot::none(),
            }
        }
    }
}

/// The columns that not all variants have, as a pattern.
fn absent(item: &RowEnum<'_>) -> Option<TokenStream> {
    let optional = columns(item).filter(|(_, _, column)| column.optional);
    let optional: Vec<&Position> = optional.map(|(_, _, column)| &column.position).collect();
    (!optional.is_empty()).then(|| quote!(#(#optional)|*))
}

/// The variants that have some fields, which are bound.
///
/// ```text
/// Self::Car { id: __id, .. } | Self::Truck { id: __id, .. }
/// ```
fn pattern(item: &RowEnum<'_>, fields: &[(usize, &Field<'_>)]) -> TokenStream {
    let entity = &item.record.body.entity;
    let first = fields.first().map_or(0, |(at, _)| *at);
    let idents: Vec<&Ident> = fields.iter().map(|(_, field)| field.ident).collect();
    let bindings: Vec<Ident> = fields.iter().map(|(_, field)| binding(field)).collect();
    let patterns = item
        .with(first)
        .map(|RowVariant { ident, .. }| quote!(#entity::#ident { #(#idents: #bindings,)* .. }));
    quote!(#(#patterns)|*)
}

/// The local variable that a field is bound to.
fn binding(field: &Field<'_>) -> Ident {
    format_ident!("__{}", name::snake(field.ident))
}

/// The columns but for the tag, with the places of their fields.
fn columns<'v, 'a>(
    item: &'v RowEnum<'a>,
) -> impl Iterator<Item = (usize, &'v Field<'a>, &'v Column<'a>)> {
    let fields = item.record.body.fields.iter().enumerate();
    fields.filter_map(|(at, field)| match &field.storage {
        Storage::Column(column) if item.with(at).next().is_some() => Some((at, field, column)),
        _ => None,
    })
}

fn key_fields<'v, 'a>(
    item: &'v RowEnum<'a>,
) -> impl Iterator<Item = (usize, &'v Field<'a>, &'v Column<'a>)> {
    columns(item).filter(|(_, _, column)| column.is_key())
}
