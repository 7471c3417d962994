//! Prepared statements, and how they are found again.

use rusqlite::CachedStatement;

use super::error::classify;
use crate::driver::Statement;
use crate::error::{Error, Result};

/// How many statements are held; more than one piece of work is likely to repeat.
const MOST_HELD: usize = 32;

/// The statements of a connection.
pub(super) trait Statements {
    /// The connection.
    fn raw(&self) -> &rusqlite::Connection;

    /// Calls `work` with a prepared statement, and with the connection for what it has to say of it.
    fn with<T>(
        &mut self,
        statement: Statement<'_>,
        work: impl FnOnce(&rusqlite::Connection, &mut rusqlite::Statement<'_>) -> Result<T>,
    ) -> Result<T>;
}

/// A connection whose statements are found by their text.
pub(super) struct Cached(pub(super) rusqlite::Connection);

impl Statements for Cached {
    fn raw(&self) -> &rusqlite::Connection {
        &self.0
    }

    fn with<T>(
        &mut self,
        statement: Statement<'_>,
        work: impl FnOnce(&rusqlite::Connection, &mut rusqlite::Statement<'_>) -> Result<T>,
    ) -> Result<T> {
        work(&self.0, &mut *prepare(&self.0, statement)?)
    }
}

/// A connection that is lent for a while, during which statements stay prepared. Fixed ones are found
/// by the address and the length of their text, which is a comparison of numbers.
///
/// A statement that goes back to the cache forgets its parameters, and SQLite then plans it again if the
/// plan looked at them; one that is held is planned once.
pub(super) struct Held<'c> {
    raw: &'c rusqlite::Connection,
    statements: Vec<(Text, CachedStatement<'c>)>,
}

/// The text that a statement is found by.
enum Text {
    Fixed(*const str),
    Built(Box<str>),
}

impl Text {
    fn new(statement: Statement<'_>) -> Self {
        if statement.fixed {
            Self::Fixed(statement.text)
        } else {
            Self::Built(statement.text.into())
        }
    }

    fn is(&self, statement: Statement<'_>) -> bool {
        match self {
            Self::Fixed(text) => statement.fixed && std::ptr::eq(*text, statement.text),
            Self::Built(text) => !statement.fixed && **text == *statement.text,
        }
    }
}

impl<'c> Held<'c> {
    pub(super) fn new(raw: &'c rusqlite::Connection) -> Self {
        let statements = Vec::new();
        Self { raw, statements }
    }

    /// The position of a statement, which is prepared if it is not held yet.
    fn position(&mut self, statement: Statement<'_>) -> Result<usize> {
        let held = self
            .statements
            .iter()
            .position(|(text, _)| text.is(statement));
        if let Some(position) = held {
            return Ok(position);
        }
        if self.statements.len() == MOST_HELD {
            self.statements.remove(0);
        }
        let prepared = prepare(self.raw, statement)?;
        self.statements.push((Text::new(statement), prepared));
        Ok(self.statements.len() - 1)
    }
}

impl Statements for Held<'_> {
    fn raw(&self) -> &rusqlite::Connection {
        self.raw
    }

    fn with<T>(
        &mut self,
        statement: Statement<'_>,
        work: impl FnOnce(&rusqlite::Connection, &mut rusqlite::Statement<'_>) -> Result<T>,
    ) -> Result<T> {
        let position = self.position(statement)?;
        work(self.raw, &mut self.statements[position].1)
    }
}

fn prepare<'c>(
    raw: &'c rusqlite::Connection,
    statement: Statement<'_>,
) -> Result<CachedStatement<'c>> {
    if !statement.fixed {
        require_whole(statement.text)?;
    }
    let prepared = raw.prepare_cached(statement.text);
    prepared.map_err(|error| classify(&error, statement.table))
}

/// Refuses text that SQLite would cut off at a NUL character.
pub(super) fn require_whole(sql: &str) -> Result<()> {
    if sql.contains('\0') {
        let reason = "the SQL contains a NUL character";
        return Err(Error::InvalidIdentifier { reason });
    }
    Ok(())
}
