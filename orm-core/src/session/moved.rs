//! Changed keys: what refers to a row is to refer to it still.

use std::collections::HashMap;

use super::shelf::Shelf;
use super::slot::{State, reference};
use super::work::AnyShelf;
use crate::connection::{Access, Executor};
use crate::error::{Error, Result};
use crate::gateway::{self, Move};
use crate::mapper::DataMapper;
use crate::mapping::{ForeignKey, KeyStrategy, ReferentialAction, Table};
use crate::relation::{Key, assign, key_of};
use crate::value::Value;

/// What an object referred to before, if that was changed because of a moved row.
pub(super) struct Followed {
    at: u32,
    columns: &'static [usize],
    before: Vec<Value>,
    /// Whether what it was is only kept because of this.
    is_kept_for_this: bool,
}

/// Lets the database look at references when the transaction ends, if some are to follow.
///
/// It is not told to look at once again: SQLite would forget what it has to look at.
pub(super) fn defer(shelves: &[Box<dyn AnyShelf>], db: &dyn Executor) -> Result<()> {
    let tables = shelves.iter().flat_map(|objects| objects.tables());
    for table in tables {
        if !refers_to_moved(shelves, table)? {
            continue;
        }
        let sql = db.dialect().defer_foreign_keys();
        let sql = sql.ok_or(Error::InvalidQuery {
            table: table.name,
            reason: "it refers to a key that is changed, and the database checks that at once",
        })?;
        return db.run(Access::Write, &mut |connection| connection.batch(sql));
    }
    Ok(())
}

fn refers_to_moved(shelves: &[Box<dyn AnyShelf>], table: &Table) -> Result<bool> {
    for key in table.foreign_keys {
        for target in shelves {
            if !target.moves(key)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Lets all rows and objects that refer to moved ones refer to them still, those first that others refer to.
pub(super) fn follow(
    shelves: &mut [Box<dyn AnyShelf>],
    order: &[usize],
    db: &dyn Executor,
) -> Result<()> {
    for &at in order {
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
    /// The objects to which a foreign key of a table leads by other values than before.
    pub(super) fn moves_of(&self, key: &ForeignKey) -> Result<Vec<Move>> {
        let mut moves = Vec::new();
        let columns = key.referenced();
        let is_made = M::TABLE.key_strategy != KeyStrategy::Assigned && columns == M::TABLE.key;
        if !(key.target)().is(M::TABLE) || is_made {
            return Ok(moves);
        }
        for &at in &self.touched {
            let stored = self.slot(at).filter(|slot| slot.state == State::Stored);
            let Some((slot, before)) = stored.and_then(|slot| Some((slot, self.before(slot)?)))
            else {
                continue;
            };
            let entity = &slot.entity;
            let mut referred = columns.iter();
            if !referred.any(|&at| before.values.differs::<M>(entity, at)) {
                continue;
            }
            let now = columns.iter().map(|&column| {
                let value = M::value(entity, column).into_value();
                value.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))
            });
            moves.push(Move {
                before: before.values.at(columns),
                now: now.collect::<Result<_>>()?,
            });
        }
        Ok(moves)
    }

    /// Lets rows and objects refer to moved ones by the values that these have now.
    pub(super) fn follow_moves(
        &mut self,
        db: &dyn Executor,
        key: &'static ForeignKey,
        moves: &[Move],
    ) -> Result<()> {
        use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};

        if let NoAction | Restrict = key.on_update {
            gateway::follow(db, M::TABLE, key.columns, moves)?;
        }
        let nothing = vec![Value::Null; key.columns.len()];
        let mut now = HashMap::with_capacity(moves.len());
        for Move { before, now: after } in moves {
            let after = match key.on_update {
                NoAction | Restrict | Cascade => after,
                SetNull | SetDefault => &nothing,
            };
            now.insert(key_of(M::TABLE, key.columns, before)?, after);
        }
        self.follow_in_memory(key, &now)
    }

    fn follow_in_memory(
        &mut self,
        key: &'static ForeignKey,
        now: &HashMap<Key, &Vec<Value>>,
    ) -> Result<()> {
        let columns = key.columns;
        for (at, slot) in (0u32..).zip(&mut self.slots) {
            let Some(slot) = slot else { continue };
            let is_there = matches!(slot.state, State::New | State::Stored | State::Expired);
            let Some(referred) = reference::<M>(&slot.entity, columns).filter(|_| is_there) else {
                continue;
            };
            let Some(now) = now.get(&key_of(M::TABLE, columns, &referred)?) else {
                continue;
            };
            let is_kept_for_this = slot.kept.is_none() && slot.state != State::New;
            if is_kept_for_this {
                slot.kept = self.past.keep(&slot.entity);
                self.flush.updated.push(at);
                self.touched.push(at);
            }
            self.flush.followed.push(Followed {
                at,
                columns,
                before: referred,
                is_kept_for_this,
            });
            if key.on_update == ReferentialAction::SetDefault {
                // What the default is, the database knows.
                slot.state = State::Expired;
            } else {
                assign::<M>(&mut slot.entity, columns, now)?;
            }
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
                if slot.state == State::Expired {
                    slot.state = State::Stored;
                }
            }
        }
    }
}
