//! What is measured, and what it may cost.

mod blog;
mod objects;

use std::hint::black_box;

use crate::Result;
use crate::blog::{USERS, User, users};
use crate::side::{Scope, Store};
use crate::track::{self, ALBUMS, STORED, Track};

/// One kind of work, done many times.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    /// How many times it is done in one round.
    pub(crate) operations: usize,
    pub(crate) goal: Goal,
    run: Run,
}

/// The most that this library may need.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) measure: Measure,
    pub(crate) wall: f64,
    pub(crate) instructions: f64,
}

/// How this library is compared with code written by hand.
#[derive(Clone, Copy)]
pub(crate) enum Measure {
    /// How many times as much it needs.
    Ratio,
    /// How much more it needs, in nanoseconds or in instructions.
    Difference,
}

/// What the operations of a round work on.
pub(crate) struct Input {
    keys: Vec<i64>,
    stored: Vec<Track>,
    new: Vec<Track>,
    /// Users with posts.
    graphs: Vec<User>,
    /// How many times orders were made.
    orders_made: usize,
}

pub(crate) const ALL: [Workload; 20] = [
    in_transaction("find by key", 0.85, find),
    in_transaction("load all", 0.80, load_all),
    in_transaction("filter, order, limit", 1.05, page),
    in_transaction("insert one", 0.85, insert),
    in_transaction("insert many", 1.05, insert_many),
    in_transaction("update one", 1.05, update),
    in_transaction("delete one", 1.05, delete),
    pooled("pooled find by key", STORED, find),
    pooled("pooled load all", STORED, load_all),
    pooled("pooled filter", STORED, page),
    // Every operation commits by itself, which takes long.
    pooled("pooled insert one", STORED / 10, insert),
    pooled("pooled insert many", STORED / 10, insert_many),
    pooled("pooled update one", STORED / 10, update),
    related("users with posts", 1.15, blog::users_with_posts),
    related("posts with user", 0.75, blog::posts_with_user),
    Workload {
        scope: Scope::Pool,
        ..related("save graphs", 1.10, blog::save_graphs)
    },
    session("session: 6,000 new", objects::add),
    session("session: 1,000 changed", objects::change),
    session("session: both together", objects::add_and_change),
    more("build a query (added)", 1_500.0, 8_500.0, page_sql),
];

enum Run {
    /// Work that needs nothing but its input.
    Plain(Plain),
    /// Work on what has to be made or loaded first, which is not measured.
    Prepared(for<'s> fn(&'s dyn Store, &'s mut Input) -> Result<Work<'s>>),
}

type Plain = fn(&dyn Store, &mut Input) -> Result<usize>;

/// What is measured. It is done once, and returns how many operations it was.
pub(crate) type Work<'s> = Box<dyn FnMut() -> Result<usize> + 's>;

const fn in_transaction(name: &'static str, instructions: f64, run: Plain) -> Workload {
    Workload {
        name,
        scope: Scope::Transaction,
        operations: STORED,
        goal: Goal {
            measure: Measure::Ratio,
            wall: 1.05,
            instructions,
        },
        run: Run::Plain(run),
    }
}

const fn pooled(name: &'static str, operations: usize, run: Plain) -> Workload {
    Workload {
        name,
        scope: Scope::Pool,
        operations,
        goal: Goal {
            measure: Measure::Ratio,
            wall: 1.15,
            instructions: 1.15,
        },
        run: Run::Plain(run),
    }
}

/// Work on rows that are related, in one transaction.
const fn related(name: &'static str, goal: f64, run: Plain) -> Workload {
    Workload {
        goal: Goal {
            measure: Measure::Ratio,
            wall: goal,
            instructions: goal,
        },
        ..in_transaction(name, goal, run)
    }
}

/// Work of a session, from its first object or change to the commit.
const fn session(
    name: &'static str,
    run: for<'s> fn(&'s dyn Store, &'s mut Input) -> Result<Work<'s>>,
) -> Workload {
    Workload {
        name,
        scope: Scope::Pool,
        operations: STORED,
        goal: Goal {
            measure: Measure::Ratio,
            wall: 1.10,
            instructions: 1.10,
        },
        run: Run::Prepared(run),
    }
}

/// Work that is only there because the statement is not written by hand.
const fn more(name: &'static str, wall: f64, instructions: f64, run: Plain) -> Workload {
    Workload {
        name,
        scope: Scope::Pool,
        operations: STORED,
        goal: Goal {
            measure: Measure::Difference,
            wall,
            instructions,
        },
        run: Run::Plain(run),
    }
}

impl Workload {
    /// Makes or loads what the work is done on. What is returned does it once through.
    pub(crate) fn prepare<'s>(
        &self,
        store: &'s dyn Store,
        input: &'s mut Input,
    ) -> Result<Work<'s>> {
        match self.run {
            Run::Plain(run) => Ok(Box::new(move || run(store, input))),
            Run::Prepared(prepare) => prepare(store, input),
        }
    }
}

impl Input {
    pub(crate) fn new(operations: usize) -> Self {
        let keys = track::keys(operations);
        let all = track::tracks(STORED);
        let stored = keys.iter().map(|&id| Track {
            id,
            // Rows are stored in this order from key 1 on.
            ..all[usize::try_from(id).unwrap_or(1) - 1].clone()
        });
        Self {
            stored: stored.collect(),
            new: track::tracks(operations),
            graphs: users(USERS, blog::NEW_POSTS_EACH),
            keys,
            orders_made: 0,
        }
    }
}

fn find(store: &dyn Store, input: &mut Input) -> Result<usize> {
    for &key in &input.keys {
        black_box(store.find(black_box(key))?);
    }
    Ok(input.keys.len())
}

/// The operation is the row.
fn load_all(store: &dyn Store, _: &mut Input) -> Result<usize> {
    let tracks = black_box(store.all()?);
    Ok(tracks.len())
}

/// About 25 rows meet both conditions.
fn page(store: &dyn Store, input: &mut Input) -> Result<usize> {
    let albums = i64::try_from(ALBUMS)?;
    for &key in &input.keys {
        black_box(store.page(black_box(key % albums + 1), black_box(10.0))?);
    }
    Ok(input.keys.len())
}

/// A query like those of [`page`], up to where it would be run.
fn page_sql(store: &dyn Store, input: &mut Input) -> Result<usize> {
    let albums = i64::try_from(ALBUMS)?;
    for &key in &input.keys {
        black_box(store.page_sql(black_box(key % albums + 1), black_box(10.0))?);
    }
    Ok(input.keys.len())
}

fn insert(store: &dyn Store, input: &mut Input) -> Result<usize> {
    for track in &mut input.new {
        track.id = 0;
        store.insert(black_box(track))?;
    }
    Ok(input.new.len())
}

fn insert_many(store: &dyn Store, input: &mut Input) -> Result<usize> {
    for track in &mut input.new {
        track.id = 0;
    }
    store.insert_many(black_box(&mut input.new))?;
    Ok(input.new.len())
}

fn update(store: &dyn Store, input: &mut Input) -> Result<usize> {
    for track in &mut input.stored {
        track.price += 1.0;
        store.update(black_box(track))?;
    }
    Ok(input.stored.len())
}

fn delete(store: &dyn Store, input: &mut Input) -> Result<usize> {
    for track in &input.stored {
        store.delete(black_box(track))?;
    }
    Ok(input.stored.len())
}
