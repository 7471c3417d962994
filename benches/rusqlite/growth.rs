//! Whether a row costs as much among many as among few: users with two posts each, without another side.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use orm::Database;
use orm::prelude::*;

use crate::Result;
use crate::args::Args;
use crate::blog::{self, User};
use crate::callgrind;
use crate::report;

/// What the section is asked for by, and the word by which a program under valgrind is told to do it.
pub(crate) const NAME: &str = "growth";

/// How many users are loaded at once.
const SIZES: [u32; 3] = [1_000, 10_000, 100_000];

const POSTS_EACH: u32 = 2;

/// The most that a row may cost where it costs most, by what it costs where it costs least.
pub(crate) const GOAL: f64 = 1.25;

/// What a row costs among so many users and their posts.
pub(crate) struct Cost {
    pub(crate) users: u32,
    pub(crate) nanoseconds: f64,
    pub(crate) instructions: Option<f64>,
}

/// Measures the sizes, a quick run all but the largest.
pub(crate) fn measure(args: &Args, counts: bool) -> Result<()> {
    let sizes = if args.quick { &SIZES[..2] } else { &SIZES[..] };
    let folder = tempfile::tempdir()?;
    let template = folder.path().join("growth.db");
    let most = sizes[sizes.len() - 1] as usize;
    blog::fill(
        &Database::sqlite(&template).open()?,
        most,
        POSTS_EACH as usize,
    )?;

    let mut costs = Vec::new();
    for &users in sizes {
        costs.push(Cost {
            users,
            nanoseconds: nanoseconds(&template, users)?,
            instructions: if counts {
                Some(instructions(&template, users)?)
            } else {
                None
            },
        });
    }
    report::growth(&costs);
    Ok(())
}

/// The fastest of several rounds, more of them where they are short.
fn nanoseconds(path: &Path, users: u32) -> Result<f64> {
    let db = Database::sqlite(path).open()?;
    let mut fastest = Duration::MAX;
    for _ in 0..(200_000 / users).clamp(5, 40) {
        let began = Instant::now();
        let loaded = load(&db, users)?;
        fastest = fastest.min(began.elapsed());
        drop(loaded);
    }
    Ok(fastest.as_secs_f64() * 1e9 / rows(users))
}

fn instructions(path: &Path, users: u32) -> Result<f64> {
    let count = |rounds: u32| {
        let task = [NAME.to_owned(), users.to_string(), rounds.to_string()];
        callgrind::count(&task, path)
    };
    let (one, two) = (count(1)?.0, count(2)?.0);
    Ok(f64::from(u32::try_from(two - one)?) / rows(users))
}

fn rows(users: u32) -> f64 {
    f64::from(users * (1 + POSTS_EACH))
}

fn load(db: &Database, users: u32) -> Result<Vec<User>> {
    let query = User::query().filter(User::ID.le(i64::from(users)));
    Ok(query.with(User::POSTS).all(db)?)
}

/// What the program under valgrind does.
pub(crate) struct Task {
    users: u32,
    rounds: u32,
    path: PathBuf,
}

impl Task {
    pub(crate) fn parse(args: &[String]) -> Result<Option<Self>> {
        let [_, word, users, rounds, path] = args else {
            return Ok(None);
        };
        if word != NAME {
            return Ok(None);
        }
        Ok(Some(Self {
            users: users.parse()?,
            rounds: rounds.parse()?,
            path: path.into(),
        }))
    }

    pub(crate) fn run(&self) -> Result<()> {
        let db = Database::sqlite(&self.path).open()?;
        for _ in 0..self.rounds {
            callgrind::counted(&mut || load(&db, self.users).map(drop))?;
        }
        println!("{}", self.users);
        Ok(())
    }
}
