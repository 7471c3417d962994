//! The attributes of a variant that is a row.

use syn::{Attribute, LitStr};

use super::Words;
use crate::ctxt::Ctxt;
use crate::place::Place;
use crate::symbol::{RENAME, TABLE};

/// What the user wrote above a variant.
#[derive(Default)]
pub(crate) struct RowVariantAttrs {
    pub(crate) words: Words,
    pub(crate) rename: Option<LitStr>,
    pub(crate) table: Option<LitStr>,
}

impl RowVariantAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        this.words = super::parse(cx, attrs, Place::RowVariant, |argument| {
            match argument.symbol {
                RENAME => this.rename = Some(argument.text()?),
                TABLE => this.table = Some(argument.text()?),
                other => unreachable!("{other:?} is not known on a variant"),
            }
            Ok(())
        });
        this
    }
}
