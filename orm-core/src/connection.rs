//! Databases, transactions, the pool of connections behind them, and the count of what they run.

mod builder;
mod counted;
mod database;
mod executor;
mod hooks;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "it is there for relations, which will load lazily"
    )
)]
pub(crate) mod lazy;
mod listener;
mod monitor;
mod pool;
mod raw;
mod transaction;
mod url;

pub use self::builder::{DatabaseBuilder, SqliteBuilder};
pub use self::database::Database;
pub use self::executor::{Access, Executor};
pub(crate) use self::executor::{atomically, with_connection};
pub use self::monitor::{LazyLoading, Monitor};
pub use self::raw::{RawSql, Sql};
pub use self::transaction::{Transaction, TransactionOptions};
