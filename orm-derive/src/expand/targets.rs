//! `impl Targets` and `impl TargetIn`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Token;
use syn::spanned::Spanned;

use crate::model::{Entity, Targets};

pub(super) fn targets(targets: &Targets<'_>) -> TokenStream {
    let ident = targets.ident;
    let key_type = targets.entities.first().map(|Entity { ty, .. }| {
        // If it has no table, the compiler points at it.
        quote_spanned!(ty.span()=> <#ty as __orm::Mapping>::Key)
    });
    let functions = [key(targets, key_type.as_ref()), visits(targets)];
    let target_in = targets
        .entities
        .iter()
        .map(|entity| target_in(targets, entity));
    quote! {
        #[automatically_derived]
        impl __orm::Targets for #ident {
            type Key = #key_type;

            #(#functions)*
        }

        #(#target_in)*
    }
}

/// ```text
/// fn key(&self) -> (&'static str, <Post as __orm::Mapping>::Key) {
///     match self {
///         Self::Post(it) => __orm::key_of_target::<Self, Post>(it),
///         Self::Photo(it) => __orm::key_of_target::<Self, Photo>(it),
///     }
/// }
/// ```
fn key(targets: &Targets<'_>, ty: Option<&TokenStream>) -> TokenStream {
    let span = ty.map_or_else(Span::call_site, Spanned::span);
    let func = Token![fn](span);
    let output = quote_spanned!(span=> (&'static str, #ty));
    let arms = targets.entities.iter().map(|Entity { variant, ty, .. }| {
        quote!(Self::#variant(it) => __orm::key_of_target::<Self, #ty>(it),)
    });
    quote! {
        #func key(&self) -> #output {
            match self { #(#arms)* }
        }
    }
}

/// ```text
/// fn targets<V: __orm::TargetVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
///     visitor.visit::<Post>(Self::Post)?;
///     visitor.visit::<Photo>(Self::Photo)?;
///     __orm::Ok(())
/// }
/// ```
fn visits(targets: &Targets<'_>) -> TokenStream {
    let visits = targets
        .entities
        .iter()
        .map(|Entity { variant, ty, .. }| quote!(visitor.visit::<#ty>(Self::#variant)));
    quote! {
        fn targets<V: __orm::TargetVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
            #(#visits?;)*
            __orm::Ok(())
        }
    }
}

/// ```text
/// impl __orm::TargetIn<Subject> for Post {
///     const TAG: &'static str = "post";
/// }
/// ```
fn target_in(targets: &Targets<'_>, entity: &Entity<'_>) -> TokenStream {
    let ident = targets.ident;
    let Entity { ty, tag, .. } = entity;
    // If the key is of another type than that of the first, the compiler points at the entity.
    let target_in = quote_spanned!(ty.span()=> __orm::TargetIn<#ident>);
    quote! {
        impl #target_in for #ty {
            const TAG: &'static str = #tag;
        }
    }
}
