//! What a program wants done once it is known how a transaction ended.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::thread;

type Callback = Box<dyn FnOnce()>;

/// The hooks of a transaction and of the savepoints in it, in the order in which they were added.
#[derive(Default)]
pub(super) struct Hooks {
    waiting: RefCell<Vec<Hook>>,
    due: RefCell<Vec<Callback>>,
}

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
        self.waiting.borrow_mut().push(Hook {
            outcome,
            depth,
            callback,
        });
    }

    /// A savepoint was released: what it added now waits for the one around it.
    pub(super) fn keep(&self, depth: usize) {
        for hook in self.waiting.borrow_mut().iter_mut() {
            hook.depth = hook.depth.min(depth.saturating_sub(1));
        }
    }

    /// Of what was added at this depth or deeper, what asked for `outcome` is due. The rest is dropped.
    pub(super) fn finish(&self, outcome: Outcome, depth: usize) {
        let mut waiting = self.waiting.borrow_mut();
        let ended = waiting.extract_if(.., |hook| hook.depth >= depth);
        let due = ended.filter(|hook| hook.outcome == outcome);
        self.due.borrow_mut().extend(due.map(|hook| hook.callback));
    }

    /// Calls what is due. One that panics does not keep the others from being called.
    pub(super) fn run(&self) {
        let mut panicked = None;
        for callback in self.due.take() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(callback)) {
                panicked.get_or_insert(panic);
            }
        }
        // A second panic would end the program; the first one is told.
        if let Some(panic) = panicked
            && !thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}

/// Calls what is due when it is dropped: after the connection was given back, so that hooks may use the
/// database.
pub(super) struct RunOnDrop(pub(super) Rc<Hooks>);

impl Drop for RunOnDrop {
    fn drop(&mut self) {
        self.0.run();
    }
}
