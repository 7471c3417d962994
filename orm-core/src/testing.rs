//! Counting statements in the tests of a program.
//!
//! What is counted are the statements of one [`Database`](crate::connection::Database), with all its
//! clones and transactions: those that other threads run on it meanwhile too. A test that has a database
//! of its own counts its own statements only.

use std::fmt::Write as _;

use crate::connection::Executor;

/// Does some work, and says how many statements were run meanwhile.
/// [`Monitor::statements`](crate::connection::Monitor::statements) says what counts as one.
///
/// Statements of other threads on the same database are counted too.
///
/// ```
/// use orm::prelude::*;
/// use orm::testing::count_queries;
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let (saved, statements) = count_queries(&db, || {
///     let mut nina = Artist { id: 0, name: "Nina Simone".into() };
///     nina.save(&db)?;
///     nina.reload(&db)
/// });
/// assert!(saved.is_ok());
/// assert_eq!(statements, 2);
/// # Ok::<(), orm::Error>(())
/// ```
pub fn count_queries<T>(db: &dyn Executor, work: impl FnOnce() -> T) -> (T, u64) {
    let before = db.monitor().statements();
    let made = work();
    let after = db.monitor().statements();
    (made, after.saturating_sub(before))
}

/// Does some work, and returns what it makes if it has run as many statements as were expected.
///
/// Statements of other threads on the same database are counted too.
///
/// ```
/// use orm::prelude::*;
/// use orm::testing::assert_queries;
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let artists = assert_queries(&db, 1, || Artist::query().all(&db))?;
/// assert!(artists.is_empty());
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Panics
/// If more or fewer statements were run. The message has both numbers and the texts of the first
/// statements, without the values that were bound:
///
/// ```should_panic
/// # use orm::prelude::*;
/// # use orm::testing::assert_queries;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// assert_queries(&db, 1, || {
///     for key in 1..=3 {
///         Artist::find(&db, key)?;
///     }
///     Ok::<(), orm::Error>(())
/// })?;
/// # Ok::<(), orm::Error>(())
/// ```
#[track_caller]
pub fn assert_queries<T>(db: &dyn Executor, expected: u64, work: impl FnOnce() -> T) -> T {
    let listener = db.monitor().listen();
    let (made, run) = count_queries(db, work);
    if run != expected {
        let texts = listener.texts();
        drop(listener);
        panic!("{}", difference(expected, run, &texts));
    }
    made
}

fn difference(expected: u64, run: u64, texts: &[String]) -> String {
    let mut message = format!("expected statements: {expected}, run: {run}");
    for (nth, text) in (1..).zip(texts) {
        let _ = write!(message, "\n{nth:>4}. {text}");
    }
    let heard = u64::try_from(texts.len()).unwrap_or(u64::MAX);
    let more = run.saturating_sub(heard);
    if more > 0 {
        let _ = write!(message, "\n      … and {more} more");
    }
    message
}
