//! One connection to a SQLite database.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::CachedStatement;
use rusqlite::limits::Limit;

use super::SqliteDialect;
use super::bind::{SqliteRow, bind};
use super::catalog;
use super::error::{classify, describe};
use crate::driver::{
    Batch, Behavior, Connection, Dialect, Interrupter, OnRow, Params, Reference, Statement,
    TransactionState, Write, push_identifier,
};
use crate::error::{Error, Result};
use crate::value::{Row, Value, ValueRef};

/// One connection. The statements that it prepared are kept, and found again by their text.
pub(super) struct SqliteConnection {
    raw: rusqlite::Connection,
    max_parameters: usize,
    /// Whether a read-only transaction has forbidden writes until it ends.
    query_only: bool,
    /// How fixed writes hand back what the database made, by the addresses of their text.
    plans: HashMap<(usize, usize), WritePlan>,
}

/// How a write hands back what the database made.
#[derive(Clone)]
enum WritePlan {
    /// The new key is the rowid, which SQLite remembers without being asked.
    Rowid,
    /// The statement needs a RETURNING clause; the text with it. Statements that hand back nothing
    /// have none.
    Text(Arc<str>),
}

impl SqliteConnection {
    pub(super) fn new(raw: rusqlite::Connection) -> Result<Self> {
        let max_parameters = raw
            .limit(Limit::SQLITE_LIMIT_VARIABLE_NUMBER)
            .map_err(|error| classify(&error, ""))?;
        Ok(Self {
            raw,
            max_parameters: usize::try_from(max_parameters).unwrap_or(0),
            query_only: false,
            plans: HashMap::new(),
        })
    }

    #[cold]
    fn failed(&self, error: &rusqlite::Error, table: &str) -> Error {
        describe(&self.raw, error, table)
    }

    fn control(&self, sql: &str) -> Result<()> {
        self.raw
            .execute_batch(sql)
            .map_err(|error| self.failed(&error, ""))
    }

    fn prepare(&self, text: &str, table: &str, params: usize) -> Result<CachedStatement<'_>> {
        if params > self.max_parameters {
            return Err(Error::TooManyParameters {
                given: params,
                limit: self.max_parameters,
            });
        }
        self.raw
            .prepare_cached(text)
            .map_err(|error| self.failed(&error, table))
    }

    /// Runs a bound statement to its end, and returns the number of rows it changed.
    fn run(&self, statement: &mut rusqlite::Statement<'_>, table: &str) -> Result<u64> {
        if statement.column_count() == 0 {
            let changed = statement
                .raw_execute()
                .map_err(|error| self.failed(&error, table))?;
            return Ok(changed as u64);
        }
        self.each(statement, table, &mut |_| Ok(ControlFlow::Continue(())))?;
        Ok(self.raw.changes())
    }

    /// Runs a bound statement and hands on its rows.
    fn each(
        &self,
        statement: &mut rusqlite::Statement<'_>,
        table: &str,
        on_row: OnRow<'_>,
    ) -> Result<()> {
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if on_row(&SqliteRow(row))?.is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(self.failed(&error, table)),
            }
        }
    }

    fn plan(&mut self, write: &Write<'_>) -> WritePlan {
        if !write.statement.fixed {
            return self.make_plan(write);
        }
        let key = (
            write.statement.text.as_ptr().addr(),
            write.returning.as_ptr().addr(),
        );
        if let Some(plan) = self.plans.get(&key) {
            return plan.clone();
        }
        let plan = self.make_plan(write);
        self.plans.insert(key, plan.clone());
        plan
    }

    fn make_plan(&self, write: &Write<'_>) -> WritePlan {
        if let (true, [key]) = (write.generated_key, write.returning)
            && catalog::is_rowid_alias(&self.raw, write.statement.table, key)
        {
            return WritePlan::Rowid;
        }
        let mut text = write.statement.text.to_owned();
        for (at, column) in write.returning.iter().enumerate() {
            text.push_str(if at == 0 { " RETURNING " } else { ", " });
            push_identifier(&mut text, column);
        }
        WritePlan::Text(text.into())
    }
}

impl Connection for SqliteConnection {
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
        let mut prepared = self.prepare(statement.text, statement.table, params.count())?;
        bind(&mut prepared, params)?;
        self.run(&mut prepared, statement.table)
    }

    fn query(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        on_row: OnRow<'_>,
    ) -> Result<()> {
        let mut prepared = self.prepare(statement.text, statement.table, params.count())?;
        bind(&mut prepared, params)?;
        self.each(&mut prepared, statement.table, on_row)
    }

    fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
        let table = write.statement.table;
        match self.plan(write) {
            WritePlan::Rowid => {
                let changed = self.execute(write.statement, params)?;
                let _ = on_row(&Rowid(self.raw.last_insert_rowid()))?;
                Ok(changed)
            }
            WritePlan::Text(text) => {
                let mut prepared = self.prepare(&text, table, params.count())?;
                bind(&mut prepared, params)?;
                // Every row has been written when the first is handed back; only the end commits.
                self.each(&mut prepared, table, &mut |row| {
                    let _ = on_row(row)?;
                    Ok(ControlFlow::Continue(()))
                })?;
                Ok(self.raw.changes())
            }
        }
    }

    /// One prepared statement, run once for each row: on SQLite that is faster than several rows in
    /// one statement.
    fn write_batch(
        &mut self,
        write: &Write<'_>,
        batch: &dyn Batch,
        returned: &mut Vec<Value>,
    ) -> Result<()> {
        let plan = self.plan(write);
        let table = write.statement.table;
        let text = match &plan {
            WritePlan::Rowid => write.statement.text,
            WritePlan::Text(text) => text,
        };
        let mut prepared = self.prepare(text, table, 0)?;
        for row in 0..batch.rows() {
            batch.with_row(row, &mut |params| bind(&mut prepared, params))?;
            if matches!(plan, WritePlan::Rowid) {
                self.run(&mut prepared, table)?;
                returned.push(Value::Int(self.raw.last_insert_rowid()));
                continue;
            }
            self.each(&mut prepared, table, &mut |row| {
                for at in 0..row.width() {
                    let value = Value::try_from_ref(row.value(at));
                    returned.push(value.map_err(|mismatch| Error::decode(at, mismatch))?);
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.control(sql)
    }

    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
        if read_only {
            self.control("PRAGMA query_only = ON")?;
            self.query_only = true;
        }
        self.control(match behavior {
            _ if read_only => "BEGIN DEFERRED",
            Behavior::Immediate => "BEGIN IMMEDIATE",
            Behavior::Deferred => "BEGIN DEFERRED",
            Behavior::Exclusive => "BEGIN EXCLUSIVE",
        })
    }

    fn commit(&mut self) -> Result<()> {
        self.control("COMMIT")
    }

    fn rollback(&mut self) -> Result<()> {
        self.control("ROLLBACK")
    }

    fn state(&self) -> TransactionState {
        if self.raw.is_autocommit() {
            TransactionState::Idle
        } else {
            TransactionState::Open
        }
    }

    fn reset(&mut self) -> Result<()> {
        if self.query_only {
            self.control("PRAGMA query_only = OFF")?;
            self.query_only = false;
        }
        Ok(())
    }

    fn references(&mut self, table: &str) -> Result<Vec<Reference>> {
        catalog::references(&self.raw, table).map_err(|error| classify(&error, table))
    }

    fn max_parameters(&self) -> usize {
        self.max_parameters
    }

    fn interrupter(&self) -> Interrupter {
        let handle = self.raw.get_interrupt_handle();
        Interrupter::new(move || handle.interrupt())
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }
}

/// The row that an INSERT into a table with a rowid key would return.
struct Rowid(i64);

impl Row for Rowid {
    fn value(&self, _: usize) -> ValueRef<'_> {
        ValueRef::Int(self.0)
    }

    fn width(&self) -> usize {
        1
    }
}
