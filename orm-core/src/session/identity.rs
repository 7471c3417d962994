//! Identity Map: which object of a session a row is.

use std::collections::HashMap;

use crate::error::Result;
use crate::mapping::Mapping;
use crate::relation::{Key, Mixing, key_of, key_of_one, key_params, key_values};
use crate::value::{Param, SqlType, Value, ValueRef};

/// The places of objects by the primary keys of their rows.
#[derive(Default)]
pub(super) struct IdentityMap {
    numbers: HashMap<i64, u32, Mixing>,
    uuids: HashMap<[u8; 16], u32, Mixing>,
    others: HashMap<Vec<u8>, u32, Mixing>,
}

impl IdentityMap {
    pub(super) fn get(&self, key: &Key) -> Option<u32> {
        match key {
            Key::Int(number) => self.numbers.get(number).copied(),
            Key::Uuid(uuid) => self.uuids.get(uuid).copied(),
            Key::Bytes(bytes) => self.others.get(bytes).copied(),
        }
    }

    /// The place of the object of a row, which is a new one if there was none.
    pub(super) fn get_or_insert(&mut self, key: Key, new: u32) -> &mut u32 {
        match key {
            Key::Int(number) => self.numbers.entry(number).or_insert(new),
            Key::Uuid(uuid) => self.uuids.entry(uuid).or_insert(new),
            Key::Bytes(bytes) => self.others.entry(bytes).or_insert(new),
        }
    }

    /// Makes room for so many rows.
    pub(super) fn reserve<M: Mapping>(&mut self, count: usize) {
        let ty = match M::TABLE.key {
            &[at] => Some(M::TABLE.columns[at].ty),
            _ => None,
        };
        match ty {
            Some(SqlType::SmallInt | SqlType::Int | SqlType::BigInt) => self.numbers.reserve(count),
            Some(SqlType::Uuid) => self.uuids.reserve(count),
            _ => self.others.reserve(count),
        }
    }

    pub(super) fn insert(&mut self, key: Key, at: u32) {
        match key {
            Key::Int(number) => self.numbers.insert(number, at),
            Key::Uuid(uuid) => self.uuids.insert(uuid, at),
            Key::Bytes(bytes) => self.others.insert(bytes, at),
        };
    }

    /// Forgets a row, if it is this object.
    pub(super) fn forget(&mut self, key: &Key, at: u32) {
        if self.get(key) != Some(at) {
            return;
        }
        match key {
            Key::Int(number) => self.numbers.remove(number),
            Key::Uuid(uuid) => self.uuids.remove(uuid),
            Key::Bytes(bytes) => self.others.remove(bytes),
        };
    }
}

/// The row of an entity.
pub(super) fn of_entity<M: Mapping>(entity: &M::Entity) -> Result<Key> {
    if let &[at] = M::TABLE.key {
        match M::value(entity, at) {
            // Most keys are integers.
            Param::Borrowed(ValueRef::Int(number)) => return Ok(Key::Int(number)),
            Param::Borrowed(value) => return key_of_one(M::TABLE, at, value),
            Param::Owned(_) | Param::Invalid(_) => {}
        }
    }
    of_values::<M>(&key_values::<M>(entity)?)
}

/// The row with a key.
pub(super) fn of_key<M: Mapping>(key: &M::Key) -> Result<Key> {
    of_values::<M>(&key_params::<M>(key)?)
}

/// The row with the values of a key.
pub(super) fn of_values<M: Mapping>(key: &[Value]) -> Result<Key> {
    key_of(M::TABLE, M::TABLE.key, key)
}
