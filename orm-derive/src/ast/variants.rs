//! An enum whose variants are rows: one struct of all their fields, and which variant has which.

use heck::ToSnakeCase as _;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::{DataEnum, DeriveInput, Fields, Ident, LitStr, Token, Type, parse_quote};

use super::{Field, Struct, refuse_generics};
use crate::attr::{FieldAttrs, RowVariantAttrs, StructAttrs};
use crate::ctxt::Ctxt;
use crate::name::RenameRule;
use crate::place::{Pattern, StructKind};
use crate::symbol::{JOINED, PRIMARY_KEY};
use crate::{error, name};

/// An enum whose variants are rows.
pub(crate) struct RowEnum<'a> {
    pub(crate) enum_token: Token![enum],
    /// The fields of all variants, each once, and the tag among them.
    pub(crate) record: Struct<'a>,
    pub(crate) variants: Vec<RowVariant<'a>>,
    /// The field whose column the tag would have as well.
    pub(crate) in_place_of_tag: Option<&'a Ident>,
    /// How tags are made of the names of variants.
    rename: RenameRule,
}

/// One variant.
pub(crate) struct RowVariant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) attrs: RowVariantAttrs,
    pub(crate) shape: &'a Fields,
    /// Where its fields are among those of all variants.
    pub(crate) fields: Vec<usize>,
    /// The fields that a variant before it has too.
    pub(crate) repeated: Vec<Repeated<'a>>,
}

/// A field that another variant has described.
pub(crate) struct Repeated<'a> {
    /// Where the field is among those of all variants.
    pub(crate) at: usize,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: FieldAttrs,
}

/// The column that says which variant a row is: a field that the user has not written.
pub(crate) struct Tag {
    column: LitStr,
    ident: Ident,
    ty: Type,
}

impl Tag {
    /// The tag that the attributes name.
    pub(crate) fn new(cx: &Ctxt, attrs: &StructAttrs) -> Option<Self> {
        let column = attrs.tag.clone()?;
        let name = column.value().to_snake_case();
        let Ok(mut ident) = Ident::parse_any.parse_str(&name) else {
            cx.push(error::tag_without_constant(&column));
            return None;
        };
        ident.set_span(column.span());
        let ty = parse_quote!(__orm::String);
        Some(Self { column, ident, ty })
    }
}

impl<'a> RowEnum<'a> {
    pub(crate) fn parse(
        cx: &Ctxt,
        input: &'a DeriveInput,
        data: &'a DataEnum,
        mut attrs: StructAttrs,
        tag: Option<&'a Tag>,
        pattern: Pattern,
    ) -> Self {
        refuse_generics(cx, &input.generics);
        let mut this = Self {
            enum_token: data.enum_token,
            rename: attrs.rename_all.take().unwrap_or(RenameRule::Snake),
            record: Struct {
                kind: StructKind::Variants(pattern),
                ident: &input.ident,
                vis: &input.vis,
                generics: &input.generics,
                attrs,
                fields: Vec::new(),
            },
            variants: Vec::new(),
            in_place_of_tag: None,
        };
        for variant in &data.variants {
            this.add(cx, variant);
        }
        this.mark_partial();
        if let Some(tag) = tag {
            this.insert(tag);
        }
        this
    }

    fn add(&mut self, cx: &Ctxt, variant: &'a syn::Variant) {
        let mut added = RowVariant {
            ident: &variant.ident,
            attrs: RowVariantAttrs::parse(cx, &variant.attrs),
            shape: &variant.fields,
            fields: Vec::new(),
            repeated: Vec::new(),
        };
        for field in &variant.fields {
            let Some(field) = Field::parse(cx, field, self.record.kind) else {
                continue;
            };
            let mut known = self.record.fields.iter();
            let same = |other: &Field<'_>| other.ident.unraw() == field.ident.unraw();
            if let Some(at) = known.position(same) {
                added.fields.push(at);
                let Field { ty, attrs, .. } = field;
                added.repeated.push(Repeated { at, ty, attrs });
            } else {
                added.fields.push(self.record.fields.len());
                self.record.fields.push(field);
            }
        }
        self.variants.push(added);
    }

    fn mark_partial(&mut self) {
        for (at, field) in self.record.fields.iter_mut().enumerate() {
            let mut variants = self.variants.iter();
            field.partial = !variants.all(|variant| variant.fields.contains(&at));
        }
    }

    /// Puts the tag behind the primary key, unless a field has its column.
    fn insert(&mut self, tag: &'a Tag) {
        self.in_place_of_tag = self.field_in(&tag.column.value());
        if self.in_place_of_tag.is_some() {
            return;
        }
        let fields = &mut self.record.fields;
        let key = fields.iter().rposition(|field| field.has(PRIMARY_KEY));
        let at = key.map_or(0, |key| key + 1);
        let attrs = FieldAttrs {
            column: Some(tag.column.clone()),
            ..FieldAttrs::default()
        };
        fields.insert(
            at,
            Field {
                ident: &tag.ident,
                ty: &tag.ty,
                attrs,
                partial: false,
            },
        );
        for variant in &mut self.variants {
            let repeated = variant.repeated.iter_mut().map(|field| &mut field.at);
            let positions = variant.fields.iter_mut().chain(repeated);
            for position in positions.filter(|position| **position >= at) {
                *position += 1;
            }
        }
    }

    /// Whether the columns of a variant's own have a table of their own.
    pub(crate) fn is_joined(&self) -> bool {
        self.record.attrs.words.has(JOINED)
    }

    /// The field that is stored in a column.
    fn field_in(&self, column: &str) -> Option<&'a Ident> {
        let mut fields = self.record.columns();
        let found = fields.find(|field| {
            let name = self.record.column_name(field);
            name.eq_ignore_ascii_case(column)
        });
        found.map(|field| field.ident)
    }

    /// The first variant with a field.
    pub(crate) fn first_with(&self, field: usize) -> Option<&RowVariant<'a>> {
        let mut variants = self.variants.iter();
        variants.find(|variant| variant.fields.contains(&field))
    }

    /// What the tag column holds of rows of a variant.
    pub(crate) fn tag_of(&self, variant: &RowVariant<'_>) -> String {
        let rename = variant.attrs.rename.as_ref();
        name::stored(variant.ident, rename, Some(self.rename))
    }

    /// The table of a variant in the joined form.
    pub(crate) fn table_of(&self, variant: &RowVariant<'_>) -> String {
        let given = variant.attrs.table.as_ref();
        let named = || {
            format!(
                "{}_{}",
                self.record.table_name(),
                name::table(variant.ident)
            )
        };
        given.map_or_else(named, LitStr::value)
    }
}
