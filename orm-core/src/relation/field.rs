//! What the four types of relation fields have in common.

use super::flat_drop::Nested;
use super::held::Many;
use super::path::Presence;
use super::state::State;
use crate::error::Result;
use crate::mapping::{Mapping, RelationDef};
use crate::value::Row;

/// A field that holds related entities: [`BelongsTo`](super::BelongsTo), [`HasOne`](super::HasOne),
/// [`HasMany`](super::HasMany) or [`ManyToMany`](super::ManyToMany).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation field",
    label = "expected `BelongsTo<…>`, `HasOne<…>`, `HasMany<…>` or `ManyToMany<…>`",
    note = "write the mapped type of the related rows into one of them, such as `BelongsTo<Artist>`, `BelongsTo<Option<Artist>>` or `HasMany<Album>`",
    note = "children that belong to one row alone are a plain `Vec`, `Option` or map with `#[orm(owned)]`, in a struct with `#[derive(orm::Mapper)]`"
)]
pub trait RelationField: Sized + 'static {
    /// The mapping of the related entities.
    type Target: Mapping;

    /// What [`get`](Self::get) gives: a slice, a reference, or an `Option` of one.
    type Loaded<'a>;

    /// The constants by which a mapping names its relations of this type: [`Relation`]. The derive names them
    /// by this, so that a field that is no relation is one error.
    #[doc(hidden)]
    type Constant<M: Mapping>;

    /// What is kept.
    #[doc(hidden)]
    type Value: Nested;

    /// Whether rows that refer to the same row share the entity.
    #[doc(hidden)]
    const SHARED: bool;

    /// The field of an entity that was just read.
    #[doc(hidden)]
    fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self;

    /// What was loaded.
    ///
    /// # Errors
    /// [`Error::NotLoaded`](crate::error::Error::NotLoaded); [`Error::NotFound`](crate::error::Error::NotFound) for
    /// a row that has to be there and is not.
    fn get(&self) -> Result<Self::Loaded<'_>>;

    #[doc(hidden)]
    fn state(&self) -> &State<Self::Value>;

    #[doc(hidden)]
    fn state_mut(&mut self) -> &mut State<Self::Value>;

    /// Makes the values of rows of which each has its entities in one of the groups, or, where its key is
    /// NULL, in none.
    #[doc(hidden)]
    fn gather(
        groups: Vec<Vec<<Self::Target as Mapping>::Entity>>,
        slots: impl IntoIterator<Item = Option<usize>>,
    ) -> Result<impl Iterator<Item = Self::Value>>;

    /// A value for a further row that refers to the same one.
    #[doc(hidden)]
    fn share(value: &Self::Value) -> Option<Self::Value>;

    /// The only entity in a value, whoever has a share in it.
    #[doc(hidden)]
    fn entity(value: &Self::Value) -> Option<&<Self::Target as Mapping>::Entity>;

    /// The entities in a value that nobody else has a share in.
    #[doc(hidden)]
    fn entities_mut(
        value: &mut Self::Value,
    ) -> impl Iterator<Item = &mut <Self::Target as Mapping>::Entity>;
}

/// What [`RelationField::get`] gives for a field.
pub type Loaded<'a, F> = <F as RelationField>::Loaded<'a>;

/// The mapping of the entities that a field holds.
pub type TargetOf<F> = <F as RelationField>::Target;

/// A field that holds one entity at most.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds many entities, and one is expected",
    label = "expected `BelongsTo<…>` or `HasOne<…>`",
    note = "for relations to many, write `.any(…)`, `.count()` and the like"
)]
pub trait ToOneField: RelationField {
    /// Whether there is always one.
    type Presence: Presence;
}

/// A field that holds any number of entities.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds one entity at most, and many are expected",
    label = "expected `HasMany<…>` or `ManyToMany<…>`"
)]
pub trait ToManyField:
    RelationField<Value = Many<<<Self as RelationField>::Target as Mapping>::Entity>>
{
}

/// The type of a field with `#[orm(belongs_to)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field for `belongs_to`",
    label = "expected `BelongsTo<…>`"
)]
pub trait BelongsToField: ToOneField {
    /// Whether the key may be NULL.
    const OPTIONAL: bool;
}

/// The type of a field with `#[orm(has_one)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field for `has_one`",
    label = "expected `HasOne<…>`"
)]
pub trait HasOneField: ToOneField {}

/// The type of a field with `#[orm(has_many)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field for `has_many`",
    label = "expected `HasMany<…>`"
)]
pub trait HasManyField: ToManyField {}

/// The type of a field with `#[orm(many_to_many)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field for `many_to_many`",
    label = "expected `ManyToMany<…>`"
)]
pub trait ManyToManyField: ToManyField {}
