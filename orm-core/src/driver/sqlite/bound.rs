//! Statements that are ready to run.

use std::ops::ControlFlow;

use super::bind::{SqliteRow, bind};
use super::error::describe;
use crate::driver::{OnRow, Params, Statement};
use crate::error::{Error, Result};

/// A prepared statement whose parameters are bound.
pub(super) struct Bound<'a, 'c> {
    raw: &'a rusqlite::Connection,
    prepared: &'a mut rusqlite::Statement<'c>,
    statement: Statement<'a>,
    params: &'a dyn Params,
}

impl<'a, 'c> Bound<'a, 'c> {
    pub(super) fn new(
        raw: &'a rusqlite::Connection,
        prepared: &'a mut rusqlite::Statement<'c>,
        statement: Statement<'a>,
        params: &'a dyn Params,
    ) -> Result<Self> {
        bind(prepared, params)?;
        Ok(Self {
            raw,
            prepared,
            statement,
            params,
        })
    }

    /// Runs the statement to its end, and returns the number of rows it changed.
    pub(super) fn run(&mut self) -> Result<u64> {
        let before = self.raw.total_changes();
        if self.prepared.column_count() == 0 {
            let changed = self.change()?;
            return Ok(if self.raw.total_changes() == before {
                0
            } else {
                changed
            });
        }
        self.each(&mut |_| Ok(ControlFlow::Continue(())))?;
        Ok(self.changes_since(before))
    }

    /// Runs an INSERT, UPDATE or DELETE that hands nothing back, and returns the number of rows it changed. After any
    /// other statement SQLite says what the one before has changed.
    pub(super) fn change(&mut self) -> Result<u64> {
        match self.prepared.raw_execute() {
            Ok(changed) => Ok(changed as u64),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Runs a write to its end and hands on what it returns, since only the end commits. Returns the
    /// number of rows it changed.
    pub(super) fn write(&mut self, on_row: OnRow<'_>) -> Result<u64> {
        let before = self.raw.total_changes();
        self.each(&mut |row| {
            let _ = on_row(row)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(self.changes_since(before))
    }

    /// Runs a statement that only reads and hands on its rows. SQLite says of most pragmas that they may
    /// write, though not to a table.
    pub(super) fn read(&mut self, on_row: OnRow<'_>) -> Result<()> {
        if self.prepared.readonly() || is_pragma(self.statement.text) {
            return self.each(on_row);
        }
        Err(Error::ReadOnly { source: None })
    }

    /// Runs the statement and hands on its rows.
    fn each(&mut self, on_row: OnRow<'_>) -> Result<()> {
        let mut rows = self.prepared.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if on_row(&self.statement.row(&SqliteRow(row)))?.is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(describe(self.raw, error, self.statement, self.params)),
            }
        }
    }

    /// After a statement that changes no rows SQLite still counts those of the one before.
    fn changes_since(&self, before: u64) -> u64 {
        if self.raw.total_changes() == before {
            0
        } else {
            self.raw.changes()
        }
    }

    #[cold]
    fn failed(&self, error: rusqlite::Error) -> Error {
        describe(self.raw, error, self.statement, self.params)
    }
}

fn is_pragma(text: &str) -> bool {
    let word = text.trim_start().get(..6);
    word.is_some_and(|word| word.eq_ignore_ascii_case("pragma"))
}
