//! The table of ratios.

use crate::crowd::{Figures, IDLE_GOAL};
use crate::growth::{Cost, GOAL};
use crate::workload::{Goal, Measure, Workload};

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
    fn compared(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Ratio => self.ours / self.hand,
            Measure::Difference => self.ours - self.hand,
        }
    }
}

/// Prints what stands above the table.
pub(crate) fn heading(instructions: &Result<(), &'static str>) {
    println!(
        "Ratios of this library to hand-written rusqlite, or what it adds to that; `!` marks one that \
         misses its goal."
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
    let Goal {
        measure,
        wall,
        instructions,
    } = workload.goal;
    println!(
        "{:<22} {}   {}",
        workload.name,
        figures(Some(&line.wall), measure, wall),
        figures(line.instructions.as_ref(), measure, instructions)
    );
}

/// Prints what a row costs among few and among many. Time has no goal: what does not fit into the caches of the
/// machine takes longer, whoever reads it.
pub(crate) fn growth(costs: &[Cost]) {
    println!();
    println!("A row of users with two posts each, of which so many are loaded at once:");
    println!();
    println!("{:<22} {:>7} {:>9} {:>5}", "", "ns", "instr.", "goal");
    for cost in costs {
        let instructions = cost.instructions.map(|count| format!("{count:.0}"));
        println!(
            "{:<22} {:>7.0} {:>9}",
            format!("{} users", cost.users),
            cost.nanoseconds,
            instructions.as_deref().unwrap_or("-"),
        );
    }
    let times = spread(costs.iter().map(|cost| cost.nanoseconds));
    let counts = spread(costs.iter().filter_map(|cost| cost.instructions));
    let mark = if counts > GOAL { "!" } else { " " };
    println!(
        "{:<22} {times:>7.3} {mark}{counts:>8.3} {GOAL:>5.2}",
        "most to least"
    );
}

/// Prints what a row costs in a session and in a vector.
pub(crate) fn crowd(figures: &Figures) {
    println!();
    println!("A row among 100,000, in a session and in a plain vector:");
    println!();
    println!(
        "{:<22} {:>7} {:>5} {:>9} {:>9}",
        "", "ratio", "goal", "session", "vector"
    );
    crowd_line("ns to load", Some(&figures.nanoseconds), None);
    crowd_line("instr. to load", figures.instructions.as_ref(), None);
    let memory = figures.memory.as_ref();
    for (name, pair) in [
        ("bytes kept", memory.map(|(kept, _)| kept)),
        ("bytes at most", memory.map(|(_, most)| most)),
    ] {
        // What an entity needs, and the object around it.
        crowd_line(name, pair, pair.map(|pair| 1.3 + 100.0 / pair.hand));
    }
    let mark = if figures.idle > IDLE_GOAL { "!" } else { " " };
    println!("{mark} a flush of nothing: {:?}", figures.idle);
}

fn crowd_line(name: &str, pair: Option<&Pair>, goal: Option<f64>) {
    let Some(pair) = pair else {
        println!("{name:<22} {:>7}", "-");
        return;
    };
    let ratio = pair.compared(Measure::Ratio);
    let mark = if goal.is_some_and(|goal| ratio > goal) {
        "!"
    } else {
        " "
    };
    let goal = goal.map_or_else(|| "-".to_owned(), |goal| format!("{goal:.2}"));
    println!(
        "{name:<22} {mark}{ratio:>6.3} {goal:>5} {:>9.0} {:>9.0}",
        pair.ours, pair.hand
    );
}

/// How much the greatest is by the least; 0 without any.
fn spread(costs: impl Iterator<Item = f64> + Clone) -> f64 {
    let least = costs.clone().fold(f64::INFINITY, f64::min);
    costs.fold(0.0, f64::max) / least
}

fn figures(pair: Option<&Pair>, measure: Measure, goal: f64) -> String {
    let (digits, goal_digits) = match measure {
        Measure::Ratio => (3, 2),
        Measure::Difference => (0, 0),
    };
    let Some(pair) = pair else {
        return format!("{:>7} {goal:>5.goal_digits$} {:>9} {:>9}", "-", "-", "-");
    };
    let compared = pair.compared(measure);
    let mark = if compared > goal { "!" } else { " " };
    format!(
        "{mark}{compared:>6.digits$} {goal:>5.goal_digits$} {:>9.0} {:>9.0}",
        pair.ours, pair.hand
    )
}
