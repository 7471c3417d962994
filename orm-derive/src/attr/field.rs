//! The attributes of a field.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Ident, LitStr, Path, Token};

use super::argument::{Argument, Number};
use super::{Reference, RelationAttr, Words};
use crate::ctxt::Ctxt;
use crate::error;
use crate::place::{Place, StructKind};
use crate::symbol::{
    ASSIGNED, AUTO, BELONGS_TO, BELONGS_TO_ANY, CHECK, COLLATE, COLUMN, COMMENT, DB_DEFAULT,
    DEFAULT, EMBED, EXPR, GENERATED, GENERATORS, GETTER, HAS_MANY, HAS_ONE, INDEX, JSON, LENGTH,
    MANY_TO_MANY, OWNED, PRECISION, PREFIX, PRIMARY_KEY, PRIMARY_KEY_BY, READONLY, REFERENCES,
    SCALE, SETTER, SKIP, SQL_TYPE, TRACKED, UNIQUE, VERSION, WITH,
};

/// What the user wrote above a field. Flags are only in `words`.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) words: Words,
    pub(crate) key: Option<Strategy>,
    pub(crate) column: Option<LitStr>,
    pub(crate) length: Option<Number<u32>>,
    pub(crate) precision: Option<Number<u8>>,
    pub(crate) scale: Option<Number<u8>>,
    pub(crate) collate: Option<LitStr>,
    pub(crate) check: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) db_default: Option<LitStr>,
    pub(crate) generated: Option<LitStr>,
    pub(crate) prefix: Option<LitStr>,
    pub(crate) references: Option<Reference>,
    pub(crate) relation: Option<RelationAttr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) sql_type: Option<LitStr>,
    pub(crate) expr: Option<Expr>,
    pub(crate) getter: Option<Path>,
    pub(crate) setter: Option<Path>,
}

/// Who makes a column of the primary key.
pub(crate) enum Strategy {
    /// `primary_key` without saying more.
    Unsaid,
    /// The database. Keeps the word.
    Auto(Ident),
    /// The user.
    Assigned,
    /// A generator of the library's, by its name there.
    Generator(Ident),
    /// A generator of the user's.
    With(Path),
}

impl FieldAttrs {
    pub(crate) fn parse(cx: &Ctxt, attrs: &[Attribute], kind: StructKind) -> Self {
        let mut this = Self::default();
        let place = Place::Field(kind);
        this.words = super::parse(cx, attrs, place, |argument| this.accept(argument));
        this
    }

    fn accept(&mut self, argument: Argument<'_>) -> syn::Result<()> {
        match argument.symbol {
            PRIMARY_KEY => self.key = Some(Strategy::parse(argument)?),
            COLUMN => self.column = Some(argument.text()?),
            LENGTH => self.length = Some(argument.number()?),
            PRECISION => self.precision = Some(argument.number()?),
            SCALE => self.scale = Some(argument.number()?),
            COLLATE => self.collate = Some(argument.text()?),
            CHECK => self.check = Some(argument.text()?),
            DEFAULT => self.default = Some(argument.expr()?),
            DB_DEFAULT => self.db_default = Some(argument.text()?),
            GENERATED => self.generated = Some(argument.text()?),
            PREFIX => self.prefix = Some(argument.text_or_empty()?),
            REFERENCES => self.references = Some(argument.list(Reference::parse)?),
            BELONGS_TO | BELONGS_TO_ANY | HAS_ONE | HAS_MANY | MANY_TO_MANY | OWNED => {
                self.relation = Some(RelationAttr::parse(argument)?);
            }
            COMMENT => self.comment = Some(argument.text()?),
            SQL_TYPE => self.sql_type = Some(argument.text()?),
            EXPR => self.expr = Some(argument.expr()?),
            GETTER => self.getter = Some(argument.function()?),
            SETTER => self.setter = Some(argument.function()?),
            UNIQUE | INDEX | READONLY | VERSION | SKIP | TRACKED | JSON | EMBED => {
                argument.none()?;
            }
            other => unreachable!("{other:?} is not known on a field"),
        }
        Ok(())
    }
}

impl Strategy {
    fn parse(argument: Argument<'_>) -> syn::Result<Self> {
        if argument.is_absent() {
            return Ok(Self::Unsaid);
        }
        let Argument { word, input, .. } = argument;
        Argument::new(PRIMARY_KEY_BY, word, input).list(Self::parse_list)
    }

    fn parse_list(list: ParseStream<'_>) -> syn::Result<Self> {
        let word = list.call(Ident::parse_any)?;
        let name = word.to_string();
        let strategy = match name.as_str() {
            AUTO => Self::Auto(word),
            ASSIGNED => Self::Assigned,
            WITH => Self::With(generator(list, &word)?),
            name if GENERATORS.contains(&name) => Self::Generator(word),
            _ => return Err(error::unknown_strategy(&word)),
        };
        if list.is_empty() {
            Ok(strategy)
        } else {
            Err(error::one_strategy(list.span()))
        }
    }
}

/// `= path` after `with`.
fn generator(list: ParseStream<'_>, with: &Ident) -> syn::Result<Path> {
    let path = list.parse::<Token![=]>().and_then(|_| list.parse());
    path.map_err(|_| error::generator_expected(with))
}
