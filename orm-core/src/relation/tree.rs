//! Trees: a relation of a table to itself, followed level by level until there are no more rows.
//!
//! Neither depth nor circles end up on the stack: levels are visited in loops.

use std::collections::{HashMap, HashSet};

use super::field::RelationField;
use super::keys::{Key, Keys};
use super::load::Load;
use super::select_in;
use crate::error::{Error, Result};
use crate::mapping::{ColumnDef, Mapping, Step};
use crate::query::Reader;
use crate::value::Value;

/// Loads a relation of entities, and of what it leads to.
pub(super) type Grow<M, F> =
    fn(Reader<'_>, &Load<M, F>, &mut [&mut <M as Mapping>::Entity]) -> Result<()>;

pub(super) fn grow<M: Mapping, F: RelationField<Target = M>>(
    from: Reader<'_>,
    load: &Load<M, F>,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    if F::SHARED {
        return climb(from, load, entities);
    }
    descend(from, load, entities)
}

/// Loads children, and their children.
fn descend<M: Mapping, F: RelationField<Target = M>>(
    from: Reader<'_>,
    load: &Load<M, F>,
    roots: &mut [&mut M::Entity],
) -> Result<()> {
    let mut seen = HashSet::with_capacity(roots.len());
    for root in roots.iter() {
        seen.insert(primary::<M>(root)?);
    }
    // The roots are changed last, when everything was found.
    let found = select_in::find(from, load, roots.iter().map(|root| &**root))?;
    let mut values: Vec<F::Value> = found.values()?.collect();
    let mut level = unseen::<M, F>(&mut values, &mut seen)?;
    while !level.is_empty() {
        let found = select_in::find(from, load, level.iter().map(|entity| &**entity))?;
        let mut next = Vec::new();
        for (entity, value) in level.into_iter().zip(found.values()?) {
            let state = load.relation.of_mut(entity).state_mut();
            state.set(value);
            next.extend(unseen::<M, F>(state.get_mut(), &mut seen)?);
        }
        level = next;
    }
    for (root, value) in roots.iter_mut().zip(values) {
        load.relation.of_mut(root).state_mut().set(value);
    }
    Ok(())
}

/// The entities in some values that were not found before: where a circle closes, the relation stays unloaded.
fn unseen<'v, M: Mapping, F: RelationField<Target = M>>(
    values: impl IntoIterator<Item = &'v mut F::Value>,
    seen: &mut HashSet<Option<Key>>,
) -> Result<Vec<&'v mut M::Entity>> {
    let mut unseen = Vec::new();
    for child in values.into_iter().flat_map(F::entities_mut) {
        if seen.insert(primary::<M>(child)?) {
            unseen.push(child);
        }
    }
    Ok(unseen)
}

/// Loads what entities refer to, and what that refers to. Rows that refer to the same row share it, so the
/// rows are found first, and put together from the last on.
fn climb<M: Mapping, F: RelationField<Target = M>>(
    from: Reader<'_>,
    load: &Load<M, F>,
    entities: &mut [&mut M::Entity],
) -> Result<()> {
    let steps = load.relation.def().steps();
    let [step] = &steps[..] else {
        return Err(Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "a relation over a table in between is loaded recursively: use a recursive query",
        });
    };
    let mut chain = Chain::<M, F>::new(*step);
    chain.find(from, load, entities)?;
    let mut values = Vec::with_capacity(entities.len());
    for entity in entities.iter() {
        let above = chain.above(entity)?;
        if let Some(key) = &above {
            chain.put_together(load, key)?;
        }
        values.push(chain.value(above.as_ref())?);
    }
    for (entity, value) in entities.iter_mut().zip(values) {
        if let Some(value) = value {
            load.relation.of_mut(entity).state_mut().set(value);
        }
    }
    Ok(())
}

/// Rows of which each refers to another one.
struct Chain<M: Mapping, F: RelationField> {
    step: Step,
    columns: Vec<&'static ColumnDef>,
    /// Rows that were found and not put together yet, by the key that leads to them.
    rows: HashMap<Key, M::Entity>,
    /// Keys that were looked for.
    asked: HashSet<Key>,
    /// The rows that are being put together: one that leads to them closes a circle.
    open: HashSet<Key>,
    /// What a field holds that refers to a row.
    done: HashMap<Key, F::Value>,
}

impl<M: Mapping, F: RelationField<Target = M>> Chain<M, F> {
    fn new(step: Step) -> Self {
        Self {
            step,
            columns: step.to.iter().map(|&at| &M::TABLE.columns[at]).collect(),
            rows: HashMap::new(),
            asked: HashSet::new(),
            open: HashSet::new(),
            done: HashMap::new(),
        }
    }

    /// The key by which an entity refers to another one.
    fn above(&self, entity: &M::Entity) -> Result<Option<Key>> {
        key_in::<M>(entity, self.step.from, &self.columns)
    }

    /// Finds all rows above some entities, level by level.
    fn find(
        &mut self,
        from: Reader<'_>,
        load: &Load<M, F>,
        entities: &[&mut M::Entity],
    ) -> Result<()> {
        let mut keys = Keys::new(&self.step, true, entities.len());
        for entity in entities {
            self.ask(entity, &mut keys)?;
        }
        while keys.count() > 0 {
            let found = select_in::groups(from, &load.query, &[self.step], &keys)?;
            keys = Keys::new(&self.step, true, found.len());
            for entity in found.into_iter().flatten() {
                self.ask(&entity, &mut keys)?;
                let Some(key) = key_in::<M>(&entity, self.step.to, &self.columns)? else {
                    continue;
                };
                if self.rows.insert(key, entity).is_some() {
                    return Err(Error::MultipleFound {
                        table: M::TABLE.name,
                    });
                }
            }
        }
        Ok(())
    }

    /// Looks for the row above an entity next, unless that was done before.
    fn ask(&mut self, entity: &M::Entity, keys: &mut Keys) -> Result<()> {
        if let Some(key) = self.above(entity)?
            && self.asked.insert(key)
        {
            keys.add_of::<M>(entity, self.step.from)?;
        }
        Ok(())
    }

    /// Puts the row that a key leads to together with those above it, from the last one on.
    fn put_together(&mut self, load: &Load<M, F>, key: &Key) -> Result<()> {
        let mut chain = Vec::new();
        let mut next = Some(key.clone());
        while let Some(key) = next.take()
            && let Some(entity) = self.rows.remove(&key)
        {
            next = self.above(&entity)?;
            self.open.insert(key.clone());
            chain.push((key, entity));
        }
        while let Some((key, mut entity)) = chain.pop() {
            let above = self.above(&entity)?;
            if let Some(value) = self.value(above.as_ref())? {
                load.relation.of_mut(&mut entity).state_mut().set(value);
            }
            self.open.remove(&key);
            let mut values = F::gather(vec![vec![entity]], [Some(0)])?;
            self.done.extend(values.next().map(|value| (key, value)));
        }
        Ok(())
    }

    /// What a field with this key holds; nothing where a circle closes.
    fn value(&self, above: Option<&Key>) -> Result<Option<F::Value>> {
        let slot = match above {
            None => None,
            Some(key) if self.open.contains(key) => return Ok(None),
            Some(key) => match self.done.get(key) {
                Some(value) => return Ok(F::share(value)),
                None => Some(0),
            },
        };
        Ok(F::gather(vec![Vec::new()], [slot])?.next())
    }
}

/// The primary key of an entity.
fn primary<M: Mapping>(entity: &M::Entity) -> Result<Option<Key>> {
    let columns: Vec<_> = M::TABLE.key_columns().collect();
    key_in::<M>(entity, M::TABLE.key, &columns)
}

/// The values of some columns of an entity, as a key.
fn key_in<M: Mapping>(
    entity: &M::Entity,
    positions: &[usize],
    columns: &[&ColumnDef],
) -> Result<Option<Key>> {
    let values = positions
        .iter()
        .map(|&at| M::value(entity, at).into_value());
    let table = M::TABLE.name;
    let invalid =
        |mismatch| Error::encode(table, columns.first().map_or("", |def| def.name), mismatch);
    let values: Vec<Value> = values.collect::<Result<_, _>>().map_err(invalid)?;
    Key::of(values.iter().map(Value::as_ref), columns).map_err(invalid)
}
