//! `unique(a, b)` and `index(a, b, where = "…", name = "…")`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::argument::Argument;
use crate::error;
use crate::symbol::{NAME, Symbol, UNIQUE_TOGETHER, WHERE};

/// An index over several fields, or with a condition.
pub(crate) struct IndexAttr {
    pub(crate) unique: bool,
    /// The fields as the user wrote them.
    pub(crate) fields: Vec<Ident>,
    pub(crate) condition: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
}

impl IndexAttr {
    pub(super) fn parse(argument: Argument<'_>) -> syn::Result<Self> {
        let mut index = Self {
            unique: argument.symbol == UNIQUE_TOGETHER,
            fields: Vec::new(),
            condition: None,
            name: None,
        };
        argument.list(|list| index.entries(list, argument.symbol))?;
        if index.fields.is_empty() {
            return Err(error::empty_list(argument.word.span(), argument.symbol));
        }
        Ok(index)
    }

    fn entries(&mut self, list: ParseStream<'_>, symbol: Symbol) -> syn::Result<()> {
        while !list.is_empty() {
            self.entry(list, symbol)?;
            if !list.is_empty() {
                list.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// A field, or an option of the index.
    fn entry(&mut self, list: ParseStream<'_>, symbol: Symbol) -> syn::Result<()> {
        let word = list
            .call(Ident::parse_any)
            .map_err(|_| error::not_a_field(list.span(), symbol))?;
        if !list.peek(Token![=]) {
            self.fields.push(word);
            return Ok(());
        }
        let (option, symbol) = match word.to_string() {
            name if name == NAME.name => (&mut self.name, NAME),
            name if name == WHERE.name => (&mut self.condition, WHERE),
            _ => return Err(error::unknown_option(&word, &[WHERE, NAME])),
        };
        if option.is_some() {
            return Err(error::duplicate(&word));
        }
        *option = Some(Argument::new(symbol, &word, list).text()?);
        Ok(())
    }
}
