//! Time.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Result;
use crate::args::Effort;
use crate::report::Pair;
use crate::side::{Program, Side};
use crate::workload::{Input, Workload};

/// Nanoseconds an operation, from the fastest round of each side.
#[expect(clippy::cast_precision_loss, reason = "far from the limit")]
pub(crate) fn nanoseconds(workload: &Workload, effort: Effort, template: &Path) -> Result<Pair> {
    let folder = tempfile::tempdir()?;
    let mut racers = Vec::new();
    for side in Side::BOTH {
        let path = folder.path().join(side.name());
        std::fs::copy(template, &path)?;
        racers.push(Racer::new(side, &path, effort.timed)?);
    }
    // The first round prepares the statements and fills the caches. After it the sides take turns, and
    // turns at going first.
    for round in 0..=effort.rounds {
        let first = round % racers.len();
        racers[first].round(workload)?;
        racers[1 - first].round(workload)?;
        if round == 0 {
            racers.iter_mut().for_each(Racer::forget);
        }
    }
    let mean = |racer: &Racer| racer.fastest.as_nanos() as f64 / racer.operations as f64;
    Ok(Pair {
        ours: mean(&racers[0]),
        hand: mean(&racers[1]),
    })
}

struct Racer {
    program: Box<dyn Program>,
    input: Input,
    fastest: Duration,
    operations: usize,
}

impl Racer {
    fn new(side: Side, path: &Path, operations: usize) -> Result<Self> {
        Ok(Self {
            program: side.open(path)?,
            input: Input::new(operations),
            fastest: Duration::MAX,
            operations: 0,
        })
    }

    fn round(&mut self, workload: &Workload) -> Result<()> {
        let Self { program, input, .. } = self;
        let mut elapsed = Duration::MAX;
        let mut operations = 0;
        program.run(workload.scope, &mut |store| {
            let mut work = workload.prepare(store, input)?;
            let began = Instant::now();
            operations = work()?;
            elapsed = began.elapsed();
            Ok(())
        })?;
        self.fastest = self.fastest.min(elapsed);
        self.operations = operations;
        Ok(())
    }

    fn forget(&mut self) {
        self.fastest = Duration::MAX;
    }
}
