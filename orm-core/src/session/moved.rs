//! Changed keys: what refers to a row is to refer to it still.

use std::collections::HashSet;

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
    pub(super) at: u32,
    /// The columns in which it refers itself, and what they held.
    pub(super) before: Option<(&'static [usize], Vec<Value>)>,
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

/// What has followed changed keys so far.
#[derive(Default)]
pub(super) struct Following {
    /// By rows.
    pub(super) references: Vec<Reference>,
    /// By objects, and in which shelves.
    objects: Vec<(usize, Reference)>,
}

impl Following {
    fn has_objects(&self, at: usize, reference: Reference) -> bool {
        let mut objects = self.objects.iter();
        objects.any(|(known, one)| *known == at && one.is(reference))
    }

    fn has_rows(&self, reference: Reference) -> bool {
        self.references.iter().any(|one| one.is(reference))
    }

    /// Lets objects of one shelf know what the database has done to their rows, since rows of shelves before it were
    /// updated.
    pub(super) fn note_done(
        &mut self,
        shelves: &mut [Box<dyn AnyShelf>],
        before: &[usize],
        at: usize,
    ) -> Result<()> {
        for reference in shelves[at].foreign_keys() {
            if is_followed_by_us(reference) {
                continue;
            }
            let moves = moves_of(before.iter().map(|&at| &*shelves[at]), reference)?;
            if moves.is_empty() {
                continue;
            }
            if !self.has_rows(reference) {
                self.references.push(reference);
            }
            // What the default is, the database knows, and the objects are read again when all is written.
            if reference.key.on_update != ReferentialAction::SetDefault {
                shelves[at].follow(reference, &moves)?;
                self.objects.push((at, reference));
            }
        }
        Ok(())
    }

    /// Lets all rows and objects that refer to moved ones refer to them still, those first that others refer to.
    pub(super) fn follow(
        &mut self,
        shelves: &mut [Box<dyn AnyShelf>],
        order: &[usize],
        db: &dyn Executor,
    ) -> Result<()> {
        for &at in order {
            for reference in shelves[at].foreign_keys() {
                let moves = moves_of(shelves.iter().map(|objects| &**objects), reference)?;
                if moves.is_empty() {
                    continue;
                }
                if !self.has_rows(reference) {
                    follow_rows(db, reference, &moves)?;
                    self.references.push(reference);
                }
                if !self.has_objects(at, reference) {
                    shelves[at].follow(reference, &moves)?;
                }
            }
        }
        Ok(())
    }
}

fn moves_of<'s>(
    shelves: impl Iterator<Item = &'s dyn AnyShelf>,
    reference: Reference,
) -> Result<Vec<Move>> {
    let mut moves = Vec::new();
    for target in shelves {
        moves.extend(target.moves(reference.key)?);
    }
    Ok(moves)
}

/// Whether the database leaves rows as they are when what they refer to has another key.
fn is_followed_by_us(reference: Reference) -> bool {
    use ReferentialAction::{NoAction, Restrict};
    matches!(reference.key.on_update, NoAction | Restrict)
}

fn follow_rows(db: &dyn Executor, reference: Reference, moves: &[Move]) -> Result<()> {
    if is_followed_by_us(reference) {
        gateway::follow(db, reference.table, reference.key.columns, moves)?;
    }
    Ok(())
}

/// What a shelf does about changed keys.
pub(super) trait Follows {
    /// The objects to which a foreign key leads by other values than before.
    fn moves(&self, key: &ForeignKey) -> Result<Vec<Move>>;

    /// The foreign keys by which objects and their children refer to others.
    fn foreign_keys(&self) -> Vec<Reference>;

    /// Lets objects and their children that refer to moved rows by a foreign key refer to them still.
    fn follow(&mut self, reference: Reference, moves: &[Move]) -> Result<()>;
}

impl<M: DataMapper> Follows for Shelf<M> {
    fn moves(&self, key: &ForeignKey) -> Result<Vec<Move>> {
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
            moves.push(Move {
                before: before.values.at(columns),
                now: values_at::<M>(entity, columns)?,
            });
        }
        Ok(moves)
    }

    fn foreign_keys(&self) -> Vec<Reference> {
        owned::references::<M>()
    }

    fn follow(&mut self, reference: Reference, moves: &[Move]) -> Result<()> {
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
}

impl<M: DataMapper> Shelf<M> {
    fn follow_in_memory(
        &mut self,
        place: usize,
        reference: Reference,
        now: &Moves<'_>,
    ) -> Result<()> {
        let (Some(Some(slot)), Ok(at)) = (self.slots.get_mut(place), u32::try_from(place)) else {
            return Ok(());
        };
        if slot.state == State::Removed {
            return self.note_moved(at, reference, now);
        }
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

    /// Notes which row is to be deleted, if its key is another one by now.
    fn note_moved(&mut self, at: u32, reference: Reference, now: &Moves<'_>) -> Result<()> {
        let Reference { table, key } = reference;
        let identity: Vec<usize> = M::TABLE.identity().collect();
        let is_key = key.columns.iter().all(|column| M::TABLE.is_key(*column));
        if !table.is(M::TABLE) || !is_key {
            return Ok(());
        }
        let mut row = match self.flush.moved.get(&at) {
            Some(row) => row.clone(),
            None => self.stored_identity(at)?,
        };
        let places = key.columns.iter().filter_map(|column| {
            let mut identity = identity.iter();
            identity.position(|at| at == column)
        });
        let places: Vec<usize> = places.collect();
        let referred: Vec<Value> = places.iter().map(|&place| row[place].clone()).collect();
        if let Some(now) = now.get(&key_of(table, key.columns, &referred)?) {
            for (place, value) in places.into_iter().zip(*now) {
                row[place].clone_from(value);
            }
            self.flush.moved.insert(at, row);
        }
        Ok(())
    }

    /// The objects that were not changed but for following keys.
    pub(super) fn followed_alone(&self) -> HashSet<u32> {
        let followed = self.flush.followed.iter();
        let alone = followed.filter(|followed| followed.is_kept_for_this);
        alone.map(|followed| followed.at).collect()
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
