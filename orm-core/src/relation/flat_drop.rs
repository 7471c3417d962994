//! Dropping values that contain others of their kind, however deeply, in a bounded part of the stack.

use std::any::Any;
use std::cell::{Cell, RefCell};

/// How many values may be dropped inside each other.
const DEEPEST: usize = 64;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static LATER: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// What may contain others of its kind.
pub trait Nested: 'static {
    /// Whether nothing that it contains is dropped with it.
    fn is_shallow(&self) -> bool;
}

/// Drops a value. What is nested too deeply is put aside and dropped by the outermost call.
#[inline]
pub(super) fn drop_flat<V: Nested>(value: V) {
    if value.is_shallow() {
        drop(value);
    } else {
        drop_nested(value);
    }
}

fn drop_nested<V: 'static>(value: V) {
    // While the thread ends there is no place to put anything aside.
    let depth = DEPTH.try_with(Cell::get).unwrap_or(0);
    if depth >= DEEPEST {
        let _ = LATER.try_with(|later| later.borrow_mut().push(Box::new(value)));
        return;
    }
    let level = Level::enter(depth);
    drop(value);
    if depth == 0 {
        while let Some(value) = next() {
            drop(value);
        }
    }
    drop(level);
}

#[inline]
fn next() -> Option<Box<dyn Any>> {
    let next = LATER.try_with(|later| later.borrow_mut().pop());
    next.ok().flatten()
}

/// Restores the depth even if a destructor of the user's panics.
struct Level(usize);

impl Level {
    #[inline]
    fn enter(depth: usize) -> Self {
        let _ = DEPTH.try_with(|current| current.set(depth + 1));
        Self(depth)
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        let _ = DEPTH.try_with(|current| current.set(self.0));
    }
}
