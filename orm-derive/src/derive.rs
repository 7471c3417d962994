//! The stages of each derive, in their order.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput};

use crate::attr::StructAttrs;
use crate::ctxt::Ctxt;
use crate::place::{Pattern, StructKind};
use crate::{ast, check, expand, model};

/// `#[derive(ActiveRecord)]`.
pub(crate) fn active_record(input: &DeriveInput) -> TokenStream {
    mapped(input, Pattern::ActiveRecord)
}

/// `#[derive(Mapper)]`.
pub(crate) fn mapper(input: &DeriveInput) -> TokenStream {
    mapped(input, Pattern::DataMapper)
}

fn mapped(input: &DeriveInput, pattern: Pattern) -> TokenStream {
    match &input.data {
        Data::Enum(data) => variants(input, data, pattern),
        Data::Struct(_) | Data::Union(_) => record(input, pattern),
    }
}

fn record(input: &DeriveInput, pattern: Pattern) -> TokenStream {
    let cx = Ctxt::new();
    let record = ast::Struct::parse(&cx, input, StructKind::Record(pattern));
    check::record(&cx, &record);
    match cx.finish() {
        Ok(()) => expand::record(&model::Record::new(&record)),
        Err(error) => refuse(&error, &expand::stub::record(&record)),
    }
}

fn variants(input: &DeriveInput, data: &DataEnum, pattern: Pattern) -> TokenStream {
    let cx = Ctxt::new();
    let attrs = StructAttrs::parse(&cx, &input.attrs, StructKind::Variants(pattern));
    let tag = ast::Tag::new(&cx, &attrs);
    let variants = ast::RowEnum::parse(&cx, input, data, attrs, tag.as_ref(), pattern);
    check::variants(&cx, &variants);
    match cx.finish() {
        Ok(()) => expand::variants(&model::RowEnum::new(&variants)),
        Err(error) => refuse(&error, &expand::stub::variants(&variants)),
    }
}

/// `#[derive(Embedded)]`.
pub(crate) fn embedded(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let embedded = ast::Struct::parse(&cx, input, StructKind::Embedded);
    check::embedded(&cx, &embedded);
    match cx.finish() {
        Ok(()) => expand::embedded(&model::Body::new(&embedded)),
        Err(error) => refuse(&error, &expand::stub::embedded(&embedded)),
    }
}

/// `#[derive(FromRow)]`.
pub(crate) fn from_row(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let row = ast::Struct::parse(&cx, input, StructKind::Row);
    check::row(&cx, &row);
    match cx.finish() {
        Ok(()) => expand::row(&model::Row::new(&row)),
        Err(error) => refuse(&error, &expand::stub::row(&row)),
    }
}

/// `#[derive(Value)]`.
pub(crate) fn value(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let value = ast::Value::parse(&cx, input);
    check::value(&cx, &value);
    match cx.finish() {
        Ok(()) => expand::value(&model::Value::new(&value)),
        Err(error) => refuse(&error, &expand::stub::value(&value)),
    }
}

/// `#[derive(Polymorphic)]`.
pub(crate) fn polymorphic(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let targets = ast::Targets::parse(&cx, input);
    check::targets(&cx, &targets);
    match cx.finish() {
        Ok(()) => expand::targets(&model::Targets::new(&targets)),
        Err(error) => refuse(&error, &expand::stub::targets(&targets)),
    }
}

/// The errors, and what the rest of the program needs in order to be checked without more of them.
fn refuse(error: &syn::Error, stub: &TokenStream) -> TokenStream {
    let errors = error.to_compile_error();
    quote! { #errors #stub }
}
