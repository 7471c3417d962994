//! What may follow a word of `#[orm(…)]`: nothing, `= value` or `(list)`.

use std::fmt::Display;
use std::str::FromStr;

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token, Type, parenthesized, token};

use crate::error;
use crate::name::{RENAME_RULES, RenameRule};
use crate::symbol::Symbol;

/// The input right after a word.
#[derive(Clone, Copy)]
pub(super) struct Argument<'a> {
    pub(super) symbol: Symbol,
    pub(super) word: &'a Ident,
    pub(super) input: ParseStream<'a>,
}

impl<'a> Argument<'a> {
    pub(super) fn new(symbol: Symbol, word: &'a Ident, input: ParseStream<'a>) -> Self {
        Self {
            symbol,
            word,
            input,
        }
    }

    /// Nothing.
    pub(super) fn none(self) -> syn::Result<()> {
        if self.input.peek(Token![=]) || self.input.peek(token::Paren) {
            return Err(error::no_argument(self.input.span(), self.symbol));
        }
        Ok(())
    }

    /// `= expression`.
    pub(super) fn expr(self) -> syn::Result<Expr> {
        self.equals()?;
        self.input.parse()
    }

    /// `= Type`.
    pub(super) fn ty(self) -> syn::Result<Type> {
        self.equals()?;
        let span = self.input.span();
        let ty = self.input.parse();
        ty.map_err(|_| error::type_expected(span, self.symbol))
    }

    /// `= field`.
    pub(super) fn field(self) -> syn::Result<Ident> {
        self.equals()?;
        self.name(self.input)
    }

    /// `= field` or `= (field, other_field)`.
    pub(super) fn fields(self) -> syn::Result<Vec<Ident>> {
        self.equals()?;
        if !self.input.peek(token::Paren) {
            return Ok(vec![self.name(self.input)?]);
        }
        self.parentheses(|list| {
            let mut fields = vec![self.name(list)?];
            while !list.is_empty() {
                list.parse::<Token![,]>()
                    .map_err(|_| error::comma_expected(list.span()))?;
                if !list.is_empty() {
                    fields.push(self.name(list)?);
                }
            }
            Ok(fields)
        })
    }

    fn name(self, input: ParseStream<'_>) -> syn::Result<Ident> {
        let name = input.call(Ident::parse_any);
        name.map_err(|_| error::not_a_field(input.span(), self.symbol))
    }

    /// `= path::to::function`.
    pub(super) fn function(self) -> syn::Result<Path> {
        self.equals()?;
        let span = self.input.span();
        let path = self.input.parse();
        path.map_err(|_| error::function_expected(span, self.symbol))
    }

    /// `= word`, one of those that stand for a variant.
    pub(super) fn variant(self, known: &[(&str, &str)]) -> syn::Result<Ident> {
        self.equals()?;
        let input = self.input;
        let word = input
            .call(Ident::parse_any)
            .map_err(|_| error::word_expected(input.span(), self.symbol))?;
        let variant = known.iter().find(|(name, _)| word == name);
        let (_, variant) = variant.ok_or_else(|| error::unknown_rule(&word, self.symbol, known))?;
        Ok(Ident::new(variant, word.span()))
    }

    /// `=`, and something after it.
    fn equals(self) -> syn::Result<()> {
        if self.is_absent() {
            return Err(error::argument_missing(self.word, self.symbol));
        }
        if !self.input.peek(Token![=]) {
            return Err(error::not_a_value(self.input.span(), self.symbol));
        }
        self.input.parse::<Token![=]>()?;
        if self.is_absent() {
            return Err(error::argument_missing(self.word, self.symbol));
        }
        Ok(())
    }

    /// `= "text"`, which has to say something.
    pub(super) fn text(self) -> syn::Result<LitStr> {
        let text = self.text_or_empty()?;
        if text.value().is_empty() {
            return Err(error::empty(&text, self.symbol));
        }
        Ok(text)
    }

    /// `= "text"`. No database takes a NUL character in its statements.
    pub(super) fn text_or_empty(self) -> syn::Result<LitStr> {
        let expr = self.expr()?;
        let Some(Lit::Str(text)) = literal(&expr) else {
            return Err(error::wrong_kind(&expr, "text", self.symbol));
        };
        if text.value().contains('\0') {
            return Err(error::nul(text, self.symbol));
        }
        Ok(text.clone())
    }

    /// `= 120`.
    pub(super) fn number<N: FromStr<Err: Display>>(self) -> syn::Result<Number<N>> {
        let expr = self.expr()?;
        let Some(Lit::Int(number)) = literal(&expr) else {
            return Err(error::wrong_kind(&expr, "a whole number", self.symbol));
        };
        Number::new(number).ok_or_else(|| error::number_too_large(number, self.symbol))
    }

    /// `= "snake_case"` and the like.
    pub(super) fn rename_rule(self) -> syn::Result<RenameRule> {
        let text = self.text()?;
        let word = text.value();
        let known = RENAME_RULES.iter().find(|(name, _)| *name == word);
        known
            .map(|(_, rule)| *rule)
            .ok_or_else(|| error::unknown_rename_rule(&text))
    }

    /// `= "path::to::orm"`.
    pub(super) fn path(self) -> syn::Result<Path> {
        let text = self.text()?;
        text.parse_with(Path::parse_mod_style)
            .map_err(|_| error::not_a_path(&text, self.symbol))
    }

    /// `(list)`, of which `read` takes the part between the parentheses.
    pub(super) fn list<T>(
        self,
        read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        if self.is_absent() {
            return Err(error::argument_missing(self.word, self.symbol));
        }
        if !self.input.peek(token::Paren) {
            return Err(error::list_expected(self.input.span(), self.symbol));
        }
        self.parentheses(read)
    }

    /// What is between parentheses, which has to be something.
    fn parentheses<T>(
        self,
        read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        let list;
        let paren = parenthesized!(list in self.input);
        if list.is_empty() {
            return Err(error::empty_list(paren.span.join(), self.symbol));
        }
        let result = read(&list);
        if result.is_err() {
            // What is left is no second mistake.
            list.parse::<TokenStream>()?;
        }
        result
    }

    /// Whether the word stands alone.
    pub(super) fn is_absent(self) -> bool {
        self.input.is_empty() || self.input.peek(Token![,])
    }
}

/// The literal that an expression is, inside any invisible groups that `macro_rules!` put around it.
fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// A whole number, and where it was written.
#[derive(Clone, Copy)]
pub(crate) struct Number<N> {
    pub(crate) value: N,
    pub(crate) span: Span,
}

impl<N: FromStr<Err: Display>> Number<N> {
    fn new(literal: &LitInt) -> Option<Self> {
        let value = literal
            .base10_parse()
            .ok()
            .filter(|_| literal.suffix().is_empty())?;
        Some(Self {
            value,
            span: literal.span(),
        })
    }
}

/// Written without a suffix, as a person would.
impl<N: Copy + Into<u32>> ToTokens for Number<N> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut literal = Literal::u32_unsuffixed(self.value.into());
        literal.set_span(self.span);
        tokens.append(TokenTree::Literal(literal));
    }
}
