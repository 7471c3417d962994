//! What the command line asks for.

use crate::Result;
use crate::workload::Workload;

/// The command line.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    pub(crate) without_instructions: bool,
    name: String,
}

/// How much is run for one workload.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// The rounds of each side that are timed.
    pub(crate) rounds: usize,
    /// The operations of a timed round.
    pub(crate) timed: usize,
    /// The operations of a round whose instructions are counted.
    pub(crate) counted: usize,
}

impl Args {
    pub(crate) fn parse(args: &[String]) -> Result<Self> {
        let mut parsed = Self::default();
        for arg in args {
            match arg.as_str() {
                "--quick" => parsed.quick = true,
                "--no-instructions" => parsed.without_instructions = true,
                // Cargo says so to every benchmark.
                "--bench" => {}
                option if option.starts_with('-') => {
                    return Err(format!("unknown option {option}").into());
                }
                name => name.clone_into(&mut parsed.name),
            }
        }
        Ok(parsed)
    }

    pub(crate) fn wants(&self, name: &str) -> bool {
        name.contains(&self.name)
    }
}

impl Effort {
    pub(crate) fn of(args: &Args, workload: &Workload) -> Self {
        let rounds = if args.quick { 5 } else { 40 };
        let part = if args.quick { 5 } else { 1 };
        Self {
            rounds,
            timed: workload.operations / part,
            counted: workload.operations / part / 5,
        }
    }
}
