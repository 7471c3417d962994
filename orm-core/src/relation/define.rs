//! What the derive writes relations with: constant functions that check the types and keep the facts.

use super::constant::Relation;
use super::field::{
    BelongsToField, HasManyField, HasOneField, ManyToManyField, RelationField, TargetOf,
};
use super::owned::{Children, MapField, Owned};
use super::polymorphic::{
    AnyRelation, BelongsToAny, BelongsToAnyField, TargetIn, Targets, TargetsOf,
};
use crate::mapping::{
    Column, ColumnDef, Dependent, ForeignKey, Mapping, ReferentialAction, Refers, RefersTo,
    RelationDef, RelationKind, Step, Table, Tag, table_of,
};
use crate::value::ColumnType;

/// [`Relation::new`], as the derive writes it.
#[must_use]
pub const fn new_relation<M: Mapping, F: RelationField>(
    at: usize,
    get: fn(&M::Entity) -> &F,
    get_mut: fn(&mut M::Entity) -> &mut F,
) -> Relation<M, F> {
    Relation::new(at, get, get_mut)
}

/// [`AnyRelation::new`], as the derive writes it.
#[must_use]
pub const fn new_any_relation<M: Mapping, P: Targets>(
    at: usize,
    get: fn(&M::Entity) -> &BelongsToAny<P>,
    get_mut: fn(&mut M::Entity) -> &mut BelongsToAny<P>,
) -> AnyRelation<M, P> {
    AnyRelation::new(at, get, get_mut)
}

const fn relation<T: Mapping>(
    name: &'static str,
    path: &'static str,
    kind: RelationKind,
    find_steps: fn(&RelationDef) -> Vec<Step>,
) -> RelationDef {
    RelationDef {
        name,
        path,
        kind,
        target: table_of::<T>,
        dependent: None,
        touch: None,
        counter_cache: None,
        link: None,
        columns: &[],
        references: &[],
        tag: None,
        through: None,
        find_steps,
    }
}

/// The columns, or those of the primary key if none are said.
fn or_key(columns: &'static [usize], table: &'static Table) -> &'static [usize] {
    if columns.is_empty() {
        table.key
    } else {
        columns
    }
}

/// A reference to the primary key of the target, by columns of the types `K`.
///
/// # Panics
/// While compiling, if the key may be NULL and the field says that there is always an entity.
#[must_use]
pub const fn belongs_to<M: Mapping, F: BelongsToField, K: Refers<<F::Target as Mapping>::Key>>(
    name: &'static str,
    path: &'static str,
    columns: &'static [usize],
) -> RelationDef {
    assert!(
        !K::NULLABLE || F::OPTIONAL,
        "the key may be NULL, so there may be no entity: write `BelongsTo<Option<…>>`"
    );
    RelationDef {
        columns,
        ..relation::<F::Target>(name, path, RelationKind::BelongsTo, referring::<F::Target>)
    }
}

/// A reference to other columns of the target.
#[must_use]
pub const fn belongs_to_columns<M: Mapping, F: BelongsToField>(
    name: &'static str,
    path: &'static str,
    columns: &'static [usize],
    references: &'static [usize],
) -> RelationDef {
    RelationDef {
        columns,
        references,
        ..relation::<F::Target>(name, path, RelationKind::BelongsTo, referring::<F::Target>)
    }
}

/// A reference to a row of one of several tables: the column that says of which, and those of the key.
#[must_use]
pub const fn belongs_to_any<
    M: Mapping,
    F: BelongsToAnyField,
    K: Refers<<TargetsOf<F> as Targets>::Key>,
>(
    name: &'static str,
    path: &'static str,
    tag: usize,
    columns: &'static [usize],
) -> RelationDef {
    RelationDef {
        columns,
        tag: Some(tag),
        ..relation::<M>(name, path, RelationKind::BelongsToAny, nowhere)
    }
}

/// Where a reference leads is seen by each row alone.
fn nowhere(_: &RelationDef) -> Vec<Step> {
    Vec::new()
}

fn referring<T: Mapping>(def: &RelationDef) -> Vec<Step> {
    vec![Step::new(
        def.columns,
        T::TABLE,
        or_key(def.references, T::TABLE),
    )]
}

/// The position of a column that a key of type `K` refers to.
#[must_use]
pub const fn referred<K: Refers<T>, M, T>(column: Column<M, T>) -> usize {
    column.position()
}

/// The position of a column that counts.
#[must_use]
pub const fn counter<F: RelationField>(column: Column<F::Target, i64>) -> usize {
    column.position()
}

/// The relations to rows that refer to this one, each by the only key that they have for it.
/// Checks that a column that counts rows is written by nobody else.
///
/// # Panics
/// While compiling, if saving its row would write it.
pub const fn require_counter(table: &Table, column: usize) {
    assert!(
        !table.columns[column].writable,
        "saving its row would overwrite the counter with what it was when the row was read: write `#[orm(readonly, db_default = \"0\")]` above it"
    );
}

macro_rules! has {
    ($($name:ident, $by:ident, $through:ident: $Field:ident is $kind:ident;)*) => {$(
        /// Rows that refer to this one by the only key that they have for it.
        #[must_use]
        pub const fn $name<M: Mapping, F: $Field>(
            name: &'static str,
            path: &'static str,
        ) -> RelationDef
        where
            TargetOf<F>: RefersTo<M>,
        {
            relation::<F::Target>(name, path, RelationKind::$kind, referred_to::<M, F::Target>)
        }

        /// Rows that refer to this one by these columns.
        #[must_use]
        pub const fn $by<M: Mapping, F: $Field>(
            name: &'static str,
            path: &'static str,
            columns: &'static [usize],
        ) -> RelationDef {
            RelationDef {
                columns,
                ..relation::<F::Target>(name, path, RelationKind::$kind, referred_to_by::<M, F::Target>)
            }
        }

        /// The rows that one relation after another leads to.
        #[must_use]
        pub const fn $through<M: Mapping, F, A, B>(
            name: &'static str,
            path: &'static str,
            first: Relation<M, A>,
            second: Relation<A::Target, B>,
        ) -> RelationDef
        where
            F: $Field,
            A: RelationField,
            B: RelationField<Target = F::Target>,
        {
            RelationDef {
                through: Some((first.position(), second.position())),
                ..relation::<F::Target>(name, path, RelationKind::$kind, through::<M, A::Target>)
            }
        }
    )*};
}

has! {
    has_one, has_one_by, has_one_through: HasOneField is HasOne;
    has_many, has_many_by, has_many_through: HasManyField is HasMany;
}

/// [`Owned::new`], as the derive writes it.
#[must_use]
pub const fn new_owned<M: Mapping, C: Children<T>, T: Mapping>(
    at: usize,
    get: fn(&M::Entity) -> &C,
    get_mut: fn(&mut M::Entity) -> &mut C,
) -> Owned<M, C, T> {
    Owned::new(at, get, get_mut)
}

/// The column by which a map of children knows them, which holds values of its type `K`.
#[must_use]
pub const fn map_key<C: MapField, T>(column: Column<T, C::Key>) -> usize {
    column.position()
}

/// The children of a row, each by the only key that they have for it.
///
/// # Panics
/// While compiling, if the field is a map, and nothing says by which column.
#[must_use]
pub const fn owned<M: Mapping, C: Children<T>, T: Mapping + RefersTo<M>>(
    name: &'static str,
    path: &'static str,
    by: Option<usize>,
) -> RelationDef {
    own::<C, T>(
        relation::<T>(name, path, RelationKind::HasOne, referred_to::<M, T>),
        by,
    )
}

/// The children of a row, by these columns.
///
/// # Panics
/// As [`owned`].
#[must_use]
pub const fn owned_by<M: Mapping, C: Children<T>, T: Mapping>(
    name: &'static str,
    path: &'static str,
    by: Option<usize>,
    columns: &'static [usize],
) -> RelationDef {
    RelationDef {
        columns,
        ..own::<C, T>(
            relation::<T>(name, path, RelationKind::HasOne, referred_to_by::<M, T>),
            by,
        )
    }
}

/// A relation to children, which go when their root goes.
const fn own<C: Children<T>, T: Mapping>(relation: RelationDef, by: Option<usize>) -> RelationDef {
    assert!(
        !C::IS_MAP || by.is_some(),
        "a map needs to know its children by a column: write `owned(by = field)`, with a field of the children"
    );
    RelationDef {
        kind: if C::MANY {
            RelationKind::HasMany
        } else {
            RelationKind::HasOne
        },
        dependent: Some(Dependent::Cascade),
        ..relation
    }
}

/// Methods and no functions, so that the enum is known before it is asked for the variant of `M`.
impl<T: Mapping, P: Targets> AnyRelation<T, P> {
    /// The one row that refers to a row of `M` by this relation.
    #[doc(hidden)]
    #[must_use]
    pub const fn has_one<M: TargetIn<P>, F: HasOneField<Target = T>>(
        self,
        name: &'static str,
        path: &'static str,
    ) -> RelationDef {
        RelationDef {
            through: Some((self.position(), 0)),
            ..relation::<T>(name, path, RelationKind::HasOne, referred_to_as::<M, T, P>)
        }
    }

    /// The rows that refer to a row of `M` by this relation.
    #[doc(hidden)]
    #[must_use]
    pub const fn has_many<M: TargetIn<P>, F: HasManyField<Target = T>>(
        self,
        name: &'static str,
        path: &'static str,
    ) -> RelationDef {
        RelationDef {
            through: Some((self.position(), 0)),
            ..relation::<T>(name, path, RelationKind::HasMany, referred_to_as::<M, T, P>)
        }
    }
}

fn referred_to<M: Mapping, T: Mapping + RefersTo<M>>(_: &RelationDef) -> Vec<Step> {
    vec![Step::new(
        or_key(T::REFERENCES, M::TABLE),
        T::TABLE,
        T::COLUMNS,
    )]
}

fn referred_to_by<M: Mapping, T: Mapping>(def: &RelationDef) -> Vec<Step> {
    vec![Step::new(
        or_key(def.references, M::TABLE),
        T::TABLE,
        def.columns,
    )]
}

fn referred_to_as<M: TargetIn<P>, T: Mapping, P: Targets>(def: &RelationDef) -> Vec<Step> {
    let (other, _) = def.through.unwrap_or_default();
    let Some((other, column)) = T::TABLE
        .relations
        .get(other)
        .and_then(|other| Some((other, other.tag?)))
    else {
        return Vec::new();
    };
    vec![Step {
        tag: Some(Tag {
            column,
            value: M::TAG,
        }),
        ..Step::new(M::TABLE.key, T::TABLE, other.columns)
    }]
}

fn through<M: Mapping, A: Mapping>(def: &RelationDef) -> Vec<Step> {
    let (first, second) = def.through.unwrap_or_default();
    let relations = [
        M::TABLE.relations.get(first),
        A::TABLE.relations.get(second),
    ];
    let relations = relations.into_iter().flatten();
    relations.flat_map(RelationDef::steps).collect()
}

/// Rows that the rows of another mapping connect with this one, by the only keys that they have for the
/// two.
#[must_use]
pub const fn many_to_many<M: Mapping, F: ManyToManyField, L>(
    name: &'static str,
    path: &'static str,
) -> RelationDef
where
    L: Mapping + RefersTo<M> + RefersTo<TargetOf<F>>,
{
    relation::<F::Target>(
        name,
        path,
        RelationKind::ManyToMany,
        linked::<M, F::Target, L>,
    )
}

fn linked<M: Mapping, T: Mapping, L: Mapping + RefersTo<M> + RefersTo<T>>(
    _: &RelationDef,
) -> Vec<Step> {
    vec![
        Step::new(
            or_key(<L as RefersTo<M>>::REFERENCES, M::TABLE),
            L::TABLE,
            <L as RefersTo<M>>::COLUMNS,
        ),
        Step::new(
            <L as RefersTo<T>>::COLUMNS,
            T::TABLE,
            or_key(<L as RefersTo<T>>::REFERENCES, T::TABLE),
        ),
    ]
}

/// Rows that the rows of another mapping connect with this one, by these columns of it.
#[must_use]
pub const fn many_to_many_by<M: Mapping, F: ManyToManyField, L: Mapping>(
    name: &'static str,
    path: &'static str,
    columns: &'static [usize],
    target_columns: &'static [usize],
) -> RelationDef {
    RelationDef {
        columns,
        references: target_columns,
        ..relation::<F::Target>(
            name,
            path,
            RelationKind::ManyToMany,
            linked_by::<M, F::Target, L>,
        )
    }
}

fn linked_by<M: Mapping, T: Mapping, L: Mapping>(def: &RelationDef) -> Vec<Step> {
    by_link::<M, T>(L::TABLE, def.columns, def.references)
}

fn by_link<M: Mapping, T: Mapping>(
    link: &'static Table,
    columns: &'static [usize],
    target_columns: &'static [usize],
) -> Vec<Step> {
    vec![
        Step::new(M::TABLE.key, link, columns),
        Step::new(target_columns, T::TABLE, T::TABLE.key),
    ]
}

/// Rows that a table without an entity connects with this one. Its first column refers to this table, and its
/// second to the target.
#[must_use]
pub const fn many_to_many_table<M: Mapping, F: ManyToManyField>(
    name: &'static str,
    path: &'static str,
    link: &'static Table,
) -> RelationDef {
    RelationDef {
        link: Some(link),
        ..relation::<F::Target>(
            name,
            path,
            RelationKind::ManyToMany,
            linked_by_table::<M, F::Target>,
        )
    }
}

fn linked_by_table<M: Mapping, T: Mapping>(def: &RelationDef) -> Vec<Step> {
    let link = def.link.into_iter();
    link.flat_map(|link| by_link::<M, T>(link, &[0], &[1]))
        .collect()
}

/// The other side of a relation of the target.
#[must_use]
pub const fn many_to_many_inverse<M: Mapping, F: ManyToManyField>(
    name: &'static str,
    path: &'static str,
    relation_of_target: usize,
) -> RelationDef {
    RelationDef {
        through: Some((relation_of_target, 0)),
        ..relation::<F::Target>(name, path, RelationKind::ManyToMany, inverse::<F::Target>)
    }
}

/// Nothing if the other one says the same of this one: then neither says which table connects them.
fn inverse<T: Mapping>(def: &RelationDef) -> Vec<Step> {
    let (other, _) = def.through.unwrap_or_default();
    let other = T::TABLE.relations.get(other);
    let Some(other) = other.filter(|other| !other.is_inverse()) else {
        return Vec::new();
    };
    let steps = other.steps();
    let before = steps.iter().map(|step| step.table).rev().skip(1);
    let tables = before.chain([T::TABLE]);
    let reversed = steps.iter().rev().zip(tables);
    reversed
        .map(|(step, table)| Step::new(step.to, table, step.from))
        .collect()
}

/// A column that holds the key of a mapping, in a table that connects two.
#[must_use]
pub const fn key_column<M: Mapping<Key: ColumnType>>(name: &'static str) -> ColumnDef {
    <M::Key as ColumnType>::COLUMN.named(name)
}

/// A foreign key to the primary key of a mapping's table.
#[must_use]
pub const fn key_to<M: Mapping>(columns: &'static [usize]) -> ForeignKey {
    ForeignKey::to(table_of::<M>).by(columns)
}

/// The foreign key of a column that connects: what connects a row goes when the row goes.
#[must_use]
pub const fn link_to<M: Mapping>(columns: &'static [usize]) -> ForeignKey {
    key_to::<M>(columns).on_delete(ReferentialAction::Cascade)
}
