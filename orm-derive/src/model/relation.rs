//! Relations, and the foreign keys that they and the columns make.

use syn::ext::IdentExt as _;
use syn::{GenericArgument, Ident, LitStr, PathArguments, Type};

use super::{Body, Position};
use crate::attr::{Actions, RelationAttr, RelationKind};
use crate::symbol::UNCONSTRAINED;
use crate::{ast, name};

/// One relation.
pub(crate) struct Relation<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The place among the relations of the struct.
    pub(crate) number: usize,
    /// The associated constant.
    pub(crate) constant: Ident,
    /// The constant as a program names it.
    pub(crate) path: String,
    pub(crate) link: Link<'a>,
    /// What the expansion repeats as the user wrote it.
    pub(crate) attrs: &'a RelationAttr,
}

/// How the rows at the other end are found.
pub(crate) enum Link<'a> {
    /// By a key in this struct, which refers to the primary key of the target, or to these of its
    /// constants.
    BelongsTo {
        key: Vec<KeyColumn<'a>>,
        references: Vec<Ident>,
    },
    /// By a key in this struct, and a column that says of which table.
    BelongsToAny {
        tag: Vec<Position>,
        key: Vec<KeyColumn<'a>>,
    },
    /// By a key in the target, as its relation of this constant says.
    As(Ident),
    /// By a key in the target, which has these constants there, or is the one that the target declares.
    Has {
        key: Vec<Ident>,
        references: Vec<Position>,
    },
    /// Over another relation of this struct and one of the rows in between.
    Through {
        relation: Ident,
        ty: &'a Type,
        source: Ident,
    },
    /// By pairs that are records themselves.
    Entity {
        entity: &'a Type,
        key: Vec<Ident>,
        target_key: Vec<Ident>,
    },
    /// By pairs in a table that has no struct.
    Table {
        table: &'a LitStr,
        columns: JoinColumns,
    },
    /// As the relation of this constant at the other end says.
    Inverse(Ident),
}

/// A column that holds a key, or a part of one.
pub(crate) struct KeyColumn<'a> {
    pub(crate) position: Position,
    pub(crate) ty: &'a Type,
}

/// The columns of a join table that has no struct.
pub(crate) struct JoinColumns {
    pub(crate) key: String,
    /// `None` if the derive does not see what the target is called.
    pub(crate) target_key: Option<String>,
}

/// What a struct refers to by some of its columns.
pub(crate) struct ForeignKey<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) columns: Vec<Position>,
    /// Constants of the target, if it is not its primary key.
    pub(crate) references: Vec<Ident>,
    pub(crate) action: &'a Actions,
    /// Whether the database knows of it.
    pub(crate) is_constrained: bool,
    /// Whether no other foreign key of the struct has the same target.
    pub(crate) is_only: bool,
}

/// The struct that a foreign key refers to.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Named(&'a Type),
    /// The target of a relation field of this type.
    Of(&'a Type),
}

/// The relations of a struct, in its order.
pub(super) fn resolve<'a>(record: &'a ast::Struct<'a>, body: &Body<'a>) -> Vec<Relation<'a>> {
    let relations = record.relations().enumerate();
    let relations = relations.filter_map(|(number, (field, attrs))| {
        let constant = constant(field.ident);
        Some(Relation {
            ident: field.ident,
            ty: field.ty,
            number,
            path: format!("{}::{constant}", body.owner.unraw()),
            constant,
            link: link(record, body, field, attrs)?,
            attrs,
        })
    });
    relations.collect()
}

/// `None` cannot be: the rules have seen to it that one of the ways is said.
fn link<'a>(
    record: &'a ast::Struct<'a>,
    body: &Body<'a>,
    field: &'a ast::Field<'a>,
    attrs: &'a RelationAttr,
) -> Option<Link<'a>> {
    match attrs.kind {
        RelationKind::BelongsTo => Some(Link::BelongsTo {
            key: key_columns(body, &attrs.key_of(field.ident)),
            references: constants(&attrs.references),
        }),
        RelationKind::BelongsToAny => Some(Link::BelongsToAny {
            tag: positions(body, &[attrs.tag_of(field.ident)]),
            key: key_columns(body, &attrs.key_of(field.ident)),
        }),
        RelationKind::HasOne | RelationKind::HasMany | RelationKind::Owned => {
            has(record, body, field, attrs)
        }
        RelationKind::ManyToMany => join(record, field, attrs),
    }
}

fn has<'a>(
    record: &'a ast::Struct<'a>,
    body: &Body<'_>,
    field: &ast::Field<'_>,
    attrs: &RelationAttr,
) -> Option<Link<'a>> {
    if let Some(relation) = &attrs.polymorphic {
        return Some(Link::As(constant(relation)));
    }
    if let Some(through) = &attrs.through {
        return way(record, field, attrs, through);
    }
    Some(Link::Has {
        key: constants(&attrs.key),
        references: positions(body, &attrs.references),
    })
}

fn way<'a>(
    record: &'a ast::Struct<'a>,
    field: &ast::Field<'_>,
    attrs: &RelationAttr,
    through: &Ident,
) -> Option<Link<'a>> {
    Some(Link::Through {
        relation: constant(through),
        ty: record.field(through)?.ty,
        source: constant(attrs.source.as_ref().unwrap_or(field.ident)),
    })
}

fn join<'a>(
    record: &ast::Struct<'_>,
    field: &ast::Field<'_>,
    attrs: &'a RelationAttr,
) -> Option<Link<'a>> {
    if let Some(entity) = &attrs.entity {
        return Some(Link::Entity {
            entity,
            key: constants(&attrs.key),
            target_key: constants(&attrs.target_key),
        });
    }
    if let Some(table) = &attrs.table {
        let columns = join_columns(record, field, attrs);
        return Some(Link::Table { table, columns });
    }
    attrs
        .inverse
        .as_ref()
        .map(|inverse| Link::Inverse(constant(inverse)))
}

/// The columns of a join table: as the user calls them, or after the two structs.
pub(crate) fn join_columns(
    record: &ast::Struct<'_>,
    field: &ast::Field<'_>,
    attrs: &RelationAttr,
) -> JoinColumns {
    let given = |list: &[Ident]| list.first().map(|name| name.unraw().to_string());
    let after = |ident: &Ident| format!("{}_id", name::table(ident));
    JoinColumns {
        key: given(&attrs.key).unwrap_or_else(|| after(record.entity_name())),
        target_key: given(&attrs.target_key).or_else(|| {
            let target = argument(field.ty).and_then(last_segment)?;
            Some(after(if target == "Self" {
                record.entity_name()
            } else {
                target
            }))
        }),
    }
}

/// The foreign keys of a struct, in the order of its fields.
pub(super) fn foreign_keys<'a>(
    record: &'a ast::Struct<'a>,
    body: &Body<'a>,
) -> Vec<ForeignKey<'a>> {
    let keys = targets(record).into_iter().map(|(field, target, is_only)| {
        let own = field.attrs.references.as_ref().map(|reference| ForeignKey {
            target,
            columns: positions(body, std::slice::from_ref(field.ident)),
            references: reference.column.iter().map(constant).collect(),
            action: &reference.action,
            is_constrained: true,
            is_only,
        });
        own.or_else(|| {
            let relation = field.attrs.relation.as_ref()?;
            Some(ForeignKey {
                target,
                columns: positions(body, &relation.key_of(field.ident)),
                references: constants(&relation.references),
                action: &relation.action,
                is_constrained: !relation.has(UNCONSTRAINED),
                is_only,
            })
        })
    });
    keys.flatten().collect()
}

/// The fields that make a foreign key, what each refers to, and whether it is the only one that
/// refers there.
pub(crate) fn targets<'s, 'a>(
    record: &'s ast::Struct<'a>,
) -> Vec<(&'s ast::Field<'a>, Target<'s>, bool)> {
    let targets = record.fields.iter().filter_map(|field| {
        let target = target(record, field)?;
        Some((field, target, target.name(record.ident)))
    });
    let targets: Vec<_> = targets.collect();
    let is_only = |name: &Option<String>| {
        // What cannot be seen may be any of the others.
        let same = targets.iter().filter(|(_, _, other)| other == name);
        same.count() == 1 && (name.is_some() || targets.len() == 1)
    };
    targets
        .iter()
        .map(|(field, target, name)| (*field, *target, is_only(name)))
        .collect()
}

fn target<'s>(record: &ast::Struct<'_>, field: &'s ast::Field<'_>) -> Option<Target<'s>> {
    if field.is_column() {
        let reference = field.attrs.references.as_ref()?;
        return Some(Target::Named(&reference.target));
    }
    let relation = field.attrs.relation.as_ref()?;
    let makes_key = field.is_relation()
        && relation.kind == RelationKind::BelongsTo
        && record.key_with_reference(field, relation).is_none();
    makes_key.then_some(Target::Of(field.ty))
}

impl<'a> Target<'a> {
    /// The type as the user wrote it, if the derive sees it.
    ///
    /// Where impls are compared for overlaps, the compiler does not look through the library's types: it
    /// takes the targets of `BelongsTo<Artist>` and `BelongsTo<Label>` for what could be the same.
    pub(crate) fn written(self) -> Option<&'a Type> {
        match self {
            Self::Named(ty) => Some(ty),
            Self::Of(field) => argument(field),
        }
    }

    /// The name by which two targets are told apart.
    fn name(self, this: &Ident) -> Option<String> {
        let ident = last_segment(self.written()?)?;
        let ident = if ident == "Self" { this } else { ident };
        Some(ident.unraw().to_string())
    }
}

/// The target in the type of a relation field, `Artist` in `BelongsTo<Option<Artist>>`: the only
/// argument, as it is written.
fn argument(ty: &Type) -> Option<&Type> {
    let argument = only_argument(ty)?;
    let is_option = last_segment(argument).is_some_and(|ident| ident == "Option");
    Some(
        only_argument(argument)
            .filter(|_| is_option)
            .unwrap_or(argument),
    )
}

fn only_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(ty)), None) => Some(ty),
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The type inside any invisible groups that `macro_rules!` put around it.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        ty => ty,
    }
}

/// The associated constant of a field, where the user named the field.
fn constant(field: &Ident) -> Ident {
    Ident::new(&name::constant(field), field.span())
}

fn constants(fields: &[Ident]) -> Vec<Ident> {
    fields.iter().map(constant).collect()
}

fn positions(body: &Body<'_>, fields: &[Ident]) -> Vec<Position> {
    let columns = key_columns(body, fields).into_iter();
    columns.map(|column| column.position).collect()
}

fn key_columns<'a>(body: &Body<'a>, fields: &[Ident]) -> Vec<KeyColumn<'a>> {
    let columns = fields.iter().filter_map(|name| {
        let mut columns = body.columns();
        let (field, column) = columns.find(|(field, _)| field.ident.unraw() == name.unraw())?;
        Some(KeyColumn {
            position: column.position.clone(),
            ty: field.ty,
        })
    });
    columns.collect()
}
