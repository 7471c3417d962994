//! References in serde's formats: their keys.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};

use super::{Ref, To};
use crate::mapping::Mapping;
use crate::value::Mismatch;

impl<M: Mapping<Key = K>, K: Serialize> Serialize for Ref<M, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.to {
            To::Key(key) => key.serialize(serializer),
            To::Object(object) => Err(S::Error::custom(Mismatch::pending(*object))),
        }
    }
}

impl<'de, M: Mapping<Key = K>, K: Deserialize<'de>> Deserialize<'de> for Ref<M, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        K::deserialize(deserializer).map(|key| Self::new(To::Key(key)))
    }
}
