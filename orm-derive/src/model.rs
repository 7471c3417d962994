//! What is to be generated, with every name resolved and every choice made.

mod field;
mod relation;
mod row;
mod targets;
mod value;
mod variants;

pub(crate) use self::field::{Column, Embed, Field, Position, Storage, width};
pub(crate) use self::relation::{
    ForeignKey, JoinColumns, KeyColumn, Link, Relation, Target, join_columns, targets,
};
pub(crate) use self::row::{Projection, Root, Row};
pub(crate) use self::targets::{Entity, Targets};
pub(crate) use self::value::{Storage as ValueStorage, Value, expected, written};

pub(crate) use self::variants::{Part, RowEnum, RowVariant};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Ident, LitStr, Path, Visibility};

use crate::attr::{IndexAttr, Strategy, StructAttrs};
use crate::symbol::VERSION;
use crate::{ast, name};

/// A struct with a table of its own.
pub(crate) struct Record<'a> {
    pub(crate) body: Body<'a>,
    pub(crate) table: String,
    pub(crate) key_strategy: KeyStrategy,
    /// The column by which a row shows that it was written.
    pub(crate) version: Option<Position>,
    pub(crate) indexes: Vec<Index<'a>>,
    pub(crate) relations: Vec<Relation<'a>>,
    pub(crate) foreign_keys: Vec<ForeignKey<'a>>,
    pub(crate) checks: &'a [LitStr],
    pub(crate) comment: Option<&'a LitStr>,
    /// Where the column is that says which variant of an enum a row is.
    pub(crate) tag: Option<usize>,
    /// The tables of the variants, if they have their own.
    pub(crate) parts: Vec<Part<'a>>,
    /// The enum whose table has the rest of each row, if this is the table of a variant.
    pub(crate) base: Option<Ident>,
    /// What the expansion repeats as the user wrote it.
    pub(crate) attrs: &'a StructAttrs,
}

/// A struct and its fields, whoever has the table.
pub(crate) struct Body<'a> {
    /// The path of the facade crate.
    pub(crate) krate: TokenStream,
    /// The type of the entities, as it is called in the impls.
    pub(crate) entity: Path,
    /// The type that knows how it is stored: the struct itself, or its mapper.
    pub(crate) owner: Ident,
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) fields: Vec<Field<'a>>,
    /// The type of another crate that the struct only describes.
    pub(crate) remote: Option<&'a Path>,
    /// The function that makes an entity of the values of all fields.
    pub(crate) construct: Option<&'a Path>,
}

/// Who makes the primary key of a new row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStrategy {
    Auto,
    Generated,
    Assigned,
}

/// An index over several columns, or with a condition.
pub(crate) struct Index<'a> {
    pub(crate) unique: bool,
    pub(crate) columns: Vec<String>,
    pub(crate) condition: Option<&'a LitStr>,
    pub(crate) name: Option<&'a LitStr>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(record: &'a ast::Struct<'a>) -> Self {
        let indexes = record
            .attrs
            .indexes
            .iter()
            .map(|index| Index::new(record, index));
        let body = Body::new(record);
        Self {
            table: record.table_name(),
            key_strategy: KeyStrategy::new(record),
            version: body.version().map(|column| column.position.clone()),
            indexes: indexes.collect(),
            relations: relation::resolve(record, &body),
            foreign_keys: relation::foreign_keys(record, &body),
            body,
            checks: &record.attrs.checks,
            comment: record.attrs.comment.as_ref(),
            tag: None,
            parts: Vec::new(),
            base: None,
            attrs: &record.attrs,
        }
    }

    /// Whether the table itself has the columns of a foreign key, and not the tables of variants, or that
    /// of the enum.
    pub(crate) fn holds(&self, key: &ForeignKey<'_>) -> bool {
        let column = |position: &Position| {
            let mut columns = self.body.columns().map(|(_, column)| column);
            columns.find(|column| column.position == *position)
        };
        let holds =
            |column: &Column<'_>| !(column.elsewhere || self.base.is_some() && column.is_key());
        !key.columns.is_empty() && key.columns.iter().all(|at| column(at).is_some_and(holds))
    }

    /// The columns of the primary key, in its order.
    pub(crate) fn key(&self) -> impl Iterator<Item = (&Field<'a>, &Column<'a>)> {
        self.body.columns().filter(|(_, column)| column.is_key())
    }

    /// The columns that an INSERT names: all that the program writes, but for a key that the database
    /// makes.
    pub(crate) fn inserted(&self) -> impl Iterator<Item = &Column<'a>> {
        let auto = self.key_strategy == KeyStrategy::Auto;
        let columns = self.body.columns().map(|(_, column)| column);
        columns.filter(move |column| column.is_written_here() && !(auto && column.is_key()))
    }

    /// The columns that an UPDATE sets: all that the program writes, but for the key.
    pub(crate) fn updated(&self) -> impl Iterator<Item = &Column<'a>> {
        let columns = self.body.columns().map(|(_, column)| column);
        columns.filter(|column| column.is_written_here() && !column.is_key())
    }

    /// The columns that the database makes while it writes a row: an auto key, then the others.
    pub(crate) fn returning(&self) -> impl Iterator<Item = (&Field<'a>, &Column<'a>)> {
        let key = self
            .key()
            .filter(|_| self.key_strategy == KeyStrategy::Auto);
        key.chain(
            self.body
                .columns()
                .filter(|(_, column)| !column.is_writable()),
        )
    }
}

impl<'a> Body<'a> {
    pub(crate) fn new(item: &'a ast::Struct<'a>) -> Self {
        let (owner, entity) = if item.kind.has_mapper() {
            let itself = || item.ident.clone().into();
            let entity = item.remote().cloned().unwrap_or_else(itself);
            (name::mapper(item.entity_name()), entity)
        } else {
            let itself = Ident::new("Self", Span::call_site());
            (item.ident.clone(), itself.into())
        };
        Self {
            krate: krate(item.attrs.krate.as_ref()),
            entity,
            owner,
            ident: item.ident,
            vis: item.vis,
            fields: field::resolve(item, item.fields.iter()),
            remote: item.remote(),
            construct: item.attrs.construct.as_ref(),
        }
    }

    /// The column by which a row shows that it was written.
    pub(crate) fn version(&self) -> Option<&Column<'a>> {
        let mut columns = self.columns().map(|(_, column)| column);
        columns.find(|column| column.has(VERSION))
    }

    /// The type of the entities, as its values are written.
    pub(crate) fn name(&self) -> Path {
        self.remote
            .cloned()
            .unwrap_or_else(|| self.ident.clone().into())
    }

    /// The fields that are stored in one column each, and the columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&Field<'a>, &Column<'a>)> {
        self.fields.iter().filter_map(|field| match &field.storage {
            Storage::Column(column) => Some((field, column)),
            Storage::Embed(_) | Storage::Relation(..) | Storage::Tracked | Storage::Skip => None,
        })
    }

    /// Whether another type knows how the struct is stored.
    pub(crate) fn has_mapper(&self) -> bool {
        self.owner != *self.ident
    }

    /// The embedded values, and where their columns are.
    pub(crate) fn embeds(&self) -> impl Iterator<Item = (&Field<'a>, &Embed)> {
        self.fields.iter().filter_map(|field| match &field.storage {
            Storage::Embed(embed) => Some((field, embed)),
            Storage::Column(_) | Storage::Relation(..) | Storage::Tracked | Storage::Skip => None,
        })
    }

    /// The field that remembers what was loaded.
    pub(crate) fn tracked(&self) -> Option<&Field<'a>> {
        let mut fields = self.fields.iter();
        fields.find(|field| matches!(field.storage, Storage::Tracked))
    }

    /// Whether the derive cannot see all columns, because another struct describes some of them.
    pub(crate) fn has_embeds(&self) -> bool {
        self.embeds().next().is_some()
    }

    /// Whether the user gave a stored field another value than its type's to begin with.
    pub(crate) fn has_defaults(&self) -> bool {
        let stored = |field: &&Field<'_>| !matches!(field.storage, Storage::Skip);
        let mut fields = self.fields.iter().filter(stored);
        fields.any(|field| field.default.is_some())
    }
}

impl KeyStrategy {
    fn new(record: &ast::Struct<'_>) -> Self {
        let is_generated =
            |strategy: &Strategy| matches!(strategy, Strategy::Generator(_) | Strategy::With(_));
        if record.numbered_key().is_some() {
            Self::Auto
        } else if record
            .key()
            .any(|field| field.attrs.key.as_ref().is_some_and(is_generated))
        {
            Self::Generated
        } else {
            Self::Assigned
        }
    }

    /// The variant of the library's enum.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Auto => "Auto",
            Self::Generated => "Generated",
            Self::Assigned => "Assigned",
        }
    }
}

impl<'a> Index<'a> {
    fn new(record: &ast::Struct<'_>, index: &'a IndexAttr) -> Self {
        let columns = index.fields.iter().filter_map(|name| {
            let field = record
                .columns()
                .find(|field| field.ident.unraw() == name.unraw())?;
            Some(record.column_name(field))
        });
        Self {
            unique: index.unique,
            columns: columns.collect(),
            condition: index.condition.as_ref(),
            name: index.name.as_ref(),
        }
    }
}

/// The path of the facade crate: as the user gave it, or by its own name.
pub(crate) fn krate(given: Option<&Path>) -> TokenStream {
    given.map_or_else(|| quote!(::orm), ToTokens::to_token_stream)
}
