//! Enums of the entities that a reference can lead to.

use proc_macro2::TokenStream;
use syn::{Ident, Type};

use crate::ast;

/// An enum of the entities that a reference can lead to.
pub(crate) struct Targets<'a> {
    /// The path of the facade crate.
    pub(crate) krate: TokenStream,
    pub(crate) ident: &'a Ident,
    pub(crate) entities: Vec<Entity<'a>>,
}

/// One variant.
pub(crate) struct Entity<'a> {
    pub(crate) variant: &'a Ident,
    pub(crate) ty: &'a Type,
    /// What the column holds that says which one it is.
    pub(crate) tag: String,
}

impl<'a> Targets<'a> {
    pub(crate) fn new(targets: &ast::Targets<'a>) -> Self {
        let entities = targets.variants.iter().filter_map(|variant| {
            Some(Entity {
                variant: variant.ident,
                ty: variant.entity()?,
                tag: targets.tag(variant),
            })
        });
        Self {
            krate: super::krate(targets.attrs.krate.as_ref()),
            ident: targets.ident,
            entities: entities.collect(),
        }
    }
}
