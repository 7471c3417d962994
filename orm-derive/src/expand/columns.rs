//! The associated constants by which the user names columns.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::literal;
use crate::model::{Body, Column, Embed, Field, Position, Storage};

/// ```text
/// impl User {
///     #[doc = "The `id` column."]
///     pub const ID: __orm::Column<Self, i64> = __orm::Column::new(0);
/// }
/// ```
///
/// Constants that the program has no use for are not the user's mistake, and neither are columns of
/// private types. What else belongs into this impl is `more`.
pub(super) fn constants(body: &Body<'_>, more: &TokenStream) -> TokenStream {
    let ident = &body.owner;
    let constants = body.fields.iter().filter_map(|field| match &field.storage {
        Storage::Column(column) => Some(constant(body, field, column)),
        Storage::Embed(embed) => Some(embedded_constant(body, field, embed)),
        Storage::Relation(..) | Storage::Tracked | Storage::Skip => None,
    });
    quote! {
        #[allow(dead_code, private_interfaces)]
        impl #ident {
            #(#constants)*
            #more
        }
    }
}

fn constant(body: &Body<'_>, field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let Body { vis, .. } = body;
    let Column {
        constant, position, ..
    } = column;
    let doc = format!(" The `{}` column.", column.name);
    let ty = stored_ty(field, column);
    // If the type has no `Nullable`, the compiler shall say so once, at the field's type.
    let span = if column.optional {
        field.ty.span()
    } else {
        Span::call_site()
    };
    let new = quote_spanned!(span=> __orm::Column::new(#position));
    quote! {
        #[doc = #doc]
        #vis const #constant: __orm::Column<Self, #ty> = #new;
    }
}

fn embedded_constant(body: &Body<'_>, field: &Field<'_>, embed: &Embed) -> TokenStream {
    let Body { vis, .. } = body;
    let Field { ident, ty, .. } = field;
    let Embed {
        constant, start, ..
    } = embed;
    let doc = format!(" The columns of `{ident}`.");
    quote! {
        #[doc = #doc]
        #vis const #constant: __orm::EmbeddedField<Self, #ty> = __orm::EmbeddedField::new(#start);
    }
}

/// The type of a column whose rows may be of variants without it.
pub(super) fn stored_ty(field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let ty = ty(field, column);
    if column.optional {
        quote_spanned!(field.ty.span()=> <#ty as __orm::ColumnType>::Nullable)
    } else {
        ty
    }
}

/// The type that a column is read as.
pub(super) fn ty(field: &Field<'_>, column: &Column<'_>) -> TokenStream {
    let ty = field.ty;
    if column.is_json() {
        quote!(__orm::Json<#ty>)
    } else {
        ty.to_token_stream()
    }
}

impl ToTokens for Position {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Number(number) => tokens.append(literal::number(*number)),
            Self::Constant(constant) => constant.to_tokens(tokens),
        }
    }
}
