//! The options in the parentheses after a word: words again, that each may have a value.

use syn::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;

use super::argument::Argument;
use super::{Words, end_of_item, skip_item};
use crate::error;
use crate::symbol::Symbol;

/// Reads options until the list ends. `accept` takes the value of each; after an error, reading goes
/// on with the next option.
pub(super) fn options(
    list: ParseStream<'_>,
    known: &[Symbol],
    mut accept: impl FnMut(Argument<'_>) -> syn::Result<()>,
) -> syn::Result<Words> {
    let mut words = Words::default();
    let mut errors: Option<syn::Error> = None;
    while !list.is_empty() {
        if let Err(error) = option(list, known, &mut words, &mut accept) {
            skip_item(list)?;
            match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            }
        }
    }
    errors.map_or(Ok(words), Err)
}

fn option(
    list: ParseStream<'_>,
    known: &[Symbol],
    words: &mut Words,
    accept: &mut impl FnMut(Argument<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let word = list
        .call(Ident::parse_any)
        .map_err(|_| error::option_expected(list.span(), known))?;
    let symbol = known.iter().copied().find(|known| word == known.name);
    let symbol = symbol.ok_or_else(|| error::unknown_option(&word, known))?;
    if words.has(symbol) {
        return Err(error::duplicate(&word));
    }
    words.0.push((symbol, word.clone()));
    accept(Argument::new(symbol, &word, list))?;
    end_of_item(list)
}
