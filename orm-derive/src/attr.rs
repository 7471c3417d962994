//! `#[orm(…)]`: its grammar, a list of words that each may have an argument.

mod argument;
mod field;
mod index;
mod option;
mod reference;
mod relation;
mod strukt;
mod value;
mod variants;

pub(crate) use self::argument::Number;
pub(crate) use self::field::{FieldAttrs, Strategy};
pub(crate) use self::index::IndexAttr;
pub(crate) use self::reference::{Actions, Reference};
pub(crate) use self::relation::{RelationAttr, RelationKind};
pub(crate) use self::strukt::StructAttrs;
pub(crate) use self::value::{EnumAttrs, VariantAttrs, newtype_crate, nothing};
pub(crate) use self::variants::RowVariantAttrs;

use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Meta, Token};

use self::argument::Argument;
use crate::ctxt::Ctxt;
use crate::error;
use crate::place::Place;
use crate::symbol::Symbol;

/// The words that were written in one place, whether or not their arguments made sense.
#[derive(Default)]
pub(crate) struct Words(Vec<(Symbol, Ident)>);

impl Words {
    pub(crate) fn has(&self, symbol: Symbol) -> bool {
        self.get(symbol).is_some()
    }

    /// The word as the user wrote it.
    pub(crate) fn get(&self, symbol: Symbol) -> Option<&Ident> {
        self.iter()
            .find(|(known, _)| *known == symbol)
            .map(|(_, word)| word)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Symbol, &Ident)> {
        self.0.iter().map(|(symbol, word)| (*symbol, word))
    }
}

/// Reads the `#[orm(…)]` among some attributes. `accept` takes the argument of each word; after an
/// error, reading goes on with the next word.
fn parse(
    cx: &Ctxt,
    attrs: &[Attribute],
    place: Place,
    mut accept: impl FnMut(Argument<'_>) -> syn::Result<()>,
) -> Words {
    let mut words = Words::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("orm")) {
        let Meta::List(list) = &attr.meta else {
            cx.push(error::not_a_list(attr.path()));
            continue;
        };
        let parsed = list.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = item(input, place, &mut words, &mut accept) {
                    cx.push(error);
                    skip_item(input)?;
                }
            }
            Ok(())
        });
        cx.take(parsed);
    }
    words
}

/// One word, its argument and the comma after it.
fn item(
    input: ParseStream<'_>,
    place: Place,
    words: &mut Words,
    accept: &mut impl FnMut(Argument<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err(error::not_a_word(input.span(), place));
    }
    let word = input.call(Ident::parse_any)?;
    let Some(symbol) = place.symbol(&word) else {
        return Err(error::unknown_word(&word, place));
    };
    if words.has(symbol) && !place.repeats(symbol) {
        return Err(error::duplicate(&word));
    }
    words.0.push((symbol, word.clone()));
    accept(Argument::new(symbol, &word, input))?;
    end_of_item(input)
}

fn end_of_item(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if !input.peek(Token![,]) {
        return Err(error::comma_expected(input.span()));
    }
    input.parse::<Token![,]>().map(drop)
}

/// Goes to the next word: everything that can contain a comma is inside a group.
fn skip_item(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>().map(drop)
}
