//! The texts of statements, while somebody wants to know them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many texts a listener keeps: more than anybody reads.
const MOST_TEXTS: usize = 100;

/// Everybody who listens.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    /// Whether there is one, so that a statement nobody listens to takes no lock.
    any: AtomicBool,
    heard: Mutex<Vec<Heard>>,
}

/// What one listener has heard.
#[derive(Debug)]
struct Heard {
    listener: u64,
    texts: Vec<String>,
}

impl Listeners {
    /// Tells everybody of a statement.
    #[inline]
    pub(super) fn tell(&self, text: &str) {
        if self.any.load(Ordering::Relaxed) {
            self.tell_all(text);
        }
    }

    #[cold]
    fn tell_all(&self, text: &str) {
        for heard in self.lock().iter_mut() {
            if heard.texts.len() < MOST_TEXTS {
                heard.texts.push(text.to_owned());
            }
        }
    }

    pub(super) fn add(&self) -> Listener<'_> {
        let mut all = self.lock();
        let id = all.last().map_or(0, |last| last.listener + 1);
        all.push(Heard {
            listener: id,
            texts: Vec::new(),
        });
        self.any.store(true, Ordering::Relaxed);
        Listener { all: self, id }
    }

    /// Whoever panicked with the lock has left whole texts behind.
    fn lock(&self) -> MutexGuard<'_, Vec<Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens until it is dropped.
pub(crate) struct Listener<'a> {
    all: &'a Listeners,
    id: u64,
}

impl Listener<'_> {
    /// The first texts that were heard, without the values that were bound.
    pub(crate) fn texts(&self) -> Vec<String> {
        let all = self.all.lock();
        let own = all.iter().find(|heard| heard.listener == self.id);
        own.map_or_else(Vec::new, |heard| heard.texts.clone())
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock();
        all.retain(|heard| heard.listener != self.id);
        self.all.any.store(!all.is_empty(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listener_hears_what_is_run_while_it_listens() {
        let listeners = Listeners::default();
        listeners.tell("before");
        let outer = listeners.add();
        listeners.tell("one");
        let inner = listeners.add();
        listeners.tell("two");
        assert_eq!(inner.texts(), ["two"]);
        drop(inner);
        listeners.tell("three");
        assert_eq!(outer.texts(), ["one", "two", "three"]);
        drop(outer);
        assert!(!listeners.any.load(Ordering::Relaxed));
        assert!(listeners.lock().is_empty());
    }

    #[test]
    fn listeners_that_end_in_any_order_hear_only_their_own() {
        let listeners = Listeners::default();
        let [first, second] = [listeners.add(), listeners.add()];
        drop(first);
        let third = listeners.add();
        listeners.tell("one");
        drop(second);
        listeners.tell("two");
        assert_eq!(third.texts(), ["one", "two"]);
    }

    #[test]
    fn a_listener_keeps_a_bounded_number_of_texts() {
        let listeners = Listeners::default();
        let listener = listeners.add();
        for nth in 0..1000 {
            listeners.tell(&nth.to_string());
        }
        let texts = listener.texts();
        assert_eq!(texts.len(), MOST_TEXTS);
        assert_eq!(texts[MOST_TEXTS - 1], "99");
    }
}
