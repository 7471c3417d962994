//! Putting the values of a row into columns of an entity.

use super::Mapping;
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::value::{Held, HeldRow, Mismatch, Row, Value};

/// Where the values of some columns stand in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places {
    /// One behind the other, in the order of the columns, from this one on.
    From(usize),
    /// In the places of the columns among all.
    Own,
}

impl Places {
    fn of(self, nth: usize, column: usize) -> usize {
        match self {
            Self::From(first) => first + nth,
            Self::Own => column,
        }
    }
}

/// Puts values of a row into columns of an entity.
///
/// Where one of the columns has no field that could be filled, another entity is built from all of the values, with the
/// others among them, and what has no field is taken from that: the embedded values, or else all of it.
pub(crate) fn assign<M: Mapping>(
    entity: &mut M::Entity,
    row: &Row<'_>,
    columns: &[usize],
    places: Places,
) -> Result<()> {
    let mut all = columns.iter();
    if all.any(|&column| M::slot(entity, column).is_none()) {
        rebuild::<M>(entity, row, columns, places)?;
    }
    for (nth, &column) in columns.iter().enumerate() {
        let slot = M::slot(entity, column);
        if slot.is_none() {
            continue;
        }
        let at = places.of(nth, column);
        let filled = slot.fill(row, at);
        filled.map_err(|error| M::TABLE.named(error, at.wrapping_sub(column)))?;
    }
    Ok(())
}

fn rebuild<M: Mapping>(
    entity: &mut M::Entity,
    row: &Row<'_>,
    columns: &[usize],
    places: Places,
) -> Result<()> {
    let mut values = values::<M>(entity)?;
    for (nth, &column) in columns.iter().enumerate() {
        values[column] = held(row, places.of(nth, column)).map_err(|mismatch| {
            let error = Error::decode(column, mismatch);
            M::TABLE.named(error, 0)
        })?;
    }
    let rebuilt = M::hydrate(&Row::new(&HeldRow(&values)), 0);
    M::take_embedded(entity, rebuilt.map_err(|error| M::TABLE.named(error, 0))?);
    Ok(())
}

fn held(row: &Row<'_>, at: usize) -> Result<Held, Mismatch> {
    match row.object(at) {
        Some(object) => Ok(Held::Object(object)),
        None => Value::try_from_ref(row.value(at)).map(Held::Value),
    }
}

fn values<M: Mapping>(entity: &M::Entity) -> Result<Vec<Held>> {
    let columns = M::TABLE.columns.iter().enumerate();
    let values = columns.map(|(at, column)| {
        let value = Held::of(M::value(entity, at));
        value.map_err(|mismatch| Error::encode(M::TABLE.name, column.name, mismatch))
    });
    values.collect()
}

/// Puts a key into an entity that has no function for all of its columns. If the constructor refuses it, the entity
/// keeps the key that it has.
#[doc(hidden)]
pub fn assign_key<M: Mapping>(entity: &mut M::Entity, key: &M::Key) {
    let mut columns = M::TABLE.key.iter().zip(0..);
    if columns.all(|(&column, at)| M::value(entity, column).as_ref() == key.param(at).as_ref()) {
        return;
    }
    let values = (0..M::Key::WIDTH).map(|at| key.param(at).into_value());
    if let Ok(values) = values.collect::<Result<Vec<Value>, _>>() {
        // Nobody could be told: a key that was put there before is one that the constructor takes.
        let _ = assign::<M>(entity, &Row::new(&values), M::TABLE.key, Places::From(0));
    }
}
