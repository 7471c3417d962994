//! The table of ratios.

use crate::workload::Workload;

/// What an operation costs either side.
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) hand: f64,
}

/// The figures of one workload.
pub(crate) struct Line {
    /// Nanoseconds.
    pub(crate) wall: Pair,
    /// Instructions, where they could be counted.
    pub(crate) instructions: Option<Pair>,
}

impl Pair {
    fn ratio(&self) -> f64 {
        self.ours / self.hand
    }
}

/// Prints what stands above the table.
pub(crate) fn heading(instructions: &Result<(), &'static str>) {
    println!(
        "Ratios of this library to hand-written rusqlite; `!` marks one that misses its goal."
    );
    if let Err(reason) = instructions {
        println!("The columns of instructions are empty: {reason}.");
    }
    println!();
    println!(
        "{:<22} {:>7} {:>5} {:>9} {:>9}   {:>7} {:>5} {:>9} {:>9}",
        "", "time", "goal", "ours ns", "hand ns", "instr.", "goal", "ours", "hand"
    );
}

/// Prints the figures of one workload.
pub(crate) fn line(workload: &Workload, line: &Line) {
    let instructions = match &line.instructions {
        Some(pair) => figures(pair, workload.goal.instructions),
        None => format!(
            "{:>7} {:>5.2} {:>9} {:>9}",
            "-", workload.goal.instructions, "-", "-"
        ),
    };
    println!(
        "{:<22} {}   {instructions}",
        workload.name,
        figures(&line.wall, workload.goal.wall)
    );
}

fn figures(pair: &Pair, goal: f64) -> String {
    let ratio = pair.ratio();
    let mark = if ratio > goal { "!" } else { " " };
    format!(
        "{mark}{ratio:>6.3} {goal:>5.2} {:>9.0} {:>9.0}",
        pair.ours, pair.hand
    )
}
