//! Where an attribute may stand, and which words are known there.

use syn::Ident;

use crate::symbol::{
    CHECK, COLLATE, COLUMN, COMMENT, CRATE, DB_DEFAULT, DEFAULT, EMBED, EXPR, FROM, GENERATED,
    INDEX, INDEX_OVER, INTEGER, JSON, LENGTH, PRECISION, PREFIX, PRIMARY_KEY, READONLY, REFERENCES,
    RENAME, RENAME_ALL, SCALE, SCHEMA, SKIP, SQL_TYPE, STRICT, Symbol, TABLE, UNIQUE,
    UNIQUE_TOGETHER, WITHOUT_ROWID,
};

/// The kinds of struct whose fields are columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StructKind {
    /// A struct with a table of its own.
    Record,
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
}

impl StructKind {
    /// The derive that the user wrote.
    pub(crate) fn derive(self) -> &'static str {
        match self {
            Self::Record => "ActiveRecord",
            Self::Embedded => "Embedded",
            Self::Row => "FromRow",
        }
    }

    /// The struct in the user's words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Record => "a record",
            Self::Embedded => "an embedded value",
            Self::Row => "a row of a selection",
        }
    }
}

impl Place {
    /// The words known here.
    pub(crate) fn symbols(self) -> &'static [Symbol] {
        match self {
            Self::Struct(StructKind::Record) => &[
                TABLE,
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
            Self::Field(StructKind::Record) => &[
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
                SKIP,
                JSON,
                EMBED,
                PREFIX,
                REFERENCES,
                COMMENT,
                SQL_TYPE,
            ],
            Self::Struct(StructKind::Embedded) => &[RENAME_ALL, CRATE],
            Self::Field(StructKind::Embedded) => &[
                COLUMN, UNIQUE, INDEX, LENGTH, PRECISION, SCALE, COLLATE, CHECK, DEFAULT,
                DB_DEFAULT, SKIP, JSON, EMBED, PREFIX, COMMENT, SQL_TYPE,
            ],
            Self::Struct(StructKind::Row) => &[TABLE, RENAME_ALL, FROM, CRATE],
            Self::Field(StructKind::Row) => &[COLUMN, JSON, EXPR],
            Self::Newtype => &[CRATE],
            Self::NewtypeField => &[],
            Self::Enum => &[RENAME_ALL, INTEGER, CRATE],
            Self::Variant => &[RENAME],
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
            Self::NewtypeField => Some(Self::Newtype),
            Self::Newtype => None,
        }
    }

    /// The place in the user's words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Struct(_) => "the struct",
            Self::Field(_) => "a field",
            Self::Newtype => "a newtype",
            Self::NewtypeField => "the field of a newtype",
            Self::Enum => "the enum",
            Self::Variant => "a variant",
        }
    }
}
