//! The fields of a struct, and where each is stored.

use proc_macro2::Span;
use quote::format_ident;
use syn::{Expr, Ident, Path, Type};

use crate::attr::{FieldAttrs, RelationKind};
use crate::symbol::{EMBED, GENERATED, JOINED, JSON, PRIMARY_KEY, READONLY, SKIP, Symbol};
use crate::{ast, name};

/// One field.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) default: Option<&'a Expr>,
    /// The function that reads it.
    pub(crate) getter: Option<&'a Path>,
    /// The function that changes it.
    pub(crate) setter: Option<&'a Path>,
    pub(crate) storage: Storage<'a>,
}

/// Where a field is stored.
pub(crate) enum Storage<'a> {
    Column(Column<'a>),
    Embed(Embed),
    /// In no column of its own: it is a relation of a kind, with this associated constant.
    Relation(RelationKind, Ident),
    /// In no column: it remembers what was loaded.
    Tracked,
    Skip,
}

/// The column of a field.
pub(crate) struct Column<'a> {
    pub(crate) name: String,
    /// The associated constant.
    pub(crate) constant: Ident,
    pub(crate) position: Position,
    /// Whether only some variants of an enum have it, so that it is NULL in the rows of the others.
    pub(crate) optional: bool,
    /// Whether it is stored in the tables of those variants.
    pub(crate) elsewhere: bool,
    /// What the expansion repeats as the user wrote it.
    pub(crate) attrs: &'a FieldAttrs,
}

/// The columns of an embedded value.
pub(crate) struct Embed {
    /// Where the user wrote `embed`.
    pub(crate) span: Span,
    pub(crate) prefix: String,
    /// The associated constant.
    pub(crate) constant: Ident,
    /// The constants of the expansion that hold the position of the first column, the position after
    /// the last, the names end to end, and the columns.
    pub(crate) start: Ident,
    pub(crate) end: Ident,
    pub(crate) names: Ident,
    pub(crate) columns: Ident,
}

/// A position among the columns.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Position {
    /// Known to the derive.
    Number(usize),
    /// A constant of the expansion, because an embedded value comes before it.
    Constant(Ident),
}

impl Column<'_> {
    pub(crate) fn has(&self, symbol: Symbol) -> bool {
        self.attrs.words.has(symbol)
    }

    pub(crate) fn is_key(&self) -> bool {
        self.has(PRIMARY_KEY)
    }

    /// Whether the value is stored as a JSON document.
    pub(crate) fn is_json(&self) -> bool {
        self.has(JSON)
    }

    /// Whether the program writes it, and to the table itself.
    pub(crate) fn is_written_here(&self) -> bool {
        self.is_writable() && !self.elsewhere
    }

    /// Whether the program writes it, and not the database alone.
    pub(crate) fn is_writable(&self) -> bool {
        !self.has(GENERATED) && !self.has(READONLY)
    }
}

impl Embed {
    fn new(field: &ast::Field<'_>, constant: Ident) -> Self {
        let word = field.attrs.words.get(EMBED);
        Self {
            span: word.map_or_else(Span::call_site, Ident::span),
            prefix: field
                .attrs
                .prefix
                .as_ref()
                .map_or_else(String::new, syn::LitStr::value),
            start: position(&constant),
            end: width(),
            names: format_ident!("__NAMES_{constant}"),
            columns: format_ident!("__COLUMNS_{constant}"),
            constant,
        }
    }
}

/// The constant that holds the number of all columns.
pub(crate) fn width() -> Ident {
    format_ident!("__WIDTH")
}

fn position(constant: &Ident) -> Ident {
    format_ident!("__AT_{constant}")
}

pub(super) fn resolve<'a>(
    item: &'a ast::Struct<'a>,
    fields: impl Iterator<Item = &'a ast::Field<'a>>,
) -> Vec<Field<'a>> {
    // How many columns come before the field, as long as that can be counted.
    let mut before = Some(0);
    let fields = fields.map(|field| Field {
        ident: field.ident,
        ty: field.ty,
        default: field.attrs.default.as_ref(),
        getter: field.attrs.getter.as_ref(),
        setter: field.attrs.setter.as_ref(),
        storage: storage(item, field, &mut before),
    });
    let mut fields = fields.collect();
    end_embeds(&mut fields);
    fields
}

fn storage<'a>(
    item: &ast::Struct<'_>,
    field: &'a ast::Field<'_>,
    before: &mut Option<usize>,
) -> Storage<'a> {
    if field.has(SKIP) {
        return Storage::Skip;
    }
    if field.is_tracked() {
        return Storage::Tracked;
    }
    let constant = Ident::new(&name::constant(field.ident), field.ident.span());
    if let Some(kind) = field.relation_kind() {
        return Storage::Relation(kind, constant);
    }
    if field.has(EMBED) {
        *before = None;
        return Storage::Embed(Embed::new(field, constant));
    }
    let position = match before {
        Some(number) => {
            *number += 1;
            Position::Number(*number - 1)
        }
        None => Position::Constant(position(&constant)),
    };
    Storage::Column(Column {
        name: item.column_name(field),
        constant,
        position,
        optional: field.partial,
        elsewhere: field.partial && item.attrs.words.has(JOINED),
        attrs: &field.attrs,
    })
}

/// Lets each embedded value end where the next field begins.
fn end_embeds(fields: &mut Vec<Field<'_>>) {
    let mut next = width();
    for field in fields.iter_mut().rev() {
        match &mut field.storage {
            Storage::Embed(embed) => {
                embed.end = std::mem::replace(&mut next, embed.start.clone());
            }
            Storage::Column(Column {
                position: Position::Constant(constant),
                ..
            }) => next = constant.clone(),
            Storage::Column(_) | Storage::Relation(..) | Storage::Tracked | Storage::Skip => {}
        }
    }
}
