//! The seam to a database: object-safe traits that a driver implements, in this crate or outside.

mod connection;
mod connector;
mod dialect;
mod function;
mod sql_function;
pub mod sqlite;
mod statement;

pub use self::connection::{Behavior, Connection, Interrupter, Reference, TransactionState};
pub use self::connector::{Connector, PoolLimits};
pub use self::dialect::{Dialect, IndexHint, Lock, LockWait, PatternStyle, push_identifier};
pub use self::function::{DatePart, DateUnit, Function};
pub use self::sql_function::SqlFunction;
pub use self::statement::{Batch, OnRow, Params, Statement, Write};
pub use crate::value::{Row, RowValues};
