//! Putting the values of a row into columns of an entity.

use super::Mapping;
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::value::{Row, Value};

/// Puts values of a row into columns of an entity, each given with its place in the row.
///
/// Where one of the columns has no field that could be filled, another entity is built from all of the values, with the
/// others among them, and what has no field is taken from that: the embedded values, or else all of it.
pub(crate) fn assign<M: Mapping>(
    entity: &mut M::Entity,
    row: &Row<'_>,
    columns: impl Iterator<Item = (usize, usize)> + Clone,
) -> Result<()> {
    let mut all = columns.clone();
    if all.any(|(column, _)| M::slot(entity, column).is_none()) {
        rebuild::<M>(entity, row, columns.clone())?;
    }
    for (column, at) in columns {
        if M::slot(entity, column).is_none() {
            continue;
        }
        let filled = M::slot(entity, column).fill(row, at);
        filled.map_err(|error| M::TABLE.named(error, at.wrapping_sub(column)))?;
    }
    Ok(())
}

fn rebuild<M: Mapping>(
    entity: &mut M::Entity,
    row: &Row<'_>,
    columns: impl Iterator<Item = (usize, usize)>,
) -> Result<()> {
    let mut values = values::<M>(entity)?;
    for (column, at) in columns {
        let value = Value::try_from_ref(row.value(at));
        let value = value.map_err(|mismatch| Error::decode(column, mismatch));
        values[column] = value.map_err(|error| M::TABLE.named(error, 0))?;
    }
    let rebuilt = M::hydrate(&Row::new(&values), 0);
    M::take_embedded(entity, rebuilt.map_err(|error| M::TABLE.named(error, 0))?);
    Ok(())
}

fn values<M: Mapping>(entity: &M::Entity) -> Result<Vec<Value>> {
    let columns = M::TABLE.columns.iter().enumerate();
    let values = columns.map(|(at, column)| {
        let value = M::value(entity, at).into_value();
        value.map_err(|mismatch| Error::encode(M::TABLE.name, column.name, mismatch))
    });
    values.collect()
}

/// Puts a key into an entity that has no function for all of its columns. If the constructor refuses it, the entity
/// keeps the key that it has.
#[doc(hidden)]
pub fn assign_key<M: Mapping>(entity: &mut M::Entity, key: &M::Key) {
    let columns = M::TABLE.key.iter().copied().zip(0..);
    let mut all = columns.clone();
    if all.all(|(column, at)| M::value(entity, column).as_ref() == key.param(at).as_ref()) {
        return;
    }
    let values = columns.clone().map(|(_, at)| key.param(at).into_value());
    if let Ok(values) = values.collect::<Result<Vec<Value>, _>>() {
        // Nobody could be told: a key that was put there before is one that the constructor takes.
        let _ = assign::<M>(entity, &Row::new(&values), columns);
    }
}
