//! Fields that hold one entity at most.

use std::fmt;

use super::constant::Relation;
use super::field::{BelongsToField, HasOneField, RelationField, ToOneField};
use super::flat_drop::Nested;
use super::held::Shared;
use super::path::{Always, Perhaps, Presence};
use super::state::{State, is_loaded};
use crate::error::{Error, Result};
use crate::mapping::{Mapping, RelationDef};
use crate::value::Row;

/// What a field holds that was loaded: rows that refer to the same row share its entity.
pub enum One<E: 'static> {
    /// There is none, and none is referred to.
    Absent,
    /// There is none in this table, where a key says that there is.
    Missing(&'static str),
    /// There is one.
    Present(Shared<E>),
}

impl<E> One<E> {
    pub(super) fn present(&self) -> Option<&E> {
        match self {
            Self::Present(entity) => Some(entity),
            Self::Absent | Self::Missing(_) => None,
        }
    }
}

impl<E: 'static> Nested for One<E> {
    fn is_shallow(&self) -> bool {
        match self {
            Self::Present(entity) => entity.is_shallow(),
            Self::Absent | Self::Missing(_) => true,
        }
    }
}

impl<E> Clone for One<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Missing(table) => Self::Missing(table),
            Self::Present(entity) => Self::Present(entity.clone()),
        }
    }
}

impl<E: PartialEq> PartialEq for One<E> {
    fn eq(&self, other: &Self) -> bool {
        self.present() == other.present()
    }
}

/// What a to-one field is of: a mapping, where there is always a row, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not mapped to a table",
    label = "expected a mapped type, or `Option` of one",
    note = "add `#[derive(orm::ActiveRecord)]` to the struct"
)]
pub trait ToOne: 'static {
    /// The mapping.
    type Mapping: Mapping;

    /// What a field gives: `&Artist`, or `Option<&Artist>`.
    type Ref<'a>;

    /// Whether there is always a row.
    type Presence: Presence;

    /// Whether there may be no row.
    const OPTIONAL: bool;

    /// What a field gives, if it can: nothing if there has to be a row and is none.
    #[doc(hidden)]
    fn give(found: Option<&<Self::Mapping as Mapping>::Entity>) -> Option<Self::Ref<'_>>;
}

impl<M: Mapping> ToOne for M {
    type Mapping = M;
    type Ref<'a> = &'a M::Entity;
    type Presence = Always;

    const OPTIONAL: bool = false;

    fn give(found: Option<&M::Entity>) -> Option<&M::Entity> {
        found
    }
}

impl<M: Mapping> ToOne for Option<M> {
    type Mapping = M;
    type Ref<'a> = Option<&'a M::Entity>;
    type Presence = Perhaps;

    const OPTIONAL: bool = true;

    fn give(found: Option<&M::Entity>) -> Option<Option<&M::Entity>> {
        Some(found)
    }
}

/// The entity of a to-one field.
pub(super) type EntityOf<T> = <<T as ToOne>::Mapping as Mapping>::Entity;

macro_rules! to_one {
    ($(#[$doc:meta])* $Name:ident is $Marker:ident, with presence $presence:ty) => {
        $(#[$doc])*
        pub struct $Name<T: ToOne>(State<One<EntityOf<T>>>);

        impl<T: ToOne> $Name<T> {
            /// A loaded field.
            #[must_use]
            pub fn new(entity: EntityOf<T>) -> Self {
                Self(State::with(One::Present(Shared::new(entity))))
            }

            /// A loaded field without an entity.
            pub(super) fn absent() -> Self {
                Self(State::with(One::Absent))
            }

            /// The entity, if it is loaded.
            ///
            /// # Errors
            /// [`Error::NotLoaded`](crate::error::Error::NotLoaded);
            /// [`Error::NotFound`](crate::error::Error::NotFound) if there has to be a row and is none.
            pub fn get(&self) -> Result<T::Ref<'_>> {
                let one = self.0.loaded()?;
                let is_wrong = Self::MISSING_IS_WRONG && matches!(one, One::Missing(_));
                let found = (!is_wrong).then(|| T::give(one.present())).flatten();
                found.ok_or(Error::NotFound {
                    table: T::Mapping::TABLE.name,
                })
            }

            /// The entity, to be changed in memory; `None` if it is not loaded, not there, or shared with
            /// other fields that refer to the same row.
            pub fn get_mut(&mut self) -> Option<&mut EntityOf<T>> {
                match self.0.get_mut()? {
                    One::Present(entity) => entity.get_mut(),
                    One::Absent | One::Missing(_) => None,
                }
            }

            is_loaded!();
        }

        impl<M: Mapping> $Name<Option<M>> {
            /// A loaded field without an entity.
            #[must_use]
            pub fn none() -> Self {
                Self::absent()
            }
        }

        impl<T: ToOne> Default for $Name<T> {
            fn default() -> Self {
                Self(State::new())
            }
        }

        /// The copy has a share in the same entity.
        impl<T: ToOne> Clone for $Name<T> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl<T: ToOne> fmt::Debug for $Name<T>
        where
            EntityOf<T>: fmt::Debug,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0.get() {
                    Some(one) => one.present().fmt(f),
                    None => f.write_str("unloaded"),
                }
            }
        }

        /// What was not loaded is equal to what was not loaded.
        impl<T: ToOne> PartialEq for $Name<T>
        where
            EntityOf<T>: PartialEq,
        {
            fn eq(&self, other: &Self) -> bool {
                self.0.get() == other.0.get()
            }
        }

        impl<T: ToOne> Eq for $Name<T> where EntityOf<T>: Eq {}

        #[diagnostic::do_not_recommend]
        impl<T: ToOne> RelationField for $Name<T> {
            type Target = T::Mapping;
            type Loaded<'a> = T::Ref<'a>;
            type Constant<M: Mapping> = Relation<M, Self>;
            type Value = One<EntityOf<T>>;

            const SHARED: bool = true;

            #[inline]
            fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self {
                Self(State::unloaded(relation, row))
            }

            fn get(&self) -> Result<T::Ref<'_>> {
                self.get()
            }

            fn state(&self) -> &State<One<EntityOf<T>>> {
                &self.0
            }

            fn state_mut(&mut self) -> &mut State<One<EntityOf<T>>> {
                &mut self.0
            }

            fn gather(
                groups: Vec<Vec<EntityOf<T>>>,
                slots: impl IntoIterator<Item = Option<usize>>,
            ) -> Result<impl Iterator<Item = One<EntityOf<T>>>> {
                gather_one::<T::Mapping>(groups, slots)
            }

            fn share(value: &One<EntityOf<T>>) -> Option<One<EntityOf<T>>> {
                Some(value.clone())
            }

            fn entity(value: &One<EntityOf<T>>) -> Option<&EntityOf<T>> {
                value.present()
            }

            fn entities_mut(
                value: &mut One<EntityOf<T>>,
            ) -> impl Iterator<Item = &mut EntityOf<T>> {
                match value {
                    One::Present(entity) => entity.get_mut(),
                    One::Absent | One::Missing(_) => None,
                }
                .into_iter()
            }
        }

        impl<T: ToOne> ToOneField for $Name<T> {
            type Presence = $presence;
        }
    };
}

to_one! {
    /// The entity that the one with this field refers to: `BelongsTo<Artist>`, or
    /// `BelongsTo<Option<Artist>>` where the key may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let albums = Album::query().with(Album::ARTIST).order_by(Album::ID).all(&db)?; // two statements
    /// assert_eq!(albums[0].artist.get()?.name, "Nina Simone");
    /// # Ok(())
    /// # }
    /// ```
    BelongsTo is BelongsToField, with presence T::Presence
}

to_one! {
    /// The one entity that refers to the one with this field: `HasOne<Profile>`, or `HasOne<Option<Profile>>`
    /// where there may be none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let artists = Artist::query().with(Artist::PROFILE).order_by(Artist::ID).all(&db)?;
    /// let profiles: Vec<_> = artists.iter().map(|artist| artist.profile.get()).collect::<Result<_, _>>()?;
    /// assert_eq!(profiles[0].map(|profile| profile.text.as_str()), Some("The high priestess of soul"));
    /// assert!(profiles[1].is_none());
    /// # Ok(())
    /// # }
    /// ```
    HasOne is HasOneField, with presence Perhaps
}

impl<T: ToOne> BelongsTo<T> {
    /// A key that points nowhere is an error, whether or not it could have been NULL.
    const MISSING_IS_WRONG: bool = true;
}

impl<T: ToOne> HasOne<T> {
    const MISSING_IS_WRONG: bool = !T::OPTIONAL;
}

#[diagnostic::do_not_recommend]
impl<T: ToOne> BelongsToField for BelongsTo<T> {
    const OPTIONAL: bool = T::OPTIONAL;
}

#[diagnostic::do_not_recommend]
impl<T: ToOne> HasOneField for HasOne<T> {}

/// The one entity of each group, for all rows that have the group.
fn gather_one<M: Mapping>(
    groups: Vec<Vec<M::Entity>>,
    slots: impl IntoIterator<Item = Option<usize>>,
) -> Result<impl Iterator<Item = One<M::Entity>>> {
    let mut ones = Vec::with_capacity(groups.len());
    for group in groups {
        let mut entities = group.into_iter();
        let one = entities.next();
        if entities.next().is_some() {
            return Err(Error::MultipleFound {
                table: M::TABLE.name,
            });
        }
        ones.push(one.map_or(One::Missing(M::TABLE.name), |entity| {
            One::Present(Shared::new(entity))
        }));
    }
    Ok(slots.into_iter().map(move |slot| match slot {
        Some(slot) => ones[slot].clone(),
        None => One::Absent,
    }))
}
