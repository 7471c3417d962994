//! What a session costs that holds many objects, beside a plain vector of the same rows.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use orm::prelude::*;
use orm::{Database, Handle, Session};

use crate::Result;
use crate::args::Args;
use crate::callgrind;
use crate::report::{self, Pair};
use crate::track::{self, Track, TrackMapper};

/// What the section is asked for by.
pub(crate) const NAME: &str = "session: 100,000 loaded";

/// The word by which a program of its own is told to do it.
const TASK: &str = "--crowd";

const ROWS: usize = 100_000;

/// What a flush may take that finds nothing to write.
pub(crate) const IDLE_GOAL: Duration = Duration::from_millis(1);

/// The figures of the section.
pub(crate) struct Figures {
    /// Each of a row, in a session and in a vector.
    pub(crate) nanoseconds: Pair,
    pub(crate) instructions: Option<Pair>,
    /// Bytes that the program keeps, and the most that it had; where the system tells.
    pub(crate) memory: Option<(Pair, Pair)>,
    /// A flush of nothing.
    pub(crate) idle: Duration,
}

/// Where the rows are loaded into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Session,
    Vector,
}

/// Measures it for a table of its own.
pub(crate) fn measure(args: &Args, counts: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("crowd.db");
    track::create_database_of(&path, ROWS)?;
    let rounds = if args.quick { 5 } else { 20 };
    let (nanoseconds, idle) = times(&path, rounds)?;
    let instructions = if counts {
        Some(pair(|place| instructions(place, &path))?)
    } else {
        None
    };
    report::crowd(&Figures {
        nanoseconds,
        instructions,
        memory: memory(&path)?,
        idle,
    });
    Ok(())
}

/// A figure of either place.
fn pair(figure: impl Fn(Place) -> Result<f64>) -> Result<Pair> {
    Ok(Pair {
        ours: figure(Place::Session)?,
        hand: figure(Place::Vector)?,
    })
}

/// The fastest of several rounds, in which the places take turns; and the fastest flush.
fn times(path: &Path, rounds: usize) -> Result<(Pair, Duration)> {
    let db = Database::sqlite(path).open()?;
    let mut fastest = [Duration::MAX; 3];
    let mut note = |nth: usize, began: Instant| {
        fastest[nth] = fastest[nth].min(began.elapsed());
    };
    for _ in 0..rounds {
        let began = Instant::now();
        let (mut session, handles) = objects(&db)?;
        note(0, began);
        let began = Instant::now();
        session.flush()?;
        note(2, began);
        drop((session, handles));

        let began = Instant::now();
        let tracks = plain(&db)?;
        note(1, began);
        drop(tracks);
    }
    let of_a_row = |time: Duration| time.as_secs_f64() * 1e9 / rows();
    let nanoseconds = Pair {
        ours: of_a_row(fastest[0]),
        hand: of_a_row(fastest[1]),
    };
    Ok((nanoseconds, fastest[2]))
}

/// Instructions of a row. Two rounds less one leave out what is done once.
#[expect(clippy::cast_precision_loss, reason = "far from the limit")]
fn instructions(place: Place, path: &Path) -> Result<f64> {
    let count = |rounds: usize| {
        let task = [place.name().to_owned(), rounds.to_string()];
        callgrind::count_by(TASK, &task, path)
    };
    Ok((count(2)?.0 - count(1)?.0) as f64 / rows())
}

/// Bytes of a row, kept and at most. They are those of a process, so that each place has one to itself.
fn memory(path: &Path) -> Result<Option<(Pair, Pair)>> {
    let of_a_row = |place: Place| -> Result<Option<[f64; 2]>> {
        let output = Command::new(std::env::current_exe()?)
            .args([TASK, place.name(), "memory"])
            .arg(path)
            .output()?;
        let said = String::from_utf8(output.stdout)?;
        let mut figures = said.split_whitespace().map(str::parse::<f64>);
        let (Some(kept), Some(most)) = (figures.next(), figures.next()) else {
            return Ok(None);
        };
        Ok(Some([kept? / rows(), most? / rows()]))
    };
    let (Some(ours), Some(hand)) = (of_a_row(Place::Session)?, of_a_row(Place::Vector)?) else {
        return Ok(None);
    };
    let pair = |nth: usize| Pair {
        ours: ours[nth],
        hand: hand[nth],
    };
    Ok(Some((pair(0), pair(1))))
}

#[expect(clippy::cast_precision_loss, reason = "far from the limit")]
fn rows() -> f64 {
    ROWS as f64
}

fn objects(db: &Database) -> Result<(Session<'_>, Vec<Handle<TrackMapper>>)> {
    let mut session = Session::new(db);
    let handles = session.all(&TrackMapper::query())?;
    Ok((session, handles))
}

fn plain(db: &Database) -> Result<Vec<Track>> {
    Ok(TrackMapper::query().all(db)?)
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Vector => "vector",
        }
    }

    /// Loads all rows, and lets `while_loaded` look at the program before they are dropped.
    fn load(self, db: &Database, while_loaded: impl FnOnce()) -> Result<()> {
        match self {
            Self::Session => {
                let _objects = objects(db)?;
                while_loaded();
            }
            Self::Vector => {
                let _tracks = plain(db)?;
                while_loaded();
            }
        }
        Ok(())
    }
}

/// What a program of its own does.
pub(crate) struct Task {
    place: Place,
    measured: Measured,
    path: PathBuf,
}

/// What is measured of it.
enum Measured {
    Instructions { rounds: usize },
    Memory,
}

impl Task {
    pub(crate) fn parse(args: &[String]) -> Result<Option<Self>> {
        let [word, place, measured, path] = args else {
            return Ok(None);
        };
        if word != TASK {
            return Ok(None);
        }
        let mut places = [Place::Session, Place::Vector].into_iter();
        let place = places.find(|known| known.name() == place);
        Ok(Some(Self {
            place: place.ok_or("unknown place")?,
            measured: match measured.as_str() {
                "memory" => Measured::Memory,
                rounds => Measured::Instructions {
                    rounds: rounds.parse()?,
                },
            },
            path: path.into(),
        }))
    }

    pub(crate) fn run(&self) -> Result<()> {
        let db = Database::sqlite(&self.path).open()?;
        match self.measured {
            Measured::Instructions { rounds } => {
                for _ in 0..rounds {
                    callgrind::counted(&mut || self.place.load(&db, || {}))?;
                }
                println!("{ROWS}");
            }
            Measured::Memory => {
                // The database keeps pages, which are not the rows'.
                TrackMapper::query().for_each(&db, |_| Ok(()))?;
                let before = resident("VmRSS");
                let mut kept = None;
                self.place.load(&db, || kept = resident("VmRSS"))?;
                if let (Some(before), Some(kept), Some(most)) = (before, kept, resident("VmHWM")) {
                    println!("{} {}", kept - before, most - before);
                }
            }
        }
        Ok(())
    }
}

/// A figure of this process in bytes, where the system has it.
fn resident(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let mut words = line.trim_start_matches(':').split_whitespace();
    let kibibytes: u64 = words.next()?.parse().ok()?;
    Some(kibibytes * 1024)
}
