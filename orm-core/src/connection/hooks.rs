//! What a program wants done once it is known how a transaction ended.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

type Callback = Box<dyn FnOnce()>;

/// The hooks of a transaction and of the savepoints in it, in the order in which they were added.
#[derive(Default)]
pub(super) struct Hooks(RefCell<Vec<Hook>>);

struct Hook {
    outcome: Outcome,
    /// How deep the savepoint is nested in which it was added; 0 for the transaction itself.
    depth: usize,
    callback: Callback,
}

/// How a transaction or savepoint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Committed,
    RolledBack,
}

impl Hooks {
    pub(super) fn add(&self, outcome: Outcome, depth: usize, callback: Callback) {
        self.0.borrow_mut().push(Hook {
            outcome,
            depth,
            callback,
        });
    }

    /// A savepoint was released: what it added now waits for the one around it.
    pub(super) fn keep(&self, depth: usize) {
        for hook in self.0.borrow_mut().iter_mut() {
            hook.depth = hook.depth.min(depth.saturating_sub(1));
        }
    }

    /// Takes out what was added at this depth or deeper, and calls those that asked for `outcome`. The
    /// others are dropped.
    pub(super) fn finish(&self, outcome: Outcome, depth: usize) {
        let ended: Vec<Hook> = self
            .0
            .borrow_mut()
            .extract_if(.., |hook| hook.depth >= depth)
            .collect();
        for hook in ended {
            if hook.outcome != outcome {
                continue;
            }
            if thread::panicking() {
                // A second panic would end the program; the first one is told.
                let _ = catch_unwind(AssertUnwindSafe(hook.callback));
            } else {
                (hook.callback)();
            }
        }
    }
}
