//! Saving entities together with the new ones that are related to them, in whole batches.

use std::any::Any;
use std::collections::VecDeque;

use super::change::{
    add_new, assign, is_unsaved, key_of, key_set, key_values, push_values, refer, reference,
    values_at,
};
use super::constant::Relation;
use super::field::RelationField;
use super::flat_drop::Nested;
use super::parents::{insert_rows, update_rows, with_parents};
use super::polymorphic::{AnyRelation, Targets};
use super::related::{Related, RelationVisitor};
use super::state::State;
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway::{self, Matching};
use crate::mapping::{KeyStrategy, Mapping, RelationKind, Step};
use crate::value::Value;

/// How many entities may be related to each other in a row.
const DEEPEST: usize = 200;

/// Saves entities, and inserts new ones that are related to them, in one transaction. After an error
/// nothing is stored, and keys that were made are unset again.
pub(crate) fn save_graph<M: Related>(
    db: &dyn Executor,
    roots: &mut [&mut M::Entity],
) -> Result<()> {
    in_one::<M>(db, roots, Part::Roots)
}

/// Inserts new entities, and new ones that are related to them.
pub(super) fn save_related<M: Related>(
    db: &dyn Executor,
    new: &mut [&mut M::Entity],
) -> Result<()> {
    in_one::<M>(db, new, Part::Related)
}

fn in_one<M: Related>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
    part: Part,
) -> Result<()> {
    let mut journal = Journal::default();
    let saved = atomically(db, |db| {
        let mut walk = Walk {
            task: Task::Save(db),
            journal: &mut journal,
            depth: 0,
        };
        walk.entities::<M>(entities, part)
    });
    if saved.is_err() {
        let mut walk = Walk {
            task: Task::Undo,
            journal: &mut journal,
            depth: 0,
        };
        // The keys that were made are put back in the order in which they were made; what was not reached
        // has none.
        let _ = walk.entities::<M>(entities, part);
    }
    saved
}

/// What part of a graph entities are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What the caller asked for: saved, whether new or not.
    Roots,
    /// What is related to that: inserted if new.
    Related,
}

/// What is done on the way through a graph.
#[derive(Clone, Copy)]
enum Task<'d> {
    Save(&'d dyn Executor),
    /// Takes back the keys that were made.
    Undo,
}

/// What was changed in memory, and what it was before, in the order of the way: keys that were made, and
/// references.
#[derive(Default)]
struct Journal(VecDeque<Box<dyn Any>>);

impl Journal {
    fn note<T: 'static>(&mut self, before: T) {
        self.0.push_back(Box::new(before));
    }

    /// What was noted at this place, or an error if the way was not taken so far.
    fn next<T: 'static>(&mut self) -> Result<T> {
        let next = self.0.pop_front().and_then(|next| next.downcast().ok());
        next.map(|next| *next).ok_or(Error::TransactionLost)
    }
}

/// One batch: positions and keys of type `K`.
type Inserted<K> = Vec<(usize, K)>;

/// By what some of the entities of a batch referred to others: their positions, and the values of all of them.
#[derive(Default)]
struct References {
    at: Vec<usize>,
    values: Vec<Value>,
}

impl References {
    fn of<'e, M: Mapping>(
        entities: impl Iterator<Item = (usize, &'e M::Entity)>,
        columns: &[usize],
    ) -> Result<Self> {
        let mut references = Self::default();
        for (at, entity) in entities {
            references.at.push(at);
            push_values::<M>(&mut references.values, entity, columns)?;
        }
        Ok(references)
    }

    /// Lets the entities refer to what they referred to.
    fn restore<M: Mapping>(
        &self,
        entities: &mut [&mut M::Entity],
        columns: &[usize],
    ) -> Result<()> {
        for (at, before) in self.at.iter().zip(self.values.chunks(columns.len().max(1))) {
            assign::<M>(entities[*at], columns, before)?;
        }
        Ok(())
    }
}

/// The way through a graph: what an entity refers to, then the entity, then what refers to it.
struct Walk<'d, 'j> {
    task: Task<'d>,
    journal: &'j mut Journal,
    depth: usize,
}

impl Walk<'_, '_> {
    fn entities<M: Related>(&mut self, entities: &mut [&mut M::Entity], part: Part) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        if self.depth == DEEPEST {
            return Err(Error::InvalidQuery {
                table: M::TABLE.name,
                reason: "more than 200 entities are related to each other in a row: save them in parts",
            });
        }
        self.depth += 1;
        M::relations(&mut Above {
            walk: self,
            entities,
        })?;
        self.batch::<M>(entities, part)?;
        M::relations(&mut Below {
            walk: self,
            entities,
        })?;
        self.depth -= 1;
        Ok(())
    }

    /// Notes by what entities refer to others, or gives what was noted.
    fn references<'e, M: Mapping>(
        &mut self,
        entities: impl Iterator<Item = (usize, &'e M::Entity)>,
        columns: &[usize],
    ) -> Result<Option<References>> {
        match self.task {
            Task::Save(_) => {
                self.journal.note(References::of::<M>(entities, columns)?);
                Ok(None)
            }
            Task::Undo => self.journal.next().map(Some),
        }
    }

    /// Saves entities themselves, or takes back their keys.
    fn batch<M: Related>(&mut self, entities: &mut [&mut M::Entity], part: Part) -> Result<()> {
        match self.task {
            Task::Save(db) => {
                let mut keys: Inserted<M::Key> = Vec::new();
                let (mut new, mut others) = (Vec::with_capacity(entities.len()), Vec::new());
                for (at, entity) in entities.iter_mut().enumerate() {
                    if is_unsaved::<M>(entity) {
                        keys.push((at, M::key(entity)));
                        new.push(&mut **entity);
                    } else {
                        others.push(&mut **entity);
                    }
                }
                self.journal.note(keys);
                save::<M>(db, &mut new, others, part)
            }
            Task::Undo => {
                for (at, key) in self.journal.next::<Inserted<M::Key>>()? {
                    M::set_key(entities[at], key);
                }
                Ok(())
            }
        }
    }
}

/// Inserts the new ones, in one batch, and saves other roots one by one.
fn save<M: Related>(
    db: &dyn Executor,
    new: &mut [&mut M::Entity],
    others: Vec<&mut M::Entity>,
    part: Part,
) -> Result<()> {
    with_parents::<M, _, _>(db, new, |db, new| {
        gateway::insert_all_or_give_up::<M>(db, new)
    })?;
    match part {
        Part::Roots => others
            .into_iter()
            .try_for_each(|entity| save_one::<M>(db, entity)),
        Part::Related if M::TABLE.key_strategy == KeyStrategy::Assigned => {
            insert_missing::<M>(db, others)
        }
        Part::Related => Ok(()),
    }
}

fn save_one<M: Related>(db: &dyn Executor, entity: &mut M::Entity) -> Result<()> {
    let found = with_parents::<M, _, _>(db, &mut [entity], |db, entities| {
        gateway::save::<M>(db, entities[0])
    })?;
    if found {
        return Ok(());
    }
    Err(Error::NotFound {
        table: M::TABLE.name,
    })
}

/// Inserts those of some entities whose keys no row has; a key that is there twice, once. What the user
/// assigned says nothing about whether the row is there.
fn insert_missing<M: Related>(db: &dyn Executor, entities: Vec<&mut M::Entity>) -> Result<()> {
    let table = M::TABLE;
    let keys = entities.iter().map(|entity| key_values::<M>(entity));
    let keys = keys.collect::<Result<Vec<_>>>()?;
    let there = Matching::any(table, table.key, &keys).select(db, table.key)?;
    let mut there = key_set(table, table.key, &there)?;
    let mut missing = Vec::new();
    for (entity, key) in entities.into_iter().zip(keys) {
        if there.insert(key_of(table, table.key, &key)?) {
            missing.push(entity);
        }
    }
    with_parents::<M, _, _>(db, &mut missing, |db, missing| {
        gateway::insert_all_or_give_up::<M>(db, missing)
    })
}

/// Visits the relations to what entities refer to, before they are saved.
struct Above<'w, 'd, 'j, 'e, 'm, M: Mapping> {
    walk: &'w mut Walk<'d, 'j>,
    entities: &'e mut [&'m mut M::Entity],
}

impl<M: Related> RelationVisitor<M> for Above<'_, '_, '_, '_, '_, M> {
    fn visit<F: RelationField<Target: Related>>(&mut self, relation: Relation<M, F>) -> Result<()> {
        let def = relation.def();
        let steps = def.steps();
        let (RelationKind::BelongsTo, [step]) = (def.kind, &steps[..]) else {
            return Ok(());
        };
        let mut targets = loaded::<M, F>(relation, self.entities);
        self.walk
            .entities::<F::Target>(&mut targets, Part::Related)?;
        drop(targets);
        let entities = self.entities.iter().map(|entity| &**entity).enumerate();
        let referring = entities.filter(|(_, entity)| relation.of(entity).state().get().is_some());
        if let Some(before) = self.walk.references::<M>(referring, step.from)? {
            return before.restore::<M>(self.entities, step.from);
        }
        for entity in self.entities.iter_mut() {
            let Some(target) = relation.of(entity).state().get().and_then(F::entity) else {
                continue;
            };
            if is_unsaved::<F::Target>(target) {
                return Err(Error::InvalidQuery {
                    table: M::TABLE.name,
                    reason: "it refers to an entity that is not saved and that others refer to as well: save that one first",
                });
            }
            let values = values_at::<F::Target>(target, step.to)?;
            refer_or_forget::<M, _>(entity, step.from, &values, |entity| {
                relation.of_mut(entity).state_mut()
            })?;
        }
        Ok(())
    }

    fn visit_any<P: Targets>(&mut self, relation: AnyRelation<M, P>) -> Result<()> {
        let columns = relation.columns();
        let mut loaded = Vec::new();
        for (at, entity) in self.entities.iter().enumerate() {
            if let Some(values) = relation.loaded(entity)? {
                loaded.push((at, values));
            }
        }
        let entities = loaded.iter().map(|(at, _)| (*at, &*self.entities[*at]));
        if let Some(before) = self.walk.references::<M>(entities, &columns)? {
            return before.restore::<M>(self.entities, &columns);
        }
        for (at, values) in loaded {
            refer_or_forget::<M, _>(self.entities[at], &columns, &values, |entity| {
                relation.state_mut(entity)
            })?;
        }
        Ok(())
    }
}

/// Lets an entity refer to what its field holds. Where that was loaded and the key was changed afterwards, the
/// change counts and what was loaded is forgotten.
fn refer_or_forget<M: Mapping, V: Nested>(
    entity: &mut M::Entity,
    columns: &[usize],
    values: &[Value],
    state: impl Fn(&mut M::Entity) -> &mut State<V>,
) -> Result<()> {
    if state(entity).is_of_a_row() && values_at::<M>(entity, columns)? != values {
        state(entity).forget();
        return Ok(());
    }
    assign::<M>(entity, columns, values)
}

/// Visits the relations to what refers to entities, after they are saved.
struct Below<'w, 'd, 'j, 'e, 'm, M: Mapping> {
    walk: &'w mut Walk<'d, 'j>,
    entities: &'e mut [&'m mut M::Entity],
}

impl<M: Related> RelationVisitor<M> for Below<'_, '_, '_, '_, '_, M> {
    fn visit<F: RelationField<Target: Related>>(&mut self, relation: Relation<M, F>) -> Result<()> {
        let def = relation.def();
        let steps = def.steps();
        match (def.kind, &steps[..]) {
            (RelationKind::HasOne | RelationKind::HasMany, [step]) => self.refer(relation, step),
            (RelationKind::ManyToMany, [first, second]) => self.link(relation, first, second),
            _ => Ok(()),
        }
    }

    fn visit_any<P: Targets>(&mut self, _: AnyRelation<M, P>) -> Result<()> {
        Ok(())
    }
}

impl<M: Related> Below<'_, '_, '_, '_, '_, M> {
    /// Lets related entities refer to these.
    fn refer<F: RelationField<Target: Related>>(
        &mut self,
        relation: Relation<M, F>,
        step: &Step,
    ) -> Result<()> {
        let mut moved = Vec::new();
        let tag = step.tag.map(|tag| tag.column);
        let columns: Vec<usize> = step.to.iter().copied().chain(tag).collect();
        let (mut owners, mut ends) = (Vec::new(), Vec::with_capacity(self.entities.len()));
        let mut targets = Vec::new();
        for entity in self.entities.iter_mut() {
            push_values::<M>(&mut owners, entity, step.from)?;
            if let Some(loaded) = relation.of_mut(entity).state_mut().get_mut() {
                targets.extend(F::entities_mut(loaded));
            }
            ends.push(targets.len());
        }
        let referring = targets.iter().map(|target| &**target).enumerate();
        let before = self.walk.references::<F::Target>(referring, &columns)?;
        if let Task::Save(_) = self.walk.task {
            let mut begin = 0;
            for (owner, end) in owners.chunks(step.from.len().max(1)).zip(ends) {
                for target in &mut targets[begin..end] {
                    let is_old = !is_unsaved::<F::Target>(target);
                    if is_old && values_at::<F::Target>(target, step.to)? != owner {
                        moved.push((key_values::<F::Target>(target)?, owner.to_vec()));
                    }
                    refer::<F::Target>(target, step, owner)?;
                }
                begin = end;
            }
        }
        let walked = self.walk.entities::<F::Target>(&mut targets, Part::Related);
        if let Some(before) = before {
            // Last, since what was noted of them on the way was noted later.
            before.restore::<F::Target>(&mut targets, &columns)?;
        }
        walked?;
        if let Task::Save(db) = self.walk.task {
            for (key, owner) in moved {
                let row = [key];
                let row = Matching::any(step.table, step.table.key, &row);
                update_rows(db, row, &reference(step, &owner))?;
            }
        }
        Ok(())
    }

    /// Connects related entities with these.
    fn link<F: RelationField<Target: Related>>(
        &mut self,
        relation: Relation<M, F>,
        first: &Step,
        second: &Step,
    ) -> Result<()> {
        let mut targets = loaded::<M, F>(relation, self.entities);
        self.walk
            .entities::<F::Target>(&mut targets, Part::Related)?;
        drop(targets);
        let Task::Save(db) = self.walk.task else {
            return Ok(());
        };
        let columns: Vec<usize> = first.to.iter().chain(second.from).copied().collect();
        let mut rows = Vec::new();
        let mut owners = Vec::new();
        for entity in self.entities.iter_mut() {
            let owner = values_at::<M>(entity, first.from)?;
            let state = relation.of_mut(entity).state_mut();
            let targets = state.get_mut().into_iter().flat_map(F::entities_mut);
            let before = rows.len();
            for target in targets {
                let target = values_at::<F::Target>(target, second.to)?;
                rows.push(owner.iter().cloned().chain(target).collect::<Vec<Value>>());
            }
            if rows.len() > before {
                owners.push(owner);
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        let there = Matching::any(first.table, first.to, &owners).select(db, &columns)?;
        let mut there = key_set(first.table, &columns, &there)?;
        // An entity that is there twice is connected once.
        let missing = add_new(&mut there, first.table, &columns, rows)?;
        insert_rows(db, first.table, &columns, &missing)
    }
}

/// The entities in the fields of a relation that nobody else has a share in.
fn loaded<'a, M: Mapping, F: RelationField>(
    relation: Relation<M, F>,
    entities: &'a mut [&mut M::Entity],
) -> Vec<&'a mut <F::Target as Mapping>::Entity> {
    let states = entities
        .iter_mut()
        .filter_map(|entity| relation.of_mut(entity).state_mut().get_mut());
    states.flat_map(F::entities_mut).collect()
}
