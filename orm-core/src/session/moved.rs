//! Changed keys: what refers to a row is to refer to it still.

use super::shelf::Shelf;
use super::slot::State;
use super::work::AnyShelf;
use crate::connection::{Access, Executor};
use crate::error::{Error, Result};
use crate::gateway::{self, Move};
use crate::mapper::DataMapper;
use crate::mapping::{ForeignKey, KeyStrategy, ReferentialAction, Table};
use crate::relation::owned::{self, Journal, Moves, Reference};
use crate::relation::{assign, key_of, values_at};
use crate::value::Value;

/// What an object referred to before, if that was changed because of a moved row.
pub(super) struct Followed {
    at: u32,
    /// The columns in which it refers itself, and what they held.
    before: Option<(&'static [usize], Vec<Value>)>,
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

/// Lets all rows and objects that refer to moved ones refer to them still, those first that others refer to. Returns
/// the references that have been followed.
pub(super) fn follow(
    shelves: &mut [Box<dyn AnyShelf>],
    order: &[usize],
    db: &dyn Executor,
) -> Result<Vec<Reference>> {
    let mut followed: Vec<Reference> = Vec::new();
    for &at in order {
        for reference in shelves[at].foreign_keys() {
            let mut moves = Vec::new();
            for target in shelves.iter() {
                moves.extend(target.moves(reference.key)?);
            }
            if moves.is_empty() {
                continue;
            }
            if !followed.iter().any(|known| known.is(reference)) {
                follow_rows(db, reference, &moves)?;
                followed.push(reference);
            }
            shelves[at].follow(reference, &moves)?;
        }
    }
    Ok(followed)
}

fn follow_rows(db: &dyn Executor, reference: Reference, moves: &[Move]) -> Result<()> {
    let Reference { table, key } = reference;
    match key.on_update {
        ReferentialAction::NoAction | ReferentialAction::Restrict => {
            gateway::follow(db, table, key.columns, moves)
        }
        // The database has done it.
        _ => Ok(()),
    }
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

    /// Lets objects and their children refer to moved rows by the values that these have now.
    pub(super) fn follow_moves(&mut self, reference: Reference, moves: &[Move]) -> Result<()> {
        use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};

        let Reference { table, key } = reference;
        let nothing = vec![Value::Null; key.columns.len()];
        let mut now = Moves::with_capacity(moves.len());
        for Move { before, now: after } in moves {
            let after = match key.on_update {
                NoAction | Restrict | Cascade => after,
                SetNull | SetDefault => &nothing,
            };
            now.insert(key_of(table, key.columns, before)?, after);
        }
        for at in 0..self.slots.len() {
            self.follow_in_memory(at, reference, &now)?;
        }
        Ok(())
    }

    fn follow_in_memory(
        &mut self,
        place: usize,
        reference: Reference,
        now: &Moves<'_>,
    ) -> Result<()> {
        let (Some(Some(slot)), Ok(at)) = (self.slots.get_mut(place), u32::try_from(place)) else {
            return Ok(());
        };
        if !matches!(slot.state, State::New | State::Stored | State::Expired) {
            return Ok(());
        }
        let own = owned::moved_to::<M>(&slot.entity, reference, now)?;
        let in_children = owned::refers::<M>(&slot.entity, reference, now)?;
        if own.is_none() && !in_children {
            return Ok(());
        }
        let is_kept_for_this = slot.kept.is_none() && slot.state != State::New;
        if is_kept_for_this {
            slot.kept = self.past.keep(&slot.entity);
            self.touched.push(at);
        }
        if slot.state != State::New {
            self.flush.updated.push(at);
            if in_children {
                let journal = Journal::of::<M>(&slot.entity)?;
                self.flush.journals.push((at, journal));
            }
        }
        let columns = reference.key.columns;
        self.flush.followed.push(Followed {
            at,
            before: match own {
                Some(_) => Some((columns, values_at::<M>(&slot.entity, columns)?)),
                None => None,
            },
            is_kept_for_this,
        });
        if reference.key.on_update == ReferentialAction::SetDefault {
            // What the default is, the database knows.
            slot.state = State::Expired;
            return Ok(());
        }
        if let Some(now) = own {
            assign::<M>(&mut slot.entity, columns, now)?;
        }
        owned::follow::<M>(&mut slot.entity, reference, now)
    }

    /// Takes back what was followed.
    pub(super) fn unfollow(&mut self) {
        for followed in std::mem::take(&mut self.flush.followed).into_iter().rev() {
            if let Some(slot) = self.slot_mut(followed.at) {
                if let Some((columns, before)) = followed.before {
                    // The values were in these fields before.
                    let _ = assign::<M>(&mut slot.entity, columns, &before);
                }
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
