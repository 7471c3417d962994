//! The user's item, with its attributes read: views of syn's tree that borrow from it.

mod variants;

pub(crate) use self::variants::{Repeated, RowEnum, RowVariant, Tag};

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Generics, Ident, LitStr, Path, Token, Type,
    Visibility,
};

use crate::attr::{
    self, EnumAttrs, FieldAttrs, RelationAttr, RelationKind, Strategy, StructAttrs, VariantAttrs,
};
use crate::ctxt::Ctxt;
use crate::name::RenameRule;
use crate::place::{Place, StructKind};
use crate::symbol::{EMBED, PRIMARY_KEY, REFERENCES, RELATIONS, SKIP, Symbol, TRACKED};
use crate::{error, name};

/// A struct whose fields are columns.
pub(crate) struct Struct<'a> {
    pub(crate) kind: StructKind,
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) generics: &'a Generics,
    pub(crate) attrs: StructAttrs,
    pub(crate) fields: Vec<Field<'a>>,
}

/// One named field.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: FieldAttrs,
    /// Whether only some variants of an enum have it.
    pub(crate) partial: bool,
}

impl<'a> Struct<'a> {
    /// Reads an item that should be a struct with named fields. Of any other, nothing more is read
    /// than that.
    pub(crate) fn parse(cx: &Ctxt, input: &'a DeriveInput, kind: StructKind) -> Self {
        refuse_generics(cx, &input.generics);
        let mut this = Self {
            kind,
            ident: &input.ident,
            vis: &input.vis,
            generics: &input.generics,
            attrs: StructAttrs::default(),
            fields: Vec::new(),
        };
        if let Some(fields) = cx.take(named_fields(input, kind)) {
            this.attrs = StructAttrs::parse(cx, &input.attrs, kind);
            this.fields = fields
                .iter()
                .filter_map(|field| Field::parse(cx, field, kind))
                .collect();
        }
        this
    }

    /// The fields that are one column each.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.is_column())
    }

    /// The field of this name.
    pub(crate) fn field(&self, name: &Ident) -> Option<&Field<'a>> {
        let name = name.unraw();
        self.fields.iter().find(|field| field.ident.unraw() == name)
    }

    /// The fields that are relations, and what is said of each.
    pub(crate) fn relations(&self) -> impl Iterator<Item = (&Field<'a>, &RelationAttr)> {
        let fields = self.fields.iter().filter(|field| field.is_relation());
        fields.filter_map(|field| Some((field, field.attrs.relation.as_ref()?)))
    }

    /// The field that holds the key of a `belongs_to` and is a foreign key by itself.
    pub(crate) fn key_with_reference(
        &self,
        field: &Field<'_>,
        relation: &RelationAttr,
    ) -> Option<&Field<'a>> {
        let key = relation.key_of(field.ident);
        let [key] = key.as_slice() else {
            return None;
        };
        self.field(key).filter(|key| key.has(REFERENCES))
    }

    /// The field that remembers what was loaded.
    pub(crate) fn tracked(&self) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.is_tracked())
    }

    /// The fields of the primary key.
    pub(crate) fn key(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.has(PRIMARY_KEY))
    }

    /// The field of a key that the database numbers: the only one, with no other strategy.
    pub(crate) fn numbered_key(&self) -> Option<&Field<'a>> {
        let mut key = self.key();
        let (Some(field), None) = (key.next(), key.next()) else {
            return None;
        };
        let strategy = field.attrs.key.as_ref()?;
        matches!(strategy, Strategy::Unsaid | Strategy::Auto(_)).then_some(field)
    }

    /// The type of another crate that the struct only describes.
    pub(crate) fn remote(&self) -> Option<&Path> {
        let remote = self.attrs.remote.as_ref();
        remote.filter(|_| self.kind.has_mapper())
    }

    /// The name of the entities' type: of the struct itself, or of what it describes.
    pub(crate) fn entity_name(&self) -> &Ident {
        let remote = self.remote().and_then(|path| path.segments.last());
        remote.map_or(self.ident, |segment| &segment.ident)
    }

    /// The name of the table.
    pub(crate) fn table_name(&self) -> String {
        let given = self.attrs.table.as_ref();
        given.map_or_else(|| name::table(self.entity_name()), LitStr::value)
    }

    /// The name of a field's column.
    pub(crate) fn column_name(&self, field: &Field<'_>) -> String {
        name::stored(
            field.ident,
            field.attrs.column.as_ref(),
            self.attrs.rename_all,
        )
    }
}

impl<'a> Field<'a> {
    fn parse(cx: &Ctxt, field: &'a syn::Field, kind: StructKind) -> Option<Self> {
        Some(Self {
            ident: field.ident.as_ref()?,
            ty: &field.ty,
            attrs: FieldAttrs::parse(cx, &field.attrs, kind),
            partial: false,
        })
    }

    pub(crate) fn has(&self, symbol: Symbol) -> bool {
        self.attrs.words.has(symbol)
    }

    /// Whether the field is one column.
    pub(crate) fn is_column(&self) -> bool {
        !self.has(SKIP) && !self.has(EMBED) && !self.is_relation() && !self.is_tracked()
    }

    /// Whether the field remembers what was loaded.
    pub(crate) fn is_tracked(&self) -> bool {
        self.has(TRACKED) && !self.has(SKIP) && !self.has(EMBED) && !self.is_relation()
    }

    /// Whether the field leads to other rows.
    pub(crate) fn is_relation(&self) -> bool {
        self.relation_word().is_some() && !self.has(SKIP) && !self.has(EMBED)
    }

    /// Which relation the field is, as its first word says.
    pub(crate) fn relation_kind(&self) -> Option<RelationKind> {
        let word = self.relation_word().filter(|_| self.is_relation());
        word.map(|(symbol, _)| RelationKind::new(symbol))
    }

    /// The first word that makes the field a relation.
    pub(crate) fn relation_word(&self) -> Option<(Symbol, &Ident)> {
        let mut words = self.attrs.words.iter();
        words.find(|(symbol, _)| RELATIONS.contains(symbol))
    }
}

fn named_fields(
    input: &DeriveInput,
    kind: StructKind,
) -> syn::Result<&Punctuated<syn::Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            Fields::Unnamed(fields) => Err(error::tuple_struct(fields, kind)),
            Fields::Unit => Err(error::unit_struct(&input.ident, kind)),
        },
        Data::Enum(data) => Err(error::enumeration(data.enum_token, kind)),
        Data::Union(data) => Err(error::union(data.union_token)),
    }
}

fn refuse_generics(cx: &Ctxt, generics: &Generics) {
    if !generics.params.is_empty() {
        cx.push(error::generics(&generics.params));
    }
}

/// A type that one column holds.
pub(crate) struct Value<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) shape: Shape<'a>,
}

/// The two kinds of value.
pub(crate) enum Shape<'a> {
    /// A struct around one other value.
    Newtype(Newtype<'a>),
    /// An enum whose variants hold nothing.
    Enum(Enum<'a>),
    /// Neither; an error says so.
    Wrong,
}

/// A struct and its only field.
pub(crate) struct Newtype<'a> {
    pub(crate) krate: Option<Path>,
    /// `None` in `struct Email(String)`.
    pub(crate) field: Option<&'a Ident>,
    pub(crate) ty: &'a Type,
}

/// An enum and its variants.
pub(crate) struct Enum<'a> {
    pub(crate) attrs: EnumAttrs,
    pub(crate) variants: Vec<Variant<'a>>,
}

/// One variant.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) attrs: VariantAttrs,
    pub(crate) fields: &'a Fields,
    pub(crate) discriminant: Option<&'a Expr>,
}

impl<'a> Value<'a> {
    pub(crate) fn parse(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        refuse_generics(cx, &input.generics);
        Self {
            ident: &input.ident,
            generics: &input.generics,
            shape: match &input.data {
                Data::Struct(data) => newtype(cx, input, &data.fields),
                Data::Enum(data) => enumeration(cx, &input.attrs, &data.variants),
                Data::Union(data) => {
                    cx.push(error::union(data.union_token));
                    Shape::Wrong
                }
            },
        }
    }

    /// The path of the facade crate, if the user gave one.
    pub(crate) fn krate(&self) -> Option<&Path> {
        match &self.shape {
            Shape::Newtype(newtype) => newtype.krate.as_ref(),
            Shape::Enum(item) => item.attrs.krate.as_ref(),
            Shape::Wrong => None,
        }
    }
}

fn newtype<'a>(cx: &Ctxt, input: &DeriveInput, fields: &'a Fields) -> Shape<'a> {
    let mut all = fields.iter();
    let (Some(field), None) = (all.next(), all.next()) else {
        cx.push(error::not_a_newtype(&input.ident, fields));
        return Shape::Wrong;
    };
    attr::nothing(cx, &field.attrs, Place::NewtypeField);
    Shape::Newtype(Newtype {
        krate: attr::newtype_crate(cx, &input.attrs),
        field: field.ident.as_ref(),
        ty: &field.ty,
    })
}

fn enumeration<'a>(
    cx: &Ctxt,
    attrs: &[Attribute],
    variants: &'a Punctuated<syn::Variant, Token![,]>,
) -> Shape<'a> {
    let attrs = EnumAttrs::parse(cx, attrs, Place::Enum);
    let variants = variants.iter();
    let variants = variants.map(|variant| Variant::parse(cx, variant, Place::Variant));
    Shape::Enum(Enum {
        attrs,
        variants: variants.collect(),
    })
}

impl<'a> Variant<'a> {
    fn parse(cx: &Ctxt, variant: &'a syn::Variant, place: Place) -> Self {
        Self {
            ident: &variant.ident,
            attrs: VariantAttrs::parse(cx, &variant.attrs, place),
            fields: &variant.fields,
            discriminant: variant.discriminant.as_ref().map(|(_, expr)| expr),
        }
    }

    /// The type of the only field, in a variant such as `Post(Post)`.
    pub(crate) fn entity(&self) -> Option<&'a Type> {
        let Fields::Unnamed(fields) = self.fields else {
            return None;
        };
        let mut fields = fields.unnamed.iter();
        match (fields.next(), fields.next()) {
            (Some(field), None) => Some(&field.ty),
            _ => None,
        }
    }
}

/// The entities that a reference can lead to.
pub(crate) struct Targets<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) attrs: EnumAttrs,
    pub(crate) variants: Vec<Variant<'a>>,
}

impl<'a> Targets<'a> {
    /// Reads an item that should be an enum. Of any other, nothing more is read than that.
    pub(crate) fn parse(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        refuse_generics(cx, &input.generics);
        let mut this = Self {
            ident: &input.ident,
            generics: &input.generics,
            attrs: EnumAttrs::default(),
            variants: Vec::new(),
        };
        match &input.data {
            Data::Enum(data) => this.read(cx, &input.attrs, &data.variants),
            Data::Struct(data) => cx.push(error::not_an_enum(data.struct_token)),
            Data::Union(data) => cx.push(error::not_an_enum(data.union_token)),
        }
        this
    }

    fn read(
        &mut self,
        cx: &Ctxt,
        attrs: &[Attribute],
        variants: &'a Punctuated<syn::Variant, Token![,]>,
    ) {
        if variants.is_empty() {
            cx.push(error::no_targets(self.ident));
        }
        self.attrs = EnumAttrs::parse(cx, attrs, Place::Targets);
        for variant in variants {
            for field in &variant.fields {
                attr::nothing(cx, &field.attrs, Place::TargetField);
            }
            self.variants
                .push(Variant::parse(cx, variant, Place::Target));
        }
    }

    /// What the column holds for a variant.
    pub(crate) fn tag(&self, variant: &Variant<'_>) -> String {
        let rule = self.attrs.rename_all.unwrap_or(RenameRule::Snake);
        name::stored(variant.ident, variant.attrs.rename.as_ref(), Some(rule))
    }
}
