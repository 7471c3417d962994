//! Optimistic (Offline) Lock: the column by which a row shows that it was written since it was read.

use std::time::SystemTime;

use super::{Mapping, Table};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::value::{Row, SqlType, Timestamp, Value};

impl Table {
    /// The positions of the columns by which a row is found that is to be as it was read: its key and its version.
    pub(crate) fn identity(&self) -> impl Iterator<Item = usize> + Clone {
        self.key.iter().copied().chain(self.version)
    }

    /// Whether the version is a number.
    pub(crate) fn counts_versions(&self) -> bool {
        let version = self.version.map(|at| self.columns[at].ty);
        matches!(
            version,
            Some(SqlType::SmallInt | SqlType::Int | SqlType::BigInt)
        )
    }

    /// The present time, as a column holds it.
    pub(crate) fn now(&self, at: usize) -> Result<Value> {
        let column = &self.columns[at];
        let now = Value::of(&SystemTime::now())?;
        in_type(column.ty, now).ok_or_else(|| Error::InvalidMapping {
            table: self.name,
            reason: format!("{} cannot be touched: it holds no time", column.name),
        })
    }
}

/// The version of an entity, if its table has one.
pub(crate) fn version_of<M: Mapping>(entity: &M::Entity) -> Result<Option<Value>> {
    let Some(at) = M::TABLE.version else {
        return Ok(None);
    };
    let name = M::TABLE.columns[at].name;
    let version = M::value(entity, at).into_value();
    let version = version.map_err(|mismatch| Error::encode(M::TABLE.name, name, mismatch))?;
    Ok(Some(version))
}

/// Puts a version into an entity.
pub(crate) fn set_version<M: Mapping>(entity: &mut M::Entity, version: &Value) -> Result<()> {
    let Some(at) = M::TABLE.version else {
        return Ok(());
    };
    let row = std::slice::from_ref(version);
    let set = M::assign(entity, at, &Row::new(&row), 0);
    set.map_err(|error| M::TABLE.named(error, 0))
}

/// The key and the version of an entity, which it is to have again if it cannot be written.
pub(crate) struct Identity<K> {
    key: K,
    version: Option<Value>,
}

impl<K: Key> Identity<K> {
    pub(crate) fn of<M: Mapping<Key = K>>(entity: &M::Entity) -> Result<Self> {
        Ok(Self {
            key: M::key(entity),
            version: version_of::<M>(entity)?,
        })
    }

    pub(crate) fn put_back<M: Mapping<Key = K>>(self, entity: &mut M::Entity) -> Result<()> {
        M::set_key(entity, self.key);
        let version = self.version;
        version.map_or(Ok(()), |version| set_version::<M>(entity, &version))
    }
}

/// Gives an entity its next version, and returns the one that it had; nothing if its table has none.
pub(crate) fn advance<M: Mapping>(entity: &mut M::Entity) -> Result<Option<Value>> {
    let Some(before) = version_of::<M>(entity)? else {
        return Ok(None);
    };
    match &before {
        Value::Int(number) => {
            // After the last number of its type it begins again.
            let next = set_version::<M>(entity, &Value::Int(number.wrapping_add(1)));
            next.or_else(|_| set_version::<M>(entity, &Value::Int(0)))?;
        }
        Value::Timestamp(time) => set_version::<M>(entity, &later(*time, SqlType::Timestamp))?,
        Value::DateTime(time) => {
            let time = Timestamp::from_utc(*time);
            set_version::<M>(entity, &later(time, SqlType::DateTime))?;
        }
        _ => {}
    }
    Ok(Some(before))
}

/// The present time, or, where the clock does not say a later one, a microsecond after another.
fn later(time: Timestamp, ty: SqlType) -> Value {
    let now = Timestamp::from_system_time(SystemTime::now());
    let now = now.and_then(|now| Timestamp::from_unix(now.unix_seconds(), micro(now.nano())));
    let next = match time.nano() + 1000 {
        nanos @ 0..1_000_000_000 => Timestamp::from_unix(time.unix_seconds(), micro(nanos)),
        _ => Timestamp::from_unix(time.unix_seconds() + 1, 0),
    };
    let latest = now.into_iter().chain(next).max().unwrap_or(time);
    in_type(ty, Value::Timestamp(latest)).unwrap_or(Value::Null)
}

/// What every database keeps of a fraction of a second.
fn micro(nanos: u32) -> u32 {
    nanos / 1000 * 1000
}

fn in_type(ty: SqlType, time: Value) -> Option<Value> {
    match (ty, time) {
        (SqlType::Timestamp, time) => Some(time),
        (SqlType::DateTime, Value::Timestamp(time)) => Some(Value::DateTime(time.to_utc())),
        _ => None,
    }
}
