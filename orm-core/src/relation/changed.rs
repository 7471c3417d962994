//! Rows of which some columns have changed since they were read: each is only written over if it is as it was.

use super::change::values_at;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway::{self, Changed, ChangedColumns};
use crate::key::Key as _;
use crate::mapping::{KeyStrategy, Mapping, Table};
use crate::value::Row;

/// Whether rows are compared with what was read of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// In the columns that have changed, unless they have a version.
    Loaded,
    /// Only by their keys and versions.
    Nothing,
}

impl Compared {
    /// As programs say it.
    pub(crate) fn when(compared: bool) -> Self {
        if compared {
            Self::Loaded
        } else {
            Self::Nothing
        }
    }
}

/// The places of those among some things that have changed in the same columns, and these columns.
pub(crate) type Groups = Vec<(Vec<usize>, Vec<u32>)>;

/// Adds one that has changed in some columns to the others.
pub(crate) fn add_to(groups: &mut Groups, columns: &[usize], place: u32) {
    let mut known = groups.iter_mut();
    // They are few, and calling a function to compare their bytes would cost more than this.
    let are_same = |known: &[usize]| {
        known.len() == columns.len() && known.iter().zip(columns).all(|(known, at)| known == at)
    };
    match known.find(|(known, _)| are_same(known)) {
        Some((_, places)) => places.push(place),
        None => groups.push((columns.to_vec(), vec![place])),
    }
}

/// Updates the same columns of some rows. Those that the database has changed already, as the entities say, are followed.
pub(crate) fn update<M: Mapping>(
    db: &dyn Executor,
    rows: &[Changed<'_, M::Entity>],
    written: &[usize],
    followed: &[usize],
    compared: Compared,
) -> Result<()> {
    let mut columns = ChangedColumns {
        written,
        compared: &[],
        followed,
    };
    let others = written.iter().copied().filter(|at| !followed.contains(at));
    let others: Vec<usize> = others.collect();
    // A version says as much.
    if compared == Compared::Loaded && M::TABLE.version.is_none() {
        columns.compared = &others;
    }
    let mut begin = 0;
    loop {
        let updated = gateway::update_changed::<M>(db, &rows[begin..], columns);
        let updated = updated.map_err(|error| error.in_row_of(|row| Some(begin + row)))?;
        let Some(nth) = updated else {
            return Ok(());
        };
        let row = &rows[begin + nth];
        if columns.compared.is_empty() {
            return Err(gateway::stale::<M>(row.before.key::<M>()));
        }
        require_same::<M>(db, row, columns)?;
        // It is written in another form, which means the same.
        let same = [Changed { ..*row }];
        let by_key = ChangedColumns {
            compared: &[],
            ..columns
        };
        if gateway::update_changed::<M>(db, &same, by_key)?.is_some() {
            return Err(gateway::stale::<M>(row.before.key::<M>()));
        }
        begin += nth + 1;
    }
}

/// Refuses changes of a key that the user does not make, and of columns that the program does not write.
pub(crate) fn require_changeable(table: &'static Table, columns: &[usize]) -> Result<()> {
    gateway::require_one_table(table)?;
    let is_made = table.key_strategy != KeyStrategy::Assigned;
    if is_made && columns.iter().any(|&at| table.is_key(at)) {
        return Err(Error::InvalidQuery {
            table: table.name,
            reason: "its key was changed, which is not made by the user: add another object, and remove this one",
        });
    }
    let written = columns.iter().copied().filter(|at| !table.is_key(*at));
    gateway::require_writable(table, &written.collect::<Vec<usize>>())
}

/// Refuses a row that is gone, or differs from what was read in the compared columns.
fn require_same<M: Mapping>(
    db: &dyn Executor,
    row: &Changed<'_, M::Entity>,
    columns: ChangedColumns<'_>,
) -> Result<()> {
    let mut key = row.before.key::<M>();
    for (value, &at) in key.iter_mut().zip(M::TABLE.key) {
        if columns.followed.contains(&at) {
            *value = values_at::<M>(row.entity, &[at])?.remove(0);
        }
    }
    let now = gateway::find::<M>(db, &M::Key::read(&Row::new(&key), 0)?)?;
    let differs = |now: &M::Entity| {
        let mut columns = columns.compared.iter();
        columns.any(|&at| row.before.differs::<M>(now, at))
    };
    if now.as_ref().is_none_or(differs) {
        return Err(gateway::stale::<M>(row.before.key::<M>()));
    }
    Ok(())
}
