//! Instructions: this program runs itself once more under valgrind, for one workload and one side.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::args::{Args, Effort};
use crate::report::Pair;
use crate::side::Side;
use crate::workload::{self, Input, Workload};

/// The word by which the program is told that it is the one under valgrind.
const TASK: &str = "--task";

/// What the program under valgrind does.
pub(crate) struct Task {
    workload: &'static Workload,
    side: Side,
    operations: usize,
    rounds: usize,
    path: PathBuf,
}

impl Task {
    pub(crate) fn parse(args: &[String]) -> Result<Option<Self>> {
        let [word, workload, side, operations, rounds, path] = args else {
            return Ok(None);
        };
        if word != TASK {
            return Ok(None);
        }
        let side = Side::BOTH.into_iter().find(|known| known.name() == side);
        let workload = workload::ALL.iter().find(|known| known.name == workload);
        Ok(Some(Self {
            workload: workload.ok_or("unknown workload")?,
            side: side.ok_or("unknown side")?,
            operations: operations.parse()?,
            rounds: rounds.parse()?,
            path: path.into(),
        }))
    }

    pub(crate) fn run(&self) -> Result<()> {
        let mut program = self.side.open(&self.path)?;
        let mut input = Input::new(self.operations);
        let mut operations = 0;
        for _ in 0..self.rounds {
            program.run(self.workload.scope, &mut |store| {
                operations = counted(&mut *self.workload.prepare(store, &mut input)?)?;
                Ok(())
            })?;
        }
        println!("{operations}");
        Ok(())
    }
}

/// Does the work of which the instructions are counted: valgrind is told to count them in here alone.
#[inline(never)]
pub(crate) fn counted<T>(work: &mut dyn FnMut() -> Result<T>) -> Result<T> {
    work()
}

/// Whether instructions are counted, and if not, why.
pub(crate) fn availability(args: &Args) -> Result<(), &'static str> {
    if args.without_instructions {
        return Err("instructions are not counted, as asked");
    }
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    match version {
        Ok(status) if status.success() => Ok(()),
        _ => Err("instructions are not counted, since valgrind is not installed"),
    }
}

/// Instructions an operation. Three rounds less one leave out what is done once.
#[expect(clippy::cast_precision_loss, reason = "far from the limit")]
pub(crate) fn instructions(workload: &Workload, effort: Effort, template: &Path) -> Result<Pair> {
    let per_operation = |side: Side| -> Result<f64> {
        let (name, side) = (workload.name.to_owned(), side.name().to_owned());
        let mut task = [name, side, effort.counted.to_string(), 1.to_string()];
        let (one, operations) = count(&task, template)?;
        task[3] = 3.to_string();
        let (three, _) = count(&task, template)?;
        Ok((three - one) as f64 / (2 * operations) as f64)
    };
    Ok(Pair {
        ours: per_operation(Side::Ours)?,
        hand: per_operation(Side::Hand)?,
    })
}

/// The instructions of a whole run of a task on a copy of a database, and the operations of one of its
/// rounds.
pub(crate) fn count(task: &[String], template: &Path) -> Result<(u64, u64)> {
    count_by(TASK, task, template)
}

/// The same of a task that another word tells.
pub(crate) fn count_by(word: &str, task: &[String], template: &Path) -> Result<(u64, u64)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("copy.db");
    std::fs::copy(template, &path)?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            "--toggle-collect=*callgrind*counted*",
        ])
        .arg(std::env::current_exe()?)
        .arg(word)
        .args(task)
        .arg(&path)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .filter(|_| output.status.success())
        .ok_or_else(|| format!("valgrind counted nothing: {said}"))?;
    let operations = String::from_utf8(output.stdout)?;
    Ok((counted.1.trim().parse()?, operations.trim().parse()?))
}
