//! Types that one column holds.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Expr, Ident};

use crate::ast::{self, Newtype, Shape};
use crate::name;
use crate::symbol::INTEGER;

/// A type that one column holds.
pub(crate) struct Value<'a> {
    /// The path of the facade crate.
    pub(crate) krate: TokenStream,
    pub(crate) ident: &'a Ident,
    pub(crate) storage: Storage<'a>,
}

/// What the column holds.
pub(crate) enum Storage<'a> {
    /// The value inside.
    Inner(&'a Newtype<'a>),
    /// The name of the variant.
    Text(Vec<(&'a Ident, String)>),
    /// The discriminant of the variant.
    Integer(Vec<(&'a Ident, &'a Expr)>),
}

impl<'a> Value<'a> {
    pub(crate) fn new(value: &'a ast::Value<'a>) -> Self {
        Self {
            krate: super::krate(value.krate()),
            ident: value.ident,
            storage: match &value.shape {
                Shape::Newtype(newtype) => Storage::Inner(newtype),
                Shape::Enum(item) if item.attrs.words.has(INTEGER) => Storage::integer(item),
                Shape::Enum(item) => Storage::text(item),
                Shape::Wrong => unreachable!("an item that is no value has been refused"),
            },
        }
    }
}

impl<'a> Storage<'a> {
    fn text(item: &'a ast::Enum<'a>) -> Self {
        let variants = item.variants.iter().map(|variant| {
            let rename = variant.attrs.rename.as_ref();
            (
                variant.ident,
                name::stored(variant.ident, rename, item.attrs.rename_all),
            )
        });
        Self::Text(variants.collect())
    }

    fn integer(item: &'a ast::Enum<'a>) -> Self {
        let variants = item.variants.iter();
        Self::Integer(
            variants
                .filter_map(|variant| Some((variant.ident, variant.discriminant?)))
                .collect(),
        )
    }
}

/// What a stored value may be, for the message about any other.
pub(crate) fn expected(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [name] => name.clone(),
        names => format!("one of {}", names.join(", ")),
    }
}

/// A discriminant as the user wrote it.
pub(crate) fn written(discriminant: &Expr) -> String {
    discriminant.to_token_stream().to_string()
}
