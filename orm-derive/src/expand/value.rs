//! `impl ColumnType`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident};

use crate::ast::Newtype;
use crate::model::{Value, ValueStorage, expected, written};

pub(super) fn column_type(value: &Value<'_>) -> TokenStream {
    let ident = value.ident;
    let body = match &value.storage {
        ValueStorage::Inner(newtype) => inner(newtype),
        ValueStorage::Text(variants) => text(variants),
        ValueStorage::Integer(variants) => integer(variants),
    };
    let types = types();
    quote! {
        #[automatically_derived]
        impl __orm::ColumnType for #ident {
            #types

            #body
        }
    }
}

/// The type with NULL beside its values, and any other type made as nullable as this one, which is not.
pub(super) fn types() -> TokenStream {
    quote! {
        type Nullable = __orm::Option<Self>;
        type Like<__U: __orm::ColumnType> = __U;
    }
}

/// Everything as the inner type does it.
fn inner(newtype: &Newtype<'_>) -> TokenStream {
    let ty = newtype.ty;
    let member = newtype
        .field
        .map_or_else(|| quote!(0), |field| quote!(#field));
    let decode = quote!(<#ty as __orm::ColumnType>::decode(value)?);
    let new = newtype.field.map_or_else(
        || quote!(Self(#decode)),
        |field| quote!(Self { #field: #decode }),
    );
    quote! {
        const SQL_TYPE: __orm::SqlType = <#ty as __orm::ColumnType>::SQL_TYPE;
        const NULLABLE: bool = <#ty as __orm::ColumnType>::NULLABLE;

        fn encode(&self) -> __orm::Param<'_> {
            <#ty as __orm::ColumnType>::encode(&self.#member)
        }

        fn decode(value: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
            __orm::Ok(#new)
        }

        fn is_unset(&self) -> bool {
            <#ty as __orm::ColumnType>::is_unset(&self.#member)
        }
    }
}

/// ```text
/// fn encode(&self) -> __orm::Param<'_> {
///     __orm::Param::Borrowed(__orm::ValueRef::Text(match self {
///         Self::Draft => "draft",
///         Self::Paid => "paid",
///     }))
/// }
/// fn decode(value: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
///     match value {
///         __orm::ValueRef::Text("draft") => __orm::Ok(Self::Draft),
///         __orm::ValueRef::Text("paid") => __orm::Ok(Self::Paid),
///         other => __orm::Err(__orm::unknown_variant("one of `draft`, `paid`", other)),
///     }
/// }
/// ```
fn text(variants: &[(&Ident, String)]) -> TokenStream {
    let expected = expected(variants.iter().map(|(_, name)| name.clone()));
    let idents = variants.iter().map(|(ident, _)| ident);
    let idents = &idents.collect::<Vec<_>>();
    let names = variants.iter().map(|(_, name)| name);
    let names = &names.collect::<Vec<_>>();
    quote! {
        const SQL_TYPE: __orm::SqlType = __orm::SqlType::Text;

        fn encode(&self) -> __orm::Param<'_> {
            __orm::Param::Borrowed(__orm::ValueRef::Text(match self {
                #(Self::#idents => #names,)*
            }))
        }

        fn decode(value: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
            match value {
                #(__orm::ValueRef::Text(#names) => __orm::Ok(Self::#idents),)*
                other => __orm::Err(__orm::unknown_variant(#expected, other)),
            }
        }
    }
}

/// ```text
/// fn encode(&self) -> __orm::Param<'_> {
///     __orm::Param::Borrowed(__orm::ValueRef::Int(match self {
///         Self::Low => Self::Low as i64,
///     }))
/// }
/// fn decode(value: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
///     match value {
///         __orm::ValueRef::Int(value) if value == Self::Low as i64 => __orm::Ok(Self::Low),
///         other => __orm::Err(__orm::unknown_variant("`1`", other)),
///     }
/// }
/// ```
fn integer(variants: &[(&Ident, &Expr)]) -> TokenStream {
    let expected = expected(
        variants
            .iter()
            .map(|(_, discriminant)| written(discriminant)),
    );
    let idents = variants.iter().map(|(ident, _)| ident);
    let idents = &idents.collect::<Vec<_>>();
    quote! {
        const SQL_TYPE: __orm::SqlType = __orm::SqlType::BigInt;

        fn encode(&self) -> __orm::Param<'_> {
            __orm::Param::Borrowed(__orm::ValueRef::Int(match self {
                #(Self::#idents => Self::#idents as i64,)*
            }))
        }

        fn decode(value: __orm::ValueRef<'_>) -> __orm::Result<Self, __orm::Mismatch> {
            match value {
                #(__orm::ValueRef::Int(value) if value == Self::#idents as i64 => __orm::Ok(Self::#idents),)*
                other => __orm::Err(__orm::unknown_variant(#expected, other)),
            }
        }
    }
}
