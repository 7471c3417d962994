//! Relations that were loaded lazily, and warnings of them.

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::monitor::Monitor;

/// How many pairs of a result and a relation are remembered. A loop over a result works on few of them
/// at a time.
const MOST_LOADS: usize = 256;

/// How often relations were loaded lazily, the oldest first.
#[derive(Debug, Default)]
pub(super) struct LazyLoads(Mutex<VecDeque<LazyLoad>>);

/// How many rows of one result have had one relation loaded.
#[derive(Debug)]
struct LazyLoad {
    result: u64,
    relation: usize,
    times: u32,
}

impl Monitor {
    /// Counts that one more row of a result has had a relation loaded lazily, and returns how many have
    /// by now. A result is known by its id from [`next_result`], and a relation by the address of its
    /// description, which is a static.
    ///
    /// What was not loaded for long may be forgotten, and is counted from 1 again.
    pub(crate) fn lazily_loaded(&self, result: u64, relation: usize) -> u32 {
        self.lazy_loads.count(result, relation)
    }
}

impl LazyLoads {
    fn count(&self, result: u64, relation: usize) -> u32 {
        // Whoever panicked with the lock has left whole counts behind.
        let mut loads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last ones are the most likely to come again.
        let mut latest = loads.iter_mut().rev();
        if let Some(load) = latest.find(|load| load.is(result, relation)) {
            load.times = load.times.saturating_add(1);
            return load.times;
        }
        if loads.len() == MOST_LOADS {
            loads.pop_front();
        }
        loads.push_back(LazyLoad {
            result,
            relation,
            times: 1,
        });
        1
    }
}

impl LazyLoad {
    fn is(&self, result: u64, relation: usize) -> bool {
        (self.result, self.relation) == (result, relation)
    }
}

/// The id of a new result, which no other one in this program has. It is never 0.
pub(crate) fn next_result() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Warns that a relation is loaded row by row where one statement for all rows would do. `help` says
/// what to write instead.
pub(crate) fn warn_lazy(
    relation: &'static str,
    location: &'static Location<'static>,
    times: u32,
    help: &dyn fmt::Display,
) {
    tracing::warn!(
        target: "orm::lazy_loading",
        relation,
        location = %location,
        times,
        "`{relation}` was loaded one by one for {times} rows of one result, at {location}: {help}"
    );
}

/// Warns that a relation was loaded lazily, of a database that is to warn of every time.
pub(crate) fn warn_any_lazy(
    relation: &'static str,
    location: &'static Location<'static>,
    help: &dyn fmt::Display,
) {
    tracing::warn!(
        target: "orm::lazy_loading",
        relation,
        location = %location,
        "`{relation}` was loaded lazily, at {location}: {help}"
    );
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;

    #[test]
    fn loads_are_counted_for_each_result_and_relation() {
        let monitor = Monitor::default();
        assert_eq!(monitor.lazily_loaded(1, 10), 1);
        assert_eq!(monitor.lazily_loaded(1, 10), 2);
        assert_eq!(monitor.lazily_loaded(1, 20), 1);
        assert_eq!(monitor.lazily_loaded(2, 10), 1);
        assert_eq!(monitor.lazily_loaded(1, 10), 3);
    }

    #[test]
    fn the_oldest_loads_are_forgotten() {
        let monitor = Monitor::default();
        for result in 1..=100_000 {
            assert_eq!(monitor.lazily_loaded(result, 10), 1);
        }
        let remembered = monitor.lazy_loads.0.lock().unwrap().len();
        assert_eq!(remembered, MOST_LOADS);
        assert_eq!(monitor.lazily_loaded(100_000, 10), 2);
        assert_eq!(monitor.lazily_loaded(1, 10), 1, "it was forgotten");
    }

    #[test]
    fn a_panic_with_the_lock_does_not_end_the_counting() {
        let monitor = Monitor::default();
        assert_eq!(monitor.lazily_loaded(1, 10), 1);
        let panicked = std::thread::scope(|scope| {
            let work = || {
                let _lock = monitor.lazy_loads.0.lock().unwrap();
                panic!("with the lock");
            };
            scope.spawn(work).join()
        });
        assert!(panicked.is_err());
        assert_eq!(monitor.lazily_loaded(1, 10), 2);
    }

    #[test]
    fn results_have_ids_of_their_own_and_none_is_zero() {
        let of_a_thread = || -> Vec<u64> { (0..1000).map(|_| next_result()).collect() };
        let mut ids: Vec<u64> = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(of_a_thread));
            let joined = threads.map(|thread| thread.join().unwrap());
            joined.into_iter().flatten().collect()
        });
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 4000);
        assert!(ids[0] > 0);
    }

    #[test]
    fn a_warning_names_the_relation_the_place_and_the_number() {
        let location = Location::caller();
        let warnings = warnings(|| {
            let help = &"write `.with(Artist::ALBUMS)` in the query";
            warn_lazy("Artist::ALBUMS", location, 3, help);
        });
        let expected = [
            "WARN orm::lazy_loading".to_owned(),
            format!(
                "message=`Artist::ALBUMS` was loaded one by one for 3 rows of one result, at {location}: \
                 write `.with(Artist::ALBUMS)` in the query"
            ),
            "relation=\"Artist::ALBUMS\"".to_owned(),
            format!("location={location}"),
            "times=3".to_owned(),
        ];
        assert_eq!(warnings, [expected.to_vec()]);
    }

    #[test]
    fn a_warning_of_any_lazy_load_names_the_relation_and_the_place() {
        let location = Location::caller();
        let warnings = warnings(|| {
            warn_any_lazy("Album::ARTIST", location, &"load it with the query");
        });
        let expected = [
            "WARN orm::lazy_loading".to_owned(),
            format!(
                "message=`Album::ARTIST` was loaded lazily, at {location}: load it with the query"
            ),
            "relation=\"Album::ARTIST\"".to_owned(),
            format!("location={location}"),
        ];
        assert_eq!(warnings, [expected.to_vec()]);
    }

    /// The events that a piece of work emits: level and target, and then the fields.
    fn warnings(work: impl FnOnce()) -> Vec<Vec<String>> {
        let collector = Collector::default();
        let events = Arc::clone(&collector.0);
        tracing::subscriber::with_default(collector, work);
        std::mem::take(&mut events.lock().unwrap())
    }

    #[derive(Default)]
    struct Collector(Arc<Mutex<Vec<Vec<String>>>>);

    impl Subscriber for Collector {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            *metadata.level() == Level::WARN
        }

        fn event(&self, event: &Event<'_>) {
            let metadata = event.metadata();
            let mut fields = Fields(vec![format!("{} {}", metadata.level(), metadata.target())]);
            event.record(&mut fields);
            self.0.lock().unwrap().push(fields.0);
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    struct Fields(Vec<String>);

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            self.0.push(format!("{field}={value:?}"));
        }
    }
}
