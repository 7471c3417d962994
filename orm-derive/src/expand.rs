//! The Rust that a derive writes. Nothing here can fail.
//!
//! An expansion is one `const _` block, whose only import is the hidden module of the facade crate:
//! whatever the user's module contains, the names in the block mean what they say.

mod access;
mod columns;
mod fields;
mod from_row;
mod layout;
mod literal;
mod mapping;
mod owned;
mod pattern;
mod relation;
pub(crate) mod stub;
mod table;
mod targets;
mod tuple;
mod value;
mod variants;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::{Body, Record, Row, RowEnum, Targets, Value};

/// ```text
/// const _: () = {
///     use ::orm::__private as __orm;
///
///     impl User {
///         pub const ID: __orm::Column<Self, i64> = __orm::Column::new(0);
///         …
///     }
///
///     impl __orm::Mapping for User { … }
///
///     impl __orm::ActiveRecord for User {}
///
///     impl __orm::Related for User {}
/// };
/// ```
pub(crate) fn record(record: &Record<'_>) -> TokenStream {
    let layout = layout::layout(&record.body);
    let constants = columns::constants(&record.body, &pattern::members(record));
    let mapping = mapping::mapping(record);
    let pattern = pattern::pattern(&record.body);
    let related = relation::related(record);
    let refers_to = relation::refers_to(record);
    let counters = relation::counters(record);
    let default = pattern::default(&record.body);
    let described = pattern::described(&record.body);
    let block = block(
        &record.body.krate,
        &quote! {
            #layout
            #constants
            #mapping

            #pattern

            #related
            #refers_to
            #counters

            #default
            #described
        },
    );
    let mapper = pattern::mapper(&record.body);
    quote!(#mapper #block)
}

/// ```text
/// impl Vehicle { … }
/// impl __orm::Mapping for Vehicle { … }
/// impl __orm::ActiveRecord for Vehicle {}
/// ```
pub(crate) fn variants(item: &RowEnum<'_>) -> TokenStream {
    let columns = columns::constants(&item.record.body, &TokenStream::new());
    let related = relation::related(&item.record);
    let refers_to = relation::refers_to(&item.record);
    let constants = variants::constants(item);
    let mapping = variants::mapping(item);
    let pattern = pattern::pattern(&item.record.body);
    let block = block(
        &item.record.body.krate,
        &quote! {
            #columns
            #constants
            #mapping

            #pattern

            #related
            #refers_to
        },
    );
    let mapper = pattern::mapper(&item.record.body);
    quote!(#mapper #block)
}

/// ```text
/// impl __orm::Embedded for Address {
///     type Value = Self;
///     const COLUMNS: &'static [__orm::ColumnDef] = &[…];
///     fn hydrate(row: &__orm::Row<'_>, at: usize) -> __orm::Result<Self> { … }
///     fn value(&self, column: usize) -> __orm::Param<'_> { … }
/// }
/// ```
pub(crate) fn embedded(body: &Body<'_>) -> TokenStream {
    let ident = body.ident;
    let layout = layout::layout(body);
    let constants = columns::constants(body, &TokenStream::new());
    let columns = table::columns(body, None);
    let hydrate = fields::reader("hydrate", body);
    let column = Ident::new("column", Span::mixed_site());
    let arms = fields::arms(body, &quote!(self), &column);
    let default = fields::default(body);
    block(
        &body.krate,
        &quote! {
            #layout
            #constants

            #[automatically_derived]
            impl __orm::Embedded for #ident {
                type Value = Self;

                const COLUMNS: &'static [__orm::ColumnDef] = #columns;

                #hydrate

                fn value(&self, #column: usize) -> __orm::Param<'_> {
                    match #column { #arms }
                }
            }

            #default
        },
    )
}

/// ```text
/// impl Month { … }
/// impl __orm::Source for Month { … }
/// impl __orm::FromRow for Month { … }
/// impl __orm::Projection for Month { … }
/// ```
pub(crate) fn row(row: &Row<'_>) -> TokenStream {
    let constants = columns::constants(&row.body, &TokenStream::new());
    let source = from_row::source(row);
    let from_row = from_row::from_row(&row.body);
    let used = from_row::used(&row.body);
    let projection = row
        .projection
        .as_ref()
        .map(|projection| from_row::projection(&row.body, projection));
    block(
        &row.body.krate,
        &quote!(#constants #source #from_row #projection #used),
    )
}

/// ```text
/// impl __orm::ColumnType for Email { … }
/// ```
pub(crate) fn value(value: &Value<'_>) -> TokenStream {
    block(&value.krate, &value::column_type(value))
}

/// ```text
/// impl __orm::Targets for Subject { … }
/// impl __orm::TargetIn<Subject> for Post { … }
/// ```
pub(crate) fn targets(targets: &Targets<'_>) -> TokenStream {
    block(&targets.krate, &targets::targets(targets))
}

fn block(krate: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::__private as __orm;

            #items
        };
    }
}
