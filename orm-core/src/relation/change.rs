//! Changing what is related: `add`, `remove`, `set` and `clear` of relations to many.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::constant::Relation;
use super::delete::{delete_matching, delete_rows};
use super::field::{RelationField, ToManyField};
use super::graph::save_related;
use super::held::Many;
use super::keys::{Key, is_unsaved};
use super::moved::Moved;
use super::parents::{insert_rows, update_rows};
use super::related::Related;
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway::{self, Matching, Set};
use crate::key::Key as _;
use crate::mapping::{self, ColumnDef, Dependent, KeyStrategy, Mapping, Places, Step, Table};
use crate::value::{Held, HeldRow, Mismatch, Param, Row, Value, ValueRef};

type EntityOf<F> = <<F as RelationField>::Target as Mapping>::Entity;
type KeyOf<F> = <<F as RelationField>::Target as Mapping>::Key;

impl<M, F> Relation<M, F>
where
    M: Mapping,
    F: ToManyField<Target: Related>,
{
    /// Adds entities to those that are related to `owner`, in one transaction.
    ///
    /// New ones are inserted. Of `has_many`, the reference of all of them is set to the owner; of
    /// `many_to_many`, they are connected with it, unless they are already. They become part of the field if
    /// it is loaded.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut nina = Artist::get(&db, 1)?;
    /// let album = Album { title: "Wild Is the Wind".into(), ..Album::default() };
    /// Artist::ALBUMS.add(&db, &mut nina, [album])?;
    /// assert_eq!(nina.albums_query().count(&db)?, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for an owner that is not saved, or a relation over other relations; the
    /// violated constraint. Nothing has been changed then.
    pub fn add(
        self,
        db: &dyn Executor,
        owner: &mut M::Entity,
        entities: impl IntoIterator<Item = EntityOf<F>>,
    ) -> Result<()> {
        let mut entities: Vec<EntityOf<F>> = entities.into_iter().collect();
        let side = Side::new(self, owner)?;
        atomically(db, |db| side.connect::<F::Target>(db, &mut entities))?;
        if let Some(loaded) = self.of_mut(owner).state_mut().get_mut() {
            merge::<F::Target>(loaded, entities)?;
        }
        Ok(())
    }

    /// Adds rows by their keys. The field is unloaded afterwards.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut track = Track::get(&db, 3)?;
    /// Track::TAGS.add_keys(&db, &mut track, [1, 2])?;
    /// assert_eq!(track.tags(&db)?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`add`](Self::add); [`Error::NotFound`] if there is no row with one of the keys, or
    /// [`Error::ForeignKeyViolation`] where `many_to_many` refers to the keys themselves.
    pub fn add_keys<K: Into<KeyOf<F>>>(
        self,
        db: &dyn Executor,
        owner: &mut M::Entity,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<()> {
        let keys = values_of::<F::Target, K>(keys)?;
        let side = Side::new(self, owner)?;
        atomically(db, |db| side.connect_keys(db, &keys))?;
        self.of_mut(owner).state_mut().forget();
        Ok(())
    }

    /// Removes rows, named by their keys, from those that are related to `owner`, and returns how many of
    /// them there were.
    ///
    /// Of `has_many`, their reference becomes NULL; where it cannot, they are deleted if the relation says
    /// `dependent = cascade`. Of `many_to_many`, the connection is deleted and not the row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut track = Track::get(&db, 1)?;
    /// assert_eq!(Track::TAGS.remove(&db, &mut track, [1])?, 1);
    /// assert_eq!(track.tags(&db)?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for a reference that cannot be NULL, an owner that is not saved, or a relation
    /// over other relations.
    pub fn remove<K: Into<KeyOf<F>>>(
        self,
        db: &dyn Executor,
        owner: &mut M::Entity,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<u64> {
        let keys = values_of::<F::Target, K>(keys)?;
        let side = Side::new(self, owner)?;
        let removed = atomically(db, |db| side.disconnect(db, &keys))?;
        if let Some(loaded) = self.of_mut(owner).state_mut().get_mut() {
            let table = F::Target::TABLE;
            let gone = key_set(table, table.key, &keys)?;
            loaded.retain(|entity| {
                let key = key_values::<F::Target>(entity);
                let key = key.and_then(|key| key_of(table, table.key, &key));
                !key.is_ok_and(|key| gone.contains(&key))
            });
        }
        Ok(removed)
    }

    /// Removes all rows from those that are related to `owner`, as [`remove`](Self::remove) does, and returns
    /// how many there were. Rows that a `scope` hides stay.
    ///
    /// # Errors
    /// Those of [`remove`](Self::remove).
    pub fn clear(self, db: &dyn Executor, owner: &mut M::Entity) -> Result<u64> {
        let side = Side::new(self, owner)?;
        let removed = atomically(db, |db| {
            let keys = self.shown(db, owner, &side)?;
            side.disconnect(db, &keys)
        })?;
        self.of_mut(owner).state_mut().set(Many::new(Vec::new()));
        Ok(removed)
    }

    /// Makes these entities those that are related to `owner`: others are removed, as [`remove`](Self::remove)
    /// does, and those that are missing are added, in one transaction. The field is loaded afterwards. Rows that a
    /// `scope` hides stay.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut track = Track::get(&db, 1)?;
    /// let blues = Tag { name: "blues".into(), ..Tag::default() };
    /// Track::TAGS.set(&db, &mut track, [Tag::get(&db, 2)?, blues])?;
    /// let names: Vec<_> = track.tags.get()?.iter().map(|tag| tag.name.as_str()).collect();
    /// assert_eq!(names, ["soul", "blues"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`add`](Self::add) and [`remove`](Self::remove).
    pub fn set(
        self,
        db: &dyn Executor,
        owner: &mut M::Entity,
        entities: impl IntoIterator<Item = EntityOf<F>>,
    ) -> Result<()> {
        let mut entities: Vec<EntityOf<F>> = entities.into_iter().collect();
        let side = Side::new(self, owner)?;
        atomically(db, |db| {
            let current = self.shown(db, owner, &side)?;
            side.replace::<F::Target>(db, current, &mut entities)
        })?;
        let mut related = Vec::with_capacity(entities.len());
        merge::<F::Target>(&mut related, entities)?;
        self.of_mut(owner).state_mut().set(Many::new(related));
        Ok(())
    }

    /// The keys of the rows that the relation shows.
    fn shown(self, db: &dyn Executor, owner: &M::Entity, side: &Side) -> Result<Vec<Vec<Value>>> {
        if !self.is_scoped() {
            return side.current(db);
        }
        // A scope may be anything that a query can say.
        let shown = self.query(owner).all(db)?;
        shown.iter().map(key_values::<F::Target>).collect()
    }
}

/// The owner's side of a relation: how rows are connected with it.
struct Side {
    steps: Vec<Step>,
    dependent: Option<Dependent>,
    /// The values of the owner by which rows are related to it.
    owner: Vec<Value>,
    target: &'static Table,
}

impl Side {
    fn new<M: Mapping, F: RelationField>(
        relation: Relation<M, F>,
        owner: &M::Entity,
    ) -> Result<Self> {
        let def = relation.def();
        let invalid = |reason| Error::InvalidQuery {
            table: M::TABLE.name,
            reason,
        };
        let steps = def.steps();
        let is_changeable = steps.len() == 1 || def.kind.is_linked();
        let (true, Some(first)) = (is_changeable, steps.first()) else {
            return Err(invalid(
                "a relation over others is changed by changing those",
            ));
        };
        if is_unsaved::<M>(owner) {
            return Err(invalid(
                "something is related to an entity that is not saved",
            ));
        }
        let owner = values_at::<M>(owner, first.from)?;
        if owner.contains(&Value::Null) {
            return Err(invalid(
                "something is related to an entity by a value that is NULL",
            ));
        }
        Ok(Self {
            steps,
            dependent: def.dependent,
            owner,
            target: F::Target::TABLE,
        })
    }

    /// The step that refers to the owner, and the one that refers to the target from a table in between.
    fn ways(&self) -> (&Step, Option<&Step>) {
        (&self.steps[0], self.steps.get(1))
    }

    /// The rows that refer to the owner: related ones, or those of the table in between.
    fn connected(&self) -> Matching<'_> {
        let (first, _) = self.ways();
        Matching {
            tag: first.tag,
            ..Matching::all(first.table, first.to, &self.owner)
        }
    }

    /// The keys of the rows that are related.
    fn current(&self, db: &dyn Executor) -> Result<Vec<Vec<Value>>> {
        let (_, second) = self.ways();
        let related = self.connected();
        let Some(second) = second else {
            return related.select(db, self.target.key);
        };
        let referred = related.select(db, second.from)?;
        self.to_keys(db, second, referred)
    }

    /// The primary keys of target rows that a table in between refers to by other columns.
    fn to_keys(
        &self,
        db: &dyn Executor,
        second: &Step,
        referred: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Value>>> {
        if second.to == self.target.key || referred.is_empty() {
            return Ok(referred);
        }
        Matching::any(self.target, second.to, &referred).select(db, self.target.key)
    }

    /// What the table in between refers to target rows by, of rows with these primary keys.
    fn to_references(
        &self,
        db: &dyn Executor,
        second: &Step,
        keys: &[Vec<Value>],
    ) -> Result<Vec<Vec<Value>>> {
        let (table, key) = (self.target, self.target.key);
        let by_key = second.to == key;
        let collated = table.key_columns().any(|column| column.collation.is_some());
        if keys.is_empty() || by_key && !collated {
            return Ok(keys.to_vec());
        }
        // The table in between may compare them byte by byte, so it holds what is stored.
        let mut stored = Matching::any(table, key, keys).select(db, second.to)?;
        if by_key {
            let known = key_set(table, key, &stored)?;
            for given in keys {
                if !known.contains(&key_of(table, key, given)?) {
                    stored.push(given.clone());
                }
            }
        }
        Ok(stored)
    }

    /// Connects entities, and saves those that are new.
    fn connect<T: Related>(&self, db: &dyn Executor, entities: &mut [T::Entity]) -> Result<()> {
        let (first, second) = self.ways();
        if second.is_none() {
            let mut moved = Moved::default();
            for entity in entities.iter().filter(|entity| !is_unsaved::<T>(entity)) {
                if values_at::<T>(entity, first.to)? != self.owner {
                    moved.add(key_values::<T>(entity)?, &self.owner);
                }
            }
            moved.refuse_keys(db, first)?;
            for entity in entities.iter_mut() {
                refer::<T>(entity, first, &self.owner)?;
            }
        }
        let stored = self.stored::<T>(db, entities)?;
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (entity, is_stored) in entities.iter_mut().zip(stored) {
            if is_stored { &mut old } else { &mut new }.push(entity);
        }
        let keys = old.iter().map(|entity| key_values::<T>(entity));
        let mut keys = keys.collect::<Result<Vec<_>>>()?;
        save_related::<T>(db, &mut new)?;
        if second.is_some() {
            for entity in &new {
                keys.push(key_values::<T>(entity)?);
            }
        }
        drop(new);
        self.connect_keys(db, &keys)?;
        if second.is_none() {
            let tag = first.tag.map(|tag| tag.column);
            let columns: Vec<usize> = first.to.iter().copied().chain(tag).collect();
            for entity in old {
                gateway::remember_columns::<T>(entity, &columns);
            }
        }
        Ok(())
    }

    /// Which entities are stored already. A key of the user's does not tell, so the table is asked.
    fn stored<T: Related>(&self, db: &dyn Executor, entities: &[T::Entity]) -> Result<Vec<bool>> {
        if self.target.key_strategy != KeyStrategy::Assigned {
            let is_stored = |entity: &T::Entity| !is_unsaved::<T>(entity);
            return Ok(entities.iter().map(is_stored).collect());
        }
        let keys = entities.iter().map(|entity| key_values::<T>(entity));
        let keys: Vec<Vec<Value>> = keys.collect::<Result<_>>()?;
        let table = self.target;
        let there = Matching::any(table, table.key, &keys).select(db, table.key)?;
        let there = key_set(table, table.key, &there)?;
        let is_there = |key: &Vec<Value>| Ok(there.contains(&key_of(table, table.key, key)?));
        keys.iter().map(is_there).collect()
    }

    /// Connects rows with these keys.
    fn connect_keys(&self, db: &dyn Executor, keys: &[Vec<Value>]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let (first, second) = self.ways();
        let Some(second) = second else {
            let set = reference(first, &self.owner);
            let rows = Matching::any(self.target, self.target.key, keys);
            let changed = update_rows(db, rows, &set)?;
            let distinct = key_set(self.target, self.target.key, keys)?.len();
            if changed < distinct as u64 {
                return Err(Error::NotFound {
                    table: self.target.name,
                });
            }
            return Ok(());
        };
        let wanted = self.to_references(db, second, keys)?;
        if wanted.len() < key_set(self.target, self.target.key, keys)?.len() {
            return Err(Error::NotFound {
                table: self.target.name,
            });
        }
        let there = Matching {
            any: (second.from, &wanted),
            ..self.connected()
        };
        let there = there.select(db, second.from)?;
        let mut there = key_set(first.table, second.from, &there)?;
        // A row that is given twice is connected once.
        let missing = add_new(&mut there, first.table, second.from, wanted)?;
        let row = |reference| self.owner.iter().cloned().chain(reference).collect();
        let rows: Vec<Vec<Value>> = missing.into_iter().map(row).collect();
        let columns: Vec<usize> = first.to.iter().chain(second.from).copied().collect();
        insert_rows(db, first.table, &columns, &rows)
    }

    /// Takes the connection away from rows with these keys, and returns how many had it.
    fn disconnect(&self, db: &dyn Executor, keys: &[Vec<Value>]) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        let (first, second) = self.ways();
        if let Some(second) = second {
            let referred = self.to_references(db, second, keys)?;
            let connections = Matching {
                any: (second.from, &referred),
                ..self.connected()
            };
            return delete_matching(db, connections);
        }
        let related = Matching {
            any: (self.target.key, keys),
            ..self.connected()
        };
        give_up(db, first, self.dependent, related)
    }

    /// Connects these entities and no others.
    fn replace<T: Related>(
        &self,
        db: &dyn Executor,
        current: Vec<Vec<Value>>,
        entities: &mut [T::Entity],
    ) -> Result<()> {
        let mut wanted = HashSet::new();
        for entity in entities.iter().filter(|entity| !is_unsaved::<T>(entity)) {
            wanted.insert(key_of(
                self.target,
                self.target.key,
                &key_values::<T>(entity)?,
            )?);
        }
        let mut unwanted = Vec::new();
        for key in current {
            if !wanted.contains(&key_of(self.target, self.target.key, &key)?) {
                unwanted.push(key);
            }
        }
        self.disconnect(db, &unwanted)?;
        self.connect::<T>(db, entities)
    }
}

/// Lets rows to which a step leads no longer refer to where it begins, and returns how many there were.
fn give_up(
    db: &dyn Executor,
    step: &Step,
    dependent: Option<Dependent>,
    rows: Matching<'_>,
) -> Result<u64> {
    let table = step.table;
    if step.to.iter().all(|&at| table.columns[at].nullable) {
        let nothing = step.to.iter().map(|&at| (at, Set::Value(Value::Null)));
        return update_rows(db, rows, &nothing.collect::<Vec<_>>());
    }
    if dependent == Some(Dependent::Cascade) {
        let keys = rows.select(db, table.key)?;
        return delete_rows(db, table, &keys);
    }
    Err(Error::InvalidQuery {
        table: table.name,
        reason: "its reference cannot be NULL: delete the rows, or say `dependent = cascade` at the relation",
    })
}

/// Lets all rows to which a step leads from some owners, but for those with some keys, no longer refer to them.
pub(super) fn disconnect_others(
    db: &dyn Executor,
    step: &Step,
    dependent: Option<Dependent>,
    owners: &[Vec<Value>],
    kept: &[Vec<Value>],
) -> Result<()> {
    if owners.is_empty() {
        return Ok(());
    }
    let table = step.table;
    let kept = key_set(table, table.key, kept)?;
    let mut others = Vec::new();
    for key in Matching::after(step, owners).select(db, table.key)? {
        if !kept.contains(&key_of(table, table.key, &key)?) {
            others.push(key);
        }
    }
    if others.is_empty() {
        return Ok(());
    }
    give_up(
        db,
        step,
        dependent,
        Matching::any(table, table.key, &others),
    )
    .map(drop)
}

/// Adds entities to others. One of a row that is there already takes the place of what was there.
fn merge<M: Mapping>(entities: &mut Vec<M::Entity>, more: Vec<M::Entity>) -> Result<()> {
    let key = |entity: &M::Entity| key_of(M::TABLE, M::TABLE.key, &key_values::<M>(entity)?);
    let mut places = HashMap::with_capacity(entities.len() + more.len());
    for (place, entity) in entities.iter().enumerate() {
        places.insert(key(entity)?, place);
    }
    for entity in more {
        match places.entry(key(&entity)?) {
            Entry::Occupied(place) => entities[*place.get()] = entity,
            Entry::Vacant(new) => {
                new.insert(entities.len());
                entities.push(entity);
            }
        }
    }
    Ok(())
}

/// Lets an entity refer to the row from which a step with these values leads to it.
pub(super) fn refer<M: Mapping>(
    entity: &mut M::Entity,
    step: &Step,
    values: &[Value],
) -> Result<()> {
    if let Some(tag) = step.tag {
        assign::<M>(entity, &[tag.column], &[Value::from(tag.value)])?;
    }
    assign::<M>(entity, step.to, values)
}

/// What a row is set to so that it refers to the row from which a step with these values leads to it.
pub(super) fn reference(step: &Step, values: &[Value]) -> Vec<(usize, Set<'static>)> {
    let tag = step
        .tag
        .map(|tag| (tag.column, Set::Value(Value::from(tag.value))));
    let columns = step.to.iter().zip(values);
    columns
        .map(|(&at, value)| (at, Set::Value(value.clone())))
        .chain(tag)
        .collect()
}

/// Puts values into columns of an entity.
pub(crate) fn assign<M: Mapping>(
    entity: &mut M::Entity,
    columns: &[usize],
    values: &[Value],
) -> Result<()> {
    mapping::assign::<M>(entity, &Row::new(&values), columns, Places::From(0))
}

/// The same of what may be objects that have no keys yet.
pub(crate) fn assign_held<M: Mapping>(
    entity: &mut M::Entity,
    columns: &[usize],
    held: &[Held],
) -> Result<()> {
    let row = HeldRow(held);
    mapping::assign::<M>(entity, &Row::new(&row), columns, Places::From(0))
}

/// What a column of an entity holds.
pub(crate) fn held_at<M: Mapping>(entity: &M::Entity, at: usize) -> Result<Held> {
    let held = Held::of(M::value(entity, at));
    held.map_err(|mismatch| Error::encode(M::TABLE.name, M::TABLE.columns[at].name, mismatch))
}

/// The values of some columns of an entity.
pub(crate) fn values_at<M: Mapping>(entity: &M::Entity, columns: &[usize]) -> Result<Vec<Value>> {
    let mut values = Vec::with_capacity(columns.len());
    push_values::<M>(&mut values, entity, columns)?;
    Ok(values)
}

/// What an entity refers to by some columns, if to anything.
pub(crate) fn reference_of<M: Mapping>(
    entity: &M::Entity,
    columns: &[usize],
) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(columns.len());
    for &at in columns {
        match M::value(entity, at).into_value() {
            Ok(Value::Null) | Err(_) => return None,
            Ok(value) => values.push(value),
        }
    }
    Some(values)
}

/// Puts the values of some columns of an entity behind others.
pub(super) fn push_values<M: Mapping>(
    values: &mut Vec<Value>,
    entity: &M::Entity,
    columns: &[usize],
) -> Result<()> {
    for &at in columns {
        values.push(match M::value(entity, at) {
            // Most keys are integers.
            Param::Borrowed(ValueRef::Int(key)) => Value::Int(key),
            param => param.into_value().map_err(|mismatch| {
                Error::encode(M::TABLE.name, M::TABLE.columns[at].name, mismatch)
            })?,
        });
    }
    Ok(())
}

/// The values of the primary key of an entity.
pub(crate) fn key_values<M: Mapping>(entity: &M::Entity) -> Result<Vec<Value>> {
    values_at::<M>(entity, M::TABLE.key)
}

/// The values of primary keys.
fn values_of<M: Mapping, K: Into<M::Key>>(
    keys: impl IntoIterator<Item = K>,
) -> Result<Vec<Vec<Value>>> {
    let keys = keys.into_iter().map(|key| key_params::<M>(&key.into()));
    keys.collect()
}

/// The values of a primary key.
pub(crate) fn key_params<M: Mapping>(key: &M::Key) -> Result<Vec<Value>> {
    let values = (0..M::Key::WIDTH).map(|at| {
        let value = key.param(at).into_value();
        value.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))
    });
    values.collect()
}

/// Values of some columns of a table, as a key that can be compared; those of a key are never NULL.
pub(crate) fn key_of(table: &'static Table, columns: &[usize], values: &[Value]) -> Result<Key> {
    if let (&[column], [value]) = (columns, values) {
        return key_of_one(table, column, value.as_ref());
    }
    let columns: Vec<&ColumnDef> = columns.iter().map(|&at| &table.columns[at]).collect();
    known(table, Key::of(values.iter().map(Value::as_ref), &columns))
}

/// The same of a single column.
pub(crate) fn key_of_one(table: &'static Table, column: usize, value: ValueRef<'_>) -> Result<Key> {
    known(table, Key::of([value], &[&table.columns[column]]))
}

fn known(table: &'static Table, key: Result<Option<Key>, Mismatch>) -> Result<Key> {
    let key = key.map_err(|mismatch| Error::encode(table.name, "", mismatch))?;
    Ok(key.unwrap_or(Key::Bytes(Vec::new())))
}

/// The same of many rows, to be looked up.
pub(super) fn key_set(
    table: &'static Table,
    columns: &[usize],
    rows: &[Vec<Value>],
) -> Result<HashSet<Key>> {
    rows.iter().map(|row| key_of(table, columns, row)).collect()
}

/// Adds the keys of rows to those of others, and returns the rows whose keys are new, of each the first.
pub(super) fn add_new(
    keys: &mut HashSet<Key>,
    table: &'static Table,
    columns: &[usize],
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Vec<Value>>> {
    let mut new = Vec::with_capacity(rows.len());
    for row in rows {
        if keys.insert(key_of(table, columns, &row)?) {
            new.push(row);
        }
    }
    Ok(new)
}
