//! Where the columns are, when embedded values are among them: how many columns those have is only
//! known to the compiler.

use proc_macro2::TokenStream;
use quote::quote;

use super::literal;
use crate::model::{Body, Embed, Field, Position, Storage, width};

/// The constants that the rest of the expansion counts with. Without embedded values there are none.
///
/// ```text
/// const __AT_HOME: usize = 2;
/// const __AT_PHONE: usize = __AT_HOME + <Address as __orm::Embedded>::COLUMNS.len();
/// const __WIDTH: usize = __AT_PHONE + 1;
/// const __NAMES_HOME: … = &__orm::names(<Address as __orm::Embedded>::COLUMNS, "home_");
/// const __COLUMNS_HOME: … = __orm::embed(…::COLUMNS, "home_", __NAMES_HOME, …::OPTIONAL);
/// ```
pub(super) fn layout(body: &Body<'_>) -> TokenStream {
    if !body.has_embeds() {
        return TokenStream::new();
    }
    let positions = positions(body);
    let columns = body.embeds().map(|(field, embed)| columns(field, embed));
    quote! {
        #positions
        #(#columns)*
    }
}

fn positions(body: &Body<'_>) -> TokenStream {
    let mut positions = TokenStream::new();
    let mut next = quote!(0);
    for field in &body.fields {
        match &field.storage {
            Storage::Embed(Embed { start, .. }) => {
                let ty = field.ty;
                positions.extend(quote!(const #start: usize = #next;));
                next = quote!(#start + <#ty as __orm::Embedded>::COLUMNS.len());
            }
            Storage::Column(column) => match &column.position {
                Position::Constant(start) => {
                    positions.extend(quote!(const #start: usize = #next;));
                    next = quote!(#start + 1);
                }
                Position::Number(number) => {
                    let number = literal::number(number + 1);
                    next = quote!(#number);
                }
            },
            Storage::Relation(..) | Storage::Tracked | Storage::Skip => {}
        }
    }
    let width = width();
    quote! {
        #positions
        const #width: usize = #next;
    }
}

fn columns(field: &Field<'_>, embed: &Embed) -> TokenStream {
    let ty = field.ty;
    let Embed {
        prefix,
        names,
        columns,
        ..
    } = embed;
    quote! {
        const #names: &[u8; __orm::names_len(<#ty as __orm::Embedded>::COLUMNS, #prefix)] =
            &__orm::names(<#ty as __orm::Embedded>::COLUMNS, #prefix);
        const #columns: [__orm::ColumnDef; <#ty as __orm::Embedded>::COLUMNS.len()] = __orm::embed(
            <#ty as __orm::Embedded>::COLUMNS,
            #prefix,
            #names,
            <#ty as __orm::Embedded>::OPTIONAL,
        );
    }
}
