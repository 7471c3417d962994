//! Where an attribute may stand, and which words are known there.

use syn::Ident;

use crate::symbol::{
    BELONGS_TO, BELONGS_TO_ANY, CHECK, COLLATE, COLUMN, COMMENT, CONSTRUCT, CRATE, DB_DEFAULT,
    DEFAULT, EMBED, EXPR, FROM, GENERATED, GETTER, HAS_MANY, HAS_ONE, INDEX, INDEX_OVER, INTEGER,
    JOINED, JSON, LENGTH, MANY_TO_MANY, OWNED, PRECISION, PREFIX, PRIMARY_KEY, READONLY,
    REFERENCES, REMOTE, RENAME, RENAME_ALL, SCALE, SCHEMA, SETTER, SKIP, SQL_TYPE, STRICT,
    STRICT_LOADING, Symbol, TABLE, TAG, TRACKED, UNIQUE, UNIQUE_TOGETHER, VERSION, WITHOUT_ROWID,
};

/// What the entities of a table know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// They save themselves.
    ActiveRecord,
    /// Nothing: a mapper stores them.
    DataMapper,
}

/// The kinds of struct whose fields are columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StructKind {
    /// A struct with a table of its own.
    Record(Pattern),
    /// An enum whose variants are rows: a struct of the fields of all.
    Variants(Pattern),
    /// A struct whose columns are part of another one's table.
    Embedded,
    /// A struct that holds a row of a selection.
    Row,
}

/// Something that can carry `#[orm(…)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Struct(StructKind),
    Field(StructKind),
    Newtype,
    NewtypeField,
    Enum,
    Variant,
    /// A variant that is a row.
    RowVariant,
    /// An enum of entities that a reference can lead to.
    Targets,
    Target,
    TargetField,
}

impl StructKind {
    /// Whether it is stored by a mapper beside it.
    pub(crate) fn has_mapper(self) -> bool {
        matches!(
            self,
            Self::Record(Pattern::DataMapper) | Self::Variants(Pattern::DataMapper)
        )
    }

    /// The derive that the user wrote.
    pub(crate) fn derive(self) -> &'static str {
        match self {
            Self::Record(Pattern::ActiveRecord) | Self::Variants(Pattern::ActiveRecord) => {
                "ActiveRecord"
            }
            Self::Record(Pattern::DataMapper) | Self::Variants(Pattern::DataMapper) => "Mapper",
            Self::Embedded => "Embedded",
            Self::Row => "FromRow",
        }
    }

    /// The struct in the user's words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Record(_) => "a record",
            Self::Variants(_) => "an enum of records",
            Self::Embedded => "an embedded value",
            Self::Row => "a row of a selection",
        }
    }
}

impl Place {
    /// The words known here.
    pub(crate) fn symbols(self) -> &'static [Symbol] {
        match self {
            Self::Struct(StructKind::Record(_)) => &[
                TABLE,
                SCHEMA,
                RENAME_ALL,
                UNIQUE_TOGETHER,
                INDEX_OVER,
                CHECK,
                STRICT,
                WITHOUT_ROWID,
                STRICT_LOADING,
                REMOTE,
                CONSTRUCT,
                COMMENT,
                CRATE,
            ],
            Self::Field(StructKind::Record(_)) => &[
                PRIMARY_KEY,
                COLUMN,
                UNIQUE,
                INDEX,
                LENGTH,
                PRECISION,
                SCALE,
                COLLATE,
                CHECK,
                DEFAULT,
                DB_DEFAULT,
                GENERATED,
                READONLY,
                VERSION,
                SKIP,
                TRACKED,
                JSON,
                EMBED,
                PREFIX,
                REFERENCES,
                BELONGS_TO,
                BELONGS_TO_ANY,
                HAS_ONE,
                HAS_MANY,
                MANY_TO_MANY,
                OWNED,
                GETTER,
                SETTER,
                COMMENT,
                SQL_TYPE,
            ],
            Self::Struct(StructKind::Variants(_)) => &[
                TABLE,
                TAG,
                JOINED,
                SCHEMA,
                RENAME_ALL,
                UNIQUE_TOGETHER,
                INDEX_OVER,
                CHECK,
                STRICT,
                WITHOUT_ROWID,
                COMMENT,
                CRATE,
            ],
            Self::Field(StructKind::Variants(_)) => &[
                PRIMARY_KEY,
                COLUMN,
                UNIQUE,
                INDEX,
                LENGTH,
                PRECISION,
                SCALE,
                COLLATE,
                CHECK,
                DEFAULT,
                DB_DEFAULT,
                GENERATED,
                READONLY,
                VERSION,
                SKIP,
                TRACKED,
                JSON,
                REFERENCES,
                COMMENT,
                SQL_TYPE,
            ],
            Self::Struct(StructKind::Embedded) | Self::Targets => &[RENAME_ALL, CRATE],
            Self::Field(StructKind::Embedded) => &[
                COLUMN, UNIQUE, INDEX, LENGTH, PRECISION, SCALE, COLLATE, CHECK, DEFAULT,
                DB_DEFAULT, SKIP, JSON, EMBED, PREFIX, COMMENT, SQL_TYPE,
            ],
            Self::Struct(StructKind::Row) => &[TABLE, RENAME_ALL, FROM, CRATE],
            Self::Field(StructKind::Row) => &[COLUMN, JSON, EXPR],
            Self::Newtype => &[CRATE],
            Self::NewtypeField | Self::TargetField => &[],
            Self::Enum => &[RENAME_ALL, INTEGER, CRATE],
            Self::Variant | Self::Target => &[RENAME],
            Self::RowVariant => &[RENAME, TABLE],
        }
    }

    /// The word of this name, if it is known here.
    pub(crate) fn symbol(self, word: &Ident) -> Option<Symbol> {
        let name = word.to_string();
        self.symbols()
            .iter()
            .copied()
            .find(|symbol| symbol.name == name)
    }

    /// Whether a word that is known here is worth naming to the user: an Active Record is never of another crate.
    pub(crate) fn offers(self, symbol: Symbol) -> bool {
        let of_another_crate = matches!(symbol, REMOTE | GETTER | SETTER);
        match self {
            Self::Struct(kind) | Self::Field(kind) => kind.has_mapper() || !of_another_crate,
            _ => true,
        }
    }

    /// Whether a word may be written several times here.
    pub(crate) fn repeats(self, symbol: Symbol) -> bool {
        match symbol {
            UNIQUE_TOGETHER | INDEX_OVER => true,
            CHECK => matches!(self, Self::Struct(_)),
            _ => false,
        }
    }

    /// The other place of the same derive, where a misplaced word probably belongs.
    pub(crate) fn counterpart(self) -> Option<Self> {
        match self {
            Self::Struct(kind) => Some(Self::Field(kind)),
            Self::Field(kind) => Some(Self::Struct(kind)),
            Self::Enum => Some(Self::Variant),
            Self::Variant => Some(Self::Enum),
            Self::Targets | Self::TargetField => Some(Self::Target),
            Self::Target => Some(Self::Targets),
            Self::NewtypeField => Some(Self::Newtype),
            Self::RowVariant => Some(Self::Field(StructKind::Variants(Pattern::ActiveRecord))),
            Self::Newtype => None,
        }
    }

    /// The place in the user's words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Struct(StructKind::Variants(_)) | Self::Enum | Self::Targets => "the enum",
            Self::Struct(_) => "the struct",
            Self::Field(_) => "a field",
            Self::Newtype => "a newtype",
            Self::NewtypeField => "the field of a newtype",
            Self::Variant | Self::RowVariant | Self::Target => "a variant",
            Self::TargetField => "the entity of a variant",
        }
    }
}
