//! Random changes of three related tables, compared after each with what a few maps say.

use std::collections::{BTreeMap, BTreeSet};

use orm::prelude::*;
use orm::{BelongsTo, Database, Error, HasMany, ManyToMany, Result};

use crate::recorder::recorded;
use crate::repetitions;

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    items_count: i64,
    #[orm(has_many(dependent = set_null))]
    items: HasMany<Item>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "items")]
struct Item {
    #[orm(primary_key)]
    id: i64,
    owner_id: Option<i64>,
    #[orm(readonly, db_default = "0")]
    marks_count: i64,
    #[orm(belongs_to(counter_cache = items_count))]
    owner: BelongsTo<Option<Owner>>,
    #[orm(has_many(dependent = cascade))]
    marks: HasMany<Mark>,
    #[orm(many_to_many(through = Mark))]
    labels: ManyToMany<Label>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "marks")]
struct Mark {
    #[orm(primary_key)]
    item_id: i64,
    #[orm(primary_key)]
    label_id: i64,
    #[orm(belongs_to(counter_cache = marks_count))]
    item: BelongsTo<Item>,
    #[orm(belongs_to(counter_cache = marks_count))]
    label: BelongsTo<Label>,
}

#[derive(Debug, Clone, Default, PartialEq, ActiveRecord)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key)]
    id: i64,
    #[orm(readonly, db_default = "0")]
    marks_count: i64,
    #[orm(has_many(dependent = cascade))]
    marks: HasMany<Mark>,
    #[orm(many_to_many(inverse = labels))]
    items: ManyToMany<Item>,
}

/// What the tables ought to hold.
#[derive(Debug, Clone, Default)]
struct Oracle {
    owners: BTreeSet<i64>,
    items: BTreeMap<i64, Option<i64>>,
    labels: BTreeSet<i64>,
    marks: BTreeSet<(i64, i64)>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }

    fn one_of(&mut self, ids: impl Iterator<Item = i64>) -> Option<i64> {
        let ids: Vec<i64> = ids.collect();
        let at = self.below(ids.len());
        ids.get(at).copied()
    }

    /// Some of them, not all different.
    fn some_of(&mut self, ids: impl Iterator<Item = i64>) -> Vec<i64> {
        let ids: Vec<i64> = ids.collect();
        let wanted = if ids.is_empty() { 0 } else { self.below(4) };
        (0..wanted).map(|_| ids[self.below(ids.len())]).collect()
    }
}

fn item(owner_id: Option<i64>) -> Item {
    Item {
        owner_id,
        ..Item::default()
    }
}

fn ids(items: &[Item]) -> BTreeSet<i64> {
    items.iter().map(|item| item.id).collect()
}

impl Oracle {
    fn of_owner(&self, owner: i64) -> BTreeSet<i64> {
        let items = self.items.iter();
        let items = items.filter(|(_, of)| **of == Some(owner));
        items.map(|(id, _)| *id).collect()
    }

    fn of_item(&self, item: i64) -> BTreeSet<i64> {
        let marks = self.marks.iter().filter(|mark| mark.0 == item);
        marks.map(|mark| mark.1).collect()
    }

    fn of_label(&self, label: i64) -> BTreeSet<i64> {
        let marks = self.marks.iter().filter(|mark| mark.1 == label);
        marks.map(|mark| mark.0).collect()
    }

    fn compare(&self, db: &Database) -> Result<()> {
        let owners = Owner::query().with(Owner::ITEMS).all(db)?;
        assert_eq!(
            owners.iter().map(|owner| owner.id).collect::<BTreeSet<_>>(),
            self.owners
        );
        for owner in &owners {
            let items = self.of_owner(owner.id);
            assert_eq!(ids(owner.items.get()?), items);
            assert_eq!(
                usize::try_from(owner.items_count),
                Ok(items.len()),
                "{owner:?}"
            );
        }
        let items = Item::query().with(Item::LABELS).with(Item::OWNER).all(db)?;
        let stored = items.iter().map(|item| (item.id, item.owner_id));
        assert_eq!(stored.collect::<BTreeMap<_, _>>(), self.items);
        for item in &items {
            let labels: BTreeSet<i64> = item.labels.get()?.iter().map(|label| label.id).collect();
            assert_eq!(labels, self.of_item(item.id));
            assert_eq!(
                usize::try_from(item.marks_count),
                Ok(labels.len()),
                "{item:?}"
            );
            assert_eq!(item.owner.get()?.map(|owner| owner.id), item.owner_id);
        }
        let labels = Label::query().with(Label::ITEMS).all(db)?;
        assert_eq!(
            labels.iter().map(|label| label.id).collect::<BTreeSet<_>>(),
            self.labels
        );
        for label in &labels {
            assert_eq!(ids(label.items.get()?), self.of_label(label.id));
            assert_eq!(
                usize::try_from(label.marks_count),
                Ok(label.items.get()?.len())
            );
        }
        Ok(())
    }

    fn step(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        match random.below(5) {
            0 => self.write(db, random),
            1 => self.change_items(db, random),
            2 => self.change_labels(db, random),
            3 => self.change_labeled(db, random),
            _ => self.delete(db, random),
        }
    }

    fn write(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        match random.below(7) {
            0 => {
                let mut owner = Owner::default();
                owner.insert(db)?;
                self.owners.insert(owner.id);
            }
            1 => {
                let mut label = Label::default();
                label.save(db)?;
                self.labels.insert(label.id);
            }
            2 => {
                let mut items: Vec<Item> = (0..random.below(4))
                    .map(|_| item(random.one_of(self.owners.iter().copied())))
                    .collect();
                Item::insert_many(db, &mut items)?;
                self.items
                    .extend(items.iter().map(|item| (item.id, item.owner_id)));
            }
            3 => {
                let Some(id) = random.one_of(self.items.keys().copied()) else {
                    return Ok(());
                };
                let mut item = Item::get(db, id)?;
                item.owner_id = random.one_of(self.owners.iter().copied());
                match random.below(4) {
                    0 => item.save(db)?,
                    1 => item.upsert(db)?,
                    2 => item.save_only(db, Item::OWNER_ID)?,
                    _ => drop(Item::update_many(db, &mut [item.clone()], Item::OWNER_ID)?),
                }
                self.items.insert(id, item.owner_id);
            }
            4 => {
                let known = random.one_of(self.labels.iter().copied());
                let mut labels = vec![Label::default()];
                if let Some(known) = known {
                    labels.extend([Label::get(db, known)?, Label::get(db, known)?]);
                }
                let mut items = vec![item(None), item(None)];
                items[0].labels = ManyToMany::new(labels);
                let moved = random.one_of(self.items.keys().copied());
                if let Some(moved) = moved {
                    items.push(Item::get(db, moved)?);
                }
                let mut owner = Owner {
                    items: HasMany::new(items),
                    ..Owner::default()
                };
                owner.save_graph(db)?;
                self.owners.insert(owner.id);
                for item in owner.items.get()? {
                    self.items.insert(item.id, Some(owner.id));
                    for label in item.labels.get().unwrap_or_default() {
                        self.labels.insert(label.id);
                        self.marks.insert((item.id, label.id));
                    }
                }
            }
            5 => {
                let mut item = item(None);
                item.owner = BelongsTo::new(Owner::default());
                item.save_graph(db)?;
                let owner = item.owner_id.expect("a key");
                self.owners.insert(owner);
                self.items.insert(item.id, Some(owner));
            }
            _ => {
                let failed = item(Some(-1)).insert(db);
                assert!(
                    matches!(failed, Err(Error::ForeignKeyViolation { .. })),
                    "{failed:?}"
                );
            }
        }
        Ok(())
    }

    fn change_items(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        let Some(id) = random.one_of(self.owners.iter().copied()) else {
            return Ok(());
        };
        let mut owner = Owner::get(db, id)?;
        if random.below(2) == 0 {
            owner.items(db)?;
        }
        let keys = random.some_of(self.items.keys().copied());
        let given: Vec<Item> = keys
            .iter()
            .map(|key| Item::get(db, *key))
            .collect::<Result<_>>()?;
        match random.below(5) {
            0 => {
                let new = [item(None), item(Some(id))];
                Owner::ITEMS.add(db, &mut owner, given.into_iter().chain(new))?;
                let all = Item::query()
                    .filter(Item::OWNER_ID.eq(id))
                    .select(Item::ID)
                    .all(db)?;
                let new = all
                    .into_iter()
                    .filter(|item| !self.items.contains_key(item));
                let new: Vec<i64> = new.collect();
                assert_eq!(new.len(), 2);
                self.items
                    .extend(keys.iter().chain(&new).map(|key| (*key, Some(id))));
            }
            1 => {
                Owner::ITEMS.add_keys(db, &mut owner, keys.iter().copied())?;
                self.items.extend(keys.iter().map(|key| (*key, Some(id))));
            }
            2 => {
                let removed = Owner::ITEMS.remove(db, &mut owner, keys.iter().copied())?;
                let theirs = self.of_owner(id);
                let gone: BTreeSet<i64> = keys
                    .into_iter()
                    .filter(|key| theirs.contains(key))
                    .collect();
                assert_eq!(usize::try_from(removed), Ok(gone.len()));
                self.items.extend(gone.into_iter().map(|key| (key, None)));
            }
            3 => {
                Owner::ITEMS.set(db, &mut owner, given)?;
                self.items
                    .extend(self.of_owner(id).into_iter().map(|key| (key, None)));
                self.items
                    .extend(keys.into_iter().map(|key| (key, Some(id))));
            }
            _ => {
                Owner::ITEMS.clear(db, &mut owner)?;
                self.items
                    .extend(self.of_owner(id).into_iter().map(|key| (key, None)));
            }
        }
        if let Ok(loaded) = owner.items.get() {
            assert_eq!(ids(loaded), self.of_owner(id));
            assert_eq!(loaded.len(), self.of_owner(id).len());
            let owner_ids = loaded.iter().map(|item| item.owner_id);
            assert!(owner_ids.into_iter().all(|of| of == Some(id)));
        }
        Ok(())
    }

    fn change_labels(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        let Some(id) = random.one_of(self.items.keys().copied()) else {
            return Ok(());
        };
        let mut item = Item::get(db, id)?;
        if random.below(2) == 0 {
            item.labels(db)?;
        }
        let keys = random.some_of(self.labels.iter().copied());
        let given: Vec<Label> = keys
            .iter()
            .map(|key| Label::get(db, *key))
            .collect::<Result<_>>()?;
        let before = self.of_item(id);
        match random.below(4) {
            0 => {
                Item::LABELS.add(db, &mut item, given)?;
                self.marks.extend(keys.into_iter().map(|key| (id, key)));
            }
            1 => {
                let removed = Item::LABELS.remove(db, &mut item, keys.iter().copied())?;
                let keys: BTreeSet<i64> = keys.into_iter().collect();
                assert_eq!(
                    usize::try_from(removed),
                    Ok(keys.intersection(&before).count())
                );
                self.marks
                    .retain(|mark| mark.0 != id || !keys.contains(&mark.1));
            }
            2 => {
                Item::LABELS.set(db, &mut item, given)?;
                self.marks.retain(|mark| mark.0 != id);
                self.marks.extend(keys.into_iter().map(|key| (id, key)));
            }
            _ => {
                let cleared = Item::LABELS.clear(db, &mut item)?;
                assert_eq!(usize::try_from(cleared), Ok(before.len()));
                self.marks.retain(|mark| mark.0 != id);
            }
        }
        if let Ok(loaded) = item.labels.get() {
            let found: BTreeSet<i64> = loaded.iter().map(|label| label.id).collect();
            assert_eq!(
                (found, loaded.len()),
                (self.of_item(id), self.of_item(id).len())
            );
        }
        Ok(())
    }

    fn change_labeled(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        let Some(id) = random.one_of(self.labels.iter().copied()) else {
            return Ok(());
        };
        let mut label = Label::get(db, id)?;
        let keys = random.some_of(self.items.keys().copied());
        if random.below(2) == 0 {
            Label::ITEMS.add_keys(db, &mut label, keys.iter().copied())?;
            self.marks.extend(keys.into_iter().map(|key| (key, id)));
        } else {
            let new = Item::default();
            Label::ITEMS.set(db, &mut label, [new])?;
            let new = label.items.get()?[0].id;
            self.items.insert(new, None);
            self.marks.retain(|mark| mark.1 != id);
            self.marks.insert((new, id));
        }
        Ok(())
    }

    fn delete(&mut self, db: &dyn Executor, random: &mut Random) -> Result<()> {
        match random.below(3) {
            0 => {
                let Some(id) = random.one_of(self.owners.iter().copied()) else {
                    return Ok(());
                };
                Owner::get(db, id)?.delete(db)?;
                self.items
                    .extend(self.of_owner(id).into_iter().map(|key| (key, None)));
                self.owners.remove(&id);
            }
            1 => {
                let Some(id) = random.one_of(self.items.keys().copied()) else {
                    return Ok(());
                };
                assert!(Item::delete_by_key(db, id)?);
                self.items.remove(&id);
                self.marks.retain(|mark| mark.0 != id);
            }
            _ => {
                let Some(id) = random.one_of(self.labels.iter().copied()) else {
                    return Ok(());
                };
                Label::get(db, id)?.delete(db)?;
                self.labels.remove(&id);
                self.marks.retain(|mark| mark.1 != id);
            }
        }
        Ok(())
    }
}

#[test]
fn random_changes_leave_what_they_ought_to() -> Result<()> {
    for seed in 1..=repetitions("ORM_TEST_RELATIONS", 3) {
        let (db, _) = recorded(&orm::schema![Owner, Item, Mark, Label])?;
        let (mut oracle, mut random) = (Oracle::default(), Random(seed as u64));
        for _ in 0..150 {
            if random.below(5) == 0 {
                // All of it is undone.
                let mut changed = oracle.clone();
                let undone = db.transaction(|tx| {
                    for _ in 0..3 {
                        changed.step(tx, &mut random)?;
                    }
                    Err::<(), _>(Error::NotFound { table: "" })
                });
                assert!(
                    matches!(undone, Err(Error::NotFound { table: "" })),
                    "{undone:?}"
                );
            } else {
                oracle.step(&db, &mut random)?;
            }
            oracle.compare(&db)?;
        }
    }
    Ok(())
}
