//! The attributes of newtypes, enums and their variants.

use syn::{Attribute, LitStr, Path};

use super::Words;
use crate::ctxt::Ctxt;
use crate::name::RenameRule;
use crate::place::Place;
use crate::symbol::{CRATE, INTEGER, RENAME_ALL};

/// The `crate` that the user wrote above a newtype.
pub(crate) fn newtype_crate(cx: &Ctxt, attrs: &[Attribute]) -> Option<Path> {
    let mut krate = None;
    super::parse(cx, attrs, Place::Newtype, |argument| {
        krate = Some(argument.path()?);
        Ok(())
    });
    krate
}

/// Refuses whatever the user wrote in a place where no word is known.
pub(crate) fn nothing(cx: &Ctxt, attrs: &[Attribute], place: Place) {
    super::parse(cx, attrs, place, |_| Ok(()));
}

/// What the user wrote above an enum.
#[derive(Default)]
pub(crate) struct EnumAttrs {
    pub(crate) words: Words,
    pub(crate) rename_all: Option<RenameRule>,
    pub(crate) krate: Option<Path>,
}

impl EnumAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute], place: Place) -> Self {
        let mut this = Self::default();
        this.words = super::parse(cx, attrs, place, |argument| {
            match argument.symbol {
                RENAME_ALL => this.rename_all = Some(argument.rename_rule()?),
                CRATE => this.krate = Some(argument.path()?),
                INTEGER => argument.none()?,
                other => unreachable!("{other:?} is not known on an enum"),
            }
            Ok(())
        });
        this
    }
}

/// What the user wrote above a variant.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) rename: Option<LitStr>,
}

impl VariantAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute], place: Place) -> Self {
        let mut rename = None;
        super::parse(cx, attrs, place, |argument| {
            rename = Some(argument.text()?);
            Ok(())
        });
        Self { rename }
    }
}
