//! The attributes of a struct with fields that are columns.

use syn::{Attribute, LitStr, Path, Type};

use super::{IndexAttr, Words, argument::Argument};
use crate::ctxt::Ctxt;
use crate::name::RenameRule;
use crate::place::{Place, StructKind};
use crate::symbol::{
    CHECK, COMMENT, CONSTRUCT, CRATE, FROM, INDEX_OVER, JOINED, REMOTE, RENAME_ALL, SCHEMA, STRICT,
    STRICT_LOADING, TABLE, TAG, UNIQUE_TOGETHER, WITHOUT_ROWID,
};

/// What the user wrote above the struct. Flags are only in `words`.
#[derive(Default)]
pub(crate) struct StructAttrs {
    pub(crate) words: Words,
    pub(crate) table: Option<LitStr>,
    pub(crate) schema: Option<LitStr>,
    pub(crate) rename_all: Option<RenameRule>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) checks: Vec<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) from: Option<Type>,
    pub(crate) tag: Option<LitStr>,
    pub(crate) remote: Option<Path>,
    pub(crate) construct: Option<Path>,
    pub(crate) krate: Option<Path>,
}

impl StructAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute], kind: StructKind) -> Self {
        let mut this = Self::default();
        let place = Place::Struct(kind);
        this.words = super::parse(cx, attrs, place, |argument| this.accept(argument));
        this
    }

    fn accept(&mut self, argument: Argument<'_>) -> syn::Result<()> {
        match argument.symbol {
            TABLE => self.table = Some(argument.text()?),
            SCHEMA => self.schema = Some(argument.text()?),
            RENAME_ALL => self.rename_all = Some(argument.rename_rule()?),
            UNIQUE_TOGETHER | INDEX_OVER => self.indexes.push(IndexAttr::parse(argument)?),
            CHECK => self.checks.push(argument.text()?),
            COMMENT => self.comment = Some(argument.text()?),
            TAG => self.tag = Some(argument.text()?),
            FROM => self.from = Some(argument.ty()?),
            REMOTE => self.remote = Some(argument.path()?),
            CONSTRUCT => self.construct = Some(argument.function()?),
            CRATE => self.krate = Some(argument.path()?),
            STRICT | WITHOUT_ROWID | STRICT_LOADING | JOINED => argument.none()?,
            other => unreachable!("{other:?} is not known on a struct"),
        }
        Ok(())
    }
}
