//! Saving entities together with the new ones that are related to them, in whole batches.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::Range;

use super::change::{
    add_new, assign, disconnect_others, key_of, key_set, key_values, push_values, refer, values_at,
};
use super::constant::Relation;
use super::field::RelationField;
use super::keys::is_unsaved;
use super::moved::Moved;
use super::parents::{insert_rows, update_with_parents, with_parents};
use super::polymorphic::{AnyRelation, Targets};
use super::related::{Related, RelationVisitor};
use crate::connection::{Executor, atomically};
use crate::error::{Error, Result};
use crate::gateway::{self, Matching};
use crate::mapping::{KeyStrategy, Mapping, Record, RelationKind, Step, put_back};
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
        Walk::new(Task::Save(db), &mut journal).entities::<M>(entities, part)
    });
    // What was not reached has nothing to be put back, and then the way ends with an error.
    let _ = match &saved {
        Ok(()) if journal.has_moved => {
            Walk::new(Task::Settle, &mut journal).entities::<M>(entities, part)
        }
        Ok(()) => Ok(()),
        Err(_) => Walk::new(Task::Undo, &mut journal).entities::<M>(entities, part),
    };
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
    /// Takes back the keys that were made. The way has to be the same as before, so nothing that it leads over
    /// is forgotten while it is saved.
    Undo,
    /// Forgets what was loaded and is no longer what a key refers to.
    Settle,
}

/// What was changed in memory, and what it was before, in the order of the way: keys that were made, and
/// references.
#[derive(Default)]
struct Journal {
    before: VecDeque<Box<dyn Any>>,
    /// Whether something that was loaded is no longer what a key refers to.
    has_moved: bool,
}

impl Journal {
    fn note<T: 'static>(&mut self, before: T) {
        self.before.push_back(Box::new(before));
    }

    /// What was noted at this place, or an error if the way was not taken so far.
    fn next<T: 'static>(&mut self) -> Result<T> {
        let next = self
            .before
            .pop_front()
            .and_then(|next| next.downcast().ok());
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
            if let Some(entity) = entities.get_mut(*at) {
                assign::<M>(entity, columns, before)?;
            }
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

impl<'d, 'j> Walk<'d, 'j> {
    fn new(task: Task<'d>, journal: &'j mut Journal) -> Self {
        let depth = 0;
        Self {
            task,
            journal,
            depth,
        }
    }

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
        self.records::<M>(entities)?;
        M::relations(&mut Above {
            walk: self,
            entities,
        })?;
        let new = self.batch::<M>(entities, part)?;
        M::relations(&mut Below {
            walk: self,
            entities,
            new: &new,
        })?;
        self.depth -= 1;
        Ok(())
    }

    /// Notes what entities remember of their rows, or puts it back.
    fn records<M: Mapping>(&mut self, entities: &mut [&mut M::Entity]) -> Result<()> {
        let mut tracked = entities.iter();
        if !tracked.any(|entity| M::remembered(entity).is_some()) {
            return Ok(());
        }
        match self.task {
            Task::Save(_) => {
                let entities = entities.iter().map(|entity| &**entity);
                self.journal.note(gateway::remembered::<M>(entities));
            }
            Task::Undo => {
                let records: Vec<Option<Record<M::Entity>>> = self.journal.next()?;
                for (entity, record) in entities.iter_mut().zip(records) {
                    put_back::<M>(entity, record);
                }
            }
            Task::Settle => {}
        }
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
            Task::Settle => Ok(None),
        }
    }

    /// Whether the key of an entity was changed after what it referred to was loaded: then the change counts.
    fn has_moved<M: Mapping>(
        &mut self,
        entity: &M::Entity,
        is_loaded: bool,
        columns: &[usize],
        values: &[Value],
    ) -> Result<bool> {
        let has_moved = is_loaded && values_at::<M>(entity, columns)? != values;
        self.journal.has_moved |= has_moved;
        Ok(has_moved)
    }

    /// Saves entities themselves, or takes back their keys. Returns the positions of those that are new.
    fn batch<M: Related>(
        &mut self,
        entities: &mut [&mut M::Entity],
        part: Part,
    ) -> Result<Vec<usize>> {
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
                let positions = keys.iter().map(|(at, _)| *at).collect();
                self.journal.note(keys);
                save::<M>(db, &mut new, others, part)?;
                Ok(positions)
            }
            Task::Undo => {
                for (at, key) in self.journal.next::<Inserted<M::Key>>()? {
                    if let Some(entity) = entities.get_mut(at) {
                        M::set_key(entity, key);
                    }
                }
                Ok(Vec::new())
            }
            Task::Settle => Ok(Vec::new()),
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
    if M::OWNS && !(new.is_empty() && others.is_empty()) {
        return Err(Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "an aggregate is saved with its children: add it to a session, or save it by a repository",
        });
    }
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
    if update_with_parents::<M>(db, entity, gateway::save::<M>)? {
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
            let state = relation.of(entity).state();
            let Some(target) = state.get().and_then(F::entity) else {
                if state.is_given() {
                    let nothing = vec![Value::Null; step.from.len()];
                    assign::<M>(entity, step.from, &nothing)?;
                }
                continue;
            };
            if is_unsaved::<F::Target>(target) {
                return Err(Error::InvalidQuery {
                    table: M::TABLE.name,
                    reason: "it refers to an entity that is not saved and that others refer to as well: save that one first",
                });
            }
            let values = values_at::<F::Target>(target, step.to)?;
            let state = relation.of_mut(entity).state_mut();
            let is_loaded = state.is_of_a_row();
            if self
                .walk
                .has_moved::<M>(entity, is_loaded, step.from, &values)?
            {
                if let Task::Settle = self.walk.task {
                    relation.of_mut(entity).state_mut().forget();
                }
                continue;
            }
            assign::<M>(entity, step.from, &values)?;
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
            let entity = &mut *self.entities[at];
            let is_loaded = relation.state_mut(entity).is_of_a_row();
            if self
                .walk
                .has_moved::<M>(entity, is_loaded, &columns, &values)?
            {
                if let Task::Settle = self.walk.task {
                    relation.state_mut(entity).forget();
                }
                continue;
            }
            assign::<M>(entity, &columns, &values)?;
        }
        Ok(())
    }
}

/// Visits the relations to what refers to entities, after they are saved.
struct Below<'w, 'd, 'j, 'e, 'm, M: Mapping> {
    walk: &'w mut Walk<'d, 'j>,
    entities: &'e mut [&'m mut M::Entity],
    /// The positions of those that were inserted now, in their order.
    new: &'e [usize],
}

impl<M: Related> RelationVisitor<M> for Below<'_, '_, '_, '_, '_, M> {
    fn visit<F: RelationField<Target: Related>>(&mut self, relation: Relation<M, F>) -> Result<()> {
        let def = relation.def();
        let steps = def.steps();
        match (def.kind, &steps[..]) {
            (RelationKind::HasOne | RelationKind::HasMany, [step]) => self.refer(relation, step),
            (RelationKind::ManyToMany, [first, second]) => self.link(relation, first, second),
            (RelationKind::HasOne | RelationKind::HasMany, _) => self.refuse_new(relation),
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
        self.replace(relation, step)?;
        let tag = step.tag.map(|tag| tag.column);
        let columns: Vec<usize> = step.to.iter().copied().chain(tag).collect();
        let (mut owners, mut owner_at) = (Vec::new(), Vec::new());
        let mut targets = Vec::new();
        for entity in self.entities.iter_mut() {
            let begin = owners.len();
            push_values::<M>(&mut owners, entity, step.from)?;
            if let Some(loaded) = relation.of_mut(entity).state_mut().get_mut() {
                targets.extend(F::entities_mut(loaded));
            }
            owner_at.resize(targets.len(), begin..owners.len());
        }
        let referring = targets.iter().map(|target| &**target).enumerate();
        let before = self.walk.references::<F::Target>(referring, &columns)?;
        let moved = match self.walk.task {
            Task::Save(db) => lead::<F::Target>(db, &mut targets, step, &owners, &owner_at)?,
            Task::Undo | Task::Settle => Leading::default(),
        };
        let walked = self.walk.entities::<F::Target>(&mut targets, Part::Related);
        if let Some(before) = before {
            // Last, since what was noted of them on the way was noted later.
            before.restore::<F::Target>(&mut targets, &columns)?;
        }
        walked?;
        if let Task::Save(db) = self.walk.task {
            moved.finish::<F::Target>(db, &mut targets, step, &columns)?;
        }
        Ok(())
    }

    /// Disconnects the rows in whose place the user put others, or nothing.
    fn replace<F: RelationField<Target: Related>>(
        &mut self,
        relation: Relation<M, F>,
        step: &Step,
    ) -> Result<()> {
        let def = relation.def();
        let (Task::Save(db), RelationKind::HasOne) = (self.walk.task, def.kind) else {
            return Ok(());
        };
        // A scope chooses one of several rows, and the others are no mistake.
        if relation.is_scoped() {
            return Ok(());
        }
        let (mut owners, mut kept) = (Vec::new(), Vec::new());
        for (at, entity) in self.entities.iter().enumerate() {
            let state = relation.of(entity).state();
            if !state.is_given() || self.new.binary_search(&at).is_ok() {
                continue;
            }
            owners.push(values_at::<M>(entity, step.from)?);
            if let Some(target) = state.get().and_then(F::entity)
                && !is_unsaved::<F::Target>(target)
            {
                kept.push(key_values::<F::Target>(target)?);
            }
        }
        disconnect_others(db, step, def.dependent, &owners, &kept)
    }

    /// Refuses new entities that are related over others: it is not known by which.
    fn refuse_new<F: RelationField<Target: Related>>(
        &mut self,
        relation: Relation<M, F>,
    ) -> Result<()> {
        let Task::Save(_) = self.walk.task else {
            return Ok(());
        };
        let mut targets = loaded::<M, F>(relation, self.entities).into_iter();
        if targets.any(|target| is_unsaved::<F::Target>(target)) {
            return Err(Error::InvalidQuery {
                table: M::TABLE.name,
                reason: "a new entity is related over others, which say how: save it as part of those",
            });
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

/// Rows that are to refer to others than before, and where their entities are.
#[derive(Default)]
struct Leading {
    moved: Moved,
    at: Vec<usize>,
}

impl Leading {
    /// Writes the references of the rows, by these columns.
    fn finish<M: Mapping>(
        self,
        db: &dyn Executor,
        targets: &mut [&mut M::Entity],
        step: &Step,
        columns: &[usize],
    ) -> Result<()> {
        self.moved.update(db, step)?;
        for at in self.at {
            gateway::remember_columns::<M>(targets[at], columns);
        }
        Ok(())
    }
}

/// Lets entities refer to their owners, and says which of them have rows that referred to others.
fn lead<M: Mapping>(
    db: &dyn Executor,
    targets: &mut [&mut M::Entity],
    step: &Step,
    owners: &[Value],
    owner_at: &[Range<usize>],
) -> Result<Leading> {
    let mut leading = Leading::default();
    for (at, (target, owner)) in targets.iter().zip(owner_at).enumerate() {
        let owner = &owners[owner.clone()];
        if !is_unsaved::<M>(target) && values_at::<M>(target, step.to)? != owner {
            leading.moved.add(key_values::<M>(target)?, owner);
            leading.at.push(at);
        }
    }
    leading.moved.refuse_keys(db, step)?;
    for (target, owner) in targets.iter_mut().zip(owner_at) {
        refer::<M>(target, step, &owners[owner.clone()])?;
    }
    Ok(leading)
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
