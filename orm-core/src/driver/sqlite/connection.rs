//! One connection to a SQLite database.

use std::borrow::BorrowMut;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::limits::Limit;

use super::SqliteDialect;
use super::bound::Bound;
use super::catalog;
use super::error::classify;
use super::statements::{Cached, Held, Statements, require_whole};
use crate::driver::{
    Batch, Behavior, Connection, Dialect, Interrupter, OnRow, Params, Reference, Statement,
    TransactionState, Write, push_identifier,
};
use crate::error::{Error, Result};
use crate::value::{RowValues, Value, ValueRef};

/// One connection, with its statements `Q` and its state `S`, each owned or lent.
pub(super) struct SqliteConnection<Q, S> {
    statements: Q,
    state: S,
}

/// What a connection remembers.
pub(super) struct State {
    max_parameters: usize,
    /// Whether a read-only transaction has forbidden writes until it ends.
    query_only: bool,
    /// How fixed writes hand back what the database made, by the addresses of their text. There are as
    /// many as there are tables, and the last ones are the most likely to come again.
    plans: Vec<((usize, usize), WritePlan)>,
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

impl SqliteConnection<Cached, State> {
    pub(super) fn new(raw: rusqlite::Connection) -> Result<Self> {
        let max_parameters = raw
            .limit(Limit::SQLITE_LIMIT_VARIABLE_NUMBER)
            .map_err(|error| classify(&error, ""))?;
        Ok(Self {
            statements: Cached(raw),
            state: State {
                max_parameters: usize::try_from(max_parameters).unwrap_or(0),
                query_only: false,
                plans: Vec::new(),
            },
        })
    }
}

impl<Q: Statements, S: BorrowMut<State>> SqliteConnection<Q, S> {
    fn raw(&self) -> &rusqlite::Connection {
        self.statements.raw()
    }

    fn state(&mut self) -> &mut State {
        self.state.borrow_mut()
    }

    fn control(&self, sql: &str) -> Result<()> {
        require_whole(sql)?;
        let done = self.raw().execute_batch(sql);
        done.map_err(|error| classify(&error, ""))
    }

    /// Prepares a statement, binds its parameters, and calls `work` with it.
    fn bound<T>(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        work: impl FnOnce(&mut Bound<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let (given, limit) = (params.count(), self.state.borrow().max_parameters);
        if given > limit {
            return Err(Error::TooManyParameters { given, limit });
        }
        self.statements.with(statement, |raw, prepared| {
            work(&mut Bound::new(raw, prepared, statement, params)?)
        })
    }

    /// Runs a write whose result may be refused after the row has been written.
    fn undone_on_error<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.control("SAVEPOINT orm_write")?;
        let outcome = write(self).and_then(|value| {
            self.control("RELEASE orm_write")?;
            Ok(value)
        });
        if outcome.is_err() && !self.raw().is_autocommit() {
            self.control("ROLLBACK TO orm_write; RELEASE orm_write")?;
        }
        outcome
    }

    fn plan(&mut self, write: &Write<'_>) -> WritePlan {
        if !write.statement.fixed {
            return self.make_plan(write);
        }
        let addresses = (
            write.statement.text.as_ptr().addr(),
            write.returning.as_ptr().addr(),
        );
        let mut plans = self.state().plans.iter().rev();
        if let Some((_, plan)) = plans.find(|(known, _)| *known == addresses) {
            return plan.clone();
        }
        let plan = self.make_plan(write);
        self.state().plans.push((addresses, plan.clone()));
        plan
    }

    /// SQL of the user's own may make a table anew, with another key.
    fn forget_plans(&mut self) {
        self.state().plans.clear();
    }

    fn make_plan(&self, write: &Write<'_>) -> WritePlan {
        if let (true, [key]) = (write.generated_key, write.returning)
            && catalog::is_rowid_alias(self.raw(), write.statement.table, key)
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

impl<Q: Statements, S: BorrowMut<State>> Connection for SqliteConnection<Q, S> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method itself is of one lifetime"
    )]
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
        if statement.table.is_empty() {
            self.forget_plans();
        }
        self.bound(statement, params, |bound| bound.run())
    }

    fn query(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        on_row: OnRow<'_>,
    ) -> Result<()> {
        self.bound(statement, params, |bound| bound.read(on_row))
    }

    fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
        match self.plan(write) {
            WritePlan::Rowid => {
                let changed = self.execute(write.statement, params)?;
                if changed > 0 {
                    let rowid = Rowid(self.raw().last_insert_rowid());
                    let _ = on_row(&write.statement.row(&rowid))?;
                }
                Ok(changed)
            }
            // The caller takes any integer for a generated key, and here it may be NULL.
            WritePlan::Text(text) if write.generated_key => self.undone_on_error(|connection| {
                connection.bound(write.with_text(&text), params, |bound| bound.write(on_row))
            }),
            WritePlan::Text(text) => {
                self.bound(write.with_text(&text), params, |bound| bound.write(on_row))
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
        let statement = match &plan {
            WritePlan::Rowid => write.statement,
            WritePlan::Text(text) => write.with_text(text),
        };
        self.statements.with(statement, |raw, prepared| {
            let hands_back = prepared.column_count() > 0;
            for row in 0..batch.rows() {
                batch.with_row(row, &mut |params| {
                    let mut bound = Bound::new(raw, prepared, statement, params)?;
                    let changed = if hands_back {
                        bound.write(&mut |row| {
                            returned.extend(row.to_values()?);
                            Ok(ControlFlow::Continue(()))
                        })?
                    } else {
                        bound.change()?
                    };
                    if changed == 0 {
                        return Err(Error::NotWritten {
                            table: statement.table.to_owned(),
                        });
                    }
                    if let WritePlan::Rowid = plan {
                        returned.push(Value::Int(raw.last_insert_rowid()));
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })
    }

    fn hold_statements(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        work(&mut SqliteConnection {
            statements: Held::new(self.statements.raw()),
            state: self.state.borrow_mut(),
        })
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.forget_plans();
        self.control(sql)
    }

    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
        if read_only {
            self.control("PRAGMA query_only = ON")?;
            self.state().query_only = true;
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

    /// An interrupt that comes too late for the statement it was meant for must not stop this.
    fn rollback(&mut self) -> Result<()> {
        loop {
            match self.control("ROLLBACK") {
                Err(Error::Interrupted { .. }) => {}
                outcome => return outcome,
            }
        }
    }

    fn savepoint(&mut self, depth: usize) -> Result<()> {
        self.control(&format!("SAVEPOINT orm_{depth}"))
    }

    fn release(&mut self, depth: usize) -> Result<()> {
        self.control(&format!("RELEASE orm_{depth}"))
    }

    fn undo(&mut self, depth: usize) -> Result<()> {
        self.control(&format!("ROLLBACK TO orm_{depth}; RELEASE orm_{depth}"))
    }

    fn transaction_state(&self) -> TransactionState {
        if self.raw().is_autocommit() {
            TransactionState::Idle
        } else {
            TransactionState::Open
        }
    }

    fn reset(&mut self) -> Result<()> {
        if self.state().query_only {
            self.control("PRAGMA query_only = OFF")?;
            self.state().query_only = false;
        }
        Ok(())
    }

    fn references(&mut self, table: &str) -> Result<Vec<Reference>> {
        catalog::references(self.raw(), table).map_err(|error| classify(&error, table))
    }

    fn max_parameters(&self) -> usize {
        self.state.borrow().max_parameters
    }

    fn interrupter(&self) -> Interrupter {
        let handle = self.raw().get_interrupt_handle();
        Interrupter::new(move || handle.interrupt())
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }
}

/// The row that an INSERT into a table with a rowid key would return.
struct Rowid(i64);

impl RowValues for Rowid {
    fn value(&self, _: usize) -> ValueRef<'_> {
        ValueRef::Int(self.0)
    }

    fn width(&self) -> usize {
        1
    }
}
