//! An enum whose variants are rows.

use syn::Ident;

use super::{Body, Index, KeyStrategy, Record, Storage, field, relation};
use crate::symbol::PRIMARY_KEY;
use crate::{ast, name};

/// An enum whose variants are rows.
pub(crate) struct RowEnum<'a> {
    /// The table, with the columns of all variants.
    pub(crate) record: Record<'a>,
    /// Where the tag is among the columns.
    pub(crate) tag: usize,
    pub(crate) variants: Vec<RowVariant<'a>>,
}

/// One variant.
pub(crate) struct RowVariant<'a> {
    pub(crate) ident: &'a Ident,
    /// The associated constant.
    pub(crate) constant: Ident,
    /// What the tag column holds.
    pub(crate) tag: String,
    /// Where its fields are among those of all variants.
    pub(crate) fields: Vec<usize>,
}

/// The table of one variant.
pub(crate) struct Part<'a> {
    pub(crate) tag: String,
    pub(crate) record: Record<'a>,
    /// Its columns, as positions among those of all variants.
    pub(crate) columns: Vec<usize>,
}

impl<'a> RowEnum<'a> {
    pub(crate) fn new(item: &'a ast::RowEnum<'a>) -> Self {
        let mut record = Record::new(&item.record);
        let tag = behind_key(&record);
        record.tag = Some(tag);
        if item.is_joined() {
            let parts = item.variants.iter().map(|variant| Part::new(item, variant));
            record.parts = parts.collect();
            let names = base_names(item);
            record.indexes.retain(|index| index.is_over(&names));
        }
        let variants = item.variants.iter();
        Self {
            record,
            tag,
            variants: variants
                .map(|variant| RowVariant::new(item, variant))
                .collect(),
        }
    }

    /// The variants that have a field.
    pub(crate) fn with(&self, field: usize) -> impl Iterator<Item = &RowVariant<'a>> {
        let variants = self.variants.iter();
        variants.filter(move |variant| variant.fields.contains(&field))
    }
}

/// Where the tag is: behind the last column of the key.
fn behind_key(record: &Record<'_>) -> usize {
    let columns = record.body.columns().enumerate();
    let key = columns.filter(|(_, (_, column))| column.is_key());
    key.last().map_or(0, |(at, _)| at + 1)
}

impl<'a> RowVariant<'a> {
    fn new(item: &ast::RowEnum<'a>, variant: &ast::RowVariant<'a>) -> Self {
        Self {
            ident: variant.ident,
            constant: Ident::new(&name::constant(variant.ident), variant.ident.span()),
            tag: item.tag_of(variant),
            fields: variant.fields.clone(),
        }
    }
}

impl<'a> Part<'a> {
    fn new(item: &'a ast::RowEnum<'a>, variant: &'a ast::RowVariant<'a>) -> Self {
        let all = &item.record.fields;
        let stored: Vec<usize> = (0..all.len())
            .filter(|&at| is_stored(&all[at], variant.fields.contains(&at)))
            .collect();
        let before = |at: usize| all[..at].iter().filter(|field| field.is_column()).count();
        Self {
            tag: item.tag_of(variant),
            record: record(item, variant, &stored),
            columns: stored.iter().map(|&at| before(at)).collect(),
        }
    }
}

/// Whether the table of a variant has a column for a field.
fn is_stored(field: &ast::Field<'_>, is_of_variant: bool) -> bool {
    field.is_column() && (field.has(PRIMARY_KEY) || field.partial && is_of_variant)
}

/// The table of a variant as a struct would have it: all columns are its own, and required.
fn record<'a>(
    item: &'a ast::RowEnum<'a>,
    variant: &'a ast::RowVariant<'a>,
    stored: &[usize],
) -> Record<'a> {
    let fields = stored.iter().map(|&at| &item.record.fields[at]);
    let names: Vec<String> = fields
        .clone()
        .map(|field| item.record.column_name(field))
        .collect();
    let mut fields = field::resolve(&item.record, fields);
    for field in &mut fields {
        if let Storage::Column(column) = &mut field.storage {
            column.optional = false;
            column.elsewhere = false;
        }
    }
    let body = Body {
        fields,
        ..Body::new(&item.record)
    };
    let base = body.owner.clone();
    let foreign_keys = relation::foreign_keys(&item.record, &body);
    let indexes = item.record.attrs.indexes.iter();
    let indexes = indexes.map(|index| Index::new(&item.record, index));
    let names_of_base = base_names(item);
    Record {
        body,
        table: item.table_of(variant),
        key_strategy: KeyStrategy::Assigned,
        version: None,
        indexes: indexes
            .filter(|index| index.is_over(&names) && !index.is_over(&names_of_base))
            .collect(),
        relations: Vec::new(),
        foreign_keys,
        checks: &[],
        comment: None,
        tag: None,
        parts: Vec::new(),
        base: Some(base),
        attrs: &item.record.attrs,
    }
}

/// The columns that all variants have.
fn base_names(item: &ast::RowEnum<'_>) -> Vec<String> {
    let columns = item.record.columns().filter(|field| !field.partial);
    columns
        .map(|field| item.record.column_name(field))
        .collect()
}

impl Index<'_> {
    /// Whether all its columns are among some.
    fn is_over(&self, columns: &[String]) -> bool {
        self.columns.iter().all(|column| columns.contains(column))
    }
}
