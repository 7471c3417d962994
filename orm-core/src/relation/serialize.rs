//! Relations in serde's formats: what is loaded is nested, and what is not is left out.
//!
//! A type cannot leave its own field out of a struct, so the field says it:
//! `#[serde(default, skip_serializing_if = "HasMany::is_unloaded")]`.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::field::RelationField;
use super::polymorphic::{BelongsToAny, Targets};
use super::to_many::{HasMany, ManyToMany};
use super::to_one::{BelongsTo, EntityOf, HasOne, ToOne};
use crate::mapping::Mapping;

macro_rules! to_many {
    ($($Name:ident),*) => {$(
        impl<M: Mapping<Entity: Serialize>> Serialize for $Name<M> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.state().get().map(|many| &**many).serialize(serializer)
            }
        }

        impl<'de, M: Mapping<Entity: Deserialize<'de>>> Deserialize<'de> for $Name<M> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let entities = Option::deserialize(deserializer)?;
                Ok(entities.map_or_else(Self::default, Self::new))
            }
        }
    )*};
}

to_many!(HasMany, ManyToMany);

macro_rules! to_one {
    ($($Name:ident),*) => {$(
        impl<T: ToOne> Serialize for $Name<T>
        where
            EntityOf<T>: Serialize,
        {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.state().get().and_then(Self::entity).serialize(serializer)
            }
        }

        impl<'de, T: ToOne> Deserialize<'de> for $Name<T>
        where
            EntityOf<T>: Deserialize<'de>,
        {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(match Option::deserialize(deserializer)? {
                    Some(entity) => Self::new(entity),
                    None if T::OPTIONAL => Self::absent(),
                    None => Self::default(),
                })
            }
        }
    )*};
}

to_one!(BelongsTo, HasOne);

impl<P: Targets + Serialize> Serialize for BelongsToAny<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.present().serialize(serializer)
    }
}
