//! Changed keys: what refers to a row is to refer to it still.

use super::shelf::Shelf;
use super::slot::State;
use super::work::AnyShelf;
use crate::connection::{Access, Executor};
use crate::error::{Error, Result};
use crate::gateway::{Matching, Set};
use crate::mapper::DataMapper;
use crate::mapping::{ForeignKey, Mapping, ReferentialAction};
use crate::relation::owned::Tree;
use crate::relation::{Key, assign, key_of};
use crate::value::Value;

/// A row that is referred to by other values than before.
pub(super) struct Move {
    before: Vec<Value>,
    now: Vec<Value>,
}

/// What an object referred to before, if that was changed because of a moved row.
pub(super) struct Followed {
    pub(super) at: u32,
    pub(super) columns: &'static [usize],
    pub(super) before: Vec<Value>,
    /// Whether what it was is only kept because of this.
    pub(super) is_kept_for_this: bool,
}

/// Lets the database look at references only when all of them are written, as long as `work` is done.
pub(super) fn deferring(
    db: &dyn Executor,
    table: &'static str,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let (defer, check) = db.dialect().defer_foreign_keys().ok_or(Error::InvalidQuery {
        table,
        reason: "a key is changed to which others may refer, and the database checks that at once",
    })?;
    let run = |sql| db.run(Access::Write, &mut |connection| connection.batch(sql));
    run(defer)?;
    work()?;
    run(check)
}

/// Lets all rows and objects that refer to moved ones refer to them still.
pub(super) fn follow(shelves: &mut [Box<dyn AnyShelf>], db: &dyn Executor) -> Result<()> {
    for at in 0..shelves.len() {
        for key in shelves[at].table().foreign_keys {
            let mut moves = Vec::new();
            for target in shelves.iter() {
                moves.extend(target.moves(key)?);
            }
            if !moves.is_empty() {
                shelves[at].follow(db, key, &moves)?;
            }
        }
    }
    Ok(())
}

impl<M: DataMapper> Shelf<M> {
    /// Whether an object has another key than its row.
    pub(super) fn has_moved(&self) -> bool {
        self.touched
            .iter()
            .any(|&at| self.is_moved(at, M::TABLE.key))
    }

    fn is_moved(&self, at: u32, columns: &[usize]) -> bool {
        let Some(slot) = self.slot(at) else {
            return false;
        };
        let before = slot.kept.as_ref().filter(|_| slot.state == State::Stored);
        before.is_some_and(|before| {
            let mut columns = columns.iter();
            columns.any(|&at| before.values.differs::<M>(&slot.entity, at))
        })
    }

    /// The objects to which a foreign key of another table leads by other values than before.
    pub(super) fn moves_of(&self, key: &ForeignKey) -> Result<Vec<Move>> {
        let columns = key.referenced();
        if !(key.target)().is(M::TABLE) {
            return Ok(Vec::new());
        }
        let touched = self
            .touched
            .iter()
            .filter(|&&at| self.is_moved(at, columns));
        let moves = touched.filter_map(|&at| {
            let slot = self.slot(at)?;
            let before = slot.kept.as_ref()?.values.at(columns);
            let now = columns.iter().map(|&column| {
                let value = M::value(&slot.entity, column).into_value();
                value.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))
            });
            let now = now.collect::<Result<Vec<Value>>>();
            Some(now.map(|now| Move { before, now }))
        });
        moves.collect()
    }

    /// Lets rows and objects refer to moved ones by the values that these have now.
    pub(super) fn follow_moves(
        &mut self,
        db: &dyn Executor,
        key: &'static ForeignKey,
        moves: &[Move],
    ) -> Result<()> {
        for Move { before, now } in moves {
            let by_the_database = !matches!(
                key.on_update,
                ReferentialAction::NoAction | ReferentialAction::Restrict
            );
            if !by_the_database {
                let set = key.columns.iter().zip(now);
                let set: Vec<(usize, Set<'_>)> = set
                    .map(|(&at, value)| (at, Set::Value(value.clone())))
                    .collect();
                let rows = std::slice::from_ref(before);
                Matching::any(M::TABLE, key.columns, rows).update(db, &set)?;
            }
            if matches!(
                key.on_update,
                ReferentialAction::NoAction
                    | ReferentialAction::Restrict
                    | ReferentialAction::Cascade
            ) {
                self.follow_in_memory(key, before, now)?;
            }
        }
        Ok(())
    }

    fn follow_in_memory(
        &mut self,
        key: &'static ForeignKey,
        before: &[Value],
        now: &[Value],
    ) -> Result<()> {
        let columns = key.columns;
        let old = key_of(M::TABLE, columns, before)?;
        for at in 0..self.slots.len() {
            let Some(slot) = &mut self.slots[at] else {
                continue;
            };
            let is_there = matches!(slot.state, State::New | State::Stored | State::Expired);
            if !is_there || reference::<M>(&slot.entity, columns)? != Some(old.clone()) {
                continue;
            }
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let is_kept_for_this = slot.kept.is_none() && slot.state != State::New;
            if is_kept_for_this {
                slot.kept = Some(Tree::of::<M>(&slot.entity));
                self.flush.updated.push(at);
            }
            assign::<M>(&mut slot.entity, columns, now)?;
            self.flush.followed.push(Followed {
                at,
                columns,
                before: before.to_vec(),
                is_kept_for_this,
            });
        }
        Ok(())
    }

    /// Takes back what was followed.
    pub(super) fn unfollow(&mut self) {
        for followed in std::mem::take(&mut self.flush.followed).into_iter().rev() {
            if let Some(slot) = self.slot_mut(followed.at) {
                // The values were in these fields before.
                let _ = assign::<M>(&mut slot.entity, followed.columns, &followed.before);
                if followed.is_kept_for_this {
                    slot.kept = None;
                }
            }
        }
    }
}

/// What an entity refers to by some columns, if to anything.
fn reference<M: Mapping>(entity: &M::Entity, columns: &[usize]) -> Result<Option<Key>> {
    let mut values = Vec::with_capacity(columns.len());
    for &at in columns {
        match M::value(entity, at).into_value() {
            Ok(Value::Null) | Err(_) => return Ok(None),
            Ok(value) => values.push(value),
        }
    }
    key_of(M::TABLE, columns, &values).map(Some)
}
