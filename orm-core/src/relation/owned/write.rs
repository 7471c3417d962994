//! Writing the children of aggregates: those that are new, changed, and no longer there, in whole batches.

use std::collections::{HashMap, HashSet};

use super::{Children, Owned, Reference, TreeRef, columns_of};
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway::{self, Changed, Matching};
use crate::key::Key as _;
use crate::mapping::{self, Mapping, ReferentialAction};
use crate::relation::change::{assign, key_values, values_at};
use crate::relation::changed::{self, Compared, Groups, add_to};
use crate::relation::delete::delete_matching;
use crate::relation::keys::is_unsaved;
use crate::relation::related::{OwnedVisitor, Related};
use crate::relation::{Key, delete_rows, key_of, with_parents};
use crate::value::Value;

/// How rows are told from those that somebody else has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check<'a> {
    /// They are compared with what was read, but for references that have followed changed keys.
    Read(Compared, &'a [Reference]),
    /// What they were was read a moment ago; only their versions tell.
    Versions,
}

impl Check<'_> {
    /// As it is said for one mapper, if something is.
    pub(crate) fn of(self, compared: Option<Compared>) -> Self {
        match (self, compared) {
            (Self::Read(_, followed), Some(compared)) => Self::Read(compared, followed),
            _ => self,
        }
    }
}

/// An entity, and what it and its children were, if it is not new.
pub(crate) type Written<'e, 't, E> = (&'e mut E, Option<TreeRef<'t>>);

/// The keys of children that were deleted and may have been put in elsewhere, by their tables. Only those are noted that
/// have versions.
#[derive(Debug, Default)]
pub(crate) struct Gone(HashSet<(&'static str, Key)>);

impl Gone {
    /// Notes a child, and the children that went with it.
    fn note<T: Related>(&mut self, tree: TreeRef<'_>) -> Result<()> {
        if T::TABLE.version.is_some() {
            self.0.insert((T::TABLE.name, tree.key::<T>()?));
        }
        self.note_children::<T>(tree)
    }

    fn note_children<M: Related>(&mut self, tree: TreeRef<'_>) -> Result<()> {
        if !M::OWNS {
            return Ok(());
        }
        M::owned(&mut NoteGone {
            tree,
            gone: self,
            field: 0,
        })
    }
}

struct NoteGone<'a, 't> {
    tree: TreeRef<'t>,
    gone: &'a mut Gone,
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for NoteGone<'_, '_> {
    fn visit<C: Children<T>, T: Related>(&mut self, _: Owned<M, C, T>) -> Result<()> {
        let mut children = self.tree.children::<T>(self.field);
        self.field += 1;
        children.try_for_each(|tree| self.gone.note::<T>(tree))
    }
}

/// Writes the children of entities, which are written already. What goes comes first, of all fields and levels, since it
/// may be put in elsewhere; then what has changed, and then what is new.
pub(crate) fn write<M: Related>(
    db: &dyn Executor,
    roots: &mut [Written<'_, '_, M::Entity>],
    check: Check<'_>,
) -> Result<()> {
    let mut gone = Gone::default();
    take_out::<M>(db, roots, check, &mut gone)?;
    put::<M>(db, roots, check, &gone)
}

/// Deletes the children that are no longer there, and notes them.
pub(crate) fn take_out<M: Related>(
    db: &dyn Executor,
    roots: &mut [Written<'_, '_, M::Entity>],
    check: Check<'_>,
    gone: &mut Gone,
) -> Result<()> {
    if !M::OWNS || roots.is_empty() {
        return Ok(());
    }
    M::owned(&mut TakeOut::<M> {
        db,
        roots,
        check,
        gone,
        field: 0,
    })
}

struct TakeOut<'a, 'e, 't, M: Mapping> {
    db: &'a dyn Executor,
    roots: &'a mut [Written<'e, 't, M::Entity>],
    check: Check<'a>,
    gone: &'a mut Gone,
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for TakeOut<'_, '_, '_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let step = owned.step()?;
        let identity: Vec<usize> = T::TABLE.identity().collect();
        let same_root: Vec<usize> = found_by(owned)?.chain(T::TABLE.version).collect();
        let (mut all, mut gone, mut gone_from_moved) = (Vec::new(), Vec::new(), Vec::new());
        for (root, before) in &mut *self.roots {
            let before = children_before::<T>(*before, self.field);
            if before.is_empty() {
                continue;
            }
            let moved = fill_in(owned, root)?;
            let children = owned.of_mut(root).children_mut();
            let left = matched::<T>(children, &before, &moved, &mut all)?;
            for tree in before {
                if !left.contains_key(&moved.key::<T>(tree)?) {
                    continue;
                }
                self.gone.note::<T>(tree)?;
                // Whether rows have followed a root whose key was changed is not known here.
                if tree.values.at(step.to) == moved.values {
                    gone.push(tree.values.at(&same_root));
                } else {
                    gone_from_moved.push(moved.stored(tree, &identity));
                }
            }
        }
        self.field += 1;
        delete_gone::<T>(self.db, &same_root, &gone, self.check)?;
        delete_gone::<T>(self.db, &identity, &gone_from_moved, self.check)?;
        all.retain(|(_, tree)| tree.is_some());
        take_out::<T>(self.db, &mut all, self.check, self.gone)
    }
}

/// Writes the children that are there, when those are deleted that are no longer where they were.
pub(crate) fn put<M: Related>(
    db: &dyn Executor,
    roots: &mut [Written<'_, '_, M::Entity>],
    check: Check<'_>,
    gone: &Gone,
) -> Result<()> {
    if !M::OWNS || roots.is_empty() {
        return Ok(());
    }
    M::owned(&mut Put::<M> {
        db,
        roots,
        check,
        gone,
        field: 0,
    })
}

struct Put<'a, 'e, 't, M: Mapping> {
    db: &'a dyn Executor,
    roots: &'a mut [Written<'e, 't, M::Entity>],
    check: Check<'a>,
    gone: &'a Gone,
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for Put<'_, '_, '_, M> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let mut all: Vec<Written<'_, '_, T::Entity>> = Vec::new();
        let mut owners = Vec::new();
        for (at, (root, before)) in self.roots.iter_mut().enumerate() {
            let before = children_before::<T>(*before, self.field);
            let moved = fill_in(owned, root)?;
            let children = owned.of_mut(root).children_mut();
            matched::<T>(children, &before, &moved, &mut all)?;
            owners.resize(all.len(), at);
        }
        self.field += 1;
        advance_moved::<T>(&mut all, self.gone)?;
        let followed = Followed::by(owned)?;
        let written = write_all::<T>(self.db, &mut all, followed, self.check, self.gone);
        // An error about a child is one about its root.
        written.map_err(|error| error.in_row_of(|child| owners.get(child).copied()))
    }
}

fn write_all<T: Related>(
    db: &dyn Executor,
    all: &mut [Written<'_, '_, T::Entity>],
    followed: Followed,
    check: Check<'_>,
    gone: &Gone,
) -> Result<()> {
    update::<T>(db, all, followed, check)?;
    insert::<T>(db, all)?;
    put::<T>(db, all, check, gone)
}

/// References that the database has changed together with the keys of the roots.
#[derive(Clone, Copy)]
struct Followed {
    columns: &'static [usize],
    /// Whether they refer to the roots still.
    refer: bool,
}

impl Followed {
    fn by<M: Mapping, C: Children<T>, T: Mapping>(owned: Owned<M, C, T>) -> Result<Self> {
        use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};

        let step = owned.step()?;
        let mut keys = T::TABLE.foreign_keys.iter();
        let key = keys.find(|key| key.columns == step.to && (key.target)().is(M::TABLE));
        let on_update = key.map_or(NoAction, |key| key.on_update);
        Ok(Self {
            columns: match on_update {
                NoAction | Restrict => &[],
                Cascade | SetNull | SetDefault => step.to,
            },
            refer: on_update == Cascade,
        })
    }
}

/// What the children of one root hold in columns that have followed the key of the root.
struct Moved {
    columns: &'static [usize],
    values: Vec<Value>,
}

impl Moved {
    /// What the row of a child holds in some columns by now.
    fn stored(&self, child: TreeRef<'_>, columns: &[usize]) -> Vec<Value> {
        let mut values = child.values.at(columns);
        for (column, now) in self.columns.iter().zip(&self.values) {
            if let Some(nth) = columns.iter().position(|at| at == column) {
                values[nth].clone_from(now);
            }
        }
        values
    }

    /// The key of a child's row.
    fn key<T: Mapping>(&self, child: TreeRef<'_>) -> Result<Key> {
        key_of(T::TABLE, T::TABLE.key, &self.stored(child, T::TABLE.key))
    }
}

/// Lets children refer to their root, and know their places. Says what has followed the root already.
fn fill_in<M: Mapping, C: Children<T>, T: Mapping>(
    owned: Owned<M, C, T>,
    root: &mut M::Entity,
) -> Result<Moved> {
    let step = owned.step()?;
    let followed = Followed::by(owned)?;
    let reference = values_at::<M>(root, step.from)?;
    let children = owned.of_mut(root);
    let mut names = Vec::new().into_iter();
    if owned.by().is_some() {
        let given = children.names();
        let given = given.map_err(|mismatch| Error::encode(T::TABLE.name, "", mismatch))?;
        names = given.into_iter();
    }
    for (place, child) in (0..).zip(children.children_mut()) {
        assign::<T>(child, step.to, &reference)?;
        if let Some(order) = owned.order() {
            assign::<T>(child, &[order], &[Value::Int(place)])?;
        }
        if let (Some(by), Some(name)) = (owned.by(), names.next()) {
            assign::<T>(child, &[by], &[name])?;
        }
    }
    Ok(Moved {
        columns: if followed.refer {
            followed.columns
        } else {
            &[]
        },
        values: reference,
    })
}

/// The children that a root had in one of its fields.
fn children_before<T: Mapping>(root: Option<TreeRef<'_>>, field: usize) -> Vec<TreeRef<'_>> {
    let roots = root.into_iter();
    roots.flat_map(|root| root.children::<T>(field)).collect()
}

/// Finds what each child was, and returns those that were and have not been found.
fn matched<'e, 't, T: Mapping>(
    children: impl Iterator<Item = &'e mut T::Entity>,
    before: &[TreeRef<'t>],
    moved: &Moved,
    all: &mut Vec<Written<'e, 't, T::Entity>>,
) -> Result<HashMap<Key, TreeRef<'t>>> {
    let mut left = HashMap::with_capacity(before.len());
    for tree in before {
        left.insert(moved.key::<T>(*tree)?, *tree);
    }
    let mut seen = HashSet::new();
    for child in children {
        let mut tree = None;
        if !before.is_empty() && !is_unsaved::<T>(child) {
            let key = key_of(T::TABLE, T::TABLE.key, &key_values::<T>(child)?)?;
            tree = left.remove(&key);
            if !seen.insert(key) {
                return Err(Error::InvalidQuery {
                    table: T::TABLE.name,
                    reason: "two children of one object have the same key",
                });
            }
        }
        all.push((child, tree));
    }
    Ok(left)
}

/// Lets children that were those of another root become other versions, as whoever has read them there has to see.
fn advance_moved<T: Mapping>(all: &mut [Written<'_, '_, T::Entity>], gone: &Gone) -> Result<()> {
    if T::TABLE.version.is_none() || gone.0.is_empty() {
        return Ok(());
    }
    for (child, _) in all.iter_mut().filter(|(_, tree)| tree.is_none()) {
        let key = key_of(T::TABLE, T::TABLE.key, &key_values::<T>(child)?)?;
        if gone.0.contains(&(T::TABLE.name, key)) {
            mapping::advance::<T>(child)?;
        }
    }
    Ok(())
}

/// Deletes all children of entities, and notes them.
pub(crate) fn delete<M: Related>(
    db: &dyn Executor,
    roots: &[TreeRef<'_>],
    gone: &mut Gone,
) -> Result<()> {
    if !M::OWNS || roots.is_empty() {
        return Ok(());
    }
    for root in roots {
        gone.note_children::<M>(*root)?;
    }
    M::owned(&mut Delete {
        db,
        roots,
        field: 0,
    })
}

struct Delete<'a> {
    db: &'a dyn Executor,
    roots: &'a [TreeRef<'a>],
    field: usize,
}

impl<M: Mapping> OwnedVisitor<M> for Delete<'_> {
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()> {
        let columns: Vec<usize> = found_by(owned)?.collect();
        let roots = self.roots.iter();
        let children = roots.flat_map(|root| root.children::<T>(self.field));
        let rows: Vec<Vec<Value>> = children.map(|child| child.values.at(&columns)).collect();
        self.field += 1;
        if rows.is_empty() {
            return Ok(());
        }
        // Where the root is not what is stored, a child may be that of another by now.
        delete_matching(self.db, Matching::any(T::TABLE, &columns, &rows)).map(drop)
    }
}

/// The columns by which a row is found that is to be a child of the same root as before: its key, and its reference.
fn found_by<M: Mapping, C: Children<T>, T: Mapping>(
    owned: Owned<M, C, T>,
) -> Result<impl Iterator<Item = usize>> {
    let reference = owned.step()?.to.iter().copied();
    let reference = reference.filter(|at| !T::TABLE.is_key(*at));
    Ok(T::TABLE.key.iter().copied().chain(reference))
}

/// Deletes rows, which are given by their keys first, and what else they are to hold.
fn delete_gone<T: Mapping>(
    db: &dyn Executor,
    columns: &[usize],
    rows: &[Vec<Value>],
    check: Check<'_>,
) -> Result<()> {
    match check {
        _ if rows.is_empty() => Ok(()),
        Check::Read(..) => delete_there::<T>(db, columns, rows),
        Check::Versions => delete_by_keys::<T>(db, rows),
    }
}

/// The same, if all of them are there and hold that. They may refer to each other, which the database looks at when the
/// statement ends.
pub(crate) fn delete_there<T: Mapping>(
    db: &dyn Executor,
    columns: &[usize],
    rows: &[Vec<Value>],
) -> Result<()> {
    require_there::<T>(db, columns, rows)?;
    delete_by_keys::<T>(db, rows)
}

fn delete_by_keys<T: Mapping>(db: &dyn Executor, rows: &[Vec<Value>]) -> Result<()> {
    let keys = rows.iter().map(|row| row[..T::Key::WIDTH].to_vec());
    delete_rows(db, T::TABLE, &keys.collect::<Vec<_>>()).map(drop)
}

/// Refuses rows that are gone, of other roots, or of other versions.
fn require_there<T: Mapping>(
    db: &dyn Executor,
    columns: &[usize],
    rows: &[Vec<Value>],
) -> Result<()> {
    let there = Matching::any(T::TABLE, columns, rows).select(db, T::TABLE.key)?;
    let there = there.iter().map(|key| key_of(T::TABLE, T::TABLE.key, key));
    let there: HashSet<Key> = there.collect::<Result<_>>()?;
    for row in rows {
        let key = &row[..T::Key::WIDTH];
        if !there.contains(&key_of(T::TABLE, T::TABLE.key, key)?) {
            return Err(gateway::stale::<T>(key.to_vec()));
        }
    }
    Ok(())
}

fn update<T: Mapping>(
    db: &dyn Executor,
    all: &mut [Written<'_, '_, T::Entity>],
    followed: Followed,
    check: Check<'_>,
) -> Result<()> {
    let mut moved = followed.columns.to_vec();
    let mut compared = Compared::Nothing;
    if let Check::Read(read, references) = check {
        compared = read;
        moved.extend(columns_of(references, T::TABLE));
    }
    let mut groups = Groups::new();
    for (place, (child, tree)) in (0..).zip(all.iter_mut()) {
        let Some(tree) = tree else { continue };
        let mut columns = tree.values.changed::<T>(child);
        if followed.refer {
            columns.retain(|at| !followed.columns.contains(at));
        }
        if columns.iter().any(|at| T::TABLE.version == Some(*at)) {
            return Err(gateway::stale::<T>(tree.values.key::<T>()));
        }
        if !columns.is_empty() {
            mapping::advance::<T>(child)?;
            add_to(&mut groups, &columns, place);
        }
    }
    for (columns, places) in groups {
        changed::require_changeable(T::TABLE, &columns)?;
        let columns = gateway::with_version(T::TABLE, &columns);
        let rows = places.iter().filter_map(|&place| {
            let (child, tree) = &all[place as usize];
            let before = (*tree)?.values;
            Some(Changed {
                entity: &**child,
                before,
            })
        });
        let mut rows: Vec<Changed<'_, T::Entity>> = rows.collect();
        let updated = with_parents::<T, _, _>(db, &mut rows, |db, rows| {
            changed::update::<T>(db, rows, &columns, &moved, compared)
        });
        updated.map_err(|error| error.in_row_of(|row| places.get(row).map(|&at| at as usize)))?;
    }
    Ok(())
}

fn insert<T: Mapping>(db: &dyn Executor, all: &mut [Written<'_, '_, T::Entity>]) -> Result<()> {
    let new = all.iter_mut().enumerate();
    let new = new.filter(|(_, (_, tree))| tree.is_none());
    let (places, mut new): (Vec<usize>, Vec<&mut T::Entity>) =
        new.map(|(at, (child, _))| (at, &mut **child)).unzip();
    let inserted = with_parents::<T, _, _>(db, &mut new, |db, new| {
        gateway::insert_all_or_give_up::<T>(db, new)
    });
    inserted.map_err(|error| error.in_row_of(|row| places.get(row).copied()))
}
