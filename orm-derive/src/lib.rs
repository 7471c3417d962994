//! The derives of orm-toolkit. Programs use them through the facade crate, as `orm::ActiveRecord` and
//! so on.
//!
//! A derive is a small compiler, and its stages are the modules: `attr` and `ast` read the user's
//! tokens, `check` judges them, `model` resolves what was left open, `sql` writes the fixed
//! statements and `expand` the Rust. Only the first three can fail.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod ast;
mod attr;
mod check;
mod ctxt;
mod derive;
mod error;
mod expand;
mod model;
mod name;
mod place;
mod sql;
mod symbol;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("../doc/active_record.md")]
#[proc_macro_derive(ActiveRecord, attributes(orm))]
pub fn derive_active_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::active_record(&input).into()
}

#[doc = include_str!("../doc/embedded.md")]
#[proc_macro_derive(Embedded, attributes(orm))]
pub fn derive_embedded(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::embedded(&input).into()
}

#[doc = include_str!("../doc/from_row.md")]
#[proc_macro_derive(FromRow, attributes(orm))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::from_row(&input).into()
}

#[doc = include_str!("../doc/mapper.md")]
#[proc_macro_derive(Mapper, attributes(orm))]
pub fn derive_mapper(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::mapper(&input).into()
}

#[doc = include_str!("../doc/polymorphic.md")]
#[proc_macro_derive(Polymorphic, attributes(orm))]
pub fn derive_polymorphic(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::polymorphic(&input).into()
}

#[doc = include_str!("../doc/value.md")]
#[proc_macro_derive(Value, attributes(orm))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::value(&input).into()
}
