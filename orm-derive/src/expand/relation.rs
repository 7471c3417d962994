//! Relations: their constants and methods, their description, and the traits that lead over them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Path, Token, Type, Visibility};

use super::tuple::one_or_tuple;
use super::{literal, owned};
use crate::attr::{Actions, RelationAttr, RelationKind};
use crate::model::{
    Body, Field, ForeignKey, JoinColumns, KeyColumn, Link, Position, Record, Relation, Target,
};
use crate::symbol::STRICT_LOADING;

/// The members of the struct's own impl.
///
/// ```text
/// /// The `artist` relation.
/// pub const ARTIST: __orm::Relation<Self, BelongsTo<Artist>> =
///     __orm::new_relation(0, |it: &Self| &it.artist, |it: &mut Self| &mut it.artist);
///
/// /// `artist`, loaded if it is not yet.
/// #[track_caller]
/// pub fn artist(&self, db: &dyn __orm::Executor) -> __orm::Result<__orm::Loaded<'_, BelongsTo<Artist>>> {
///     Self::ARTIST.load(self, db)
/// }
///
/// /// A query of `artist`.
/// pub fn artist_query(&self) -> __orm::Query<__orm::TargetOf<BelongsTo<Artist>>> {
///     Self::ARTIST.query(self)
/// }
/// ```
pub(super) fn members(record: &Record<'_>) -> TokenStream {
    let constants = constants(record);
    let body = &record.body;
    let methods = record.relations.iter().map(|relation| {
        let constant = named(&relation.constant, relation.ty);
        let calls = [
            quote!(#constant.load(self, db)),
            quote!(#constant.query(self)),
        ];
        methods(
            body.vis,
            relation.attrs.kind,
            relation.ident,
            relation.ty,
            &calls,
        )
    });
    quote!(#constants #(#methods)*)
}

/// The same without the methods, for a mapper: its entities know nothing of the database.
pub(super) fn constants(record: &Record<'_>) -> TokenStream {
    let relations = record.relations.iter();
    let constants = relations.map(|relation| constant(&record.body, relation));
    quote!(#(#constants)*)
}

fn constant(body: &Body<'_>, relation: &Relation<'_>) -> TokenStream {
    let vis = body.vis;
    let Relation {
        ident,
        ty,
        constant,
        attrs,
        ..
    } = relation;
    let doc = format!(" The `{}` relation.", ident.unraw());
    let (relation, new) = (
        constant_type(attrs, ty),
        new(attrs, ident, ty, relation.number, &body.entity),
    );
    // If the function is of another type, the compiler points at it.
    let scope = attrs.scope.as_ref();
    let scope = scope.map(|scope| quote_spanned!(scope.span()=> .scoped(#scope)));
    quote! {
        #[doc = #doc]
        #vis const #constant: #relation = #new #scope;
    }
}

/// The type of a relation's constant. If the field is of a type that is no relation, it is one error, at
/// that type.
pub(super) fn constant_type(attrs: &RelationAttr, ty: &Type) -> TokenStream {
    match attrs.kind {
        RelationKind::Owned => owned::constant_type(ty, attrs),
        RelationKind::BelongsToAny => quote_spanned!(ty.span()=> __orm::AnyRelation<Self, #ty>),
        _ => quote_spanned!(ty.span()=> __orm::Relation<Self, #ty>),
    }
}

/// A relation's constant. If its type is wrong, that is shown where the type of the field stands, as all of it
/// is.
pub(super) fn named(constant: &Ident, ty: &Type) -> TokenStream {
    let constant = Ident::new(&constant.to_string(), ty.span());
    quote_spanned!(ty.span()=> Self::#constant)
}

/// The enum of the entities that a field can hold.
fn targets_of(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> __orm::TargetsOf<#ty>)
}

/// The mapping at the other end of a field.
fn target_of(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> __orm::TargetOf<#ty>)
}

/// The value of a relation's constant, without its scope.
pub(super) fn new(
    attrs: &RelationAttr,
    field: &Ident,
    ty: &Type,
    number: usize,
    entity: &Path,
) -> TokenStream {
    if attrs.kind == RelationKind::Owned {
        return owned::new(field, ty, attrs, number, entity);
    }
    let number = literal::number(number);
    // Hygienic, so that it is no name of the user's.
    let it = Ident::new("it", Span::mixed_site());
    let new = if attrs.kind == RelationKind::BelongsToAny {
        quote_spanned!(ty.span()=> __orm::new_any_relation)
    } else {
        quote_spanned!(ty.span()=> __orm::new_relation)
    };
    quote!(#new(#number, |#it: &#entity| &#it.#field, |#it: &mut #entity| &mut #it.#field))
}

/// The methods of a relation field, whose bodies are the loading and the query. What leads to one of several
/// tables has no query.
pub(super) fn methods(
    vis: &Visibility,
    kind: RelationKind,
    field: &Ident,
    ty: &Type,
    [load, query]: &[TokenStream; 2],
) -> TokenStream {
    let name = field.unraw();
    let doc = format!(" `{name}`, loaded if it is not yet.");
    let loaded = if kind == RelationKind::BelongsToAny {
        let targets = targets_of(ty);
        quote_spanned!(ty.span()=> __orm::Result<__orm::Option<&#targets>>)
    } else {
        quote_spanned!(ty.span()=> __orm::Result<__orm::Loaded<'_, #ty>>)
    };
    let query = (kind != RelationKind::BelongsToAny).then(|| query_method(vis, field, ty, query));
    let func = keyword(ty);
    quote! {
        #[doc = #doc]
        #[track_caller]
        #vis #func #field(&self, db: &dyn __orm::Executor) -> #loaded {
            #load
        }

        #query
    }
}

fn query_method(vis: &Visibility, field: &Ident, ty: &Type, query: &TokenStream) -> TokenStream {
    let doc = format!(" A query of `{}`.", field.unraw());
    let name = query_name(field);
    let query_type = quote_spanned!(ty.span()=> __orm::Query<__orm::TargetOf<#ty>>);
    let func = keyword(ty);
    quote! {
        #[doc = #doc]
        #vis #func #name(&self) -> #query_type {
            #query
        }
    }
}

/// `fn`, where the compiler points at when the signature says something about a wrong type.
fn keyword(ty: &Type) -> Token![fn] {
    Token![fn](ty.span())
}

/// The name of the method that gives out the query of a relation.
pub(super) fn query_name(field: &Ident) -> Ident {
    format_ident!("{}_query", field)
}

/// What a relation field holds before its rows are loaded. If it can hold none, the compiler points at its
/// type.
pub(super) fn unloaded(
    kind: RelationKind,
    field: &Field<'_>,
    relation: &Ident,
    row: &Ident,
) -> TokenStream {
    let ty = field.ty;
    let relation = named(relation, ty);
    if kind == RelationKind::Owned {
        return quote!(#relation.unloaded());
    }
    let unloaded = if kind == RelationKind::BelongsToAny {
        quote_spanned!(ty.span()=> __orm::BelongsToAnyField::unloaded)
    } else {
        quote_spanned!(ty.span()=> __orm::RelationField::unloaded)
    };
    quote!(#unloaded(#relation.def(), #row))
}

/// One relation in the description of the table. What is wrong with the types at its two ends is shown
/// at the type of the field.
///
/// ```text
/// __orm::has_many::<Self, HasMany<Track>>("tracks", "Album::TRACKS")
///     .dependent(__orm::Dependent::Cascade)
/// ```
pub(super) fn description(relation: &Relation<'_>) -> TokenStream {
    let Relation { ty, path, .. } = relation;
    let name = relation.ident.unraw().to_string();
    if relation.attrs.kind == RelationKind::Owned {
        return owned::description(relation, &name);
    }
    let options = options(relation);
    if let Link::As(other) = &relation.link {
        let call = referring_as(relation, other);
        return quote!(#call(#name, #path) #options);
    }
    let (constructor, types, arguments) = constructor(relation);
    let constructor = Ident::new(&constructor, Span::call_site());
    let call = quote_spanned!(ty.span()=> __orm::#constructor::<Self, #ty #types>);
    quote!(#call(#name, #path #arguments) #options)
}

/// ```text
/// <__orm::TargetOf<HasMany<Comment>>>::SUBJECT.has_many::<Self, HasMany<Comment>>
/// ```
fn referring_as(relation: &Relation<'_>, other: &Ident) -> TokenStream {
    let ty = relation.ty;
    let other = of(&target(ty), other);
    let kind = Ident::new(kind(relation), ty.span());
    quote_spanned!(ty.span()=> #other.#kind::<Self, #ty>)
}

fn kind(relation: &Relation<'_>) -> &'static str {
    match relation.attrs.kind {
        RelationKind::BelongsTo => "belongs_to",
        RelationKind::BelongsToAny => "belongs_to_any",
        RelationKind::HasOne => "has_one",
        RelationKind::HasMany => "has_many",
        RelationKind::ManyToMany => "many_to_many",
        RelationKind::Owned => "owned",
    }
}

/// The function that describes a relation, and what it takes beyond the usual types and arguments.
fn constructor(relation: &Relation<'_>) -> (String, TokenStream, TokenStream) {
    let kind = kind(relation);
    let ty = relation.ty;
    let name = |suffix: &str| format!("{kind}{suffix}");
    let none = TokenStream::new;
    match &relation.link {
        Link::BelongsTo { key, references } => belongs_to(ty, key, references),
        Link::BelongsToAny { tag, key } => {
            let columns = key.iter().map(|column| &column.position);
            (
                name(""),
                key_type(key),
                quote!(, #(#tag,)* &[#(#columns),*]),
            )
        }
        Link::Has { key, .. } if key.is_empty() => (name(""), none(), none()),
        // It is described by a method of the other relation.
        Link::As(_) => (name(""), none(), none()),
        Link::Has { key, .. } => {
            let key = positions(&target(ty), key);
            (name("_by"), none(), quote!(, &[#key]))
        }
        Link::Through {
            relation,
            ty: between,
            source,
        } => {
            let way = quote_spanned!(relation.span()=> Self::#relation);
            let source = of(&target(between), source);
            (name("_through"), quote!(, _, _), quote!(, #way, #source))
        }
        Link::Entity { entity, key, .. } if key.is_empty() => (name(""), quote!(, #entity), none()),
        Link::Entity {
            entity,
            key,
            target_key,
        } => {
            let [key, target_key] =
                [key, target_key].map(|list| positions(&quote!(<#entity>), list));
            let keys = quote!(, &[#key], &[#target_key]);
            (name("_by"), quote!(, #entity), keys)
        }
        Link::Table { table, columns } => {
            let table = join_table(ty, &table.to_token_stream(), columns);
            (name("_table"), none(), quote!(, #table))
        }
        Link::Inverse(inverse) => {
            let inverse = position(&target(ty), inverse);
            (name("_inverse"), none(), quote!(, #inverse))
        }
    }
}

/// ```text
/// __orm::belongs_to::<Self, BelongsTo<Artist>, i64>("artist", "Album::ARTIST", &[2])
/// ```
fn belongs_to(
    ty: &Type,
    key: &[KeyColumn<'_>],
    references: &[Ident],
) -> (String, TokenStream, TokenStream) {
    let columns = key.iter().map(|column| &column.position);
    let columns = quote!(, &[#(#columns),*]);
    if references.is_empty() {
        return ("belongs_to".to_owned(), key_type(key), columns);
    }
    let target = target(ty);
    let referred = key.iter().zip(references).map(|(column, constant)| {
        let key = column.ty;
        let column = of(&target, constant);
        // If the two columns are of different types, the compiler points at the name.
        quote_spanned!(constant.span()=> __orm::referred::<#key, _, _>(#column))
    });
    let name = "belongs_to_columns".to_owned();
    (
        name,
        TokenStream::new(),
        quote!(#columns, &[#(#referred),*]),
    )
}

/// The type of a key, as one more argument.
fn key_type(key: &[KeyColumn<'_>]) -> TokenStream {
    let key = one_or_tuple(key.iter().map(|column| column.ty.to_token_stream()));
    quote!(, #key)
}

/// ```text
/// &__orm::Table {
///     name: "playlist_track",
///     columns: &[
///         __orm::key_column::<Self>("playlist_id"),
///         __orm::key_column::<__orm::TargetOf<ManyToMany<Track>>>("track_id"),
///     ],
///     key: &[0, 1],
///     foreign_keys: &[
///         __orm::link_to::<Self>(&[0]),
///         __orm::link_to::<__orm::TargetOf<ManyToMany<Track>>>(&[1]),
///     ],
///     ..__orm::Table::EMPTY
/// }
/// ```
fn join_table(ty: &Type, name: &TokenStream, columns: &JoinColumns) -> TokenStream {
    let JoinColumns { key, target_key } = columns;
    let target = target_of(ty);
    quote! {
        &__orm::Table {
            name: #name,
            columns: &[
                __orm::key_column::<Self>(#key),
                __orm::key_column::<#target>(#target_key),
            ],
            key: &[0, 1],
            foreign_keys: &[
                __orm::link_to::<Self>(&[0]),
                __orm::link_to::<#target>(&[1]),
            ],
            ..__orm::Table::EMPTY
        }
    }
}

/// What the user said beyond how the rows are found.
fn options(relation: &Relation<'_>) -> TokenStream {
    let Relation { ty, attrs, .. } = relation;
    let references = match &relation.link {
        Link::Has { references, .. } if !references.is_empty() => {
            Some(quote!(.references(&[#(#references),*])))
        }
        _ => None,
    };
    let dependent = attrs.dependent.as_ref();
    let dependent = dependent.map(|rule| quote!(.dependent(__orm::Dependent::#rule)));
    let touch = attrs.touch.as_ref().map(|field| {
        let position = position(&target(ty), &shouted(field));
        quote!(.touch(#position))
    });
    let counter_cache = attrs.counter_cache.as_ref().map(|field| {
        let column = of(&target(ty), &shouted(field));
        // If the column counts nothing, the compiler points at the name.
        let counter = quote_spanned!(field.span()=> __orm::counter::<#ty>(#column));
        quote!(.counter_cache(#counter))
    });
    quote!(#references #dependent #touch #counter_cache)
}

/// Checks, outside the description of the table, that counters are written by nobody else.
///
/// ```text
/// const _: () = __orm::require_counter(
///     <<__orm::TargetOf<BelongsTo<Artist>>> as __orm::Mapping>::TABLE,
///     <__orm::TargetOf<BelongsTo<Artist>>>::ALBUMS_COUNT.position(),
/// );
/// ```
pub(super) fn counters(record: &Record<'_>) -> TokenStream {
    let checks = record.relations.iter().filter_map(|relation| {
        let field = relation.attrs.counter_cache.as_ref()?;
        let mapping = target_of(relation.ty);
        let position = position(&target(relation.ty), &shouted(field));
        let check = quote_spanned! {field.span()=>
            __orm::require_counter(<#mapping as __orm::Mapping>::TABLE, #position)
        };
        Some(quote!(const _: () = #check;))
    });
    quote!(#(#checks)*)
}

pub(super) fn shouted(field: &Ident) -> Ident {
    Ident::new(&crate::name::constant(field), field.span())
}

/// The struct at the other end, in brackets, so that its constants can be named.
fn target(ty: &Type) -> TokenStream {
    let target = target_of(ty);
    quote!(<#target>)
}

/// A constant of a struct. If there is none, the compiler points at what the user wrote.
pub(super) fn of(owner: &TokenStream, constant: &Ident) -> TokenStream {
    quote_spanned!(constant.span()=> #owner::#constant)
}

pub(super) fn position(owner: &TokenStream, constant: &Ident) -> TokenStream {
    let constant = of(owner, constant);
    quote!(#constant.position())
}

pub(super) fn positions(owner: &TokenStream, constants: &[Ident]) -> TokenStream {
    let positions = constants.iter().map(|constant| position(owner, constant));
    quote!(#(#positions),*)
}

/// The foreign keys that the database knows of, of the columns that are in the table itself. The key of a
/// variant's table refers to that of the enum, whatever that refers to.
pub(super) fn foreign_keys(record: &Record<'_>) -> Vec<TokenStream> {
    let to_base = record.base.as_ref().map(|base| {
        let key = record.key().map(|(_, column)| &column.position);
        quote!(__orm::ForeignKey::to_base::<#base>(&[#(#key),*]))
    });
    let keys = record.foreign_keys.iter();
    let keys = keys.filter(|key| key.is_constrained && record.holds(key));
    to_base.into_iter().chain(keys.map(foreign_key)).collect()
}

/// Only what was said; the rest is that of a plain reference to the primary key.
///
/// ```text
/// __orm::key_to::<Artist>(&[2]).on_delete(__orm::Cascade)
/// ```
fn foreign_key(key: &ForeignKey<'_>) -> TokenStream {
    let columns = &key.columns;
    let Actions {
        on_delete,
        on_update,
        deferrable,
    } = key.action;
    let references = (!key.references.is_empty()).then(|| {
        let references = referred(key);
        quote!(.references(&[#references]))
    });
    let on_delete = on_delete.as_ref();
    let on_delete = on_delete.map(|action| quote!(.on_delete(__orm::#action)));
    let on_update = on_update.as_ref();
    let on_update = on_update.map(|action| quote!(.on_update(__orm::#action)));
    let deferrable = deferrable.then(|| quote!(.deferrable()));
    let target = key.target.ty();
    quote!(__orm::key_to::<#target>(&[#(#columns),*]) #references #on_delete #on_update #deferrable)
}

fn referred(key: &ForeignKey<'_>) -> TokenStream {
    let target = key.target.ty();
    positions(&quote!(<#target>), &key.references)
}

impl Target<'_> {
    /// The target as a type.
    pub(super) fn ty(self) -> TokenStream {
        match self {
            Self::Named(ty) => ty.to_token_stream(),
            Self::Of(field) => target_of(field),
        }
    }

    /// The target as the user wrote it, wherever that can be seen.
    pub(super) fn shown(self) -> TokenStream {
        self.written()
            .map_or_else(|| self.ty(), ToTokens::to_token_stream)
    }
}

/// ```text
/// impl __orm::Related for Album {
///     fn relations<V: __orm::RelationVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
///         visitor.visit(Self::ARTIST)?;
///         visitor.visit(Self::TRACKS)
///     }
/// }
/// ```
pub(super) fn related(record: &Record<'_>) -> TokenStream {
    let ident = &record.body.owner;
    let strict = record.attrs.words.has(STRICT_LOADING);
    let strict = strict.then(|| {
        quote!(
            const STRICT_LOADING: bool = true;
        )
    });
    let visits = visits(record);
    let owned = owned::visits(record);
    if strict.is_none() && visits.is_none() && owned.is_none() {
        return quote!(impl __orm::Related for #ident {});
    }
    quote! {
        #[automatically_derived]
        impl __orm::Related for #ident {
            #strict

            #visits

            #owned
        }
    }
}

fn visits(record: &Record<'_>) -> Option<TokenStream> {
    let relations = record.relations.iter();
    let relations = relations.filter(|relation| relation.attrs.kind != RelationKind::Owned);
    let visits: Vec<TokenStream> = relations.map(visit).collect();
    let (last, others) = visits.split_last()?;
    Some(quote! {
        fn relations<V: __orm::RelationVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
            #(#others?;)*
            #last
        }
    })
}

fn visit(relation: &Relation<'_>) -> TokenStream {
    let constant = named(&relation.constant, relation.ty);
    if relation.attrs.kind == RelationKind::BelongsToAny {
        quote!(visitor.visit_any(#constant))
    } else {
        quote!(visitor.visit(#constant))
    }
}

/// By which columns this struct refers to another, for whoever has these records. Of two ways to the
/// same struct neither is the one that is meant.
///
/// ```text
/// impl __orm::RefersTo<Artist> for Album {
///     const COLUMNS: &'static [usize] = &[2];
/// }
/// ```
pub(super) fn refers_to(record: &Record<'_>) -> TokenStream {
    let ident = &record.body.owner;
    let impls = record.foreign_keys.iter().filter(|key| key.is_only);
    let impls = impls.map(|key| {
        let target = key.target.shown();
        let columns: &[Position] = &key.columns;
        let references = (!key.references.is_empty()).then(|| {
            let references = referred(key);
            quote!(const REFERENCES: &'static [usize] = &[#references];)
        });
        quote! {
            impl __orm::RefersTo<#target> for #ident {
                const COLUMNS: &'static [usize] = &[#(#columns),*];
                #references
            }
        }
    });
    quote!(#(#impls)*)
}
