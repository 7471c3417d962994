//! Fields that hold any number of entities.

use std::fmt;

use super::constant::Relation;
use super::field::{HasManyField, ManyToManyField, RelationField, ToManyField};
use super::held::Many;
use super::state::{State, is_loaded};
use crate::error::Result;
use crate::mapping::{Mapping, RelationDef};
use crate::value::Row;

macro_rules! to_many {
    ($(#[$doc:meta])* $Name:ident is $Marker:ident) => {
        $(#[$doc])*
        pub struct $Name<M: Mapping>(State<Many<M::Entity>>);

        impl<M: Mapping> $Name<M> {
            /// A loaded field: the entities that belong to a new one, for
            /// [`save_graph`](crate::record::ActiveRecord::save_graph).
            #[must_use]
            pub fn new(entities: Vec<M::Entity>) -> Self {
                Self(State::with(Many::new(entities)))
            }

            /// The entities, if they are loaded.
            ///
            /// # Errors
            /// [`Error::NotLoaded`](crate::error::Error::NotLoaded).
            pub fn get(&self) -> Result<&[M::Entity]> {
                self.0.loaded().map(|many| many.as_slice())
            }

            /// The entities, to be changed in memory.
            ///
            /// # Errors
            /// [`Error::NotLoaded`](crate::error::Error::NotLoaded).
            pub fn get_mut(&mut self) -> Result<&mut Vec<M::Entity>> {
                self.0.loaded_mut().map(|many| &mut **many)
            }

            /// The entities, taken out of the field.
            ///
            /// # Errors
            /// [`Error::NotLoaded`](crate::error::Error::NotLoaded).
            pub fn into_inner(mut self) -> Result<Vec<M::Entity>> {
                self.0.loaded()?;
                Ok(self.0.take().map(Many::into_vec).unwrap_or_default())
            }

            is_loaded!();
        }

        impl<M: Mapping> Default for $Name<M> {
            fn default() -> Self {
                Self(State::new())
            }
        }

        impl<M: Mapping> From<Vec<M::Entity>> for $Name<M> {
            fn from(entities: Vec<M::Entity>) -> Self {
                Self::new(entities)
            }
        }

        impl<M: Mapping<Entity: Clone>> Clone for $Name<M> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl<M: Mapping<Entity: fmt::Debug>> fmt::Debug for $Name<M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0.get() {
                    Some(many) => many.fmt(f),
                    None => f.write_str("unloaded"),
                }
            }
        }

        /// What was not loaded is equal to what was not loaded.
        impl<M: Mapping<Entity: PartialEq>> PartialEq for $Name<M> {
            fn eq(&self, other: &Self) -> bool {
                self.0.get().map(|many| many.as_slice()) == other.0.get().map(|many| many.as_slice())
            }
        }

        impl<M: Mapping<Entity: Eq>> Eq for $Name<M> {}

        #[diagnostic::do_not_recommend]
        impl<M: Mapping> RelationField for $Name<M> {
            type Target = M;
            type Loaded<'a> = &'a [M::Entity];
            type Constant<N: Mapping> = Relation<N, Self>;
            type Value = Many<M::Entity>;

            const SHARED: bool = false;

            #[inline]
            fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self {
                Self(State::unloaded(relation, row))
            }

            fn get(&self) -> Result<&[M::Entity]> {
                self.get()
            }

            fn state(&self) -> &State<Many<M::Entity>> {
                &self.0
            }

            fn state_mut(&mut self) -> &mut State<Many<M::Entity>> {
                &mut self.0
            }

            fn gather(
                mut groups: Vec<Vec<M::Entity>>,
                slots: impl IntoIterator<Item = Option<usize>>,
            ) -> Result<impl Iterator<Item = Many<M::Entity>>> {
                Ok(slots.into_iter().map(move |slot| match slot {
                    Some(slot) => Many::new(std::mem::take(&mut groups[slot])),
                    None => Many::new(Vec::new()),
                }))
            }

            fn share(_: &Many<M::Entity>) -> Option<Many<M::Entity>> {
                None
            }

            fn entity(value: &Many<M::Entity>) -> Option<&M::Entity> {
                value.first().filter(|_| value.len() == 1)
            }

            fn entities_mut(value: &mut Many<M::Entity>) -> impl Iterator<Item = &mut M::Entity> {
                value.iter_mut()
            }
        }

        impl<M: Mapping> ToManyField for $Name<M> {}
        #[diagnostic::do_not_recommend]
        impl<M: Mapping> $Marker for $Name<M> {}
    };
}

to_many! {
    /// All entities that refer to the one with this field.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let nina = Artist::query().with(Artist::ALBUMS).filter(Artist::NAME.eq("Nina Simone")).one(&db)?;
    /// assert_eq!(nina.albums.get()?[0].title, "Pastel Blues");
    ///
    /// let unloaded = Artist::get(&db, nina.id)?;
    /// assert!(matches!(unloaded.albums.get(), Err(orm::Error::NotLoaded { .. })));
    /// # Ok(())
    /// # }
    /// ```
    HasMany is HasManyField
}

to_many! {
    /// All entities that a third table connects with the one with this field.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let tracks = Track::query().with(Track::TAGS).order_by(Track::ID).all(&db)?; // two statements
    /// let tags: Vec<_> = tracks[0].tags.get()?.iter().map(|tag| tag.name.as_str()).collect();
    /// assert_eq!(tags, ["jazz", "soul"]);
    /// # Ok(())
    /// # }
    /// ```
    ManyToMany is ManyToManyField
}
