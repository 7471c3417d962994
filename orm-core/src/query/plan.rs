//! Locks, hints, comments, and the database's plan of a query.

use std::fmt;
use std::ops::ControlFlow;

use super::parts::Index;
use super::run::{select, written};
use super::scope::Scope;
use super::select::Query;
use crate::connection::Executor;
use crate::driver::{Lock, LockWait};
use crate::error::Result;
use crate::value::{Row, ValueRef};

impl<S: Scope, R> Query<S, R> {
    /// Locks the rows until the transaction ends, so that nobody else changes them: `FOR UPDATE`. `count`
    /// and `exists` lock nothing.
    ///
    /// Where the database has no such locks it is [`Error::Unsupported`](crate::error::Error::Unsupported) when the query is run. SQLite
    /// is one of those; there a write transaction keeps all others out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let locked = Track::query().filter(Track::ID.eq(1)).for_update().all(&db);
    /// assert!(matches!(locked, Err(orm::Error::Unsupported { database: "sqlite", .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_update(self) -> Self {
        self.lock(Lock::Update, LockWait::Wait)
    }

    /// Locks the rows in a way that lets others lock them in the same way: `FOR SHARE`.
    ///
    /// See [`for_update`](Self::for_update).
    pub fn for_share(self) -> Self {
        self.lock(Lock::Share, LockWait::Wait)
    }

    /// Fails where a row is locked by somebody else, in place of waiting. It locks the rows if nothing
    /// was said about that.
    ///
    /// See [`for_update`](Self::for_update).
    pub fn nowait(self) -> Self {
        let lock = self.locked();
        self.lock(lock, LockWait::NoWait)
    }

    /// Leaves out rows that are locked by somebody else. It locks the rows if nothing was said about
    /// that.
    ///
    /// See [`for_update`](Self::for_update).
    pub fn skip_locked(self) -> Self {
        let lock = self.locked();
        self.lock(lock, LockWait::SkipLocked)
    }

    fn locked(&self) -> Lock {
        let lock = self.parts.more.as_ref().and_then(|more| more.lock);
        lock.map_or(Lock::Update, |(lock, _)| lock)
    }

    fn lock(mut self, lock: Lock, wait: LockWait) -> Self {
        self.parts.more().lock = Some((lock, wait));
        self
    }

    /// Makes the database use an index of the table, by its name.
    ///
    /// An index that is not there, or is of no use for the query, is [`Error::Database`](crate::error::Error::Database) when the query is
    /// run; where the database takes no such hints, it is [`Error::Unsupported`](crate::error::Error::Unsupported).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// db.execute("CREATE INDEX track_by_length ON track (seconds)", &[])?;
    /// let long = Track::query().filter(Track::SECONDS.gt(600)).use_index("track_by_length");
    /// assert!(long.explain(&db)?.to_string().contains("USING INDEX track_by_length"));
    /// assert_eq!(long.count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn use_index(mut self, name: &'static str) -> Self {
        self.parts.more().index = Some(Index::Named(name));
        self
    }

    /// Makes the database use no index of the table.
    ///
    /// An integer primary key is none in SQLite, and is still used. Where the database takes no such hints,
    /// it is [`Error::Unsupported`](crate::error::Error::Unsupported) when the query is run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// db.execute("CREATE INDEX track_by_length ON track (seconds)", &[])?;
    /// let long = Track::query().filter(Track::SECONDS.gt(600)).without_index();
    /// assert_eq!(long.explain(&db)?.to_string(), "SCAN track\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_index(mut self) -> Self {
        self.parts.more().index = Some(Index::None);
        self
    }

    /// Puts a comment into the SQL, where the logs of the database show it. What could end the comment
    /// is taken apart, and control characters become spaces.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let (sql, _) = Track::query().comment("the start page").to_sql(&db)?;
    /// assert!(sql.starts_with("SELECT /* the start page */ "));
    /// # Ok(())
    /// # }
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        let comment: String = comment.into();
        let mut safe = String::with_capacity(comment.len());
        for character in comment.chars() {
            let before = safe.chars().next_back();
            if matches!((before, character), (Some('*'), '/') | (Some('/'), '*')) {
                safe.push(' ');
            }
            safe.push(if is_printable(character) {
                character
            } else {
                ' '
            });
        }
        self.parts.more().comments.push(safe);
        self
    }

    /// How the database is going to find the rows. The query is not run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let plan = Track::query().filter(Track::ID.eq(1)).explain(&db)?;
    /// assert_eq!(plan.steps[0].detail, "SEARCH track USING INTEGER PRIMARY KEY (rowid=?)");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Unsupported`](crate::error::Error::Unsupported) where the database shows no plans; those of [`all`](Self::all).
    pub fn explain(&self, db: &dyn Executor) -> Result<Plan> {
        let dialect = db.dialect();
        let joined = self.with_joins(&self.parts);
        let mut writer = written(&joined, dialect)?;
        let Some(explain) = dialect.explain() else {
            return Err(writer.unsupported("plans of queries"));
        };
        writer.sql.insert_str(0, explain);
        let mut steps = Vec::new();
        select(db, &writer, self.parts.table, &mut |row| {
            steps.push(FlatStep::read(row));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Plan {
            steps: nested(&steps, 0, 0),
        })
    }
}

/// Whether a character can stand in a comment: no control character, and none that changes the
/// direction of text or is not seen.
fn is_printable(character: char) -> bool {
    let hidden = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !character.is_control() && !hidden
}

/// The database's plan of a query, in its own words; made by [`Query::explain`].
///
/// It is shown as an indented list, one step a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The outermost steps.
    pub steps: Vec<PlanStep>,
}

/// A step of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// What is done, in the words of the database.
    pub detail: String,
    /// The steps that it is made of.
    pub steps: Vec<PlanStep>,
}

struct FlatStep {
    id: i64,
    parent: i64,
    detail: String,
}

impl FlatStep {
    fn read(row: &Row<'_>) -> Self {
        let integer = |at| match row.value(at) {
            ValueRef::Int(value) => value,
            _ => 0,
        };
        let detail = match row.value(row.width().saturating_sub(1)) {
            ValueRef::Text(detail) => detail.to_owned(),
            _ => String::new(),
        };
        Self {
            id: integer(0),
            parent: integer(1),
            detail,
        }
    }
}

/// The steps within one, each with those within it. A step stands behind the one that it is within.
fn nested(steps: &[FlatStep], parent: i64, depth: usize) -> Vec<PlanStep> {
    if depth > super::node::MOST_LEVELS {
        return Vec::new();
    }
    let inside = steps.iter().enumerate();
    let inside = inside.filter(|(_, step)| step.parent == parent);
    inside
        .map(|(at, step)| PlanStep {
            detail: step.detail.clone(),
            steps: nested(&steps[at + 1..], step.id, depth + 1),
        })
        .collect()
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_steps(f, &self.steps, 0)
    }
}

fn write_steps(f: &mut fmt::Formatter<'_>, steps: &[PlanStep], depth: usize) -> fmt::Result {
    for step in steps {
        writeln!(f, "{:1$}{2}", "", depth * 2, step.detail)?;
        write_steps(f, &step.steps, depth + 1)?;
    }
    Ok(())
}
