//! This library beside rusqlite written by hand: the same rows, in one run, taking turns.
//!
//! `cargo bench --bench rusqlite -- [--quick] [--no-instructions] [NAME]` measures the workloads whose
//! names contain `NAME`, and the growth of what a row costs under the name `growth`. The time of a
//! workload is that of its fastest round, since that is the one which other programs disturbed least.
//! Under the name `session` it also measures what a session of 100,000 objects costs. Instructions are counted by valgrind, where it is installed.

mod agreement;
mod args;
mod blog;
mod callgrind;
mod clock;
mod crowd;
mod growth;
mod hand;
mod objects;
mod ours;
mod report;
mod side;
mod track;
mod workload;

use std::error::Error;

use self::args::{Args, Effort};
use self::callgrind::Task;
use self::report::Line;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(task) = Task::parse(&args)? {
        return task.run();
    }
    if let Some(task) = growth::Task::parse(&args)? {
        return task.run();
    }
    match crowd::Task::parse(&args)? {
        Some(task) => task.run(),
        None => compare(&Args::parse(&args)?),
    }
}

fn compare(args: &Args) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let template = folder.path().join("template.db");
    track::create_database(&template)?;
    agreement::check(&template)?;

    let counts = callgrind::availability(args);
    report::heading(&counts);
    for workload in workload::ALL
        .iter()
        .filter(|workload| args.wants(workload.name))
    {
        let effort = Effort::of(args, workload);
        let line = Line {
            wall: clock::nanoseconds(workload, effort, &template)?,
            instructions: match counts {
                Ok(()) => Some(callgrind::instructions(workload, effort, &template)?),
                Err(_) => None,
            },
        };
        report::line(workload, &line);
    }
    if args.wants(crowd::NAME) {
        crowd::measure(args, counts.is_ok())?;
    }
    if args.wants(growth::NAME) {
        growth::measure(args, counts.is_ok())?;
    }
    Ok(())
}
