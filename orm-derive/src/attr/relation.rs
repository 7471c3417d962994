//! `belongs_to`, `belongs_to_any`, `has_one`, `has_many` and `many_to_many`.

use quote::format_ident;
use syn::{Ident, LitStr, Path, Type};

use super::Words;
use super::argument::Argument;
use super::option::options;
use super::reference::Actions;
use crate::symbol::{
    AS, BELONGS_TO, BELONGS_TO_ANY, BELONGS_TO_ANY_BY, BELONGS_TO_BY, BY, COUNTER_CACHE,
    DEFERRABLE, DEPENDENT, DEPENDENTS, HAS_MANY, HAS_MANY_BY, HAS_ONE, HAS_ONE_BY, INVERSE,
    JOIN_ENTITY, JOIN_TABLE, KEY, MANY_TO_MANY, MAPPER, ON_DELETE, ON_UPDATE, ORDER, OWNED,
    OWNED_BY, REFERRED, SCOPE, SOURCE, Symbol, TAG_FIELD, TARGET_KEY, THROUGH, TOUCH,
    UNCONSTRAINED,
};

/// What the user wrote above a relation field. An option that was not written is empty.
pub(crate) struct RelationAttr {
    pub(crate) kind: RelationKind,
    /// The options, in the user's order. Flags are only here.
    pub(crate) options: Words,
    pub(crate) key: Vec<Ident>,
    pub(crate) references: Vec<Ident>,
    pub(crate) tag: Option<Ident>,
    pub(crate) action: Actions,
    pub(crate) touch: Option<Ident>,
    pub(crate) counter_cache: Option<Ident>,
    pub(crate) dependent: Option<Ident>,
    pub(crate) scope: Option<Path>,
    pub(crate) through: Option<Ident>,
    pub(crate) polymorphic: Option<Ident>,
    pub(crate) source: Option<Ident>,
    pub(crate) entity: Option<Type>,
    pub(crate) table: Option<LitStr>,
    pub(crate) target_key: Vec<Ident>,
    pub(crate) inverse: Option<Ident>,
    pub(crate) order: Option<Ident>,
    pub(crate) by: Option<Ident>,
    pub(crate) mapper: Option<Type>,
}

/// Where the foreign key is, and how many rows there are at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelationKind {
    BelongsTo,
    /// To a row of one of several tables.
    BelongsToAny,
    HasOne,
    HasMany,
    ManyToMany,
    /// To children, which are fields.
    Owned,
}

impl RelationKind {
    pub(crate) fn new(symbol: Symbol) -> Self {
        match symbol {
            BELONGS_TO => Self::BelongsTo,
            BELONGS_TO_ANY => Self::BelongsToAny,
            HAS_ONE => Self::HasOne,
            HAS_MANY => Self::HasMany,
            MANY_TO_MANY => Self::ManyToMany,
            OWNED => Self::Owned,
            other => unreachable!("{other:?} is no relation"),
        }
    }

    /// The word with an example of its options.
    fn with_options(self) -> Symbol {
        match self {
            Self::BelongsTo => BELONGS_TO_BY,
            Self::BelongsToAny => BELONGS_TO_ANY_BY,
            Self::HasOne => HAS_ONE_BY,
            Self::HasMany => HAS_MANY_BY,
            Self::ManyToMany => MANY_TO_MANY,
            Self::Owned => OWNED_BY,
        }
    }

    fn options(self) -> &'static [Symbol] {
        match self {
            Self::BelongsTo => &[
                KEY,
                REFERRED,
                ON_DELETE,
                ON_UPDATE,
                DEFERRABLE,
                UNCONSTRAINED,
                TOUCH,
                COUNTER_CACHE,
            ],
            Self::BelongsToAny => &[TAG_FIELD, KEY],
            Self::HasOne | Self::HasMany => &[KEY, REFERRED, DEPENDENT, SCOPE, THROUGH, SOURCE, AS],
            Self::ManyToMany => &[JOIN_ENTITY, JOIN_TABLE, INVERSE, KEY, TARGET_KEY, SCOPE],
            Self::Owned => &[KEY, ORDER, BY, MAPPER],
        }
    }
}

impl RelationAttr {
    pub(super) fn parse(argument: Argument<'_>) -> syn::Result<Self> {
        let kind = RelationKind::new(argument.symbol);
        let mut this = Self::new(kind);
        if argument.is_absent() {
            return Ok(this);
        }
        let Argument { word, input, .. } = argument;
        let list = Argument::new(kind.with_options(), word, input);
        this.options =
            list.list(|list| options(list, kind.options(), |option| this.accept(option)))?;
        Ok(this)
    }

    fn new(kind: RelationKind) -> Self {
        Self {
            kind,
            options: Words::default(),
            key: Vec::new(),
            references: Vec::new(),
            tag: None,
            action: Actions::default(),
            touch: None,
            counter_cache: None,
            dependent: None,
            scope: None,
            through: None,
            polymorphic: None,
            source: None,
            entity: None,
            table: None,
            target_key: Vec::new(),
            inverse: None,
            order: None,
            by: None,
            mapper: None,
        }
    }

    fn accept(&mut self, argument: Argument<'_>) -> syn::Result<()> {
        match argument.symbol {
            KEY => self.key = argument.fields()?,
            REFERRED => self.references = argument.fields()?,
            TAG_FIELD => self.tag = Some(argument.field()?),
            AS => self.polymorphic = Some(argument.field()?),
            TOUCH => self.touch = Some(argument.field()?),
            COUNTER_CACHE => self.counter_cache = Some(argument.field()?),
            DEPENDENT => self.dependent = Some(argument.variant(&DEPENDENTS)?),
            SCOPE => self.scope = Some(argument.function()?),
            THROUGH => self.through = Some(argument.field()?),
            SOURCE => self.source = Some(argument.field()?),
            JOIN_ENTITY => self.entity = Some(argument.ty()?),
            JOIN_TABLE => self.table = Some(argument.text()?),
            TARGET_KEY => self.target_key = argument.fields()?,
            INVERSE => self.inverse = Some(argument.field()?),
            ORDER => self.order = Some(argument.field()?),
            BY => self.by = Some(argument.field()?),
            MAPPER => self.mapper = Some(argument.ty()?),
            UNCONSTRAINED => argument.none()?,
            _ => self.action.accept(argument)?,
        }
        Ok(())
    }

    pub(crate) fn has(&self, option: Symbol) -> bool {
        self.options.has(option)
    }

    /// The field that says to which table a `belongs_to_any` leads: the one that the user named, or the usual
    /// one.
    pub(crate) fn tag_of(&self, field: &Ident) -> Ident {
        let tag = self.tag.clone();
        tag.unwrap_or_else(|| format_ident!("{}_type", field))
    }

    /// The fields that hold the key of a `belongs_to`: those that the user named, or the usual one.
    pub(crate) fn key_of(&self, field: &Ident) -> Vec<Ident> {
        if self.key.is_empty() {
            vec![format_ident!("{}_id", field)]
        } else {
            self.key.clone()
        }
    }
}
