//! Fields that hold the children of an aggregate.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use super::{literal, relation};
use crate::attr::{RelationAttr, RelationKind};
use crate::model::{Link, Record, Relation};

/// The type of the constant: `__orm::Owned<Self, Vec<Line>, __orm::MapperOf<Vec<Line>>>`.
pub(super) fn constant_type(ty: &Type, attrs: &RelationAttr) -> TokenStream {
    let mapper = mapper(ty, attrs);
    quote_spanned!(ty.span()=> __orm::Owned<Self, #ty, #mapper>)
}

/// What stores the children: what the user named, or what they say themselves.
fn mapper(ty: &Type, attrs: &RelationAttr) -> TokenStream {
    attrs.mapper.as_ref().map_or_else(
        || quote_spanned!(ty.span()=> __orm::MapperOf<#ty>),
        ToTokens::to_token_stream,
    )
}

/// The value of the constant.
///
/// ```text
/// __orm::new_owned(0, |it: &Order| &it.lines, |it: &mut Order| &mut it.lines)
///     .ordered(<__orm::MapperOf<Vec<Line>>>::POSITION.position())
/// ```
pub(super) fn new(
    field: &Ident,
    ty: &Type,
    attrs: &RelationAttr,
    number: usize,
    entity: &Path,
) -> TokenStream {
    let number = literal::number(number);
    // Hygienic, so that it is no name of the user's.
    let it = Ident::new("it", Span::mixed_site());
    let new = quote_spanned!(ty.span()=> __orm::new_owned);
    let mapper = mapper(ty, attrs);
    let order = attrs.order.as_ref().map(|field| {
        let position = relation::position(&quote!(<#mapper>), &relation::shouted(field));
        quote!(.ordered(#position))
    });
    let by = by(ty, attrs).map(|by| quote!(.known_by(#by)));
    quote!(#new(#number, |#it: &#entity| &#it.#field, |#it: &mut #entity| &mut #it.#field) #order #by)
}

/// The position of the column by which a map knows its children. If it holds other values than the map, the compiler
/// points at the name.
fn by(ty: &Type, attrs: &RelationAttr) -> Option<TokenStream> {
    let field = attrs.by.as_ref()?;
    let mapper = mapper(ty, attrs);
    let column = relation::of(&quote!(<#mapper>), &relation::shouted(field));
    Some(quote_spanned!(field.span()=> __orm::map_key::<#ty, #mapper>(#column)))
}

/// One field in the description of the table.
///
/// ```text
/// __orm::owned::<Self, Vec<Line>, __orm::MapperOf<Vec<Line>>>("lines", "OrderMapper::LINES", __orm::None)
/// ```
pub(super) fn description(field: &Relation<'_>, name: &str) -> TokenStream {
    let Relation {
        ty, path, attrs, ..
    } = field;
    let mapper = mapper(ty, attrs);
    let by = by(ty, attrs).map_or_else(|| quote!(__orm::None), |by| quote!(__orm::Some(#by)));
    let (func, key) = match &field.link {
        Link::Has { key, .. } if !key.is_empty() => {
            let key = relation::positions(&quote!(<#mapper>), key);
            (quote!(owned_by), quote!(, &[#key]))
        }
        _ => (quote!(owned), TokenStream::new()),
    };
    let call = quote_spanned!(ty.span()=> __orm::#func::<Self, #ty, #mapper>);
    quote!(#call(#name, #path, #by #key))
}

/// What `impl Related` says of the children.
///
/// ```text
/// const OWNS: bool = true;
///
/// fn owned<V: __orm::OwnedVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
///     visitor.visit(Self::LINES)
/// }
/// ```
pub(super) fn visits(record: &Record<'_>) -> Option<TokenStream> {
    let fields = fields(record);
    let visits: Vec<TokenStream> = fields
        .map(|field| {
            let constant = relation::named(&field.constant, field.ty);
            quote!(visitor.visit(#constant))
        })
        .collect();
    let (last, others) = visits.split_last()?;
    Some(quote! {
        const OWNS: bool = true;

        fn owned<V: __orm::OwnedVisitor<Self>>(visitor: &mut V) -> __orm::Result<()> {
            #(#others?;)*
            #last
        }
    })
}

/// What `impl Mapping` says of the children.
pub(super) fn implied(record: &Record<'_>) -> Option<TokenStream> {
    fields(record).next()?;
    Some(quote! {
        fn implied() -> __orm::Option<__orm::Box<dyn __orm::Any>> {
            __orm::implied::<Self>()
        }
    })
}

fn fields<'r, 'a>(record: &'r Record<'a>) -> impl Iterator<Item = &'r Relation<'a>> {
    let relations = record.relations.iter();
    relations.filter(|relation| relation.attrs.kind == RelationKind::Owned)
}
