//! This library beside rusqlite written by hand: the same rows, in one run, taking turns.
//!
//! `cargo bench --bench rusqlite -- [--quick] [--no-instructions] [NAME]` measures the workloads whose
//! names contain `NAME`. The time of a workload is that of its fastest round, which is the one that
//! other programs disturbed least. Instructions are counted by valgrind where it is installed.

mod agree;
mod args;
mod callgrind;
mod hand;
mod measure;
mod ours;
mod report;
mod store;
mod track;
mod workload;

use std::error::Error;
use std::path::Path;

use self::args::{Args, Plan};
use self::measure::Effort;
use self::workload::Workload;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    if let Some(task) = callgrind::Task::parse(&args)? {
        return task.run();
    }
    compare(&Args::parse(&args)?)
}

fn compare(args: &Args) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let template = folder.path().join("template.db");
    track::create(&template)?;
    agree::check(folder.path(), &template)?;

    let effort = Effort::of(args.plan);
    let mut report = report::begin(&effort, args)?;
    for workload in workload::all().filter(|workload| args.selects(workload.name)) {
        report.line(&workload, &measure_one(&workload, args, &effort, folder.path())?);
    }
    report.end();
    Ok(())
}

fn measure_one(
    workload: &Workload,
    args: &Args,
    effort: &Effort,
    folder: &Path,
) -> Result<report::Line> {
    Ok(report::Line {
        wall: measure::wall(workload, effort, folder)?,
        instructions: match args.instructions {
            true => Some(callgrind::instructions(workload, effort, folder)?),
            false => None,
        },
    })
}
